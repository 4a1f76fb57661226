"""``thresher filter convert`` and ``rule`` (stage ⑤): a filter for use elsewhere, or the part that cannot be."""

from __future__ import annotations

import rich_click as click

from thresher.capture.cli import options, output
from thresher.capture.cli.filter_reading import understanding, users

PRIORITIES = ("emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug")


@click.command("convert")
@options.language
@click.option("--to", "target", type=click.Choice(("wireshark", "falco")), required=True, help="Language to print.")
@click.argument("text", metavar="FILTER")
def convert(target: str, text: str) -> int:
    """Print FILTER in Wireshark's or Falco's language; exit code 4, and the part, where that has no counterpart.

    thresher filter convert --to falco 'proc.name == "curl" && fd.rip in {10.0.0.0/8}'
    """
    from thresher.capture.filter.falco import condition
    from thresher.capture.filter.wireshark import display_filter

    around = users()
    printed = condition if target == "falco" else display_filter
    output.line(printed(text, understanding(text, around), around))
    return 0


@click.command("rule")
@options.language
@click.option("--name", default="", help="Name of the rule; the filter by default.")
@click.option("--desc", default="", help="What the rule is for.")
@click.option("--priority", type=click.Choice(PRIORITIES, case_sensitive=False), default="notice", help="Of the alert.")
@click.option("--tag", "tags", multiple=True, metavar="WORD", help="A tag; repeatable.")
@click.argument("text", metavar="FILTER")
def rule(name: str, desc: str, priority: str, tags: tuple[str, ...], text: str) -> int:
    """Print a rule of Falco for FILTER, in YAML; exit code 4, and the part, where Falco cannot say it.

    thresher filter rule --name "Secrets are read" 'evt.type in (open, openat) and fd.name startswith /run/secrets'
    """
    from thresher.capture.discovery import dissector
    from thresher.capture.filter.falco_rule import Heading
    from thresher.capture.filter.falco_rule import rule as written

    around = users()
    known = understanding(text, around)
    title = name or text
    heading = Heading(title, desc or f"Events that match {text}", priority.upper(), tags)
    output.write([written(text, heading, dissector(known.source), known, around)])
    return 0
