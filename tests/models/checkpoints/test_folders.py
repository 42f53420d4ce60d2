"""Diffusers directories: what is whole is opened, what is not is refused before anything is built."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from scorefield.models.checkpoints.checkpoint import Checkpoint, open_folder

from . import tiny
from .hostile import little_memory, pickled

Folder = Callable[[], Path]
UNET = "unet/diffusion_pytorch_model.safetensors"
INDEX = "unet/diffusion_pytorch_model.safetensors.index.json"


@pytest.fixture
def folder(tmp_path: Path, tiny_folder: Path) -> Path:
    return Path(shutil.copytree(tiny_folder, tmp_path / "sd"))


def changed(path: Path, **fields: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


def sharded(folder: Path) -> dict[str, str]:
    """The UNet in two files, and which tensor lies where."""
    tensors = load_file(folder / UNET)
    (folder / UNET).unlink()
    where = {name: f"part-{number % 2}.safetensors" for number, name in enumerate(sorted(tensors))}
    for file in set(where.values()):
        save_file({name: tensors[name] for name in tensors if where[name] == file}, folder / "unet" / file)
    (folder / INDEX).write_text(json.dumps({"metadata": {}, "weight_map": where}))
    return where


def refusal(folder: Path, most: int = 4 * 2**20) -> str:
    """Why it is not opened: by JSON and headers alone, so that neither torch nor diffusers has a say."""
    with pytest.raises(ValueError) as refused, little_memory(most):
        open_folder(folder)
    return str(refused.value)


def misfit(folder: Path) -> str:
    opened = open_folder(folder)
    with pytest.raises(ValueError) as refused:
        opened.check()
    return str(refused.value)


def same(opened: Checkpoint, name: str, network: Any) -> bool:
    ours, theirs = opened.module(name).state_dict(), network.state_dict()
    return ours.keys() == theirs.keys() and all(torch.equal(ours[key], theirs[key]) for key in theirs)


def test_a_whole_folder_is_opened_and_its_networks_are_those_that_were_saved(folder: Path) -> None:
    opened = open_folder(folder)
    opened.check()
    assert opened.kind.title == "Stable Diffusion" and opened.kind.prediction == "epsilon"
    assert set(opened.parts) == {"unet", "vae", "text_encoder"}
    assert set(opened.settings) == {"tokenizer", "scheduler"}
    assert same(opened, "unet", tiny.unet()) and same(opened, "vae", tiny.vae())
    assert same(opened, "text_encoder", tiny.text_encoder())
    assert {path.name for path in opened.files()} >= {"config.json", "vocab.json", "scheduler_config.json"}


def test_shards_are_one_network(folder: Path) -> None:
    sharded(folder)
    assert same(open_folder(folder), "unet", tiny.unet())


def test_full_precision_is_taken_before_half(folder: Path) -> None:
    half = folder / "unet" / "diffusion_pytorch_model.fp16.safetensors"
    save_file({name: tensor.half() for name, tensor in load_file(folder / UNET).items()}, half)
    assert same(open_folder(folder), "unet", tiny.unet())
    (folder / UNET).unlink()
    opened = open_folder(folder)
    assert opened.parts["unet"].weights.variant == "fp16"
    assert torch.equal(
        opened.module("unet").state_dict()["conv_in.bias"], tiny.unet().conv_in.bias.half().float()
    )


def test_what_the_weights_were_called_before_is_understood(folder: Path) -> None:
    """Of the VAE the attention of 2022, of the text encoder the wrapping before transformers 5.6."""
    path = folder / "vae" / "diffusion_pytorch_model.safetensors"
    old = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}
    tensors = load_file(path)
    for new, name in old.items():
        tensors = {key.replace(f".{new}.", f".{name}."): value for key, value in tensors.items()}
    assert any("proj_attn" in name for name in tensors)
    save_file(tensors, path)
    path = folder / "text_encoder" / "model.safetensors"
    tensors = {f"text_model.{name}": tensor for name, tensor in load_file(path).items()}
    save_file({**tensors, "text_model.embeddings.position_ids": torch.arange(77)[None]}, path)
    opened = open_folder(folder)
    assert same(opened, "vae", tiny.vae()) and same(opened, "text_encoder", tiny.text_encoder())


def test_building_and_loading_leave_the_random_state_alone(folder: Path) -> None:
    before = torch.get_rng_state()
    open_folder(folder).module("unet")
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("make", [tiny.transformer, tiny.umt5, tiny.text_encoder, tiny.vae])
def test_a_network_is_what_its_own_library_makes_of_the_files(
    tmp_path: Path, make: Callable[[], Any], dtype: torch.dtype
) -> None:
    """In every dtype; what is computed from the configuration is there too, and nothing is left empty."""
    from scorefield.models.checkpoints.part import part_of

    network = make()
    network.save_pretrained(tmp_path)
    ours = part_of(tmp_path, "", type(network).__name__).module(dtype)
    exact = {"WanTransformer3DModel": type(network)._keep_in_fp32_modules or ()}.get(
        type(network).__name__, ()
    )
    if type(network).__name__ == "UMT5EncoderModel" and dtype is torch.float16:
        exact = ("wo",)
    for name, theirs in network.state_dict().items():
        wanted = torch.float32 if set(exact) & set(name.split(".")) else dtype
        assert torch.equal(ours.state_dict()[name], theirs.to(wanted)), name
        assert ours.state_dict()[name].dtype == wanted, name
    buffers = dict(ours.named_buffers())
    assert all(torch.equal(buffers[name], theirs) for name, theirs in network.named_buffers())
    assert not any(each.is_meta for each in (*ours.parameters(), *ours.buffers())) and not ours.training


MISSING = {
    "model_index.json": ["sd", "model_index.json"],
    "unet": ["component unet (UNet2DConditionModel) is missing", "stable-diffusion-v1-5", "sd2-community"],
    "unet/config.json": ["there is no file", "unet/config.json"],
    UNET: ["unet holds no weights", "diffusion_pytorch_model.safetensors"],
    "vae": ["component vae", "missing"],
    "tokenizer/merges.txt": ["tokenizer in tokenizer has no words", "merges.txt"],
    "tokenizer": ["component tokenizer"],
    "scheduler/scheduler_config.json": ["scheduler holds none of scheduler_config.json"],
}


@pytest.mark.parametrize("name", MISSING)
def test_what_is_missing_is_named(folder: Path, name: str) -> None:
    path = folder / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    message = refusal(folder)
    assert all(word in message for word in MISSING[name]), message


@pytest.mark.parametrize("name", ["diffusion_pytorch_model.bin", "diffusion_pytorch_model.pt"])
def test_weights_that_are_pickles_alone_are_refused_and_not_run(folder: Path, name: str) -> None:
    (folder / UNET).unlink()
    (folder / "unet" / name).write_bytes(pickled(folder / "proof", 2))
    assert f"{name} is refused: it is a pickle" in refusal(folder) and not (folder / "proof").exists()


CONFIGS: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "a text for a number": ("unet", {"in_channels": "four"}, ["unet/config.json", "in_channels", "'four'"]),
    "true for a number": ("unet", {"in_channels": True}, ["in_channels", "True"]),
    "none of it": ("unet", {"in_channels": 0}, ["in_channels", "from 1 to"]),
    "a width of a billion": ("unet", {"cross_attention_dim": 10**9}, ["cross_attention_dim", "1000000000"]),
    "widths of a billion": ("unet", {"block_out_channels": [8, 10**9]}, ["block_out_channels"]),
    "a number for a list": ("unet", {"block_out_channels": 8}, ["block_out_channels", "a list"]),
    "a depth of a million": ("unet", {"layers_per_block": 10**6}, ["layers_per_block", "1000000"]),
    "a depth by a list": (
        "unet",
        {"transformer_layers_per_block": [[1, 10**6]]},
        ["transformer_layers_per_block"],
    ),
    "latents of a planet": ("unet", {"sample_size": 10**6}, ["sample_size"]),
    "a class that is none": ("unet", {"_class_name": "os.system"}, ["os.system", "UNet2DConditionModel"]),
    "another class": ("vae", {"_class_name": "UNet2DConditionModel"}, ["AutoencoderKL was expected"]),
    "an unknown number": ("unet", {"whatever": 10**12}, ["whatever", "1000000000000"]),
    "a long text": ("unet", {"whatever": "x" * 30_000}, ["whatever", "30,000 letters"]),
    "many items": ("unet", {"whatever": [0] * 5000}, ["whatever", "5,000 items"]),
    "code of its own": (
        "text_encoder",
        {"auto_map": {"AutoModel": "evil.py--X"}},
        ["auto_map", "none of that is run"],
    ),
    "quantised": ("text_encoder", {"quantization_config": {"bits": 4}}, ["quantization_config", "bfloat16"]),
    "fetched attention": ("text_encoder", {"_attn_implementation": "kernels-community/x"}, ["never fetched"]),
    "a vocabulary of a billion": ("text_encoder", {"vocab_size": 10**9}, ["vocab_size"]),
    "layers of a million": ("text_encoder", {"num_hidden_layers": 10**6}, ["num_hidden_layers"]),
    "deep": ("vae", {"whatever": [[[[[[[[[1]]]]]]]]]}, ["whatever", "deeper"]),
    "a schedule of a billion": (
        "scheduler",
        {"num_train_timesteps": 10**9},
        ["scheduler_config.json", "num_train"],
    ),
    "a prediction that is a list": (
        "scheduler",
        {"prediction_type": ["epsilon"]},
        ["prediction_type", "a name"],
    ),
    "padding to a billion": (
        "tokenizer",
        {"model_max_length": 10**9},
        ["tokenizer_config.json", "model_max_length"],
    ),
    "a tokenizer of code": ("tokenizer", {"auto_map": {"AutoTokenizer": "x"}}, ["auto_map"]),
}
CONFIG_FILES = {"scheduler": "scheduler_config.json", "tokenizer": "tokenizer_config.json"}


@pytest.mark.parametrize("name", CONFIGS)
def test_a_configuration_that_no_model_has_is_refused_by_file_and_field(folder: Path, name: str) -> None:
    component, fields, expected = CONFIGS[name]
    changed(folder / component / CONFIG_FILES.get(component, "config.json"), **fields)
    message = refusal(folder)
    assert all(word in message for word in expected), message


TEXTS = {
    "not UTF-8": b'{"a": "\xff"}',
    "NaN": b'{"dropout": NaN}',
    "infinite": b'{"dropout": -Infinity}',
    "too large": b'{"dropout": 1e999}',
    "more digits than counting": b'{"in_channels": ' + b"9" * 10_000 + b"}",
    "cut off": b'{"in_channels": 4',
    "nested without end": b'{"a": ' + b"[" * 100_000,
    "a list": b"[1]",
    "a number": b"7",
    "a name twice": b'{"in_channels": 4, "in_channels": 5}',
    "nothing": b"",
    "a pickle": b"\x80\x04\x95....",
    "two megabytes": b'{"a": "' + b"x" * 2**21 + b'"}',
}


@pytest.mark.parametrize("file", ["unet/config.json", "model_index.json", "tokenizer/tokenizer_config.json"])
@pytest.mark.parametrize("name", TEXTS)
def test_json_that_is_none_is_refused_by_name(folder: Path, file: str, name: str) -> None:
    if (file, name) == ("tokenizer/tokenizer_config.json", "two megabytes"):
        pytest.skip("the words that a tokenizer adds may be many")
    (folder / file).write_bytes(TEXTS[name])
    assert Path(file).name in refusal(folder, 64 * 2**20)


@pytest.mark.parametrize("value", ["x", -1, 1.5, True, 10**12, None, [1]])
def test_a_vocabulary_gives_places(folder: Path, value: Any) -> None:
    changed(folder / "tokenizer" / "vocab.json", cat=value)
    message = refusal(folder)
    assert "vocab.json" in message and "'cat'" in message


COMPONENTS: dict[str, Any] = {
    "unknown class": ["diffusers", "Evil"],
    "a module": ["os", "system"],
    "a path": ["../evil", "UNet2DConditionModel2"],
    "a number": [1, 2],
    "one name": ["UNet2DConditionModel"],
}


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_of_an_unknown_class_is_refused(folder: Path, name: str) -> None:
    changed(folder / "model_index.json", unet=COMPONENTS[name])
    message = refusal(folder)
    assert "model_index.json" in message and "unet" in message


def test_a_component_is_a_folder_beside_the_index(folder: Path) -> None:
    changed(folder / "model_index.json", **{"../sd/unet": ["diffusers", "UNet2DConditionModel"]})
    assert "'../sd/unet'" in refusal(folder)


def test_a_component_that_the_family_needs_has_to_be_named(folder: Path) -> None:
    changed(folder / "model_index.json", vae=[None, None])
    assert "names no vae" in refusal(folder)


def test_missing_shards_are_named(folder: Path) -> None:
    sharded(folder)
    (folder / "unet" / "part-1.safetensors").unlink()
    message = refusal(folder)
    assert "names 2 shards and 1 of them are not there: part-1.safetensors" in message
    assert "scorefield fetch" in message


def test_a_shard_that_is_cut_off_is_named(folder: Path) -> None:
    sharded(folder)
    path = folder / "unet" / "part-1.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    assert "part-1.safetensors" in refusal(folder) and "cut off" in refusal(folder)


@pytest.mark.parametrize(
    "file",
    [
        "../vae/diffusion_pytorch_model.safetensors",
        "/etc/passwd",
        "a\\b.safetensors",
        "..",
        "",
        "x.bin",
        7,
        None,
        [],
    ],
)
def test_an_index_names_files_beside_it_and_no_others(folder: Path, file: Any) -> None:
    where = sharded(folder)
    (folder / INDEX).write_text(json.dumps({"weight_map": {**where, "conv_in.bias": file}}))
    message = refusal(folder)
    expected = {"x.bin": "pickle", "..": "no safetensors", "": "no safetensors"}
    assert expected.get(str(file), "shards lie beside it, and nowhere else") in message


@pytest.mark.parametrize("weight_map", [None, [], {}, "x", 7])
def test_an_index_has_to_be_one(folder: Path, weight_map: Any) -> None:
    sharded(folder)
    (folder / INDEX).write_text(json.dumps({"weight_map": weight_map}))
    assert "weight_map" in refusal(folder)


def test_an_index_that_lies_about_its_shards_is_refused(folder: Path) -> None:
    where = sharded(folder)
    (folder / INDEX).write_text(json.dumps({"weight_map": {**where, "conv_in.bias": "part-1.safetensors"}}))
    first = where["conv_in.bias"] == "part-1.safetensors"
    other = "part-0.safetensors" if first else "part-1.safetensors"
    (folder / INDEX).write_text(json.dumps({"weight_map": {**where, "conv_in.bias": other}}))
    assert f"says that {other} holds 'conv_in.bias', and it does not" in refusal(folder)


def test_a_tensor_that_is_missing_of_another_shape_or_too_many_is_named(folder: Path) -> None:
    tensors = load_file(folder / UNET)
    without = {name: tensor for name, tensor in tensors.items() if name != "conv_in.bias"}
    save_file(without, folder / UNET)
    assert "unet: 1 tensor (conv_in.bias) of 208 are missing" in misfit(folder)
    save_file({**without, "conv_in.bias": torch.zeros(9)}, folder / UNET)
    assert "'conv_in.bias' is (9,) in the weights, and its config.json asks for (8,)" in misfit(folder)
    save_file({**tensors, "evil.weight": torch.zeros(2)}, folder / UNET)
    assert "1 tensor (evil.weight) in its weights have no place" in misfit(folder)


def test_a_configuration_of_another_size_than_its_weights_builds_nothing(folder: Path) -> None:
    """A million wide, which as numbers would be terabytes."""
    changed(folder / "unet" / "config.json", block_out_channels=[2**20, 2**20])
    assert "asks for" in misfit(folder)
    changed(folder / "unet" / "config.json", block_out_channels=[8] * 16, layers_per_block=100)
    assert "asks for 1,600 layers" in misfit(folder)
    changed(folder / "unet" / "config.json", block_out_channels=[8, 16], layers_per_block=1, act_fn="evil")
    assert "unet/config.json does not describe a UNet2DConditionModel" in misfit(folder)


def test_nothing_heavy_is_imported_to_refuse(folder: Path) -> None:
    """The checks that come before a run are JSON and headers: neither torch nor diffusers is there yet."""
    import subprocess

    code = (
        "import sys; from pathlib import Path\n"
        "from scorefield.models.checkpoints.checkpoint import open_folder\n"
        f"open_folder(Path({str(folder)!r}))\n"
        "assert not {'torch', 'diffusers', 'transformers', 'safetensors'} & set(sys.modules), 'heavy'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
