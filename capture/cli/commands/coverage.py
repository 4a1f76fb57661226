"""``thresher coverage`` (stage ⑤): what a log covers, where it is silent, who changed the recording."""

from __future__ import annotations

import rich_click as click

from thresher.capture.cli import options, output
from thresher.capture.errors import UsageError


@click.command("coverage")
@options.captures
@options.metadata
@click.option(
    "-T", "--type", "kind", type=click.Choice(("text", "json")), default="text", help="text (default) or json."
)
@options.zone
@options.no_cache
@options.case_file
@options.quiet
@click.argument("words", nargs=-1, metavar="[LOGS]...")
def command(
    captures: tuple[str, ...], kind: str, zone: str, no_cache: bool, quiet: bool, words: tuple[str, ...]
) -> int:
    """Say which accounts, regions, categories and hours cloud logs cover, and where they are silent.

    Up to when everything has been delivered, as a rule; silences of more than an hour; events that stop, start or
    change the recording. No records of a time is no proof that nothing happened then.
    """
    from thresher.capture.cli.coverage_text import as_json, as_text
    from thresher.capture.cli.opening import damage_code, opened
    from thresher.capture.coverage import covers
    from thresher.capture.timetext import zone as zone_of

    where = zone_of(zone)
    with opened([*captures, *words], cache=not no_cache, quiet=quiet) as case:
        stores = [store for store in case.stores if store.dissector.scope is not None]
        if len(stores) != 1:
            raise UsageError(f"coverage works on one log that tells it, these are {len(stores)}; name one with -r")
        found = covers(stores[0])
        if kind == "json":
            output.line(as_json(found, where))
        else:
            output.write(f"{line}\n" for line in as_text(found, where))
        return damage_code(case, quiet)
