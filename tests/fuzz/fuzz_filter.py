"""Feeds random filters to the parser and the check: ``python tests/fuzz/fuzz_filter.py [inputs] [seed]``.

Inputs are grown from the grammar, then mutated. Whatever comes in, a tree or a placed error has to come out, within
50 ms of CPU; trees print and read back the same, and text reaches SQL only inside literals.
"""

from __future__ import annotations

import random
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.builders.filter_catalogue import CATALOGUE
from tests.builders.filter_world import LAZY, START_NS
from thresher.capture.errors import FilterError
from thresher.capture.filter import check, parse, render
from thresher.capture.filter.compile import compile_filter

LIMIT_NS = 50_000_000
FIELDS = [
    "proc.name",
    "fd.name",
    "evt.res",
    "evt.num",
    "evt.time",
    "evt.latency",
    "evt.addr",
    "fd.ip",
    "any.ip",
    "evt.tags",
    "evt.sizes",
    "evt.data",
    "evt.port",
    "evt.failed",
    "proc.aname",
    "proc.aname[2]",
    "evt.arg.fd",
    "evt.arg[path]",
    "ct.request.a.b",
    "actor",
    "evt.text",
    "frame",
    "ip.addr",
    "tcp.port",
    "frame.time_relative",
    "fd.sip.v4",
    "sysdig.param.open.name",
    "spawned_process",
    "nope.x",
]
VALUES = [
    "cat",
    '"a',
    'b"',
    "'x'",
    "5",
    "-1",
    "0x1F",
    "1e3",
    "5ms",
    "1.5s",
    "10.0.0.1",
    "10.0.0.0/8",
    "::1",
    '"2026-11-23',
    '07:10:30"',
    "true",
    "ca:fe",
    "/tmp/*",
    'r"\\d+"',
    '"(a|b)*"',
    '"it\'s"',
    '"\\xff"',
    '"\';--"',
    "$proc.name",
    "${evt.res}",
    "@list",
    "99999999999999999999",
    '""',
    "[a-z]*",
    "1..5",
    "1-5",
    "0xcafe",
    "<NA>",
    "5 ms",
    "ba*",
]
OPS = [
    "==",
    "=",
    "!=",
    "===",
    "!==",
    "<",
    "<=",
    ">",
    ">=",
    "eq",
    "ne",
    "contains",
    "icontains",
    "startswith",
    "endswith",
    "matches",
    "~",
    "regex",
    "glob",
    "iglob",
    "bcontains",
    "bstartswith",
    "in",
    "intersects",
    "pmatch",
    "exists",
    "anyof",
    "allof",
    "oneof",
    "&",
    "=~",
    "!~",
    "<>",
    "like",
    "not contains",
]
CALLS = [
    "lower",
    "upper",
    "len",
    "count",
    "string",
    "min",
    "max",
    "abs",
    "b64",
    "basename",
    "join",
    "concat",
    "ip_rfc1918",
    "ip_special_name",
    "val",
    "hex",
    "nope",
]
SLICES = ["[0:4]", "[-4:]", "[1-3]", "[0,2-3]", "[:]", "[]", "[99999999]", "[2]", "[x]"]
SIGNS = ["+", "-", "*", "/", "%", "&", "|"]
NOISE = "()[]{}\"'\\,.;:=<>!&|^~$@#+-*/%\x00\n\té😀 a0"
LITERAL = re.compile(r"'(?:[^']|'')*'")
HOSTILE = "zq'\";--zq"


class Grower:
    """Random filters."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def filter(self, depth: int = 3) -> str:
        """A filter, mostly right."""
        kind = self.draw.randrange(6) if depth else 5
        if kind == 0:
            return f"{self.draw.choice(('not ', '!', 'not('))}{self.filter(depth - 1)}"
        if kind == 1:
            return f"({self.filter(depth - 1)})"
        if kind == 2:
            joiner = self.draw.choice((" and ", " or ", "&&", "||", " xor ", " ^^ "))
            return joiner.join(self.filter(depth - 1) for _ in range(self.draw.randrange(2, 4)))
        return self.test()

    def test(self) -> str:
        """One test."""
        left = self.draw.choice(("", "", "", "any ", "all ")) + self.value()
        op = self.draw.choice(OPS)
        if op in ("in", "intersects", "pmatch", "anyof", "allof", "oneof"):
            items = [self.draw.choice(VALUES) for _ in range(self.draw.randrange(4))]
            listed = f"({', '.join(items)})" if self.draw.random() < 0.5 else f"{{{' '.join(items)}}}"
            return f"{left} {'= ' if op[-2:] == 'of' else ''}{op} {listed}"
        right = self.draw.choice((self.draw.choice(VALUES), self.draw.choice(VALUES), self.value(), f'"{HOSTILE[:3]}"'))
        return left if self.draw.random() < 0.1 else f"{left} {op} {right}"

    def value(self, depth: int = 2) -> str:
        """One side of a test."""
        kind = self.draw.randrange(9) if depth else 8
        if kind == 0:
            inner = ", ".join(self.value(depth - 1) for _ in range(self.draw.randrange(1, 3)))
            return f"{self.draw.choice(CALLS)}({inner})"
        if kind == 1:
            return self.value(depth - 1) + self.draw.choice(SLICES)
        if kind == 2:
            return f"{self.value(depth - 1)} {self.draw.choice(SIGNS)} {self.value(depth - 1)}"
        if kind == 3:
            return f"{{{self.value(depth - 1)}}}"
        return self.draw.choice(FIELDS) if self.draw.random() < 0.9 else self.draw.choice(VALUES)

    def mutated(self, text: str) -> str:
        """A filter with some of it deleted, doubled, swapped or replaced by noise."""
        for _ in range(self.draw.randrange(4)):
            at = self.draw.randrange(len(text) + 1)
            to = min(len(text), at + self.draw.randrange(1, 6))
            text = (
                text[:at]
                + self.draw.choice(("", text[at:to] * 2, self.draw.choice(NOISE), self.draw.choice(NOISE) * 9))
                + text[to:]
            )
        return text


def reread(form: str) -> object:
    """The tree of a canonical form, or what is wrong with it."""
    try:
        return parse(form, CATALOGUE, selected=lambda ref: None)
    except FilterError as error:
        return error


def placed(error: FilterError, text: str) -> None:
    """An error says where in the text and what."""
    assert 0 <= error.start <= len(text), text
    assert error.start < error.end, text
    assert error.message, text
    assert error.snippet(), text


def judged(text: str) -> bool:
    """Whether the text is a filter; everything else that can happen raises."""
    try:
        tree = parse(text, CATALOGUE, macros={"m": "fd.name == $1"}, selected=lambda ref: None)
        checked = check(tree, CATALOGUE, text=text)
    except FilterError as error:
        placed(error, text)
        return False
    assert reread(render(tree)) == tree, text
    tables = {ref.key: LAZY.get(ref.key, "lazy_none") for ref in checked.lazy}
    bare = LITERAL.sub("?", compile_filter(checked, tables, START_NS))
    assert not re.search("zq|;", bare), text
    return True


def timed(text: str) -> tuple[bool, int]:
    """Whether the text is a filter, and the CPU that finding out took, in ns."""
    began = time.process_time_ns()
    passed = judged(text)
    return passed, time.process_time_ns() - began


def main(count: int, seed: int) -> None:
    """Run so many inputs and say what came of them."""
    grower = Grower(seed)
    valid = slowest = 0
    worst = ""
    for number in range(count):
        text = grower.filter()
        if number % 2:
            text = grower.mutated(text)
        passed, taken = timed(text)
        valid += passed
        if taken > LIMIT_NS:
            taken = min(taken, timed(text)[1])  # what the garbage collector took is not the parser's
        if taken > slowest:
            slowest, worst = taken, text
    print(f"{count} inputs, {valid} filters, no crash; slowest {slowest / 1e6:.1f} ms of CPU: {worst!r}")
    if slowest > LIMIT_NS:
        sys.exit("an input took longer than 50 ms")


if __name__ == "__main__":
    main(*(int(each) for each in (sys.argv[1:] + ["100000", "1"][len(sys.argv) - 1 :])[:2]))
