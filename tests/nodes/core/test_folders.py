"""Files are found in the input, output and temp folders, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from scorefield.nodes.core.folders import Folders


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    for name in ("input/sub/tom.png", "input/cat.png", "input/notes.txt", "output/cat.png", "secret.png"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "output" / "temp").mkdir()
    (tmp_path / "output" / "temp" / "seen.png").write_text("temp")
    return Folders(tmp_path / "input", tmp_path / "output")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cat.png", "input/cat.png"),
        ("cat.png [input]", "input/cat.png"),
        ("cat.png [output]", "output/cat.png"),
        ("seen.png [temp]", "temp"),
        ("sub/tom.png", "input/sub/tom.png"),
        ("sub\\tom.png", "input/sub/tom.png"),
        ("sub\\tom.png [input]", "input/sub/tom.png"),
        ("sub/../cat.png", "input/cat.png"),
    ],
)
def test_a_name_leads_to_the_file_it_says(folders: Folders, name: str, content: str) -> None:
    assert folders.find(name).read_text() == content


@pytest.mark.parametrize(
    "name",
    ["../secret.png", "sub/../../secret.png", "..\\secret.png", "../secret.png [output]", "a\0b.png"],
)
def test_a_name_that_leads_out_is_refused(folders: Folders, name: str) -> None:
    with pytest.raises(ValueError, match=r"leads out of the (input|output) folder"):
        folders.find(name)


def test_an_absolute_path_is_refused_even_inside(folders: Folders) -> None:
    with pytest.raises(ValueError, match="leads out"):
        folders.find(str((folders.input / "cat.png").absolute()))


def test_a_link_out_of_the_folder_is_refused_and_one_inside_is_not(folders: Folders) -> None:
    (folders.input / "out.png").symlink_to(folders.input.parent / "secret.png")
    (folders.input / "away").symlink_to(folders.input.parent)
    (folders.input / "circle").symlink_to(folders.input / "circle")
    (folders.input / "in.png").symlink_to(folders.input / "cat.png")
    for name in ("out.png", "away/secret.png"):
        with pytest.raises(ValueError, match="leads out"):
            folders.find(name)
    with pytest.raises(ValueError, match=r"leads out|there is no file"):
        folders.find("circle")
    assert folders.find("in.png").read_text() == "input/cat.png"


def test_a_missing_file_is_named_with_those_that_are_meant(folders: Folders) -> None:
    with pytest.raises(ValueError, match=r"no file 'cats.png' in the input folder.*did you mean cat.png"):
        folders.find("cats.png")
    with pytest.raises(ValueError, match="there is no file 'sub'"):
        folders.find("sub")
    with pytest.raises(ValueError, match="there are none"):
        Folders(folders.input / "nowhere").find("cat.png")


def test_the_list_is_of_pictures_that_are_there_now(folders: Folders) -> None:
    assert folders.pictures() == ("cat.png",)
    (folders.input / "a.webp").touch()
    (folders.input / "b.latent").touch()
    assert folders.pictures() == ("a.webp", "cat.png") and folders.latents() == ("b.latent",)
    assert Folders(folders.input / "nowhere").pictures() == ()
