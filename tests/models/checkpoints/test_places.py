"""Where models lie, and what they are called there."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scorefield.models.checkpoints import places as module
from scorefield.models.checkpoints.places import MOST_LISTED, Places, places_in, places_of_comfyui

from .tiny import write_json

PIPELINE = {"_class_name": "StableDiffusionPipeline"}
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def pipeline(folder: Path) -> Path:
    write_json(folder / "model_index.json", PIPELINE)
    return folder


def clip(folder: Path) -> Path:
    write_json(folder / "config.json", {"model_type": "clip"})
    return folder


def file(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def cached(hub: Path, name: str, commit: str = COMMIT, is_main: bool = True) -> Path:
    folder = hub / f"models--{name.replace('/', '--')}"
    if is_main:
        (folder / "refs").mkdir(parents=True)
        (folder / "refs" / "main").write_text(commit)
    return folder / "snapshots" / commit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model folder with everything that may lie in one."""
    models = tmp_path / "models"
    pipeline(models / "tiny-sd")
    pipeline(models / "mine" / "sd")
    pipeline(models / "diffusers" / "sd15")
    pipeline(models / "diffusers" / "org" / "deep")
    write_json(models / "diffusers" / "flux" / "model_index.json", {"_class_name": "FluxPipeline"})
    (models / "diffusers" / "broken").mkdir()
    (models / "diffusers" / "broken" / "model_index.json").write_text("{")
    write_json(
        models / "diffusers" / "sd15" / "unet" / "config.json", {"_class_name": "UNet2DConditionModel"}
    )
    file(models / "diffusers" / "sd15" / "unet" / "diffusion_pytorch_model.safetensors")
    clip(models / "tiny-clip")
    clip(models / "clip_vision" / "openai" / "b32")
    file(models / "checkpoints" / "v1.safetensors")
    file(models / "checkpoints" / "sub" / "v2.safetensors")
    file(models / "checkpoints" / "old.ckpt")
    pipeline(models / "checkpoints" / "v1")  # the configurations of v1.safetensors
    file(models / "unet" / "wan.safetensors")
    file(models / "loras" / "lora.safetensors")
    file(models / "vae" / "vae.safetensors")
    file(models / "own.safetensors")
    file(models / ".hidden" / "x.safetensors")
    return models


MODELS = (
    "checkpoints/sub/v2.safetensors",
    "checkpoints/v1.safetensors",
    "diffusers/broken",
    "diffusers/org/deep",
    "diffusers/sd15",
    "diffusion_models/wan.safetensors",
    "mine/sd",
    "own.safetensors",
    "tiny-sd",
)
CLIPS = ("clip_vision/openai/b32", "tiny-clip")


def test_models_are_called_by_where_they_lie(folder: Path) -> None:
    places = places_in([folder], {})
    assert places.models() == MODELS and places.clips() == CLIPS
    for name in (*MODELS, *CLIPS):
        assert places.find(name).exists()
    assert places.find("diffusion_models/wan.safetensors") == folder / "unet" / "wan.safetensors"
    assert places.find("checkpoints/old.ckpt").name == "old.ckpt"  # to be refused by what it is
    assert places.find("checkpoints\\sub\\v2.safetensors") == folder / "checkpoints/sub/v2.safetensors"


@pytest.mark.parametrize(
    "name", ["sd15", "diffusers/sd15", "checkpoints/sd15", "org/deep", "v1.safetensors", "sub/v2.safetensors"]
)
def test_a_name_is_found_in_comfyuis_folders_and_in_one_that_holds_models_itself(
    folder: Path, tmp_path: Path, name: str
) -> None:
    """The same workflow finds its models in both."""
    plain = tmp_path / "plain"
    pipeline(plain / "sd15"), pipeline(plain / "org" / "deep")
    file(plain / "v1.safetensors"), file(plain / "sub" / "v2.safetensors")
    for places in (
        places_in([folder], {}),
        places_in([plain], {}),
        places_of_comfyui(PlayedFolders(folder), {}),
    ):
        assert places.find(name).name == Path(name).name


def test_a_folder_that_is_no_model_is_not_found_by_a_part_of_its_name(folder: Path) -> None:
    (folder / "diffusers" / "empty").mkdir()
    for name in ("empty", "org", "sub", "vae.safetensors", "sd15/unet/diffusion_pytorch_model.bin"):
        with pytest.raises(ValueError, match="no model called"):
            places_in([folder], {}).find(name)


def test_a_path_inside_a_model_folder_is_a_name_too(folder: Path, tmp_path: Path) -> None:
    places = places_in([folder], {})
    assert places.find(str(folder / "diffusers" / "sd15")) == folder / "diffusers" / "sd15"
    pipeline(tmp_path / "outside")
    for path in (tmp_path / "outside", folder / ".." / "outside", folder, Path("/etc/passwd")):
        with pytest.raises(ValueError, match="no model called"):
            places.find(str(path))


def test_models_may_be_links(folder: Path, tmp_path: Path) -> None:
    pipeline(tmp_path / "elsewhere" / "sd")
    (folder / "diffusers" / "linked").symlink_to(tmp_path / "elsewhere" / "sd")
    (folder / "diffusers" / "loop").symlink_to(folder / "diffusers")
    places = places_in([folder], {})
    assert "diffusers/linked" in places.models()
    assert places.find("diffusers/linked") == folder / "diffusers" / "linked"


@pytest.mark.parametrize(
    "name", ["", ".", "..", "/", "../x", "a/../../x", "a//b", "x\0y", "diffusers", "checkpoints/"]
)
def test_a_name_leads_nowhere_else(folder: Path, name: str) -> None:
    file(folder.parent / "x")
    with pytest.raises(ValueError, match="no model called"):
        places_in([folder], {}).find(name)


@settings(max_examples=200, deadline=None)
@given(
    parts=st.lists(
        st.sampled_from(["..", ".", "", "diffusers", "sd15", "/", "\\", "~", "x", "\0", "models"]), max_size=6
    )
)
def test_whatever_is_asked_for_lies_in_a_model_folder(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    base = tmp_path_factory.getbasetemp() / "drawn"
    pipeline(base / "models" / "diffusers" / "sd15")
    file(base / "x")
    try:
        found = places_in([base / "models"], {}).find("/".join(parts))
    except ValueError:
        return
    assert found.resolve().is_relative_to((base / "models").resolve())


def test_a_missing_model_gets_a_suggestion_and_where_it_was_looked_for(folder: Path) -> None:
    with pytest.raises(ValueError) as missing:
        places_in([folder], {}).find("diffusers/sd51")
    message = str(missing.value)
    assert "Did you mean 'diffusers/sd15'?" in message and str(folder) in message
    assert "scorefield fetch diffusers/sd51" in message


def test_the_cache_of_hugging_face_is_a_place(tmp_path: Path) -> None:
    hub = tmp_path / "home" / "hub"
    pipeline(cached(hub, "org/sd"))
    clip(cached(hub, "org/clip"))
    pipeline(cached(hub, "org/alone", is_main=False))
    pipeline(cached(hub, "org/two", is_main=False))
    pipeline(cached(hub, "org/two", "f" * 40, is_main=False))
    (hub / "models--org--two" / "refs").mkdir()
    (hub / "models--org--two" / "refs" / "main").write_text("f" * 40)
    cached(hub, "org/empty")
    for name, commit in (("up", "../../../.."), ("dots", ".."), ("long", "x" * 5000), ("bytes", "\xff")):
        pipeline(cached(hub, f"org/{name}", is_main=False)).parent.parent.joinpath("refs").mkdir()
        (hub / f"models--org--{name}" / "refs" / "main").write_text(commit)
    for variable, value in {"HF_HOME": hub.parent, "HF_HUB_CACHE": hub}.items():
        places = places_in([tmp_path / "none"], {variable: str(value)})
        assert places.models() == ("org/alone", "org/sd", "org/two") and places.clips() == ("org/clip",)
        assert places.find("org/sd") == cached(hub, "org/sd", is_main=False)
        assert places.find("org/two").name == "f" * 40
        for name in ("org/empty", "org/up", "org/dots", "org/long", "org/bytes", "../hub", "org/../sd"):
            with pytest.raises(ValueError, match="no model called"):
                places.find(name)
    assert places_in([], {"HF_HOME": str(tmp_path / "none"), "HOME": str(tmp_path)}).hub is None


def test_folders_come_from_the_words_then_from_the_variable_then_are_called_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b", "c", "models"):
        pipeline(tmp_path / name / f"of-{name}")
    variable = {"SCOREFIELD_MODELS": f"b{os.pathsep}{tmp_path / 'c'}"}
    assert places_in([Path("a")], variable).models() == ("of-a",)
    assert places_in([], variable).models() == ("of-b", "of-c")
    assert places_in([], {}).models() == ("of-models",)


def test_the_first_folder_that_has_a_name_gives_it(tmp_path: Path) -> None:
    for name in ("a", "b"):
        pipeline(tmp_path / name / "sd")
    assert places_in([tmp_path / "a", tmp_path / "b"], {}).find("sd") == tmp_path / "a" / "sd"


def test_the_package_itself_is_no_model_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the repository it is called models too, and the weights that ship lie in it."""
    monkeypatch.chdir(Path(module.__file__).parents[2])
    assert places_in([], {}).models() == ()


def test_what_appears_is_there_at_the_next_question(folder: Path) -> None:
    places = places_in([folder], {})
    assert "later" not in places.models()
    pipeline(folder / "later")
    assert "later" in places.models()
    shutil.rmtree(folder / "later")
    assert "later" not in places.models()


def test_ten_thousand_files_are_a_bounded_list_and_are_found_all_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    for number in range(10_000):
        (folder / f"{number:05}.safetensors").touch()
    places = places_in([tmp_path], {})
    names = places.models()
    assert (
        len(names) == MOST_LISTED
        and names[0] == "checkpoints/00000.safetensors"
        and list(names) == sorted(names)
    )
    assert places.find("checkpoints/09999.safetensors").name == "09999.safetensors"


def test_a_list_opens_no_weights_and_leads_not_deeper_than_people_do(tmp_path: Path) -> None:
    file(tmp_path / "checkpoints" / "x.safetensors").chmod(0)
    deep = tmp_path / "checkpoints" / "/".join("abcdefgh")
    file(deep / "x.safetensors")
    assert places_in([tmp_path], {}).models() == ("checkpoints/x.safetensors",)


class PlayedFolders:
    """ComfyUI's folder_paths, of a version that knows no diffusion_models."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get_folder_paths(self, folder_name: str) -> list[str]:
        known = {
            "checkpoints": ["checkpoints", "more"],
            "diffusers": ["diffusers"],
            "text_encoders": [],
            "vae": ["vae"],
        }
        return [str(self.folder / each) for each in known[folder_name]]


def test_inside_comfyui_its_own_folders_are_the_places(folder: Path) -> None:
    file(folder / "more" / "extra.safetensors")
    places: Places = places_of_comfyui(PlayedFolders(folder), {})
    assert places.models() == (
        "checkpoints/extra.safetensors",
        "checkpoints/sub/v2.safetensors",
        "checkpoints/v1.safetensors",
        "diffusers/broken",
        "diffusers/org/deep",
        "diffusers/sd15",
    )
    assert places.find("checkpoints/extra.safetensors") == folder / "more" / "extra.safetensors"
    assert places.folders_of("vae") == [folder / "vae"]
    assert json.loads((places.find("diffusers/sd15") / "model_index.json").read_text()) == PIPELINE
