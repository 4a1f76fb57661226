"""Fake formats for the tests of this folder."""

from tests.builders.fake_plugins import fake_plugins

__all__ = ["fake_plugins"]
