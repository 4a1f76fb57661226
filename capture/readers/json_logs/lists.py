"""How files and messages begin that hold a list of records among other members (stage ①)."""

from __future__ import annotations

import re

_STRING = rb'"(?:[^"\\]|\\.){0,4096}"'
_FLAT = rb'[^{}\[\]"]{0,200}+(?:' + _STRING + rb'[^{}\[\]"]{0,200}+){0,64}'
_VALUE = rb"(?:" + _STRING + rb"|[-+.\w]{1,64}|\{" + _FLAT + rb"\}|\[" + _FLAT + rb"\])"
_MEMBERS = rb'(?:\s*"[\w@:-]{1,64}"\s*:\s*' + _VALUE + rb"\s*,){0,8}\s*"


def _list(name: bytes, *marks: bytes) -> bytes:
    """A list of this name; its name being common, one of the marks must be a member of its first element."""
    return rb'"' + name + rb'"\s*:\s*\[\s*(?=\{' + _MEMBERS + rb'"(?:' + b"|".join(marks) + rb')"\s*:)'


_LISTS = (
    rb'"Records"\s*:\s*\[',
    _list(b"Events", b"CloudTrailEvent", b"EventId"),
    _list(b"events", b"message"),
    _list(b"logEvents", b"message"),
    _list(b"Messages", b"Body"),
    _list(b"items", b"auditID", b"kind"),
)
_HITS = rb'"hits"\s*:\s*\{' + _MEMBERS + rb'"hits"\s*:\s*\[\s*(?=\{)'

WRAPPER = re.compile(rb"\{" + _MEMBERS + rb"(?:" + b"|".join(_LISTS) + rb"|(?P<hits>" + _HITS + rb"))")
"""The head of a delivered file, ``{"Records":[``, or of the answer of an API or a search; members may stand before."""


def closers(wrapper: re.Match[bytes]) -> bytes:
    """The bytes that close what the head of a list opened, innermost last."""
    return b"}}]" if wrapper["hits"] else b"}]"
