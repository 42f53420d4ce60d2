"""Models in one file: their networks are those they were made of, and what a file does not hold is found."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from scorefield.models.checkpoints.checkpoint import Checkpoint
from scorefield.models.checkpoints.config import read_config
from scorefield.models.checkpoints.opening import open_model
from scorefield.models.checkpoints.places import places_in
from scorefield.models.checkpoints.single_file import KNOWN

from . import ldm_names, tiny
from .hostile import little_memory

FIRST, SECOND = "conditioner.embedders.0.transformer.", "conditioner.embedders.1.model."


def same(opened: Checkpoint, name: str, network: Any) -> bool:
    ours, theirs = opened.module(name).state_dict(), network.state_dict()
    return ours.keys() == theirs.keys() and all(torch.equal(ours[key], theirs[key]) for key in theirs)


def stable_diffusion_file(path: Path) -> None:
    """The tiny Stable Diffusion 1 as CompVis would have kept it, with what such files hold beside."""
    tensors = {
        **ldm_names.unet(tiny.unet().state_dict(), blocks=2, layers=1),
        **ldm_names.vae(tiny.vae().state_dict(), blocks=2),
        **ldm_names.text(tiny.text_encoder().state_dict()),
        "cond_stage_model.transformer.text_model.embeddings.position_ids": torch.arange(77)[None],
        "alphas_cumprod": torch.linspace(1, 0, 1000),
        "model_ema.decay": torch.tensor(0.9999),
    }
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path)


@pytest.fixture
def models(tmp_path: Path, tiny_folder: Path) -> Path:
    """A model folder: in checkpoints a file, and beside it its configurations and its tokenizer."""
    folder = tmp_path / "models"
    (folder / "checkpoints").mkdir(parents=True)
    stable_diffusion_file(folder / "checkpoints" / "tiny.safetensors")
    shutil.copytree(
        tiny_folder, folder / "checkpoints" / "tiny", ignore=shutil.ignore_patterns("*.safetensors")
    )
    return folder


def opened(models: Path, name: str = "checkpoints/tiny.safetensors") -> Checkpoint:
    return open_model(name, places_in([models], {}))


def refusal(models: Path, name: str = "checkpoints/tiny.safetensors") -> str:
    with pytest.raises(ValueError) as refused:
        opened(models, name).check()
    return str(refused.value)


def test_the_networks_of_a_file_are_those_it_was_made_of(models: Path) -> None:
    model = opened(models)
    model.check()
    assert model.kind.title == "Stable Diffusion 1" and model.kind.prediction == "epsilon"
    assert same(model, "unet", tiny.unet()) and same(model, "vae", tiny.vae())
    assert same(model, "text_encoder", tiny.text_encoder())
    assert model.settings["tokenizer"].name == "tokenizer"
    assert (
        read_config(model.settings["scheduler"] / "scheduler_config.json")["_class_name"] == "DDIMScheduler"
    )


def test_diffusers_own_way_from_the_file_gives_the_same(models: Path) -> None:
    from diffusers import AutoencoderKL, UNet2DConditionModel

    path, config = models / "checkpoints" / "tiny.safetensors", str(models / "checkpoints" / "tiny")
    for kind, name in ((UNet2DConditionModel, "unet"), (AutoencoderKL, "vae")):
        theirs = kind.from_single_file(str(path), config=config, subfolder=name, local_files_only=True)
        assert same(opened(models), name, theirs)


def test_stable_diffusion_2_hears_all_layers_but_the_last(models: Path) -> None:
    """Its text encoder is OpenCLIP's, one layer longer than what is used, with a projection that is not."""
    path = models / "checkpoints" / "tiny.safetensors"
    text = ldm_names.open_text(tiny.text_encoder().state_dict())
    surplus = {
        name.replace(".1.", ".2."): each.clone() for name, each in text.items() if ".resblocks.1." in name
    }
    others = {
        name: each for name, each in load_file(path).items() if not name.startswith("cond_stage_model.")
    }
    projection = {"cond_stage_model.model.text_projection": torch.zeros(32, 32)}
    save_file(
        {**others, **text, **surplus, **projection, "cond_stage_model.model.logit_scale": torch.ones(1)}, path
    )
    model = opened(models)
    assert model.kind.title == "Stable Diffusion 2"
    assert same(model, "text_encoder", tiny.text_encoder())


def test_sdxl_has_two_text_encoders_of_which_one_projects(models: Path) -> None:
    from transformers import CLIPTextModelWithProjection

    path, beside = models / "checkpoints" / "tiny.safetensors", models / "checkpoints" / "tiny"
    more = {
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": 8,
        "projection_class_embeddings_input_dim": 6 * 8 + 24,
        "transformer_layers_per_block": (1, 2),
    }
    unet = tiny.unet(**more)
    torch.manual_seed(7)
    second = CLIPTextModelWithProjection(tiny.text_config(24, projection_dim=24))
    tensors = {
        **{name: each for name, each in load_file(path).items() if name.startswith("first_stage_model.")},
        **ldm_names.unet(unet.state_dict(), blocks=2, layers=1),
        **ldm_names.text(tiny.text_encoder().state_dict(), FIRST),
        **ldm_names.open_text(second.state_dict(), SECOND),
    }
    save_file({name: each.contiguous() for name, each in tensors.items()}, path)
    unet.save_config(beside / "unet")
    second.config.save_pretrained(beside / "text_encoder_2")
    shutil.copytree(beside / "tokenizer", beside / "tokenizer_2")
    index = json.loads((beside / "model_index.json").read_text())
    index |= {
        "_class_name": "StableDiffusionXLPipeline",
        "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"],
        "tokenizer_2": ["transformers", "CLIPTokenizer"],
    }
    tiny.write_json(beside / "model_index.json", index)
    model = opened(models)
    assert model.kind.title == "Stable Diffusion XL" and {"tokenizer", "tokenizer_2"} <= model.settings.keys()
    assert same(model, "unet", unet) and same(model, "text_encoder_2", second)
    assert same(model, "text_encoder", tiny.text_encoder())


WAN_NAMES = {
    "condition_embedder.time_embedder.linear_1": "time_embedding.0",
    "condition_embedder.time_embedder.linear_2": "time_embedding.2",
    "condition_embedder.text_embedder.linear_1": "text_embedding.0",
    "condition_embedder.text_embedder.linear_2": "text_embedding.2",
    "condition_embedder.time_proj": "time_projection.1",
    "attn1.": "self_attn.",
    "attn2.": "cross_attn.",
    ".to_out.0.": ".o.",
    ".to_q.": ".q.",
    ".to_k.": ".k.",
    ".to_v.": ".v.",
    "ffn.net.0.proj": "ffn.0",
    "ffn.net.2": "ffn.2",
    ".norm2.": ".norm_.",
    ".norm3.": ".norm2.",
    ".norm_.": ".norm3.",
    "proj_out": "head.head",
}


def wan_names(tensors: dict[str, Any], prefix: str) -> dict[str, Any]:
    found = {}
    for name, tensor in tensors.items():
        changed = "head.modulation" if name == "scale_shift_table" else name
        for new, old in WAN_NAMES.items():
            changed = changed.replace(new, old)
        found[prefix + changed.replace("scale_shift_table", "modulation")] = tensor
    return found


@pytest.mark.parametrize("prefix", ["", "model.diffusion_model."])
def test_a_wan_finds_its_other_networks_in_a_folder_or_in_files_of_their_own(
    tmp_path: Path, prefix: str
) -> None:
    folder = tmp_path / "models"
    place, beside = folder / "diffusion_models" / "wan.safetensors", folder / "diffusion_models" / "wan"
    place.parent.mkdir(parents=True)
    save_file(wan_names(tiny.transformer().state_dict(), prefix), place)
    tiny.transformer().save_config(beside / "transformer")
    tiny.umt5().config.save_pretrained(beside / "text_encoder")
    for part in ("model_index.json", "scheduler/scheduler_config.json", "vae/config.json"):
        (beside / part).parent.mkdir(exist_ok=True)
        shutil.copy(KNOWN / "wan-2.1-1.3b" / part, beside / part)
    tiny.write_json(beside / "tokenizer" / "tokenizer.json", {})
    name = "diffusion_models/wan.safetensors"
    assert "its vae is another file, and none is found" in refusal(folder, name)
    small = {"base_dim": 4, "z_dim": 16}
    tiny.write_json(beside / "vae" / "config.json", {"_class_name": "AutoencoderKLWan", **small})
    (folder / "vae").mkdir()
    save_file({"decoder.conv_in.weight": torch.zeros(2)}, folder / "vae" / "another.safetensors")
    save_file(wan_decoder(**small), folder / "vae" / "wan.safetensors")
    assert "its text_encoder is another file" in refusal(folder, name)
    (folder / "clip").mkdir()
    umt5 = {name: each for name, each in tiny.umt5().state_dict().items() if "embed_tokens" not in name}
    save_file(
        {**umt5, "spiece_model": torch.zeros(9, dtype=torch.uint8)}, folder / "clip" / "umt5.safetensors"
    )
    model = opened(folder, name)
    assert model.kind.title == "WAN 2.1" and same(model, "transformer", tiny.transformer())
    assert same(model, "text_encoder", tiny.umt5())
    assert model.module("vae").config.z_dim == 16


def wan_decoder(**small: Any) -> dict[str, Any]:
    """The tensors of a WAN autoencoder by its authors' names: the converter's own table, turned round."""
    from diffusers import AutoencoderKLWan
    from diffusers.loaders.single_file_utils import convert_wan_vae_to_diffusers

    new = dict(AutoencoderKLWan(**small).state_dict())
    old_of = {name: name for name in new}
    for old in wan_decoder_names():
        converted = convert_wan_vae_to_diffusers({old: 0})
        old_of |= dict.fromkeys((each for each in converted if each in new), old)
    return {old_of[name]: tensor.clone() for name, tensor in new.items()}


def wan_decoder_names() -> list[str]:
    ends = ("weight", "bias", "gamma")
    found = ["conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias"]
    for half, way in (("encoder", "downsamples"), ("decoder", "upsamples")):
        found += [f"{half}.{part}.{end}" for part in ("conv1", "head.0", "head.2") for end in ends]
        found += [f"{half}.middle.1.{part}.{end}" for part in ("norm", "to_qkv", "proj") for end in ends]
        places = [f"{half}.middle.{place}" for place in (0, 2)] + [
            f"{half}.{way}.{place}" for place in range(16)
        ]
        for place in places:
            parts = [f"residual.{number}" for number in (0, 2, 3, 6)] + [
                "shortcut",
                "resample.1",
                "time_conv",
            ]
            found += [f"{place}.{part}.{end}" for part in parts for end in ends]
    return found


FULL_SIZE = {
    "stable-diffusion-1": ({}, "Stable Diffusion 1", "epsilon"),
    "stable-diffusion-2-v": ({"modelspec.prediction_type": "v"}, "Stable Diffusion 2", "v_prediction"),
    "stable-diffusion-2-base": ({"modelspec.prediction_type": "epsilon"}, "Stable Diffusion 2", "epsilon"),
    "stable-diffusion-xl": ({}, "Stable Diffusion XL", "epsilon"),
}
SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in FULL_SIZE if name != "stable-diffusion-2-v"]


@pytest.mark.parametrize("known", ["stable-diffusion-2-v", *SLOW])
def test_a_known_model_needs_no_configurations_beside_it(
    tmp_path: Path, tiny_folder: Path, known: str
) -> None:
    """Of its real size, as a header over a file of nothing: nothing of it is read to say what it is."""
    metadata, title, prediction = FULL_SIZE[known]
    for part in ("tokenizer", "tokenizer_2"):
        shutil.copytree(tiny_folder / "tokenizer", tmp_path / "checkpoints" / part)
    write_full_size(tmp_path / "checkpoints" / "big.safetensors", KNOWN / known, metadata)
    with little_memory(64 * 2**20):
        model = opened(tmp_path, "checkpoints/big.safetensors")
    assert (model.kind.title, model.kind.prediction) == (title, prediction)
    model.check()


@pytest.mark.slow
@pytest.mark.parametrize("known", ["wan-2.1-1.3b", "wan-2.1-14b"])
def test_a_known_wan_is_known_by_its_width(tmp_path: Path, tiny_folder: Path, known: str) -> None:
    from scorefield.models.checkpoints.blank import blank, network_class

    place = tmp_path / "diffusion_models" / "wan.safetensors"
    place.parent.mkdir()
    shutil.copytree(KNOWN / known, tmp_path / "diffusers" / "wan")
    tiny.write_json(tmp_path / "diffusers" / "wan" / "tokenizer" / "tokenizer.json", {})
    for name in ("vae", "text_encoder"):
        save_file({"x": torch.zeros(1)}, tmp_path / "diffusers" / "wan" / name / "model.safetensors")
    config = read_config(KNOWN / known / "transformer" / "config.json")
    empty = blank(network_class("WanTransformer3DModel"), config, known).state_dict()
    write_header(place, wan_names(dict(empty), ""), {})
    model = opened(tmp_path, "diffusion_models/wan.safetensors")
    model.parts["transformer"].check()
    assert model.parts["transformer"].config == config


def write_full_size(path: Path, known: Path, metadata: dict[str, str]) -> None:
    from scorefield.models.checkpoints.blank import blank, network_class

    index = read_config(known / "model_index.json")
    renamed: dict[str, Any] = {}
    for name, (_, class_name) in ((each, value) for each, value in index.items() if isinstance(value, list)):
        if not (known / name / "config.json").is_file():
            continue
        config = read_config(known / name / "config.json")
        tensors = blank(network_class(class_name), config, name).state_dict()
        renamed |= in_a_file(name, tensors, config, is_open="2" in known.name)
    write_header(path, renamed, metadata)


def write_header(path: Path, renamed: dict[str, Any], metadata: dict[str, str]) -> None:
    """A file of these tensors in half precision, whose data is nothing and takes no space."""
    entries: dict[str, Any] = {"__metadata__": metadata}
    place = 0
    for name, tensor in renamed.items():
        end = place + 2 * tensor.numel()
        entries[name] = {"dtype": "F16", "shape": list(tensor.shape), "data_offsets": [place, end]}
        place = end
    text = json.dumps(entries).encode()
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.truncate(8 + len(text) + place)


def in_a_file(name: str, tensors: Any, config: Any, is_open: bool) -> dict[str, Any]:
    if name == "unet":
        return ldm_names.unet(tensors, len(config["block_out_channels"]), config["layers_per_block"])
    if name == "vae":
        return ldm_names.vae(tensors, len(config["block_out_channels"]))
    if name == "text_encoder_2":
        return ldm_names.open_text(tensors, SECOND)
    if is_open:
        return ldm_names.open_text(tensors)
    return ldm_names.text(tensors)


def test_which_stable_diffusion_2_it_is_shows_in_a_norm_where_no_header_tells(models: Path) -> None:
    from scorefield.models.checkpoints.single_file import _NORM, _spread

    path = models / "checkpoints" / "norm.safetensors"
    for spread in (0.2, 0.05):
        save_file({_NORM: spread * torch.tensor([1.0, -1.0])}, path)
        assert _spread(path, _NORM) == pytest.approx(spread)


def test_a_tokenizer_is_found_in_any_model_that_divides_text_alike(models: Path, tiny_folder: Path) -> None:
    shutil.rmtree(models / "checkpoints" / "tiny" / "tokenizer")
    message = refusal(models)
    assert "its tokenizer is in no file" in message and "tiny/tokenizer" in message and "fetch" in message
    other = models / "diffusers" / "other"
    shutil.copytree(tiny_folder, other)
    assert "its tokenizer is in no file" in refusal(models)  # of no known version, by its width
    config = json.loads((other / "unet" / "config.json").read_text())
    tiny.write_json(other / "unet" / "config.json", {**config, "cross_attention_dim": 1024})
    assert "its tokenizer is in no file" in refusal(models)  # it fills up otherwise
    tiny.write_json(other / "unet" / "config.json", {**config, "cross_attention_dim": 768})
    assert opened(models).settings["tokenizer"] == other / "tokenizer"
    shutil.copytree(tiny_folder / "tokenizer", models / "checkpoints" / "tokenizer")
    assert opened(models).settings["tokenizer"] == models / "checkpoints" / "tokenizer"


def test_networks_of_an_unknown_size_want_their_configurations(models: Path) -> None:
    shutil.rmtree(models / "checkpoints" / "tiny")
    message = refusal(models)
    assert "of another size" in message and "the folder tiny" in message


@pytest.mark.parametrize(
    ("shapes", "says"),
    [
        (
            {"patch_embedding.weight": (3072, 48, 1, 2, 2), "head.modulation": (1,)},
            (
                "WAN 2.2",
                "begins with a picture",
                "Field Switch",
                "Wan-AI/Wan2.2-T2V-A14B",
                "scorefield fetch",
            ),
        ),
        (
            {
                "model.diffusion_model.input_blocks.0.0.weight": (320, 4, 3, 3),
                "cond_stage_model.model.x": (1,),
                "embedder.model.x": (1,),
            },
            (
                "Stable unCLIP",
                "loaded from a folder",
                "--stable_unclip",
                "stable-diffusion-2-1-unclip",
                "scorefield fetch",
            ),
        ),
        (
            {"text_model.embeddings.token_embedding.weight": (1,), "visual_projection.weight": (1,)},
            ("CLIP", "loaded from a folder", "call it model.safetensors", "scorefield fetch"),
        ),
    ],
    ids=["WAN 5B", "Stable unCLIP", "CLIP"],
)
def test_a_kind_that_no_file_can_be_of_says_what_to_take(
    models: Path, shapes: dict[str, tuple[int, ...]], says: tuple[str, ...]
) -> None:
    shutil.rmtree(models / "checkpoints" / "tiny")
    save_file(
        {name: torch.zeros(shape) for name, shape in shapes.items()},
        models / "checkpoints" / "tiny.safetensors",
    )
    message = refusal(models)
    assert all(each in message for each in says)


def test_a_file_without_a_part_says_which(models: Path) -> None:
    path = models / "checkpoints" / "tiny.safetensors"
    whole = load_file(path)
    save_file({name: each for name, each in whole.items() if not name.startswith("first_stage_model.")}, path)
    assert "it holds no vae" in refusal(models)
    save_file(
        {name: each for name, each in whole.items() if name != "first_stage_model.decoder.conv_in.bias"}, path
    )
    assert "its vae: 1 tensor (decoder.conv_in.bias) of 120 are missing" in refusal(models)


OTHERS = {
    "a LoRA": ({"lora_unet_down.lora_up.weight": torch.zeros(2)}, "LoRA"),
    "a control network": ({"control_model.x": torch.zeros(2)}, "control network"),
    "a decoder": ({"decoder.conv_in.weight": torch.zeros(2)}, "decoder alone"),
    "a text encoder": ({"text_model.x": torch.zeros(2)}, "text encoder alone"),
    "one network": ({"down_blocks.0.x": torch.zeros(2)}, "one network of a diffusers directory"),
    "anything": ({"x": torch.zeros(2)}, "unknown names"),
    "nothing": ({}, "no tensors"),
    "inpainting": (
        {
            "model.diffusion_model.input_blocks.0.0.weight": torch.zeros(8, 9, 3, 3),
            "cond_stage_model.transformer.x": torch.zeros(1),
        },
        "inpainting",
    ),
    "the refiner": (
        {
            "model.diffusion_model.input_blocks.0.0.weight": torch.zeros(8, 4, 3, 3),
            "conditioner.embedders.0.model.x": torch.zeros(1),
        },
        "refiner",
    ),
    "a WAN of pictures": (
        {"patch_embedding.weight": torch.zeros(8, 36, 1, 2, 2), "head.modulation": torch.zeros(1)},
        "picture to video",
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_file_that_is_no_model_is_named_as_what_it_is(tmp_path: Path, name: str) -> None:
    tensors, expected = OTHERS[name]
    save_file(tensors, tmp_path / "x.safetensors")
    message = refusal(tmp_path, "x.safetensors")
    assert expected in message and "x.safetensors" in message
