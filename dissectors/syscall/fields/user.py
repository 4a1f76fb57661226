"""Fields of the user and group the process ran as; data for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.model import Field, FieldType, Version


def _account(column: str) -> str:
    """A column of the account: the latest known by then of the process's own container, else of the host.

    A removed account is one whose columns are NULL.
    """
    return (
        f"(SELECT arg_max_null(u.{column}, (u.container_id = r.container_id, u.from_num)) FROM users u "
        "WHERE u.uid = r.uid AND u.container_id IN ('', r.container_id) AND u.from_num <= r.from_num)"
    )


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
        "user.homedir",
        FieldType.STRING,
        "Home",
        "Home folder of the effective user, from the user list of the capture.",
        Version("processes", _account("home")),
        example='user.homedir == "/root"',
    ),
    Field(
        "user.shell",
        FieldType.STRING,
        "Shell",
        "Login shell of the effective user, from the user list of the capture.",
        Version("processes", _account("shell")),
        example='user.shell == "/bin/bash"',
    ),
    Field(
        "user.loginname",
        FieldType.STRING,
        "Login user",
        "Name of the user of the login session, which su and sudo do not change.",
        Version("processes", "loginuser_name"),
        example='user.loginname == "alice"',
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
    Field(
        "group.name",
        FieldType.STRING,
        "Group",
        "Name of the effective group, from the group list of the capture.",
        Version("processes", "group_name"),
        example='group.name == "root"',
    ),
)
