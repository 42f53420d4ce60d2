"""Files from a server: fetched whole, into the folder and nowhere else, over nothing that is there."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scorefield.graph.result import RunResult
from scorefield.remote.outputs import UnsafeName, place_of, write_whole

from .played_server import Played, PlayedServer, image

Run = Callable[..., RunResult]


@pytest.mark.parametrize(
    ("filename", "subfolder", "type", "place"),
    [
        ("a.png", "", "output", "a.png"),
        ("a.png", "x/y", "output", "x/y/a.png"),
        ("a.png", "x\\y", "output", "x/y/a.png"),
        ("a.png", "", "temp", "temp/a.png"),
        ("a.png", "x", "input", "input/x/a.png"),
        ("über 漢.webp", "./x//", "unheard", "x/über 漢.webp"),
    ],
)
def test_a_file_lies_here_as_it_lies_there(
    tmp_path: Path, filename: str, subfolder: str, type: str, place: str
) -> None:
    assert place_of(tmp_path, filename, subfolder, type) == tmp_path / place


@pytest.mark.parametrize(
    ("filename", "subfolder"),
    [
        ("../a.png", ""),
        ("..", ""),
        ("", ""),
        ("a.png", ".."),
        ("a.png", "x/../../y"),
        ("a.png", "x\\..\\..\\y"),
        ("a.png", "/etc"),
        ("a.png", "\\\\host\\share"),
        ("a.png", "C:"),
        ("C:a.png", ""),
        ("/etc/passwd", ""),
        ("x\\a.png", ""),
        ("a\0.png", ""),
        ("a\x1b[2J.png", ""),
        ("con", ""),
        ("NUL.png", ""),
        ("a.png", "Com1"),
        ("a.png ", ""),
        ("a.png.", ""),
        ("a.png:hidden", ""),
        (".bashrc", ""),
        ("hook", ".git/hooks"),
        ("a" * 300, ""),
        ("a\u202egnp.exe", ""),
    ],
)
def test_a_name_that_leads_elsewhere_or_means_more_is_refused(
    tmp_path: Path, filename: str, subfolder: str
) -> None:
    with pytest.raises(UnsafeName):
        place_of(tmp_path, filename, subfolder, "output")


@given(st.text(max_size=12), st.text(alphabet=st.sampled_from("./\\:a~ \0"), max_size=12))
def test_no_name_leads_out_of_the_folder(filename: str, subfolder: str) -> None:
    folder = Path("/nowhere/out")
    try:
        place = place_of(folder, filename, subfolder, "output")
    except UnsafeName:
        return
    assert Path(os.path.normpath(place)).is_relative_to(folder)
    assert place != folder


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (out / "link").symlink_to(tmp_path / "elsewhere")
    (out / "inner").symlink_to(out)
    with pytest.raises(UnsafeName, match="leads out"):
        place_of(out, "a.png", "link/x", "output")
    assert place_of(out, "a.png", "inner", "output") == out / "inner" / "a.png"


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def breaking() -> AsyncIterator[bytes]:
    yield b"half"
    raise ConnectionError


def settle(target: Path, *parts: bytes) -> Path:
    import asyncio

    return asyncio.run(write_whole(target, pieces(*parts)))


def test_what_is_there_stays_and_the_same_is_not_written_again(tmp_path: Path) -> None:
    target = tmp_path / "x" / "a.png"
    assert settle(target, b"one", b" whole") == target
    assert settle(target, b"one whole") == target
    assert settle(target, b"another") == tmp_path / "x" / "a (1).png"
    assert settle(target, b"third") == tmp_path / "x" / "a (2).png"
    assert settle(target, b"another") == tmp_path / "x" / "a (1).png"
    assert sorted(path.name for path in target.parent.iterdir()) == ["a (1).png", "a (2).png", "a.png"]
    assert target.read_bytes() == b"one whole"


def test_the_same_holds_where_the_disk_has_no_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refused)
    test_what_is_there_stays_and_the_same_is_not_written_again(tmp_path)


def test_a_link_in_place_of_the_file_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "a.png").symlink_to(tmp_path / "secret")
    (tmp_path / "b.png").symlink_to(tmp_path / "gone")
    assert settle(tmp_path / "a.png", b"new") == tmp_path / "a (1).png"
    assert settle(tmp_path / "b.png", b"new") == tmp_path / "b (1).png"
    assert (tmp_path / "secret").read_bytes() == b"secret"
    assert not (tmp_path / "gone").exists()


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    import asyncio

    with pytest.raises(ConnectionError):
        asyncio.run(write_whole(tmp_path / "a.png", breaking()))
    assert list(tmp_path.iterdir()) == []


def test_each_file_comes_or_is_named_and_the_others_come(
    server: PlayedServer, run_there: Run, tmp_path: Path
) -> None:
    shown = [image("good.png"), image("../bad.png"), image("gone.png"), image("half.png"), image("good.png")]
    server.files = {"good.png": b"good", "half.png": b"broken off"}

    async def show(server: PlayedServer, job: Played) -> None:
        await server.tell(job, "execution_success")
        outputs = {
            "2": {
                "images": shown,
                "gifs": [{**image("clip.mp4", "v", "temp"), "format": "video"}],
                "text": ["a", {"filename": 5}],
                "animated": True,
            }
        }
        server.files["clip.mp4"] = b"moving"
        server.finish(job, outputs)

    server.program = show
    result = run_there()
    assert result.status == "failed"
    assert [str(failure.problem()) for failure in result.failures] == [
        "node 2 \"Keep\" (Save): the file '../bad.png' is not fetched: '../bad.png' is no name for a file",
        "node 2 \"Keep\" (Save): the file 'gone.png' could not be fetched: "
        f"{server.url} does not answer as a ComfyUI does: there is no /view (HTTP 404)",
        "node 2 \"Keep\" (Save): the file 'half.png' could not be fetched: "
        + result.failures[2].problem().message.partition("fetched: ")[2],
    ]
    out = tmp_path / "out"
    paths = [item.get("path") for item in result.ui["2"]["images"]]
    assert paths == [str(out / "good.png"), None, None, None, str(out / "good.png")]
    assert result.ui["2"]["gifs"][0]["path"] == str(out / "temp" / "v" / "clip.mp4")
    assert (result.ui["2"]["text"], result.ui["2"]["animated"]) == (["a", {"filename": 5}], [True])
    found = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert found == {"good.png": b"good", "temp/v/clip.mp4": b"moving"}
    asked = [view["filename"] for view in server.views]
    assert (asked.count("good.png"), asked.count("half.png"), asked.count("../bad.png")) == (1, 3, 0)


def test_a_disk_that_takes_nothing_is_named(server: PlayedServer, run_there: Run, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file where the folder should be")
    result = run_there()
    assert result.status == "failed"
    assert "the file 'result.txt' could not be written: " in str(result.failures[0].problem())
