"""Options that several commands share (stage ⑤), each declared once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import rich_click as click

from thresher.capture.errors import UsageError

if TYPE_CHECKING:
    from thresher.capture.filter.dialects import Dialect
    from thresher.capture.notes import CaseFile

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

METADATA = "thresher.metadata"
"""Where the files named with ``--metadata`` stand in the command's context."""


SHIFTS = "thresher.shifts"
"""Where what ``--shift`` was given stands there."""


def _remember(context: click.Context, _: click.Parameter, paths: tuple[str, ...]) -> tuple[str, ...]:
    context.meta[METADATA] = paths
    return paths


def _remember_shifts(context: click.Context, _: click.Parameter, wishes: tuple[str, ...]) -> tuple[str, ...]:
    context.meta[SHIFTS] = wishes
    return wishes


metadata = click.option(
    "--metadata",
    multiple=True,
    metavar="FILE",
    expose_value=False,
    callback=_remember,
    help="What kubectl get pods -o json, crictl inspect, crictl inspectp or docker inspect said, for containers and "
    "pods of which the capture says less. Repeatable.",
)
shift = click.option(
    "--shift",
    multiple=True,
    metavar="NAME=+2.5s",
    expose_value=False,
    callback=_remember_shifts,
    help="Add to the times of a source whose clock was off, so that all are on one clock; with a sign. Repeatable.",
)
captures = click.option(
    "-r",
    "--read-file",
    "captures",
    multiple=True,
    metavar="CAPTURE",
    help="A .scap file, a log file, a folder of logs, a glob pattern, or - for standard input. Repeatable.",
)


def _keep_case(context: click.Context, option: click.Parameter, value: object) -> None:
    context.meta[f"thresher.{option.name}"] = value


_CASE_OPTIONS = (
    click.option(
        "--case",
        "case_path",
        metavar="FILE",
        expose_value=False,
        callback=_keep_case,
        help="Case file with notes and journal; the user's own unless named. 'thresher case path' says where that is.",
    ),
    click.option(
        "--no-case",
        is_flag=True,
        expose_value=False,
        callback=_keep_case,
        help="Neither read notes nor write down in a case file what was opened, filtered and written.",
    ),
)


def case_file(command: Decorated) -> Decorated:
    """``--case`` and ``--no-case``, which ``chosen_case`` answers for."""
    for option in _CASE_OPTIONS:
        command = option(command)
    return command


def chosen_case() -> CaseFile | None:
    """The case file that the running command was told to use, opened; None where it is to use none.

    The user's own that cannot be made (a home that is read-only) is done without, which is said; a damaged one is an
    error, and so is whatever is wrong with a file that was named.

    Raises:
        UsageError: both options were given.
        UnreadableError: the file is damaged, no case file, or was named and cannot be written.
    """
    from thresher.capture.cli import output
    from thresher.capture.notes import CaseFile, default_path, unwritable

    context = click.get_current_context(silent=True)
    meta = context.meta if context is not None else {}
    named, unwanted = meta.get("thresher.case_path"), meta.get("thresher.no_case")
    if named and unwanted:
        raise UsageError("--case and --no-case contradict each other")
    if unwanted:
        return None
    if named:
        return CaseFile(Path(named))
    problem = unwritable(default_path())
    if problem:
        output.note(f"{default_path()}: {problem}; nothing is noted or journalled")
        return None
    return CaseFile(default_path())


language = click.option(
    "--lang",
    type=click.Choice(("auto", "wireshark", "falco")),
    default="auto",
    expose_value=False,
    callback=_keep_case,
    help="Language of the filter: wireshark or falco refuse what belongs to the other; auto (default) takes both.",
)


def chosen_dialect() -> Dialect:
    """The dialect that the running command was told to read filters in."""
    from thresher.capture.filter.dialects import LANGUAGES

    context = click.get_current_context(silent=True)
    return LANGUAGES[context.meta.get("thresher.lang", "auto") if context is not None else "auto"]


no_cache = click.option("--no-cache", is_flag=True, help="Neither use nor leave an index on disk; it holds evidence.")
follow = click.option(
    "-f",
    "--follow",
    is_flag=True,
    help="Go on with files while they grow, until interrupted, and print events as they come.",
)
zone = click.option("--tz", "zone", default="UTC", metavar="ZONE", help="UTC (default), local, +02:00, Europe/Berlin.")
quiet = click.option("-q", "--quiet", is_flag=True, help="No notes and no progress on stderr.")
