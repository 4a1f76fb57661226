"""Filters drawn at random over the made-up source, in all spellings of both dialects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.builders import filter_terms
from tests.builders.filter_catalogue import CATALOGUE
from tests.builders.filter_world import ADDRESSES, NAMES, START_NS, TEXTS, TYPES
from thresher.capture.filter.render import quote
from thresher.capture.model import FieldType

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

EQUAL = ("==", "=", "eq", "!=", "ne", "===", "!==", "all_eq", "any_ne")
ORDER = ("<", "<=", ">", ">=", "lt", "le", "gt", "ge")
TEXT = ("contains", "icontains", "startswith", "endswith")

texts = st.sampled_from((*TEXTS, *NAMES, *TYPES, "b", "/tmp", "x", "80", "10.0.0.1", "dotted", "3"))
integers = st.sampled_from(
    ("0", "-1", "-11", "3", "0x1000", "4096", "80", "0b11", "9223372036854775807", "1", "2", "6")
)
unsigned = st.sampled_from(("0", "1", "17", "0x8000000000000000", "18446744073709551615", "-1", "60"))
ports = st.sampled_from(("0", "22", "80", "443", "65535", "0x50"))
durations = st.sampled_from(("0", "999", "5ms", "1.5s", "1s", "20s", "1000000007", "2m", "0.5us", "1h"))
times = st.sampled_from(
    (
        str(START_NS + 3 * 1_000_000_007),
        '"2023-11-14 22:13:30"',
        '"2023-11-14T22:13:41"',
        '"2023-11-14 22:13"',
        '"2023-11-14"',
        "2023-11-14T22:14:00",
    )
)
addresses = st.sampled_from((*ADDRESSES, "10.0.0.0/8", "0.0.0.0/0", "2001:db8::/32", "::/0", "192.168.1.0/31"))
patterns = st.sampled_from(("a", "^a", "A$", "b/c", "[a-c]+", "(a|bash)", "x\\\\\\\\y", ".", "o?p", "^$", "é", "n.*x"))
globs = st.sampled_from(("*", "/tmp/*", "/tmp/*/*", "a?", "?", "B*", "*%_", "open*", "/*/a"))
hexes = st.sampled_from(("ca", "CAFE", "ca:fe", "0c", "47455420", "ff", "af"))

VALUES: dict[FieldType, SearchStrategy[str]] = {
    FieldType.INT: integers,
    FieldType.UINT: unsigned,
    FieldType.PORT: ports,
    FieldType.DURATION: durations,
    FieldType.TIME: times,
    FieldType.IP: addresses,
    FieldType.BOOL: st.sampled_from(("true", "false", "1", "0")),
    FieldType.STRING: texts.map(quote),
    FieldType.BYTES: st.sampled_from(('"GET"', '"get /"', '""', '"a"', '"\\x0a"', '"E"')),
}

NAMES_BY_TYPE: dict[FieldType, list[str]] = {}
for _field in CATALOGUE:
    _spelled = {
        "evt.arg": ["evt.arg.fd", "evt.arg[path]", "evt.arg.none"],
        "proc.aname": ["proc.aname", "proc.aname[0]", "proc.aname.1", "proc.aname[2]"],
        "proc.apid": ["proc.apid", "proc.apid[1]"],
        "ct.request": ["ct.request.a", "ct.request.deep.k", "ct.request['\"a.b\"']"],
        "ct.record": [],
    }.get(_field.name, [_field.name])
    NAMES_BY_TYPE.setdefault(_field.type, []).extend(_spelled)


@st.composite
def tests(draw: st.DrawFn) -> str:
    """One test of one field."""
    type_ = draw(st.sampled_from(sorted(NAMES_BY_TYPE, key=lambda each: each.value)))
    name = draw(st.sampled_from(NAMES_BY_TYPE[type_]))
    return draw(
        st.one_of(
            presences(name),
            comparisons(name, type_),
            memberships(name, type_),
            mixed(name, type_),
            chosen(name, type_),
            filter_terms.tests(),
        )
    )


@st.composite
def chosen(draw: st.DrawFn, name: str, type_: FieldType) -> str:
    """A field and a list of which any, all or one has to stand in the relation."""
    modifier = draw(st.sampled_from(("anyof", "allof", "oneof")))
    if type_ is FieldType.STRING:
        word = draw(st.sampled_from((*TEXT, "=", "!=", "glob", "regex")))
        value = {"regex": patterns, "glob": globs}.get(word)
        values = draw(st.lists(texts.map(quote) if value is None else value.map('"{}"'.format), max_size=3))
    else:
        word = draw(st.sampled_from(("=", "!=", "==")))
        values = draw(st.lists(VALUES[type_], max_size=3))
    return f"{name} {word} {modifier} ({', '.join(values)})"


def presences(name: str) -> SearchStrategy[str]:
    """A field alone."""
    return st.sampled_from((name, f"{name} exists"))


@st.composite
def comparisons(draw: st.DrawFn, name: str, type_: FieldType) -> str:
    """A field and a value."""
    quantifier = draw(st.sampled_from(("", "", "", "any ", "all ")))
    if type_ is FieldType.STRING:
        word = draw(st.sampled_from(("matches", "~", "regex", "glob", "iglob", *TEXT, *EQUAL, *ORDER)))
        value = {"matches": patterns, "~": patterns, "regex": patterns, "glob": globs, "iglob": globs}.get(word)
        return f"{quantifier}{name} {word} " + (draw(texts.map(quote)) if value is None else f'"{draw(value)}"')
    if type_ is FieldType.BYTES:
        word = draw(st.sampled_from((*TEXT[:1], "startswith", "endswith", "bcontains", "bstartswith", *EQUAL)))
        return f"{quantifier}{name} {word} {draw(hexes if word[0] == 'b' else VALUES[type_])}"
    word = draw(st.sampled_from(EQUAL if type_ is FieldType.BOOL else (*EQUAL, *ORDER)))
    value = VALUES[type_]
    if type_ is FieldType.IP and word in ORDER:
        value = st.sampled_from(ADDRESSES)
    return f"{quantifier}{name} {word} {draw(value)}"


@st.composite
def memberships(draw: st.DrawFn, name: str, type_: FieldType) -> str:
    """A field and a list."""
    values = draw(st.lists(VALUES[type_], max_size=4))
    word = draw(st.sampled_from(("in", "in", "not in", "intersects")))
    if type_ is FieldType.STRING and draw(st.booleans()):
        paths = draw(st.lists(st.sampled_from(('"/tmp"', '"/tmp/"', '"/*/ab"', '"a"', '"b"')), min_size=1, max_size=2))
        return f"{name} pmatch ({', '.join(paths)})"
    if type_ in (FieldType.INT, FieldType.PORT) and draw(st.booleans()):
        values.append(
            draw(st.sampled_from(("1..80", "-5 .. 3", "0..0")) if type_ is FieldType.INT else st.just("1..443"))
        )
        return f"{name} {word} {{{' '.join(values)}}}"
    if type_ is FieldType.IP and draw(st.booleans()):
        return f"{name} {word} {{10.0.0.1..192.168.1.0 {' '.join(values)}}}"
    return f"{name} {word} ({', '.join(values)})" if draw(st.booleans()) else f"{name} {word} {{{' '.join(values)}}}"


@st.composite
def mixed(draw: st.DrawFn, name: str, type_: FieldType) -> str:
    """Functions, and comparisons between fields."""
    if type_ is FieldType.STRING:
        name = {"proc.aname": "proc.aname[1]"}.get(name, name)
        other = draw(
            st.sampled_from(("proc.name", "fd.name", "evt.text", "proc.pname", "ct.user", "evt.tags", "ct.names"))
        )
        kind = draw(st.integers(0, 3))
        if kind == 0:
            return f"{draw(st.sampled_from(('lower', 'toupper')))}({name}) == {draw(texts.map(quote))}"
        if kind == 1 and not CATALOGUE.resolve(name).field.is_list:
            return f"len({name}) {draw(st.sampled_from(ORDER))} {draw(st.sampled_from(('0', '1', '4')))}"
        word = draw(st.sampled_from((*EQUAL[:5], "contains", "startswith", "<")))
        return f"{name} {word} {draw(st.sampled_from((other, f'val({other})', f'lower({other})')))}"
    name = {"proc.apid": "proc.apid[1]"}.get(name, name)
    others = {
        FieldType.INT: ("proc.pid", "evt.big", "fd.sport", "evt.sizes"),
        FieldType.UINT: ("evt.res", "evt.num", "evt.port"),
        FieldType.PORT: ("fd.sport", "evt.port", "proc.pid"),
        FieldType.IP: ("evt.addr", "fd.cip", "evt.peer", "ct.addresses", "ct.address"),
        FieldType.DURATION: ("evt.gap", "evt.latency"),
        FieldType.TIME: ("ct.when", "evt.time"),
        FieldType.BOOL: ("evt.failed", "ct.mfa"),
        FieldType.BYTES: ("evt.data",),
    }[type_]
    words = EQUAL[:5] if type_ in (FieldType.BOOL, FieldType.BYTES) else (*EQUAL[:5], "<", ">=")
    if CATALOGUE.resolve(name).field.is_list and name not in ("any.ip", "fd.ip") and draw(st.booleans()):
        return f"count({name}) {draw(st.sampled_from(('==', '>', '!=')))} {draw(st.sampled_from(('0', '1', '2')))}"
    return f"{name} {draw(st.sampled_from(words))} {draw(st.sampled_from(others))}"


WITHIN = ("0", "1s", "1.5s", "2s", "5s", "1h")
KEYS = (
    "evt.type",
    "proc.name",
    "evt.addr",
    "fd.sport",
    "evt.arg.fd",
    "evt.peer",
    "proc.pname",
    "ct.user",
    "evt.failed",
)


def around(drawn: tuple[str, str, str]) -> str:
    """A context function, every other one without a scope."""
    item, within, key = drawn
    return f"around({item}, {within})" if within in ("1s", "2s", "0") else f"around({item}, {within}, {key})"


def filters(leaves: int = 6) -> SearchStrategy[str]:
    """Whole filters."""
    return st.recursive(
        tests(),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from((" and ", " && ", " or ", "||", " xor ", " ^^ ")), inner).map("".join),
            inner.map(lambda each: f"not ({each})"),
            inner.map(lambda each: f"!({each})"),
            inner.map(lambda each: f"({each})"),
            st.tuples(inner, st.sampled_from(WITHIN), st.sampled_from(KEYS)).map(around),
            st.tuples(inner, st.sampled_from(KEYS)).map(lambda both: f"first({both[0]} by {both[1]})"),
        ),
        max_leaves=leaves,
    )
