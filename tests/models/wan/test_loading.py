"""Folders that are a WAN, and folders that are not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from scorefield.models.checkpoints.checkpoint import open_folder
from scorefield.models.tiny.wan import WAN, WAN22
from scorefield.models.wan.alignment import ALIGNMENT
from scorefield.models.wan.family import load_wan, schedule_of
from scorefield.models.wan.offloading import LEFT_FREE, offload, place, size_of, waiting
from torch import nn

from .wan_models import folder_of, loaded, transformer

NAME = "diffusion_pytorch_model.safetensors"
INDEX = NAME + ".index.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy that may be damaged."""
    shutil.copytree(folder_of(WAN), tmp_path / "model")
    return tmp_path / "model"


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "float16"])
def test_weights_have_the_types_that_diffusers_gives_them(precision: str) -> None:
    """The time, the norms and the tables of blocks stay in single precision."""
    ours = loaded(precision=precision, mode="matched")[0].field.network.transformer.state_dict()
    theirs = transformer(folder_of(WAN) / "transformer", getattr(torch, precision)).state_dict()
    assert {name: value.dtype for name, value in ours.items()} == {
        name: value.dtype for name, value in theirs.items()
    }
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    assert precision == "float32" or len({value.dtype for value in ours.values()}) == 2


def test_weights_begin_where_any_tensor_begins() -> None:
    networks = loaded()[0].field.network.transformer, loaded()[2].autoencoder
    assert all(not each.data_ptr() % ALIGNMENT for network in networks for each in network.parameters())


def test_weights_in_several_files_are_read_by_their_index(folder: Path) -> None:
    part = folder / "transformer"
    weights = load_file(part / NAME)
    places = {name: f"part-{place % 2}.safetensors" for place, name in enumerate(weights)}
    for file in set(places.values()):
        save_file({name: weights[name] for name in weights if places[name] == file}, part / file)
    (part / INDEX).write_text(json.dumps({"weight_map": places}))
    (part / NAME).unlink()
    again = load_wan(open_folder(folder), mode="matched")[0].field.network.transformer.state_dict()
    assert all(torch.equal(again[name], weights[name]) for name in weights)
    (part / "part-1.safetensors").unlink()
    with pytest.raises(ValueError, match=r"not there: part-1\.safetensors"):
        load_wan(open_folder(folder))


@pytest.mark.parametrize(
    "missing", ["model_index.json", "vae", "transformer", "scheduler/scheduler_config.json", "tokenizer"]
)
def test_a_part_that_is_missing_is_named(folder: Path, missing: str) -> None:
    path = folder / missing
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(ValueError, match=missing.rpartition("/")[2]):
        load_wan(open_folder(folder))


def changed(path: Path, **values: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_other_models_are_refused_by_what_they_are(folder: Path) -> None:
    for change, said in (
        ({"_class_name": "StableDiffusionPipeline"}, "names no unet"),
        ({"_class_name": "WanPipeline", "expand_timesteps": True}, "TI2V"),
        ({"expand_timesteps": False, "boundary_ratio": 0.9}, "transformer_2 is missing"),
    ):
        changed(folder / "model_index.json", **change)
        with pytest.raises(ValueError, match=said):
            load_wan(open_folder(folder))
    changed(folder / "model_index.json", boundary_ratio=None)
    changed(folder / "transformer" / "config.json", in_channels=36)
    with pytest.raises(ValueError, match="image to video"):
        load_wan(open_folder(folder))


def test_weights_that_are_damaged_are_refused(folder: Path) -> None:
    path = folder / "transformer" / NAME
    weights = load_file(path)
    wrong = {**weights, "proj_out.bias": torch.zeros(3)}
    save_file(wrong, path)
    with pytest.raises(ValueError, match=r"proj_out\.bias.*\(3,\)"):
        load_wan(open_folder(folder))
    save_file({name: value for name, value in weights.items() if name != "proj_out.bias"}, path)
    with pytest.raises(ValueError, match=r"1 tensor \(proj_out\.bias\)"):
        load_wan(open_folder(folder))
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ValueError, match="no safetensors file"):
        load_wan(open_folder(folder))


@pytest.mark.parametrize("words", [{"precision": "float8"}, {"mode": "fast"}])
def test_an_unknown_word_is_refused(words: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="unknown"):
        load_wan(open_folder(folder_of(WAN)), **words)


def test_the_schedule_is_the_schedulers() -> None:
    for config in ({"flow_shift": 3.0}, {"shift": 3.0}):
        table = schedule_of(config).table
        assert float(table[499]) == pytest.approx(0.75) and float(table[-1]) == 1
    assert float(schedule_of({}).table[499]) == pytest.approx(0.5)


def test_what_is_missed_least_waits_first_and_no_more_than_must() -> None:
    sizes = {"text": 11, "late": 28, "early": 28, "vae": 1}
    order = ("text", "late", "early")

    def left(free: float) -> list[str]:
        return waiting(sizes, round(free / (1 - LEFT_FREE)), order)

    assert left(80) == []
    assert left(60) == ["text"]
    assert left(40) == ["text", "late"]
    assert left(10) == ["text", "late", "early"]


def test_a_part_that_waits_says_what_it_says_on_the_device() -> None:
    pytest.importorskip("accelerate", reason="group offloading of diffusers needs it")
    here, there = load_wan(open_folder(folder_of(WAN22))), load_wan(open_folder(folder_of(WAN22)))
    network = there[0].field.network
    for part in (network.transformer, network.late, there[1].encoder):
        offload(part, "cpu")
    x = torch.randn(2, 16, 2, 4, 4, generator=torch.Generator().manual_seed(1))
    for time in (950.0, 100.0):
        said = []
        for model, text, _ in (here, there):
            conditioning = text.encode_from_tokens_scheduled(text.tokenize("a cat"))
            said.append(model.given(conditioning).field.output(x, time))
        assert torch.equal(*said)


def test_parts_that_do_not_fit_wait() -> None:
    pytest.importorskip("accelerate", reason="group offloading of diffusers needs it")
    parts = {"large": nn.Sequential(nn.ModuleList([nn.Linear(40, 40)])), "small": nn.Linear(2, 2)}
    assert place(parts, "cpu", ("large",), free=size_of(parts["large"])) == ["large"]
    assert place({"small": parts["small"]}, "cpu", ("small",), free=10**6) == []
