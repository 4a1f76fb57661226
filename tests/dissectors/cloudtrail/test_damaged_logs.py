"""Damage costs what it hit and is told; docs/damaged-logs.md is made from this: run this file to write it anew."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.builders.damaged_logs import KINDS, TEXTS, Kind
from thresher.capture.case import open_case
from thresher.capture.errors import ThresherError

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "damaged-logs.md"
HEAD = f"""# Damaged logs

What happens to logs on their way to an analyst, and what Thresher makes of it. Each row is a file or folder of
{len(TEXTS)} CloudTrail records with one kind of damage; a sixth event is the damaged record where it can be read. Every
stretch that could not be read is told with file, offset and length by `thresher info`; commands end with code 5 then,
and with 3 where nothing could be read at all. The table is made by tests/dissectors/cloudtrail/test_damaged_logs.py.

| what happened | events | what is said |
|---|---|---|
"""


def seen(kind: Kind, folder: Path) -> tuple[int, list[str]]:
    """How many events there are, and everything that is said of the rest."""
    files = kind.files()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    path = folder / next(iter(files)) if len(files) == 1 else folder
    try:
        with open_case([str(path)], cache=False, background=False) as case:
            facts = case.stores[0].facts()
            untimed = [f"{facts.untimed_rows} event without a time"] if facts.untimed_rows else []
            damage = [each.what for each in facts.damage]
            skipped = [f"{Path(each.path).name}: {each.why}" for each in facts.skipped]
            said = [*damage, *skipped, *facts.notes, *untimed]
            return case.count(), [text.replace(str(folder), "") for text in said]
    except ThresherError as error:
        return 0, [str(error).replace(str(path), path.name).partition("; known are")[0]]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.title)
def test_every_readable_event_is_there_and_the_rest_is_told(kind: Kind, tmp_path: Path):
    kept, said = seen(kind, tmp_path)
    assert kept == kind.kept
    assert kind.says in " ".join(said)
    assert said or kind.kept >= len(TEXTS)


def test_there_are_at_least_thirty_kinds():
    assert len({kind.title for kind in KINDS}) >= 30


def test_damage_lies_in_the_file(tmp_path: Path):
    for number, kind in enumerate(KINDS):
        if kind.title.startswith(("the last record", "nested", "NaN", "other lines", "a record that is null")):
            (data,) = kind.files().values()
            path = tmp_path / f"{number}.json"
            path.write_bytes(data)
            with open_case([str(path)], cache=False, background=False) as case:
                facts = case.stores[0].facts()
            assert facts.damage
            for each in facts.damage:
                assert each.path == str(path)
                assert 0 <= each.offset <= each.offset + each.length <= len(data)
            account = facts.accounting
            assert account.event_bytes + account.state_bytes + account.damaged_bytes == len(data)


def document() -> str:
    lines = []
    for kind in KINDS:
        with TemporaryDirectory() as folder:
            kept, said = seen(kind, Path(folder))
        told = "; ".join(dict.fromkeys(said)).replace("|", "\\|").replace("\n", " ") or "nothing: it is read as it is"
        lines.append(f"| {kind.title} | {kept} | {told} |")
    return HEAD + "\n".join(lines) + "\n"


def test_the_document_is_up_to_date():
    listed = [line.split(" | ")[:2] for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("| ")][1:]
    assert listed == [[f"| {kind.title}", str(kind.kept)] for kind in KINDS], f"run: python {Path(__file__).name}"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), "utf-8")
    print(json.dumps([kind.title for kind in KINDS if not kind.says], indent=1))
