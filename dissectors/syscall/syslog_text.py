"""Reads messages to the system log: ``<PRI>`` and text (RFC 3164, RFC 5424); stage ②."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thresher.capture.model import Value

FACILITIES = (
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp",
    "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
)  # fmt: skip
SEVERITIES = ("emerg", "alert", "crit", "err", "warn", "notice", "info", "debug")
_HEAD = re.compile(rb"<(\d{1,3})>")


def value(field_name: str, data: bytes) -> Value:
    """A field of the message; None where the bytes are none."""
    head = _HEAD.match(data)
    if head is None or int(head[1]) >= 8 * len(FACILITIES):
        return None
    facility, severity = divmod(int(head[1]), 8)
    if field_name == "syslog.facility":
        return facility
    if field_name == "syslog.facility.str":
        return FACILITIES[facility]
    if field_name == "syslog.severity":
        return severity
    if field_name == "syslog.severity.str":
        return SEVERITIES[severity]
    return data[head.end() :].rstrip(b"\0\n").decode("utf-8", "backslashreplace")
