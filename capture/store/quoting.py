"""Values and names as SQL text, never pasted: the one place that quotes; part of stage ③."""

from __future__ import annotations


def text(value: str) -> str:
    """A VARCHAR literal; in DuckDB only the quote itself has a meaning between quotes."""
    return "'" + value.replace("'", "''") + "'"


def number(value: int) -> str:
    """An integer literal; a negative one in parentheses, so that it can follow any operator."""
    return f"{value:d}" if value >= 0 else f"({value:d})"


def name(identifier: str) -> str:
    """A quoted identifier."""
    return '"' + identifier.replace('"', '""') + '"'
