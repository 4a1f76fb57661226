"""``thresher info`` (stage ⑤): what a capture holds and where its bytes went."""

from __future__ import annotations

import rich_click as click

from thresher.capture.cli import options, output


@click.command("info")
@options.captures
@options.metadata
@click.option(
    "-T", "--type", "kind", type=click.Choice(("text", "json")), default="text", help="text (default) or json."
)
@options.zone
@options.no_cache
@options.case_file
@options.quiet
@click.argument("words", nargs=-1, metavar="[CAPTURE]...")
def command(
    captures: tuple[str, ...], kind: str, zone: str, no_cache: bool, quiet: bool, words: tuple[str, ...]
) -> int:
    """Say what captures hold: sources, counts, time span, machine, bytes, drops, damage, hash.

    The bytes of events, state, unknown and damaged parts add up to the uncompressed size.
    """
    from thresher.capture.cli.facts_text import as_json, as_text
    from thresher.capture.cli.opening import damage_code, opened
    from thresher.capture.timetext import zone as zone_of

    where = zone_of(zone)
    with opened([*captures, *words], cache=not no_cache, quiet=quiet) as case:
        make = as_json if kind == "json" else as_text
        output.write(f"{line}\n" for line in make(case, where))
        return damage_code(case, quiet=True)
