"""``thresher filter``: checks, explains and completes."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from thresher.capture.cli.main import main

SHOP = str(Path(__file__).parents[2] / "samples" / "shop" / "shop.scap")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["filter", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_check_prints_the_canonical_form(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "check", "proc.name=curl && evt.failed")[:2] == (0, "proc.name == curl and evt.failed\n")


def test_check_knows_the_name_that_stratoshark_gives_the_event(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "check", 'sysdig.event_name == "notification"')[1] == 'evt.type == "notification"\n'


def test_check_knows_the_fields_of_every_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "check", "ct.name = ConsoleLogin")[0] == 0


def test_check_says_where_a_filter_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "check", "evt.failed and proc.nmae=cat")
    assert (code, out) == (4, "")
    assert "filter:1:16: unknown field 'proc.nmae'; did you mean 'proc.name'?" in err


def test_check_says_what_free_text_searches(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "check", "frame contains passwd")
    assert (code, out) == (0, "frame contains passwd\n")
    assert "'frame' searches the columns proc.name, proc.pid," in err


def test_explain_shows_the_tree(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "explain", "evt.failed and not (proc.name = cat or proc.name = sh)")
    assert out.splitlines() == [
        "all of",
        "  evt.failed",
        "  not",
        "    one of",
        "      proc.name == cat",
        "      proc.name == sh",
    ]


def test_explain_counts_every_condition_and_shows_the_sql(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "explain", "-q", "-r", SHOP, "proc.name = cat and fd.name contains secrets")
    lines = out.splitlines()
    assert code == 0
    assert [line.split()[0] for line in lines[:3]][1] == "357"
    assert lines[-1].startswith("SELECT")


def test_complete_prints_values_with_exact_counts(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "complete", "-r", SHOP, "-T", "ndjson", "evt.type = openat and proc.name = ca")
    first = json.loads(out.splitlines()[0])
    assert (first["insert"], first["count"], first["at_least"]) == ("cat", 93, False)


# --- the configuration file ---


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "thresher" / "config.toml"
    file.parent.mkdir()
    file.write_text(
        '[filters]\n"failed opens" = "evt.type in (open, openat) and evt.failed"\nnone = ""\n'
        '[macros]\nof = "proc.name == $1"\n'
    )
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return file


def test_saved_filters_and_macros_are_called_in_filters(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "check", "${failed_opens} or $of(curl)")[:2] == (
        0, "evt.type in (open, openat) and evt.failed or proc.name == curl\n"
    )  # fmt: skip


def test_what_is_wrong_in_the_file_is_a_note_and_stops_nothing(
    configured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "check", "evt.failed")
    assert (code, out) == (0, "evt.failed\n")
    assert f"note: {configured}:3: filters.none is empty; write a filter" in err


def test_each_condition_behind_a_macro_is_counted(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "explain", "-q", "-r", SHOP, "$of(curl) and evt.failed")
    assert [" ".join(line.split()) for line in out.splitlines()[1:3]] == [
        "35,081 proc.name == curl",
        "3,041 evt.failed",
    ]


def test_a_set_is_read_from_a_file_that_the_user_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = tmp_path / "names.txt"
    listed.write_text("curl\nwget\n")
    _, out, _ = run(capsys, "explain", "-q", "-r", SHOP, f"proc.name in @{listed}")
    assert out.split()[0] == "35,081"


def test_python_reads_them_too(configured: Path) -> None:
    import thresher

    with thresher.open(SHOP, case=False) as capture:
        assert capture.filter("$of(curl)").count() == 35_081


FOREIGN = Path(__file__).parents[1] / "capture" / "filter" / "foreign"


def test_import_prints_what_the_configuration_takes(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "import", str(FOREIGN / "dfilter_buttons"), str(FOREIGN / "dmacros"))
    assert code == 0
    assert set(tomllib.loads(out)) == {"macros", "buttons"}
    assert "# packets = \"tcp.port == $1\"\n#   not taken over: in macro 'packets': unknown field 'tcp.port'" in out
    assert "4 of 7 entries taken over, 3 kept as comments" in err


def test_import_writes_into_the_configuration_and_list_shows_it(
    configured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configured.write_text('[filters]\n"of another source" = "no.such == 1"\n')
    assert run(capsys, "import", "--write", str(FOREIGN / "dfilters"))[:2] == (0, "")
    code, out, _ = run(capsys, "list")
    assert code == 0
    assert out.splitlines()[:2] == [
        "filter\tof another source\tno.such == 1\tunknown field 'no.such'",
        "filter\tFailed calls\tevt.failed == True",
    ]


def test_import_of_something_else_says_what_can_be_imported(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "import", SHOP)
    assert code == 3
    assert "neither dfilters, dmacros, dfilter_buttons, colorfilters nor coloring_rules.jsonc" in err


def test_convert_prints_the_other_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "convert", "--to", "falco", "proc.name == a && evt.failed")[:2] == (
        0,
        "proc.name = a and evt.failed = true\n",
    )
    assert run(capsys, "convert", "--to", "wireshark", "proc.name = a")[1] == "proc.name == a\n"


def test_convert_names_the_part_that_has_no_counterpart(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "convert", "--to", "falco", "evt.failed and frame contains x")
    assert (code, out) == (4, "")
    assert "filter:1:16: field 'frame' has no counterpart in Falco's language" in err


def test_a_rule_can_be_named_and_tagged(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "rule", "--name", "N", "--priority", "warning", "--tag", "t", "proc.name = a")
    assert code == 0
    assert out.startswith('- rule: "N"\n')
    assert '\n  priority: WARNING\n  tags: ["t"]\n' in out


def test_a_language_can_be_forced(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "check", "--lang", "falco", "proc.name in (a, b)")[0] == 0
    code, _, err = run(capsys, "check", "--lang", "wireshark", "proc.name = a")
    assert code == 4
    assert "'=' belongs to Falco's language, not to Wireshark's language; write ==" in err


def test_explain_counts_a_filter_of_a_forced_language(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "explain", "-q", "-r", SHOP, "--lang", "falco", "proc.name in (cat) and evt.failed=true")
    assert code == 0
    assert "proc.name in (cat)" in out


def test_rows_take_the_users_colours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "thresher"
    folder.mkdir()
    rule = '[[colours]]\nname = "x"\nfilter = "proc.name = curl"\nforeground = "#010203"\nbackground = "#fff"\n'
    (folder / "config.toml").write_text(rule)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert main(["read", "-r", SHOP, "-a", "events:1", "--color", "always", "proc.name = curl"]) == 0
    assert capsys.readouterr().out.startswith("\x1b[38;2;1;2;3;48;2;255;255;255m")
