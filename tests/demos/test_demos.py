"""Demos run into a gallery: what is on the page is there, and what is there is whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from scorefield.cli.main import main
from scorefield.gallery import THUMBNAIL, as_html
from scorefield.workflows import CHAPTERS, FOLDER, QUICK, every_demo, every_large_demo, note_of


def test_every_saved_workflow_is_a_demo_once() -> None:
    assert sorted((*every_demo(), *every_large_demo())) == sorted(path.stem for path in FOLDER.glob("*.json"))
    assert set(QUICK) <= set(every_demo()) and all(CHAPTERS.values())


def test_the_readme_tells_of_every_demo_that_runs_on_what_ships() -> None:
    readme = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    assert f"all {len(every_demo())} saved workflows that run on what ships" in readme
    assert [name for name in every_demo() if f"`{name}`" not in readme] == []


def test_the_page_shows_what_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a relative folder, as the README's command has it."""
    monkeypatch.chdir(tmp_path)
    assert main(["demos", "cfg-conventions", "image-to-point", "--out", "gallery"]) == 0
    page = Path(capsys.readouterr().out.strip())
    assert page == tmp_path / "gallery" / "index.html"
    text = page.read_text(encoding="utf-8")
    pictures = re.findall(r'<img src="([^"]+)"', text)
    assert [Path(picture).parent.name for picture in pictures] == ["image-to-point"] * 2 + ["cfg-conventions"]
    for picture in pictures:
        with Image.open(page.parent / picture) as opened:
            opened.verify()
    assert text.index("A picture is a point") < text.index("Two formulas, one field")
    assert "largest difference" in text


def test_a_second_run_takes_the_place_of_the_first(tmp_path: Path) -> None:
    for _ in range(2):
        assert main(["demos", "image-to-point", "--out", str(tmp_path)]) == 0
    found = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert found == [
        "image-to-point/picture_00001_.png",
        "image-to-point/point_00001_.png",
        "index.html",
    ]


def test_a_thumbnail_is_a_small_square(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    assert main(["demos", "image-to-point", "--out", str(tmp_path), "--thumbnails", str(small)]) == 0
    with Image.open(small / "image-to-point.jpg") as picture:
        assert picture.size == (THUMBNAIL, THUMBNAIL)


def test_an_unknown_demo_is_refused_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demos", "ddim-2", "--out", str(tmp_path / "gallery")]) == 2
    assert "ddim-2d" in capsys.readouterr().err
    assert not (tmp_path / "gallery").exists()


@pytest.mark.parametrize("name", (*every_demo(), *every_large_demo()))
def test_a_note_says_what_to_look_for_and_what_to_try(name: str) -> None:
    note = note_of(name)
    assert note.startswith("## ") and "**Look for:**" in note and "**Try:**" in note


def test_notes_become_html_and_nothing_else() -> None:
    assert as_html("## A <b>\n\nsome **strong** *soft* `x < y`") == (
        "<h3>A &lt;b&gt;</h3>\n<p>some <strong>strong</strong> <em>soft</em> <code>x &lt; y</code></p>"
    )
