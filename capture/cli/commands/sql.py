"""``thresher sql`` (stage ⑤): one SELECT over the tables of a capture."""

from __future__ import annotations

import rich_click as click

from thresher.capture.cli import options, output
from thresher.capture.errors import UsageError


@click.command("sql")
@options.captures
@options.metadata
@click.option(
    "-T",
    "--type",
    "kind",
    type=click.Choice(("fields", "json", "ndjson", "csv")),
    default="csv",
    help="csv (default), fields, json, ndjson.",
)
@options.no_cache
@options.case_file
@options.quiet
@click.argument("statement")
def command(captures: tuple[str, ...], kind: str, no_cache: bool, quiet: bool, statement: str) -> int:
    """Run one SELECT over the tables of one capture: events, processes, fds, files and so on.

    thresher sql -r shop.scap "SELECT name, count(*) FROM processes GROUP BY name ORDER BY 2 DESC"
    """
    from thresher.capture import export
    from thresher.capture.case.statement import run
    from thresher.capture.cli.interrupting import interruptible
    from thresher.capture.cli.opening import damage_code, opened

    with opened(captures, cache=not no_cache, quiet=quiet) as case:
        if len(case.stores) != 1:
            raise UsageError(f"sql works on one capture, these are {len(case.stores)}; name one with -r")
        with interruptible() as cancel, run(case.stores[0], statement, cancel) as result:
            columns, batches = result.columns, result.batches()
            if kind == "fields":
                output.write(export.as_fields(columns, batches, export.FieldsOptions(header=True)))
            else:
                make = {"csv": export.as_csv, "json": export.as_json, "ndjson": export.as_ndjson}[kind]
                output.write(make(columns, batches))
        return damage_code(case, quiet)
