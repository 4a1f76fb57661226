"""Fields of messages to the system log, read from what is written to /dev/log (RFC 3164); data for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.model import Computed, Field, FieldType

SYSLOG_FIELDS: tuple[Field, ...] = (
    Field(
        "syslog.facility",
        FieldType.UINT,
        "Facility",
        "Number of the facility that a message to the system log names, 0 to 23.",
        Computed("syslog"),
        example="syslog.facility == 4",
    ),
    Field(
        "syslog.facility.str",
        FieldType.STRING,
        "Facility name",
        "Name of the facility that a message to the system log names, as in auth or cron.",
        Computed("syslog"),
        example='syslog.facility.str == "auth"',
    ),
    Field(
        "syslog.severity",
        FieldType.UINT,
        "Severity",
        "Number of the severity of a message to the system log, from 0 for emergencies to 7 for debugging.",
        Computed("syslog"),
        example="syslog.severity <= 3",
    ),
    Field(
        "syslog.severity.str",
        FieldType.STRING,
        "Severity name",
        "Name of the severity of a message to the system log: emerg, alert, crit, err, warn, notice, info or debug.",
        Computed("syslog"),
        example='syslog.severity.str == "err"',
    ),
    Field(
        "syslog.message",
        FieldType.STRING,
        "Message",
        "Text of a message to the system log, as far as the recorder kept it.",
        Computed("syslog"),
        example='syslog.message contains "Failed password"',
    ),
)
