"""Says before a filter runs why RE2, which will run it, cannot take a regular expression; part of stage ④."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from thresher.capture.filter import regex_names

MAX_REPEAT = 1000
MAX_NESTING = 200

REPEAT = re.compile(r"\{(?P<low>[0-9]+)(?P<open>,(?P<high>[0-9]*))?\}")
FLAGS = re.compile(r"\?(?P<on>[imsU]*)(?P<off>-[imsU]+)?(?P<end>[:)])")
GROUP_NAME = re.compile(r"\?P<(?P<name>[A-Za-z0-9_]+)>")
HEX = re.compile(r"x(?:[0-9A-Fa-f]{2}|\{(?P<long>[0-9A-Fa-f]+)\})")
OCTAL = re.compile(r"0[0-7]{0,2}|[1-7][0-7]{1,2}")
PROPERTY = re.compile(r"[pP](?:\{\^?(?P<long>[A-Za-z_]+)\}|(?P<short>[A-Z]))")
POSIX = re.compile(r"\[:\^?(?P<name>.*?):\]", re.DOTALL)
CLASS_ESCAPES = "dDsSwW"
SIMPLE_ESCAPES = "afnrtv"
PLACE_ESCAPES = "AbBz"

FOREIGN = (
    ("?=", "lookahead '(?='"),
    ("?!", "negative lookahead '(?!'"),
    ("?<=", "lookbehind '(?<='"),
    ("?<!", "negative lookbehind '(?<!'"),
    ("?<", "a group name without P ('(?<')"),
    ("?>", "an atomic group '(?>'"),
    ("?P=", "a backreference '(?P='"),
    ("?P>", "a subroutine call '(?P>'"),
    ("?(", "a conditional '(?('"),
    ("?#", "a comment '(?#'"),
    ("?|", "a branch reset '(?|'"),
    ("?R", "recursion '(?R'"),
)


class RegexError(ValueError):
    """A regular expression that RE2 refuses; ``start`` and ``end`` are offsets into it."""

    def __init__(self, message: str, start: int, end: int) -> None:
        self.start = start
        self.end = end
        super().__init__(message)


@dataclass(slots=True)
class Level:
    """One open group: where it began, and how often its content is repeated inside."""

    start: int
    repeats: int = 1


@dataclass(slots=True)
class State:
    """What came before the current place: whether it can be repeated, and was repeated already."""

    atom: bool = False
    repeated: bool = False
    atom_start: int = 0
    atom_repeats: int = 1
    levels: list[Level] = field(default_factory=lambda: [Level(0)])


def check_regex(pattern: str) -> None:
    """Accept exactly what RE2 accepts, but for the size of the compiled program.

    Raises:
        RegexError: RE2 does not know the construct, or the pattern is malformed.
    """
    state = State()
    at = 0
    while at < len(pattern):
        character = pattern[at]
        if character == "(":
            at = open_group(pattern, at, state)
        elif character == ")":
            at = close_group(pattern, at, state)
        elif character == "|":
            state.atom = state.repeated = False
            at += 1
        elif character in "*+?":
            at = repeat(pattern, at, at + 1, 1, state)
        elif character == "{" and (counted := REPEAT.match(pattern, at)):
            at = repeat(pattern, at, counted.end(), times(pattern, counted), state)
        else:
            end = single(pattern, at)
            state.atom, state.repeated, state.atom_start, state.atom_repeats = True, False, at, 1
            at = end
    if len(state.levels) > 1:
        raise RegexError("the group '(' is never closed", state.levels[-1].start, state.levels[-1].start + 1)


def open_group(pattern: str, at: int, state: State) -> int:
    """Go into a group, or over a flag setting."""
    inside = at + 1
    if pattern.startswith("?", inside):
        name = GROUP_NAME.match(pattern, inside)
        flags = FLAGS.match(pattern, inside)
        if name:
            inside = name.end()
        elif flags and (flags["on"] or flags["off"] or flags["end"] == ":"):
            inside = flags.end()
            if flags["end"] == ")":
                state.repeated = False
                return inside
        else:
            raise foreign_group(pattern, at)
    state.levels.append(Level(at))
    if len(state.levels) > MAX_NESTING:
        raise RegexError(f"groups are nested deeper than {MAX_NESTING} levels", at, at + 1)
    state.atom = state.repeated = False
    return inside


def foreign_group(pattern: str, at: int) -> RegexError:
    """The error that names the construct behind ``(?`` that RE2 does not have."""
    for start, what in FOREIGN:
        if pattern.startswith(start, at + 1):
            return RegexError(
                f"{what} is not supported: filters run in RE2, which looks at each character once", at, at + 3
            )
    return RegexError(f"'{pattern[at : at + 3]}' is not a group that RE2 knows", at, at + 3)


def close_group(pattern: str, at: int, state: State) -> int:
    """Leave a group, which then can be repeated as a whole."""
    if len(state.levels) == 1:
        raise RegexError("this ')' closes nothing", at, at + 1)
    level = state.levels.pop()
    state.levels[-1].repeats = max(state.levels[-1].repeats, level.repeats)
    state.atom, state.repeated, state.atom_start, state.atom_repeats = True, False, level.start, level.repeats
    return at + 1


def times(pattern: str, counted: re.Match[str]) -> int:
    """How often ``{n}``, ``{n,}`` or ``{n,m}`` repeats at most, as RE2 counts."""
    low = int(counted["low"]) if len(counted["low"]) < 6 else MAX_REPEAT + 1
    high = counted["high"]
    most = low if not high else int(high) if len(high) < 6 else MAX_REPEAT + 1
    if low > MAX_REPEAT or most > MAX_REPEAT or most < low:
        raise RegexError(
            f"'{counted.group()}' is out of range; up to {MAX_REPEAT} repetitions", counted.start(), counted.end()
        )
    return most


def repeat(pattern: str, at: int, end: int, most: int, state: State) -> int:
    """Apply a repetition to what precedes it."""
    if pattern.startswith("?", end):
        end += 1
    if state.repeated:
        kind = "a possessive repetition" if pattern[at] == "+" else "a repetition of a repetition"
        raise RegexError(f"{kind} ('{pattern[at - 1 : end]}') is not supported by RE2", at - 1, end)
    if not state.atom:
        raise RegexError(f"'{pattern[at:end]}' repeats nothing", at, end)
    total = state.atom_repeats * max(most, 1)
    if total > MAX_REPEAT:
        raise RegexError(f"nested repetitions of more than {MAX_REPEAT} times in all", at, end)
    state.levels[-1].repeats = max(state.levels[-1].repeats, total)
    state.atom_repeats = total
    state.repeated = True
    return end


def single(pattern: str, at: int) -> int:
    """The end of one character, class or escape."""
    if pattern[at] == "[":
        return character_class(pattern, at)
    if pattern[at] != "\\":
        return at + 1
    if pattern.startswith("\\Q", at):
        closing = pattern.find("\\E", at + 2)
        return len(pattern) if closing < 0 else closing + 2
    following = pattern[at + 1 : at + 2]
    if following and following in PLACE_ESCAPES + "C":
        return at + 2
    return escape(pattern, at)


def escape(pattern: str, at: int) -> int:
    """The end of an escape that stands for a character or a class of characters."""
    following = pattern[at + 1 : at + 2]
    if not following:
        raise RegexError("the pattern ends in a lone backslash", at, at + 1)
    if following in CLASS_ESCAPES + SIMPLE_ESCAPES:
        return at + 2
    if following.isascii() and not following.isalnum():
        return at + 2
    code = HEX.match(pattern, at + 1) or OCTAL.match(pattern, at + 1)
    if code:
        if code.re is HEX and code["long"] and int(code["long"][-8:], 16) > 0x10FFFF:
            raise RegexError(f"'{code.group()}' is beyond the last character", at, code.end())
        return code.end()
    category = PROPERTY.match(pattern, at + 1)
    if category:
        name = category["long"] or category["short"]
        if name not in regex_names.CATEGORIES and name not in regex_names.SCRIPTS:
            raise RegexError(f"'{category.group()}' is no class that RE2 knows", at, category.end())
        return category.end()
    if following.isdecimal() and following.isascii():
        raise RegexError(f"a backreference ('\\{following}') is not supported: filters run in RE2", at, at + 2)
    raise RegexError(f"'\\{following}' is no escape that RE2 knows", at, at + 2)


def character_class(pattern: str, start: int) -> int:
    """The end of ``[…]``."""
    at = start + 1 + pattern.startswith("^", start + 1)
    first = True
    while first or not pattern.startswith("]", at):
        if at >= len(pattern):
            raise RegexError("the class '[' is never closed", start, len(pattern))
        first = False
        posix = POSIX.match(pattern, at)
        if posix:
            if posix["name"] not in regex_names.POSIX:
                raise RegexError(f"'{posix.group()}' is no class that RE2 knows", at, posix.end())
            at = posix.end()
            continue
        low, end = member(pattern, at)
        if low is not None and pattern.startswith("-", end) and not pattern.startswith("-]", end):
            if end + 1 >= len(pattern):
                raise RegexError("the class '[' is never closed", start, len(pattern))
            high, end = member(pattern, end + 1)
            if high is None or high < low:
                raise RegexError(f"'{pattern[at:end]}' is no range", at, end)
        at = end
    return at + 1


def member(pattern: str, at: int) -> tuple[int | None, int]:
    """The code point of a class member, None where it is a class itself, and where it ends."""
    if pattern[at] != "\\":
        return ord(pattern[at]), at + 1
    end = escape(pattern, at)
    following = pattern[at + 1]
    if following in CLASS_ESCAPES + "pP":
        return None, end
    if following in SIMPLE_ESCAPES:
        return "\a\f\n\r\t\v".index({"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}[following]), end
    if following == "x":
        return int(pattern[at + 2 : end].strip("{}"), 16), end
    if following.isdecimal():
        return int(pattern[at + 1 : end], 8), end
    return ord(following), end
