"""``thresher cache`` (stage ⑤): the indexes that are kept, which hold evidence."""

from __future__ import annotations

import rich_click as click

from thresher.capture.cli import output
from thresher.capture.errors import UsageError
from thresher.capture.escape import escape


@click.group("cache")
def command() -> None:
    """List or remove the indexes of captures, and copies of remote logs, that are kept for the next time.

    They hold what the captures hold. --no-cache leaves none.
    """


@command.command("ls")
def ls() -> int:
    """List key, size in bytes, days since the last use and capture of each, separated by tabs."""
    from thresher.capture.store import entries, fetched

    for each in entries.listed():
        capture = each.manifest.path if each.manifest else "(incomplete)"
        output.line(f"{each.key}\t{each.size_bytes}\t{entries.age_days(each):.1f}\t{escape(capture)}")
    for copy in fetched.listed():
        output.line(f"{copy.key}\t{copy.size_bytes}\t{entries.days_since(copy.used):.1f}\t{escape(copy.spec)} (copy)")
    return 0


@command.command("rm")
@click.option("--all", "everything", is_flag=True, help="Remove all of them.")
@click.argument("keys", nargs=-1, metavar="[KEY | CAPTURE]...")
def rm(everything: bool, keys: tuple[str, ...]) -> int:
    """Remove indexes, named by the key that 'cache ls' prints or by their capture."""
    from thresher.capture.store import entries, fetched

    if not everything and not keys:
        raise UsageError("say which with a KEY or CAPTURE, or --all")
    if everything:
        keys = (*(each.key for each in entries.listed()), *(copy.key for copy in fetched.listed()))
    copies = [key for key in keys if fetched.remove(key)]
    for key in copies:
        output.line(f"removed {escape(key)}")
    chosen = [entries.of_path(key) or key for key in keys if key not in copies]
    missing = 0
    for key in chosen:
        if entries.remove(key):
            output.line(f"removed {escape(key)}")
        else:
            missing += 1
            output.note(f"{key}: somebody is using it; close that first")
    return 1 if missing else 0
