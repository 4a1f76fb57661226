"""Readers (stage ①): bytes to raw events, one format each, chosen by content."""
