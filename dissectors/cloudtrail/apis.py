"""What calls mean to a responder, read from apis.toml: tactics, administrative ones, what undoes a change (stage ②)."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from thresher.capture.credentials import Undoing

_DATA = tomllib.loads((files(__package__) / "apis.toml").read_text("utf-8"))

TACTICS: dict[str, frozenset[str]] = {tactic: frozenset(calls) for tactic, calls in _DATA["tactics"].items()}
"""MITRE ATT&CK tactic to calls, each as ``service:name``."""
ADMINISTRATIVE_SERVICES: tuple[str, ...] = tuple(_DATA["administrative"]["services"])
ADMINISTRATIVE_NAMES: tuple[str, ...] = tuple(_DATA["administrative"]["names"])
"""Parts of names of calls that change who may do what, in other services."""
UNDOINGS: tuple[Undoing, ...] = tuple(
    Undoing(tuple(each["does"]), tuple(each["undoes"]), tuple(each["made"]), tuple(each["taken"]))
    for each in _DATA["undoing"]
)
