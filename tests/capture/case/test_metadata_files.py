"""Files beside a capture fill in what it does not say of its containers, for as long as they are given."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

import thresher
from tests.builders.entries import process
from tests.builders.kernel_story import INIT, SHELL, Story
from tests.dissectors.syscall.test_supplied_metadata import DOCKER, FULL, POD, UID
from thresher.capture.errors import UsageError

INSIDE = f"cpu=/kubepods/burstable/pod{UID}/{FULL}"
OTHER = f"cpu=/kubepods/burstable/pod{UID}/{'0' * 64}"
RECORDED = {"container": {"id": FULL[:12], "type": 7, "name": "web", "image": "shop/web:1.3", "labels": {"x": "y"}}}


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """A shell on the host, one in a container that the recorder tells of at the end, and another in its pod."""
    story = Story(
        [process(INIT, 0), process(SHELL), process(20, cgroups=INSIDE.encode()), process(30, cgroups=OTHER.encode())]
    )
    for tid in (SHELL, 20, 30):
        story.touched(0, tid)
    story.did("container", 0, way=">", json=json.dumps(RECORDED))
    path = tmp_path / "story.scap"
    path.write_bytes(bytes(story))
    return path


def said(capture: Path, *files: object, fields: Sequence[str]) -> list[tuple[object, ...]]:
    """These fields of each event, with files that hold these documents."""
    with thresher.open(capture, metadata=given(capture, *files)) as opened:
        return list(opened.select(*fields).rows())


def given(capture: Path, *files: object) -> list[Path]:
    paths = [capture.with_name(f"{number}.json") for number in range(len(files))]
    for path, document in zip(paths, files, strict=True):
        path.write_text(json.dumps(document))
    return paths


def test_what_the_capture_leaves_open_comes_from_the_file_for_all_events(capture: Path) -> None:
    found = said(capture, POD, fields=["k8s.pod.name", "k8s.ns.name", "k8s.pod.label.app", "container.privileged"])
    assert found == [(None, None, None, None), ("web-0", "shop", "web", True), ("web-0", "shop", "web", None)]


def test_what_the_capture_says_counts(capture: Path) -> None:
    assert said(capture, POD, fields=["container.image", "container.labels"])[1] == ("shop/web:1.3", "x:y")


def test_a_second_opening_without_the_file_knows_nothing_of_it(capture: Path) -> None:
    said(capture, POD, fields=["k8s.pod.name"])
    assert said(capture, fields=["k8s.pod.name"]) == [(None,)] * 3
    assert said(capture, POD, fields=["k8s.pod.name"])[1] == ("web-0",)


def test_filters_and_sql_see_the_file(capture: Path) -> None:
    with thresher.open(capture, metadata=given(capture, POD)) as opened:
        assert opened.filter('k8s.pod.name == "web-0"').count() == 2
        assert opened.filter('k8s.pod.name != "web-0"').count() == 0
        assert opened.sql("SELECT count(*) AS n FROM containers WHERE pod_name = 'web-0'").to_pylist() == [{"n": 2}]


def test_the_first_of_several_files_counts(capture: Path) -> None:
    other = {**DOCKER, "HostConfig": {"Privileged": False}}
    fields = ["container.privileged", "container.healthcheck"]
    assert said(capture, POD, [other], fields=fields)[1] == (True, "curl -f localhost")
    assert said(capture, [other], POD, fields=fields)[1] == (False, "curl -f localhost")


def test_why_names_the_file_or_the_capture(capture: Path) -> None:
    (path,) = given(capture, POD)
    with thresher.open(capture, metadata=[path]) as opened:
        event = next(iter(opened.filter("container.id startswith '3f4e'")))
        texts = [event.why(name)[0].text for name in ("k8s.pod.name", "container.image")]
        other = next(iter(opened.filter("container.id startswith '0000'")))
        assert other.why("k8s.pod.name")[0].text == texts[0]
    assert texts[0] == f"the file {path}, given with --metadata"
    assert "capture's metadata" in texts[1]


def test_contradictions_and_files_of_elsewhere_are_found(capture: Path) -> None:
    elsewhere = [{**DOCKER, "Id": "f" * 64}]
    with thresher.open(capture, metadata=given(capture, POD, elsewhere)) as opened:
        (facts,) = opened.info
    first, second = [note for note in facts.notes if ".json" in note]
    assert "nothing in this capture is of the 1 containers and pods" in first
    assert "the image of container 3f4e1c9ab27d is shop/web:1.4 there and shop/web:1.3 in the capture" in second


@pytest.mark.parametrize(
    ("recorded", "there"), [("nginx", "docker.io/library/nginx:latest"), ("shop/web:1.4", "shop/web:1.4")]
)
def test_another_spelling_of_an_image_is_no_contradiction(recorded: str, there: str, tmp_path: Path) -> None:
    story = Story([process(INIT, 0), process(20, cgroups=INSIDE.encode())])
    story.did("container", 0, way=">", json=json.dumps({"container": {"id": FULL[:12], "type": 0, "image": recorded}}))
    story.touched(0, 20)
    path = tmp_path / "story.scap"
    path.write_bytes(bytes(story))
    with thresher.open(path, metadata=given(path, [{**DOCKER, "Config": {"Image": there}}])) as opened:
        assert not [note for (facts,) in [opened.info] for note in facts.notes if ".json" in note]


def test_a_file_that_cannot_be_read_stops_the_opening(capture: Path) -> None:
    with pytest.raises(UsageError, match=r"missing\.json: cannot be read"):
        thresher.open(capture, metadata=["missing.json"])


def test_logs_without_containers_take_no_metadata(tmp_path: Path) -> None:
    log = tmp_path / "log.json"
    log.write_text('{"Records": []}')
    with pytest.raises(UsageError, match="containers of system-call captures"):
        thresher.open(Path(__file__).parents[3] / "samples" / "cluster", metadata=given(log, POD))
