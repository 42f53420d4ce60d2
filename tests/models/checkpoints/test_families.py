"""Which family a model is of, and that the wrong one is refused by both names."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from scorefield.models.checkpoints.families import (
    CLIP,
    FAMILIES,
    SDXL,
    STABLE_DIFFUSION,
    WAN,
    Kind,
    require,
)
from scorefield.models.checkpoints.file_kinds import kind_of_file
from scorefield.models.checkpoints.folder_kinds import kind_of_folder
from scorefield.models.checkpoints.header import Entry, Header
from scorefield.models.checkpoints.opening import digest_of, open_model, parted, sha256
from scorefield.models.checkpoints.places import places_in

from .tiny import write_json


def entries(shapes: dict[str, tuple[int, ...]], metadata: dict[str, str] | None = None) -> Header:
    return Header({name: Entry("F16", shape, 0, 0) for name, shape in shapes.items()}, metadata or {})


FOLDERS: dict[str, tuple[str, dict[str, dict[str, Any]], str, str | None]] = {
    "1": ("StableDiffusionPipeline", {"unet": {"cross_attention_dim": 768}}, "Stable Diffusion 1", None),
    "2": ("StableDiffusionPipeline", {"unet": {"cross_attention_dim": 1024}}, "Stable Diffusion 2", None),
    "2 v": (
        "StableDiffusionPipeline",
        {"unet": {"cross_attention_dim": 1024}, "scheduler": {"prediction_type": "v_prediction"}},
        "Stable Diffusion 2",
        "v_prediction",
    ),
    "inpainting": (
        "StableDiffusionPipeline",
        {"unet": {"cross_attention_dim": 768, "in_channels": 9}},
        "Stable Diffusion 1 inpainting",
        None,
    ),
    "xl": ("StableDiffusionXLPipeline", {}, "Stable Diffusion XL", None),
    "wan": ("WanPipeline", {"transformer": {"in_channels": 16}}, "WAN 2.1", "flow"),
    "karlo": ("UnCLIPPipeline", {}, "Karlo unCLIP", None),
    "unclip": ("StableUnCLIPPipeline", {}, "Stable unCLIP", None),
    "unclip of pictures": ("StableUnCLIPImg2ImgPipeline", {}, "Stable unCLIP", None),
}


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_is_of_the_family_that_its_index_names(tmp_path: Path, name: str) -> None:
    pipeline, configs, title, prediction = FOLDERS[name]
    write_json(tmp_path / "model_index.json", {"_class_name": pipeline})
    for component, config in configs.items():
        file = "scheduler_config.json" if component == "scheduler" else "config.json"
        write_json(tmp_path / component / file, config)
    kind = kind_of_folder(tmp_path)
    assert (kind.title, kind.prediction) == (title, prediction)


def test_wan_2_2_has_two_transformers(tmp_path: Path) -> None:
    two = {"_class_name": "WanPipeline", "transformer_2": ["diffusers", "WanTransformer3DModel"]}
    write_json(tmp_path / "model_index.json", two)
    assert kind_of_folder(tmp_path).version == "2.2"
    write_json(tmp_path / "model_index.json", {**two, "transformer_2": [None, None]})
    assert kind_of_folder(tmp_path).version == "2.1"


def test_a_clip_is_known_by_its_config(tmp_path: Path) -> None:
    write_json(tmp_path / "config.json", {"model_type": "clip"})
    assert kind_of_folder(tmp_path) == Kind(CLIP)
    write_json(tmp_path / "config.json", {"model_type": "bert"})
    with pytest.raises(ValueError, match="'bert'"):
        kind_of_folder(tmp_path)


@pytest.mark.parametrize("name", ["FluxPipeline", None, 7, ["StableDiffusionPipeline"]])
def test_an_unknown_pipeline_is_refused_with_those_that_are_known(tmp_path: Path, name: Any) -> None:
    write_json(tmp_path / "model_index.json", {"_class_name": name})
    with pytest.raises(ValueError, match=r"model_index\.json.*_class_name"):
        kind_of_folder(tmp_path)


UNET = "model.diffusion_model.input_blocks.0.0.weight"
FILES: dict[str, tuple[Header, str, str | None]] = {
    "1": (
        entries({UNET: (320, 4, 3, 3), "cond_stage_model.transformer.x": (1,)}),
        "Stable Diffusion 1",
        "epsilon",
    ),
    "1 that says v": (
        entries(
            {UNET: (320, 4, 3, 3), "cond_stage_model.transformer.x": (1,)}, {"modelspec.prediction_type": "v"}
        ),
        "Stable Diffusion 1",
        "v_prediction",
    ),
    "2": (entries({UNET: (320, 4, 3, 3), "cond_stage_model.model.x": (1,)}), "Stable Diffusion 2", None),
    "xl": (
        entries({UNET: (320, 4, 3, 3), "conditioner.embedders.1.x": (1,)}),
        "Stable Diffusion XL",
        "epsilon",
    ),
    "xl of v": (
        entries({UNET: (320, 4, 3, 3), "conditioner.embedders.1.x": (1,), "v_pred": ()}),
        "Stable Diffusion XL",
        "v_prediction",
    ),
    "unclip": (
        entries({UNET: (320, 4, 3, 3), "cond_stage_model.model.x": (1,), "embedder.model.x": (1,)}),
        "Stable unCLIP 2",
        None,
    ),
    "wan": (
        entries({"patch_embedding.weight": (1536, 16, 1, 2, 2), "head.modulation": (1,)}),
        "WAN 2.1",
        "flow",
    ),
    "wan 5b": (
        entries({"patch_embedding.weight": (3072, 48, 1, 2, 2), "head.modulation": (1,)}),
        "WAN 2.2",
        "flow",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_of_the_family_that_its_tensors_show(name: str) -> None:
    header, title, prediction = FILES[name]
    kind = kind_of_file(header, "x.safetensors")
    assert (kind.title, kind.prediction) == (title, prediction)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.id)
def test_a_wrong_family_is_refused_by_both_names_and_where_the_right_one_is(family: Any) -> None:
    require(Kind(family), family)
    wanted = SDXL if family is not SDXL else WAN
    with pytest.raises(ValueError) as refused:
        require(Kind(family), wanted)
    message = str(refused.value)
    assert family.title in message and wanted.title in message and wanted.homes[0] in message


def test_the_families_that_left_their_home_have_mirrors() -> None:
    assert any(home.startswith("sd2-community/") for home in STABLE_DIFFUSION.homes)
    assert not any(
        home.startswith("stabilityai/stable-diffusion-2") for each in FAMILIES for home in each.homes
    )


def test_a_model_is_opened_by_name_and_only_of_the_family_that_is_asked_for(
    tmp_path: Path, tiny_folder: Path
) -> None:
    shutil.copytree(tiny_folder, tmp_path / "diffusers" / "sd")
    places = places_in([tmp_path], {})
    assert open_model("diffusers/sd", places, STABLE_DIFFUSION).kind.family is STABLE_DIFFUSION
    with pytest.raises(ValueError, match=r"this is Stable Diffusion, and WAN was asked for"):
        open_model("diffusers/sd", places, WAN)


def test_a_pinned_model_is_that_one_or_is_refused(tmp_path: Path, tiny_folder: Path) -> None:
    folder = Path(shutil.copytree(tiny_folder, tmp_path / "sd"))
    places = places_in([tmp_path], {})
    digest = digest_of(folder, open_model("sd", places), sha256)
    assert open_model(f"sd@sha256:{digest.upper()}", places).parts
    vocabulary = folder / "tokenizer" / "merges.txt"
    vocabulary.write_text(vocabulary.read_text() + "a t\n")
    with pytest.raises(
        ValueError, match=rf"sd is not the model that was meant: its sha256 is .* and {digest}"
    ):
        open_model(f"sd@sha256:{digest}", places)


def test_the_hash_of_a_folder_is_that_of_the_list_which_sha256sum_prints(
    tmp_path: Path, tiny_folder: Path
) -> None:
    import subprocess

    folder = Path(shutil.copytree(tiny_folder, tmp_path / "sd"))
    opened = open_model("sd", places_in([tmp_path], {}))
    names = sorted(path.relative_to(folder).as_posix() for path in opened.files())
    listed = subprocess.run(["sha256sum", *names], cwd=folder, check=True, capture_output=True).stdout
    (tmp_path / "list").write_bytes(listed)
    assert digest_of(folder, opened, sha256) == sha256(tmp_path / "list")


@pytest.mark.parametrize("digest", ["", "abc", "g" * 64, "0" * 65, "0" * 63])
def test_a_pin_that_is_no_hash_is_refused(digest: str) -> None:
    with pytest.raises(ValueError, match="no sha256"):
        parted(f"sd@sha256:{digest}")
    assert parted("org/sd@main") == ("org/sd@main", None)
