"""Fields of the user and group the process ran as; data for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.model import Field, FieldType, Version

USER_FIELDS: tuple[Field, ...] = (
    Field(
        "user.uid",
        FieldType.UINT,
        "UID",
        "Effective user id of the process.",
        Version("processes", "uid"),
        example="user.uid == 0",
    ),
    Field(
        "user.name",
        FieldType.STRING,
        "User",
        "Name of the effective user, from the user list of the capture.",
        Version("processes", "user_name"),
        example='user.name == "root"',
    ),
    Field(
        "user.loginuid",
        FieldType.INT,
        "Login UID",
        "User id of the login session, which su and sudo do not change; -1 outside one.",
        Version("processes", "loginuid"),
        example="user.loginuid >= 1000",
    ),
    Field(
        "group.gid",
        FieldType.UINT,
        "GID",
        "Effective group id of the process.",
        Version("processes", "gid"),
        example="group.gid == 0",
    ),
)
