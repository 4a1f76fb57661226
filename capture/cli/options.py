"""Options that several commands share (stage ⑤), each declared once."""

from __future__ import annotations

import rich_click as click

captures = click.option(
    "-r",
    "--read-file",
    "captures",
    multiple=True,
    metavar="CAPTURE",
    help="A .scap file, a log file, a folder of logs, a glob pattern, or - for standard input. Repeatable.",
)
no_cache = click.option("--no-cache", is_flag=True, help="Neither use nor leave an index on disk; it holds evidence.")
follow = click.option(
    "-f",
    "--follow",
    is_flag=True,
    help="Go on with files while they grow, until interrupted, and print events as they come.",
)
zone = click.option("--tz", "zone", default="UTC", metavar="ZONE", help="UTC (default), local, +02:00, Europe/Berlin.")
quiet = click.option("-q", "--quiet", is_flag=True, help="No notes and no progress on stderr.")
