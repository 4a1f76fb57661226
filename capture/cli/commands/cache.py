"""``thresher cache`` (stage ⑤): the indexes that are kept, which hold evidence."""

from __future__ import annotations

import rich_click as click

from thresher.capture.cli import output
from thresher.capture.errors import UsageError
from thresher.capture.escape import escape


@click.group("cache")
def command() -> None:
    """List or remove the indexes of captures that are kept for the next time.

    They hold what the captures hold. --no-cache leaves none.
    """


@command.command("ls")
def ls() -> int:
    """List key, size in bytes, days since the last use and capture of each, separated by tabs."""
    from thresher.capture.store import entries

    for each in entries.listed():
        capture = each.manifest.path if each.manifest else "(incomplete)"
        output.line(f"{each.key}\t{each.size_bytes}\t{entries.age_days(each):.1f}\t{escape(capture)}")
    return 0


@command.command("rm")
@click.option("--all", "everything", is_flag=True, help="Remove all of them.")
@click.argument("keys", nargs=-1, metavar="[KEY | CAPTURE]...")
def rm(everything: bool, keys: tuple[str, ...]) -> int:
    """Remove indexes, named by the key that 'cache ls' prints or by their capture."""
    from thresher.capture.store import entries

    if not everything and not keys:
        raise UsageError("say which with a KEY or CAPTURE, or --all")
    chosen = [each.key for each in entries.listed()] if everything else [entries.of_path(key) or key for key in keys]
    missing = 0
    for key in chosen:
        if entries.remove(key):
            output.line(f"removed {escape(key)}")
        else:
            missing += 1
            output.note(f"{key}: somebody is using it; close that first")
    return 1 if missing else 0
