"""``thresher verify`` (stage ⑤): whether a copy of logs is what was delivered, by the digests delivered with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import rich_click as click

from thresher.capture.cli import options, output
from thresher.capture.errors import UsageError
from thresher.capture.escape import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from thresher.capture.custody import Finding

DOES_NOT_HOLD = 1


@click.command("verify")
@options.captures
@click.option(
    "-T", "--type", "kind", type=click.Choice(("text", "json")), default="text", help="text (default) or json."
)
@click.option("-a", "--all", "with_valid", is_flag=True, help="List the valid files too.")
@click.argument("words", nargs=-1, metavar="[LOGS]...")
def command(captures: tuple[str, ...], kind: str, with_valid: bool, words: tuple[str, ...]) -> int:
    """Check a local copy of CloudTrail logs against the digest files in it, without any network.

    Every file is valid, changed, missing, unlisted or unverifiable. Hashes and links between digests are always
    checked; signatures where the copy has OBJECT.meta.json (S3's metadata of a digest) and public-keys.json (what
    cloudtrail:ListPublicKeys answers). Exit code 1 when something is changed, missing or unlisted.
    """
    from thresher.capture import checking
    from thresher.capture.custody import FAILED

    specs = [*captures, *words]
    if not specs:
        raise UsageError("no logs named; say which folder")
    findings = checking.check(specs)
    if kind == "json":
        output.line(json.dumps([_record(finding) for finding in findings], indent=2))
    else:
        output.write(f"{line}\n" for line in _text(findings, with_valid))
    return DOES_NOT_HOLD if any(finding.verdict in FAILED for finding in findings) else 0


def _record(finding: Finding) -> dict[str, str]:
    return {"file": finding.path, "verdict": finding.verdict.value, "why": finding.why, "proof": finding.proof}


def _text(findings: Sequence[Finding], with_valid: bool) -> Iterator[str]:
    from thresher.capture.custody import Verdict

    for finding in findings:
        if finding.verdict is not Verdict.VALID or with_valid:
            proof = f" ({finding.proof})" if finding.proof else ""
            yield escape(f"{finding.verdict.value:<13} {finding.path}: {finding.why}{proof}")
    counts = {verdict: sum(finding.verdict is verdict for finding in findings) for verdict in Verdict}
    yield ", ".join(f"{count:,} {verdict.value}" for verdict, count in counts.items())
