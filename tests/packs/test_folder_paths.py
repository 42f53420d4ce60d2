"""The folders that packs ask for, and that nothing leads out of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scorefield.packs.stand_ins.folder_paths import FolderPaths
from scorefield.packs.stand_ins.places import Places

from .conftest import Load, WritePack, one_node, shown


@pytest.fixture
def paths(places: Places) -> FolderPaths:
    for folder in (places.output, places.input, places.models / "loras" / "mine"):
        folder.mkdir(parents=True)
    return FolderPaths(places)


def test_the_folders_have_names(paths: FolderPaths, tmp_path: Path) -> None:
    assert paths.get_output_directory() == str(tmp_path / "output")
    assert paths.get_input_directory() == str(tmp_path / "input")
    assert paths.get_temp_directory() == str(tmp_path / "output" / "temp")
    assert paths.get_directory_by_type("temp") == paths.get_temp_directory()
    assert paths.get_directory_by_type("models") is None


def test_a_running_node_gets_the_folders_of_its_run(
    write_pack: WritePack, load: Load, run_packs: Callable[..., Any], tmp_path: Path
) -> None:
    work = """
    def work(value):
        one, two = folder_paths.output_directory, folder_paths.get_temp_directory()
        return [one, two, folder_paths.get_input_directory()]
    """
    write_pack("pack", one_node("N", work, "import folder_paths"))
    assert shown(run_packs(load(), {"n": {"class_type": "N", "inputs": {}}})) == [
        str([str(tmp_path / name) for name in ("run", "run/temp", "run_input")])
    ]


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("a.png", "input"),
        ("a.png [output]", "output"),
        ("sub/a.png[input]", "input"),
        ("a.png [temp]", "output/temp"),
    ],
)
def test_a_name_may_say_its_folder(paths: FolderPaths, tmp_path: Path, name: str, folder: str) -> None:
    bare = name.split("[")[0].strip()
    assert paths.get_annotated_filepath(name) == str(tmp_path / folder / bare)
    assert not paths.exists_annotated_filepath(name)
    (tmp_path / folder / bare).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / folder / bare).touch()
    assert paths.exists_annotated_filepath(name)


@pytest.mark.parametrize(
    "name", ["../secret/a", "/etc/passwd", "a/../../secret/a [output]", "link/secret", "..", "a\0/b"]
)
def test_no_name_leads_out_of_its_folder(paths: FolderPaths, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "a").touch()
    (tmp_path / "input" / "link").symlink_to(tmp_path)
    with pytest.raises(ValueError, match=r"outside|null"):
        paths.get_annotated_filepath(name)
    assert not paths.exists_annotated_filepath(name)
    assert paths.get_full_path("loras", name) is None


@pytest.mark.parametrize("prefix", ["../secret/a", "/etc/passwd", "a/../../secret/a", "link/secret/a"])
def test_no_picture_is_saved_outside_the_folder(paths: FolderPaths, tmp_path: Path, prefix: str) -> None:
    (tmp_path / "output" / "link").symlink_to(tmp_path)
    with pytest.raises(ValueError, match="outside"):
        paths.get_save_image_path(prefix, str(tmp_path / "output"))
    assert not (tmp_path / "secret").exists()


@pytest.mark.parametrize("prefix", ["", ".", "a/..", ".."])
def test_a_prefix_that_is_no_name_stays_in_the_folder(
    paths: FolderPaths, tmp_path: Path, prefix: str
) -> None:
    folder, _, number, subfolder, _ = paths.get_save_image_path(prefix, str(tmp_path / "output"))
    assert (folder, number, subfolder) == (str(tmp_path / "output"), 1, "")


def test_models_are_found_by_kind_and_name(paths: FolderPaths, tmp_path: Path) -> None:
    loras = tmp_path / "models" / "loras"
    for name in ("b.safetensors", "mine/a.PT", "notes.txt"):
        (loras / name).touch()
    assert paths.get_filename_list("loras") == ["b.safetensors", "mine/a.PT"]
    assert paths.get_full_path("loras", "mine/a.PT") == str(loras / "mine" / "a.PT")
    assert paths.get_full_path("loras", "c.safetensors") is None
    assert paths.get_full_path("loras", "../../secret") is None
    assert paths.get_full_path("nothing", "b.safetensors") is None
    (loras / "linked.pt").symlink_to(Path(__file__))
    assert paths.get_full_path("loras", "linked.pt") == str(loras / "linked.pt")
    with pytest.raises(FileNotFoundError, match=r"no loras is called 'c'; looked in .*loras"):
        paths.get_full_path_or_raise("loras", "c")


def test_a_pack_may_add_folders(paths: FolderPaths, tmp_path: Path) -> None:
    paths.add_model_folder_path("own", str(tmp_path / "one"))
    paths.add_model_folder_path("own", str(tmp_path / "two"), is_default=True)
    paths.add_model_folder_path("own", str(tmp_path / "one"))
    assert paths.get_folder_paths("own") == [str(tmp_path / "two"), str(tmp_path / "one")]
    paths.add_model_folder_path("own", str(tmp_path / "one"), is_default=True)
    assert paths.get_folder_paths("own") == [str(tmp_path / "one"), str(tmp_path / "two")]
    paths.add_model_folder_path("clip", str(tmp_path / "three"))
    assert str(tmp_path / "three") in paths.get_folder_paths("text_encoders")
    paths.folder_names_and_paths["mine"] = ([str(tmp_path / "models" / "loras")], set())
    assert paths.get_filename_list("mine") == []


def test_pictures_are_numbered_on(paths: FolderPaths, tmp_path: Path) -> None:
    output = tmp_path / "output"
    assert paths.get_save_image_path("plots/spiral", str(output)) == (
        str(output / "plots"),
        "spiral",
        1,
        "plots",
        "plots/spiral",
    )
    for name in ("spiral_00007_.png", "spiral_x_00009_.png", "SPIRAL_00008_.png", "spirals_00010_.png"):
        (output / "plots" / name).touch()
    assert paths.get_save_image_path("plots/spiral", str(output))[2] == 9


def test_a_prefix_is_filled_in(paths: FolderPaths, tmp_path: Path) -> None:
    given = paths.get_save_image_path("%width%x%height%_%year%_%nobody%", str(tmp_path / "output"), 640, 480)
    assert re.fullmatch(r"640x480_\d{4}_%nobody%", given[1])
