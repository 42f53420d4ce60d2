"""Files that a workflow names and that lie here are brought to the server, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scorefield.graph.errors import InvalidWorkflow
from scorefield.graph.loading import read_source
from scorefield.graph.result import RunResult
from scorefield.graph.run import Surroundings, prepare
from scorefield.remote.server import connect

from .conftest import QUICK
from .played_server import PlayedServer

Run = Callable[..., RunResult]


def reading(name: Any) -> dict[str, Any]:
    return {
        "1": {"class_type": "Read", "inputs": {"image": name}},
        "2": {"class_type": "Save", "inputs": {"number": ["1", 0]}},
    }


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """Our input folder, with a picture in it."""
    folder = tmp_path / "input" / "deep"
    folder.mkdir(parents=True)
    (folder / "mine.png").write_bytes(b"mine")
    return folder.parent


@pytest.mark.parametrize("name", ["deep/mine.png", "deep/mine.png [input]"])
def test_a_file_goes_to_the_same_folder_there(
    server: PlayedServer, run_there: Run, here: Path, name: str
) -> None:
    assert run_there(reading(name)).status == "done"
    assert server.inputs == {"deep/mine.png": b"mine"}
    assert server.sent[0].prompt["1"]["inputs"]["image"] == name


def test_a_file_that_is_there_with_other_content_stays_and_ours_is_used(
    server: PlayedServer, run_there: Run, here: Path
) -> None:
    server.inputs["deep/mine.png"] = b"theirs"
    run_there(reading("deep/mine.png"))
    assert server.inputs == {"deep/mine.png": b"theirs", "deep/other mine.png": b"mine"}
    assert server.sent[0].prompt["1"]["inputs"]["image"] == "deep/other mine.png"


def test_an_override_may_name_a_file_of_ours_or_one_that_the_server_does_not_list(
    server: PlayedServer, run_there: Run, here: Path
) -> None:
    run_there(reading("there.png"), "Read.image=deep/mine.png")
    assert server.inputs == {"deep/mine.png": b"mine"}
    run_there(reading("there.png"), "Read.image=folder/unlisted.png")
    assert server.sent[1].prompt["1"]["inputs"]["image"] == "folder/unlisted.png"


@pytest.mark.parametrize(
    "name",
    ["there.png", "../secret", "/etc/hostname", "deep", "", "link", "deep/mine.png [output]", 5, "a\0b"],
)
def test_what_does_not_lie_in_the_input_folder_is_not_sent(
    server: PlayedServer, run_there: Run, here: Path, name: Any
) -> None:
    (here.parent / "secret").write_bytes(b"secret")
    (here / "link").symlink_to(here.parent / "secret")
    assert run_there(reading(name)).status == "done"
    assert server.inputs == {}
    assert server.sent[0].prompt["1"]["inputs"]["image"] == name


def test_a_value_of_an_input_without_uploads_is_no_file(
    server: PlayedServer, run_there: Run, here: Path
) -> None:
    graph = reading("there.png")
    graph["2"]["inputs"]["name"] = "deep/mine.png"
    run_there(graph)
    assert server.inputs == {}


def test_a_file_goes_once_and_again_when_it_has_changed(
    server: PlayedServer, here: Path, tmp_path: Path
) -> None:
    place = connect(server.url, pace=QUICK)
    job = prepare(read_source(reading("deep/mine.png"), place.definitions), place.definitions)
    around = Surroundings(tmp_path / "out", here)
    uploads = []
    server.on_upload = lambda name: uploads.append(name)
    place.run_job(job, around)
    place.run_job(job, around)
    (here / "deep" / "mine.png").write_bytes(b"mine, changed")
    place.run_job(job, around)
    assert uploads == ["deep/mine.png", "deep/mine.png"]
    assert [job.prompt["1"]["inputs"]["image"] for job in server.sent] == [
        "deep/mine.png",
        "deep/mine.png",
        "deep/other mine.png",
    ]


def test_a_server_that_takes_no_files_is_told_of_and_nothing_runs(
    server: PlayedServer, run_there: Run, here: Path
) -> None:
    def full(_name: str) -> None:
        raise OSError("no space")

    server.on_upload = full
    with pytest.raises(InvalidWorkflow, match="/upload/image answers HTTP 500"):
        run_there(reading("deep/mine.png"))
    assert server.sent == []


def test_a_file_that_cannot_be_read_is_told_of(
    server: PlayedServer, run_there: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(InvalidWorkflow, match=r"node 1: .*mine\.png cannot be read: Permission denied"):
        run_there(reading("deep/mine.png"))
