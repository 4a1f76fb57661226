"""``thresher chain`` (stage ⑤): a credential's origin, what was derived from it, and what was done with all of that."""

from __future__ import annotations

import rich_click as click

from thresher.capture.cli import options, output
from thresher.capture.errors import UsageError


@click.command("chain")
@options.captures
@options.metadata
@click.option(
    "-T", "--type", "kind", type=click.Choice(("text", "json")), default="text", help="text (default) or json."
)
@options.zone
@options.no_cache
@options.case_file
@options.quiet
@click.argument("seed", metavar="KEY|ARN|NAME|EVENT")
def command(captures: tuple[str, ...], kind: str, zone: str, no_cache: bool, quiet: bool, seed: str) -> int:
    """Follow a credential to where it came from and to what was done with it.

    Shows the tree of credentials that the key, principal or event number belongs to: from the first one down to all
    that were derived from it, each with issue, expiry, use and state at the end of the log; then the resources they
    touched and which of their changes still stand.

    thresher chain AKIAIOSFODNN7EXAMPLE -r samples/cloud/AWSLogs
    """
    from thresher.capture import lineage
    from thresher.capture.cli.chain_text import as_json, as_text
    from thresher.capture.cli.opening import damage_code, opened
    from thresher.capture.timetext import zone as zone_of

    where = zone_of(zone)
    with opened(captures, cache=not no_cache, quiet=quiet) as case:
        stores = [store for store in case.stores if store.dissector.credentials is not None]
        if len(stores) != 1:
            raise UsageError(f"chain works on one log with credentials, these are {len(stores)}; name one with -r")
        found = lineage.trace(stores[0], seed)
        keys = found.keys()
        make = as_json if kind == "json" else as_text
        lines = make(found, lineage.touched(stores[0], keys), lineage.changes(stores[0], keys), where)
        output.write(f"{line}\n" for line in lines)
        return damage_code(case, quiet)
