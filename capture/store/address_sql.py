"""IP addresses in SQL: between text and the pair of UBIGINT they are stored as; part of stage ③."""

from __future__ import annotations

MAPPED = 0xFFFF_0000_0000
"""The low half's upper bits of an IPv4 address in ``::ffff:0:0/96``."""

V4 = r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"


def text(high: str, low: str) -> str:
    """An address as people write it: dotted where it is IPv4, otherwise compressed as in RFC 5952."""
    dotted = " || '.' || ".join(f"(({low} >> {shift}) & 255)::VARCHAR" for shift in (24, 16, 8, 0))
    groups = " || ':' || ".join(
        f"lower(to_hex(({half} >> {shift}) & 65535))" for half in (high, low) for shift in (48, 32, 16, 0)
    )
    runs = " ".join(
        f"WHEN regexp_matches(t, '{pattern}') THEN regexp_replace(t, '{pattern}', '::')"
        for pattern in (f"(^|:)0(:0){{{length - 1}}}(:|$)" for length in range(8, 1, -1))
    )
    compressed = f"list_transform([{groups}], LAMBDA t : CASE {runs} ELSE t END)[1]"
    return f"CASE WHEN {high} = 0 AND ({low} >> 32) = 65535 THEN {dotted} ELSE {compressed} END"


def pair(value: str) -> str:
    """The halves ``[high, low]`` of the address that a VARCHAR expression spells, as UBIGINT[]; NULL for other text."""
    return f"list_transform([{value}], LAMBDA t : {of_text('t')})[1]"


def of_text(t: str) -> str:
    """``pair`` for a name that may be repeated."""
    plain = f"regexp_replace(lower({t}), '^::ffff:', '')"
    octets = " + ".join(f"(split_part({plain}, '.', {place})::UBIGINT << {32 - 8 * place})" for place in (1, 2, 3, 4))
    return (
        f"CASE WHEN regexp_full_match({plain}, '{V4}') THEN [0::UBIGINT, {MAPPED}::UBIGINT + {octets}] "
        f"WHEN regexp_full_match({t}, '[0-9A-Fa-f:]{{2,39}}') THEN {of_groups(expanded(t))} END"
    )


def expanded(t: str) -> str:
    """The eight groups of an IPv6 text as a list; of another length where it is none."""
    left = f"list_filter(string_split(split_part({t}, '::', 1), ':'), LAMBDA g : g <> '')"
    right = f"list_filter(string_split(split_part({t}, '::', 2), ':'), LAMBDA g : g <> '')"
    zeros = f"list_transform(range(8 - len({left}) - len({right})), LAMBDA g : '0')"
    return (
        f"CASE WHEN regexp_matches({t}, ':::|::.*::|^:[^:]|[^:]:$') THEN NULL "
        f"WHEN contains({t}, '::') THEN CASE WHEN len({left}) + len({right}) < 8 "
        f"THEN list_concat(list_concat({left}, {zeros}), {right}) END "
        f"ELSE string_split({t}, ':') END"
    )


def of_groups(groups: str) -> str:
    """The halves that a list of eight hexadecimal groups spells."""
    halves = ", ".join(
        " + ".join(f"(('0x' || g[{first + place}])::UBIGINT << {48 - 16 * place})" for place in range(4))
        for first in (1, 5)
    )
    whole = "len(g) = 8 AND len(list_filter(g, LAMBDA h : NOT regexp_full_match(h, '[0-9A-Fa-f]{1,4}'))) = 0"
    return f"list_transform([{groups}], LAMBDA g : CASE WHEN {whole} THEN [{halves}] END)[1]"
