"""``thresher filter import`` and ``list`` (stage ⑤): filters of other programs taken over, saved ones shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from thresher.capture.cli import output
from thresher.capture.cli.filter_reading import catalogues
from thresher.capture.cli.opening import tell_of_configuration
from thresher.capture.escape import escape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from thresher.capture.filter.adopting import Check, Entry
    from thresher.capture.model import ColourRule


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--write", is_flag=True, help="Add them to the configuration file instead of printing them.")
def import_command(files: tuple[str, ...], write: bool) -> int:
    """Make entries of config.toml of dfilters, dmacros, dfilter_buttons, colorfilters and coloring_rules.jsonc.

    Every filter is parsed and checked; one that cannot be taken over is kept as a comment with the reason. Colour rules
    keep their colours and their order.
    """
    from thresher.capture.filter import adopting, foreign_files, saved

    found = [each for name in files for each in foreign_files.read(Path(name))]
    there = saved.current()
    tell_of_configuration(there)
    entries = adopting.adopted(found, there, checking())
    if write:
        adopting.add(there.path, entries)
    else:
        output.write([adopting.written(entries)])
    output.note(_summary(len(found), entries, str(there.path) if write else ""))
    return 0


def _summary(found: int, entries: list[Entry], path: str) -> str:
    left_out = sum(1 for entry in entries if entry.problem)
    parts = [f"{len(entries) - left_out:,} of {found:,} entries taken over" + (f" into {path}" if path else "")]
    parts += [f"{left_out:,} kept as comments with the reason"] if left_out else []
    parts += [f"{found - len(entries):,} were there already"] if found > len(entries) else []
    return ", ".join(parts)


def checking() -> Check:
    """What tells whether some source understands a filter; if none does, what the one says that came furthest."""
    from thresher.capture.filter import validate
    from thresher.capture.filter.surroundings import Surroundings

    known = catalogues()

    def check(text: str, macros: Mapping[str, str]) -> str | None:
        errors = []
        for catalogue in known:
            error = validate(text, catalogue, around=Surroundings(macros=macros))
            if error is None:
                return None
            errors.append(error)
        return str(max(errors, key=lambda each: (each.start, bool(each.hint))))

    return check


def _both(rule: ColourRule) -> str:
    """The colours of a rule as files of other programs have them, both: what is not set, black on white."""
    front, _, back = f" {rule.style}".partition(" on ")
    return f"{front.strip() or '#000000'} on {back or '#ffffff'}"


@click.command("list")
def list_command() -> int:
    """Print the filters, macros, buttons and colour rules of config.toml.

    Kind, name, text, and what is wrong with it, separated by tabs.
    """
    from thresher.capture.filter import adopting, foreign_files, saved

    there = saved.current()
    tell_of_configuration(there)
    rows = [foreign_files.Foreign(foreign_files.FILTER, name, text) for name, text in there.filters.items()]
    rows += [foreign_files.Foreign(foreign_files.MACRO, name, text) for name, text in there.macros.items()]
    rows += [foreign_files.Foreign(foreign_files.BUTTON, each.label, each.filter) for each in there.buttons]
    rows += [foreign_files.Foreign(foreign_files.COLOUR, each.name, each.filter, _both(each)) for each in there.colours]
    nothing = saved.Saved(there.path, {}, {})
    check, macros = checking(), there.expansions()
    for entry, row in zip(
        adopting.adopted(rows, nothing, lambda text, own: check(text, {**macros, **own})), rows, strict=True
    ):
        output.line("\t".join(map(escape, (row.kind, row.name, row.text, entry.problem))).rstrip("\t"))
    return 0
