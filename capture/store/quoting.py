"""Values and names as SQL text, never pasted: words are quoted by sqlglot, numbers are digits; part of stage ③."""

from __future__ import annotations

from functools import lru_cache

DIALECT = "duckdb"


@lru_cache(maxsize=1024)
def text(value: str) -> str:
    """A VARCHAR literal."""
    from sqlglot import exp  # takes 0.14 s, which checking a filter does not need

    return exp.Literal.string(value).sql(DIALECT)


def number(value: int) -> str:
    """An integer literal; a negative one in parentheses, so that it can follow any operator."""
    return f"{value:d}" if value >= 0 else f"({value:d})"


def name(identifier: str) -> str:
    """A quoted identifier."""
    from sqlglot import exp

    return exp.to_identifier(identifier, quoted=True).sql(DIALECT)
