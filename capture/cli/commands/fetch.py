"""``thresher fetch`` (stage ⑤): a local copy of CloudTrail from S3, LookupEvents or a queue; it opens like a folder."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import rich_click as click

from thresher.capture.cli import options, output
from thresher.capture.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from thresher.capture.inputs.aws.fetching import Wanted
    from thresher.capture.inputs.aws.s3 import Report

SHOWN_PROBLEMS = 10
SHOWN_PLACES = 40
PARTLY = 5
INTERRUPTED = 130


@click.command("fetch")
@click.option("--since", default="", metavar="TIME", help="Only files that can hold events from this time on.")
@click.option("--until", default="", metavar="TIME", help="Only files that can hold events up to this time.")
@click.option("--slack", default=24.0, metavar="HOURS", help="How late after its events a file may come (default 24).")
@click.option("--dry-run", is_flag=True, help="Say how many objects and bytes there are and about how long it takes.")
@click.option(
    "--lookup", default="", metavar="NAME=VALUE", help="For cloudtrail://: AccessKeyId=…, Username=… or such."
)
@click.option("--profile", default="", metavar="NAME", help="Profile of the AWS configuration; else boto3's own chain.")
@click.option("--region", default="", metavar="REGION", help="Region of the queue, or to reach the bucket by.")
@click.option("--role-arn", default="", metavar="ARN", help="Role to assume; {account} in it stands for --account.")
@click.option("--external-id", default="", metavar="ID", help="What the role's trust policy asks for.")
@click.option("--account", "accounts", multiple=True, metavar="ID", help="For {account} in --role-arn. Repeatable.")
@click.option("--endpoint-url", default="", metavar="URL", help="Another server that speaks AWS's language.")
@click.option("--anonymous", is_flag=True, help="Sign nothing: for public buckets.")
@click.option("--queue-is-mine", is_flag=True, help="For sqs://: nobody else reads the queue.")
@click.option("--delete", is_flag=True, help="For sqs://: delete the messages whose files are kept.")
@options.quiet
@click.argument("source")
@click.argument("folder", required=False)
def command(source: str, folder: str | None, dry_run: bool, quiet: bool, **chosen: Any) -> int:
    """Copy CloudTrail from s3://BUCKET/PREFIX, cloudtrail://REGION (or *) or sqs://QUEUE into FOLDER.

    A run that was ended goes on where it stopped. Nothing is fetched that SOURCE does not name. Credentials come from
    boto3's ordinary chain.
    """
    from pathlib import Path

    from thresher.capture.inputs.aws.fetching import fetch, planned

    wanted = _wanted(source, **chosen)
    if dry_run:
        return _say_plan(planned(wanted))
    if folder is None:
        raise UsageError("name the folder that the copy goes to")
    try:
        report = fetch(wanted, Path(folder), _nothing if quiet else _progress)
    finally:
        _clear()
    return _say(report, folder)


def _wanted(source: str, **chosen: Any) -> Wanted:
    from datetime import timedelta

    from thresher.capture.inputs.aws.account import Access
    from thresher.capture.inputs.aws.fetching import Wanted
    from thresher.capture.inputs.aws.layout import Window

    access = Access(
        profile=chosen["profile"],
        region=chosen["region"],
        role_arn=chosen["role_arn"],
        external_id=chosen["external_id"],
        endpoint_url=chosen["endpoint_url"],
        is_anonymous=chosen["anonymous"],
    )
    window = Window(_time(chosen["since"]), _time(chosen["until"]), timedelta(hours=chosen["slack"]))
    return Wanted(
        source,
        access,
        window,
        chosen["accounts"],
        chosen["lookup"],
        is_queue_mine=chosen["queue_is_mine"],
        deletes=chosen["delete"],
    )


def _time(text: str) -> datetime | None:
    """A time in UTC unless it names a zone."""
    from datetime import UTC, datetime

    from thresher.capture.filter.times import moment

    if not text:
        return None
    try:
        return datetime.fromtimestamp(moment(text, UTC) // 1_000_000_000, UTC)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _nothing(_report: Report) -> None:
    """For ``--quiet``."""


def _progress(report: Report) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(
            f"\r\x1b[Kfetched {report.fetched:,} of {report.found:,} found, {report.fetched_bytes:,} bytes"
        )
        sys.stderr.flush()


def _clear() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")


def _say_plan(report: Report) -> int:
    """The plan as data: a line a place, then the sum."""
    from thresher.capture.inputs.aws.fetching import seconds

    for (account, kind, region), count in sorted(report.places.items())[:SHOWN_PLACES]:
        output.line(f"{account or '-'}\t{kind or '-'}\t{region or '-'}\t{count} objects")
    output.line(f"{report.found} objects, {report.found_bytes} bytes, about {seconds(report):.0f} s")
    _say_problems(report)
    return PARTLY if report.problems else 0


def _say(report: Report, folder: str) -> int:
    output.line(
        f"{report.fetched} fetched, {report.fetched_bytes} bytes; {report.known} were there already; in {folder}"
    )
    _say_problems(report)
    if report.was_interrupted:
        output.note("interrupted: what has come is kept, and the same command goes on from there")
        return INTERRUPTED
    return PARTLY if report.problems else 0


def _say_problems(report: Report) -> None:
    for text in report.left_out:
        output.note(f"left out, no CloudTrail: {text}")
    for text in report.notes:
        output.note(text)
    for text in report.problems[:SHOWN_PROBLEMS]:
        output.note(text)
    if len(report.problems) > SHOWN_PROBLEMS:
        output.note(f"{len(report.problems) - SHOWN_PROBLEMS:,} more problems; the folder's manifest has them all")
