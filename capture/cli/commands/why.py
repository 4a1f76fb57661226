"""``thresher why`` (stage ⑤): what proves the values that an event shows."""

from __future__ import annotations

from dataclasses import asdict

import rich_click as click

from thresher.capture.cli import options, output
from thresher.capture.errors import QueryError, UsageError


@click.command("why")
@options.captures
@options.metadata
@click.option(
    "-T", "--type", "kind", type=click.Choice(("text", "json")), default="text", help="text (default) or json."
)
@options.no_cache
@options.case_file
@options.quiet
@click.argument("number", type=click.IntRange(min=1), metavar="EVENT_NUM")
@click.argument("fields", nargs=-1, metavar="FIELD...")
def command(
    captures: tuple[str, ...], kind: str, no_cache: bool, quiet: bool, number: int, fields: tuple[str, ...]
) -> int:
    """Say what proves the value of each FIELD of an event: this or another event, a list at the capture's beginning,
    what was inherited at a clone, or a guess after a gap.

    thresher why -r shop.scap 143138 proc.name fd.name
    """
    from thresher.capture.cli.opening import damage_code, opened
    from thresher.capture.escape import escape

    if not fields:
        raise UsageError("no field named; say which behind the number")
    with opened(captures, cache=not no_cache, quiet=quiet) as case:
        position = case.position_of(number)
        if case.number(position) != (0, number):
            raise QueryError(f"there is no event {number:,}")
        answers = [answer for field in fields for answer in case.why(position, field)]
        if kind == "json":
            import json

            output.line(json.dumps([asdict(answer) for answer in answers], ensure_ascii=True, default=_hex))
        else:
            for answer in answers:
                value = "" if answer.value is None else f" = {escape(str(answer.value))}"
                at = (
                    f", block at byte {answer.offset_bytes:,}"
                    if answer.offset_bytes and " at byte " not in answer.text
                    else ""
                )
                output.line(f"{answer.field}{value}\n  {escape(answer.text)}{at}")
        return damage_code(case, quiet)


def _hex(value: object) -> str:
    """Bytes as JSON has them."""
    return value.hex() if isinstance(value, bytes) else str(value)
