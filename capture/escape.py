"""Makes text from a capture safe to show (stage ⑤): control characters, terminal sequences, text direction."""

from __future__ import annotations

import re
from typing import Final

_NAMED: Final = {"\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\"}

_UNSAFE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Controls, characters without a width of their own, direction overrides, halves of surrogate pairs, tags."""

_UNSAFE_OR_BACKSLASH: Final = re.compile(f"[\\\\{_UNSAFE.pattern[1:]}")


def escape(text: str, *, backslash: bool = False) -> str:
    r"""``text`` with everything that a terminal would act on or hide spelled out.

    Tab, line feed and carriage return become ``\t``, ``\n``, ``\r``; other characters ``\x1b``, ``\u202e``,
    ``\U000e0001``; bytes that were no UTF-8 (lone surrogates from ``surrogateescape``) ``\xff``.

    Args:
        text: anything.
        backslash: double backslashes too, so that the result can be read back without doubt.
    """
    if text.isprintable() and not (backslash and "\\" in text) and text.isascii():
        return text
    return (_UNSAFE_OR_BACKSLASH if backslash else _UNSAFE).sub(_spelled, text)


def _spelled(match: re.Match[str]) -> str:
    character = match.group()
    named = _NAMED.get(character)
    if named is not None:
        return named
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
