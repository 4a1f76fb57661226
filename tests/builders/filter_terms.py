"""Tests drawn at random of what functions, slices and arithmetic make of the made-up source's fields."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.builders.filter_world import ADDRESSES, TEXTS
from thresher.capture.filter.render import quote

ORDER = ("<", "<=", ">", ">=", "==", "!=", "===", "!==")
NUMBERS = ("evt.res", "evt.big", "evt.port", "proc.pid", "fd.sport", "ct.bytes", "proc.apid[1]", "evt.num")
NUMBER_LISTS = ("evt.sizes", "ct.counts")
STRINGS = ("evt.text", "proc.name", "fd.name", "proc.pname", "ct.user", "evt.arg.path", "actor", "object")
STRING_LISTS = ("evt.tags", "ct.names", "proc.aname", "any.user", "ct.request.deep.k")
DURATIONS = ("evt.latency", "evt.gap", "evt.reltime")
TIMES = ("evt.time", "ct.when")
IPS = ("evt.addr", "fd.cip", "fd.ip", "any.ip", "ct.addresses", "evt.peer")
PARTS = ("0", "1", "-1", "0:1", "1:2", ":2", "1:", "-2:", "0-1", "-2--1", "0,-1", "0:2,1-2", "1--1", "-3:2", "2-0")

PORTS = ("evt.port", "fd.sport")

small = st.sampled_from(("0", "1", "-1", "2", "3", "80", "0x10", "-11"))
words = st.sampled_from((*TEXTS, "b", "/tmp", "x", "tmp", "a", "10.0.0.1", "80")).map(quote)
slices = st.lists(st.sampled_from(PARTS[:-1]), min_size=1, max_size=2).map(lambda each: f"[{','.join(each)}]")


@st.composite
def numbers(draw: st.DrawFn, depth: int = 2) -> str:
    """A number made of fields; at most one of them is a list."""
    several = draw(st.integers(0, 5)) == 0
    first = draw(st.sampled_from(NUMBER_LISTS if several else NUMBERS))
    kind = draw(st.integers(0, 6))
    if kind == 0:
        return f"-{first}"
    if kind == 1:
        return f"abs({first})"
    if kind == 2:
        return f"{draw(st.sampled_from(('min', 'max')))}({first}{'' if several else f', {draw(small)}'})"
    if kind == 3:
        return f"len({draw(st.sampled_from(STRINGS))})"
    if kind == 4:
        return f"count({draw(st.sampled_from(('evt.tags', 'ct.names', 'evt.sizes', 'ct.addresses')))})"
    sign = draw(st.sampled_from(("+", "-", "*", "/", "%", "&")))
    if depth and draw(st.booleans()):
        second = draw(st.one_of(small, st.sampled_from(NUMBERS)))
        return f"{{{first} {sign} {second}}} {draw(st.sampled_from('+-*/%&'))} {draw(small)}"
    return f"{first} {sign} {draw(st.one_of(small, st.sampled_from(NUMBERS)))}"


@st.composite
def strings(draw: st.DrawFn) -> str:
    """A text made of fields; at most one of them is a list."""
    several = draw(st.integers(0, 4)) == 0
    first = draw(st.sampled_from(STRING_LISTS if several else STRINGS))
    plain = draw(st.sampled_from(("evt.text", "proc.name")))
    kind = draw(st.integers(0, 8))
    if kind == 0:
        return f"b64({first})"
    if kind == 1:
        return f"basename({first})"
    if kind == 2:
        first = "proc.pname" if first == "proc.aname" else first
        return f"concat({first}, {draw(words)}, {plain})"
    if kind == 3:
        first = "proc.pname" if first == "proc.aname" else first
        return f"join({draw(words)}, ({first}, {plain}))"
    if kind == 4:
        return f'join("/", {draw(st.sampled_from(("evt.tags", "ct.names")))})'
    if kind == 5:
        return f"string({draw(st.sampled_from((*NUMBERS[:4], 'evt.addr', 'fd.ip', 'evt.failed', 'evt.sizes')))})"
    if kind == 6:
        return f"{draw(st.sampled_from(('upper', 'tolower', 'basename')))}({first}){draw(slices)}"
    if kind == 7:
        return f"ip_special_name({draw(st.sampled_from(IPS))})"
    return f"{first}{draw(slices)}"


@st.composite
def tests(draw: st.DrawFn) -> str:
    """A test of something made of fields."""
    quantifier = draw(st.sampled_from(("", "", "", "any ", "all ")))
    kind = draw(st.integers(0, 8))
    op = draw(st.sampled_from(ORDER))
    if kind <= 2:
        return f"{quantifier}{draw(numbers())} {op} {draw(st.one_of(small, small, st.just('evt.num - 3')))}"
    if kind <= 4:
        word = draw(st.sampled_from(("==", "!=", "contains", "startswith", "icontains", "===", "!==")))
        right = draw(st.one_of(words, words, st.just("evt.text"), st.just('concat(evt.text, "a")')))
        left = draw(strings()) if right[0] == '"' else draw(strings()).replace("proc.aname", "proc.pname")
        return f"{quantifier}{left} {word} {right}"
    if kind == 5:
        return draw(durations(op))
    if kind == 6:
        name = draw(st.sampled_from(("linklocal", "multicast", "rfc1918", "ula")))
        return f"ip_{name}({draw(st.sampled_from(IPS))})" + draw(st.sampled_from(("", "", " == false", " != true")))
    if kind == 7:
        return draw(unusual())
    return f"evt.data{draw(slices)} {draw(st.sampled_from(('==', '!=', 'contains')))} " + draw(
        st.sampled_from(("ca", "47", "ca:fe", '"G"', '"GE"', "0c:af"))
    )


@st.composite
def durations(draw: st.DrawFn, op: str) -> str:
    """Times and durations."""
    length = draw(st.sampled_from(DURATIONS))
    moment = draw(st.sampled_from(TIMES))
    return draw(
        st.sampled_from(
            (
                f"{length} + 5ms {op} 1s",
                f"{length} * 2 {op} 10ms",
                f"{length} / 2 {op} 2500us",
                f"{length} / 1ms {op} 5",
                f"{length} % 1s {op} 500ms",
                f"{moment} + 5s {op} evt.time",
                f"{moment} - evt.time {op} 3s",
                f"evt.time {op} ct.when + {length}",
                f'{moment} - "2023-11-14 22:13:30" {op} 5s',
                f"max({length}, 5ms) {op} 1s",
                f"abs({moment} - evt.time) {op} 10s",
            )
        )
    )


@st.composite
def unusual(draw: st.DrawFn) -> str:
    """Values on the left, chains, masks, bits, computed members of sets."""
    number = draw(st.sampled_from(NUMBERS))
    limits = small.filter(lambda each: each[0] != "-") if number in PORTS else small
    address = draw(st.sampled_from(ADDRESSES))
    return draw(
        st.sampled_from(
            (
                f"{draw(limits)} {draw(st.sampled_from(ORDER))} {number}",
                f"{draw(limits)} <= {number} < {draw(limits)}",
                f"evt.num < {number} < evt.big <= 0xffffffffffffffff",
                f"{draw(words)} == evt.text",
                f"{number} & {draw(small)}",
                f"evt.sizes & {draw(small)}",
                "evt.data[0:2] & ff:00 == ca:00",
                "evt.data[0] & 0f == 0a",
                "evt.data[0] & 0x30",
                "evt.data[0:2] & 00:f0",
                "{ff:00} & evt.data[0:2] == ca:00",
                "abs(-1 + evt.res) > 2",
                "-{1} + evt.res > 2",
                f"evt.addr in {{{address} val(fd.cip)}}",
                "proc.name in (val(evt.text), bash, tolower(ct.user))",
                "evt.tags in val(ct.names)",
                f"{draw(strings())} in (a, b, bash)",
                f'{draw(strings())} matches "^[a-c/]"',
                f"{draw(numbers())} in {{0..5 80}}",
                f"not {draw(strings())} exists",
                f"{draw(strings())} exists",
            )
        )
    )
