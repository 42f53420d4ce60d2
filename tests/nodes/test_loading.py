"""Score Model on model folders: what may be chosen, what is refused before anything runs, and that nothing is
fetched."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
import torch
from safetensors.torch import load_file, save_file
from scorefield.models.checkpoints.opening import digest_of, open_model, sha256
from scorefield.models.checkpoints.places import places_in
from scorefield.models.tiny import build
from scorefield.nodes.headless import headless_definitions
from torch import Tensor

from ..models.checkpoints import ldm_names
from .graphs import Graph, Node, about

UNET = "unet/diffusion_pytorch_model.safetensors"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    build("tiny-sd", folder)
    return folder


@pytest.fixture
def models(built: Path, tmp_path: Path) -> Path:
    """A model folder with a tiny Stable Diffusion, to be changed."""
    shutil.copytree(built, tmp_path / "models")
    return tmp_path / "models"


@pytest.fixture
def graph(models: Path, tmp_path: Path) -> Iterator[Graph]:
    yield Graph(tmp_path / "output", headless_definitions(models=[models]))


def walked(graph: Graph, name: str) -> tuple[Node, Node]:
    model = graph.add("ScoreModel", name=name)
    noise = graph.add("NoiseSeed", model=model["model"], batch=2)
    latent = graph.add("DDIMSampler", model=model["model"], noise=noise["noise"], steps=2)
    return model, graph.add("VAEDecode", latent=latent["latent"], vae=model["vae"])


def picture(graph: Graph, name: str) -> Tensor:
    found: Tensor = graph.value(walked(graph, name)[1])
    return found


def as_one_file(models: Path, name: str) -> None:
    """The tiny Stable Diffusion as a single file, its configurations and its tokenizer beside it."""
    folder, file = models / "tiny-sd", models / "checkpoints" / f"{name}.safetensors"
    shutil.copytree(folder, file.with_suffix(""), ignore=shutil.ignore_patterns("*.safetensors"))
    unet = load_file(folder / UNET)
    vae = load_file(folder / "vae" / "diffusion_pytorch_model.safetensors")
    blocks = {
        path: sum(key.startswith(f"{path}.{n}.resnets.0.norm1.w") for key in keys for n in range(9))
        for path, keys in (("down_blocks", unet), ("encoder.down_blocks", vae))
    }
    tensors = {
        **ldm_names.unet(unet, blocks["down_blocks"], layers=1),
        **ldm_names.vae(vae, blocks["encoder.down_blocks"]),
        **ldm_names.text(load_file(folder / "text_encoder" / "model.safetensors")),
    }
    save_file({key: tensor.contiguous() for key, tensor in tensors.items()}, file)


@about("ScoreModel")
def test_a_folder_and_a_single_file_of_one_model_give_one_picture(graph: Graph, models: Path) -> None:
    as_one_file(models, "one")
    assert set(graph.definitions["ScorefieldScoreModel"].by_name["name"].allowed()) >= {
        "tiny-sd",
        "checkpoints/one.safetensors",
        "toy-spiral",
    }
    from_folder = picture(graph, "tiny-sd")
    assert torch.equal(picture(graph, "checkpoints/one.safetensors"), from_folder)
    assert torch.equal(picture(graph, str(models / "tiny-sd")), from_folder)
    assert float(from_folder.std()) > 0


def test_models_that_are_not_whole_are_refused_before_anything_runs(graph: Graph, models: Path) -> None:
    model, _ = walked(graph, "tiny-sd")
    whole = (models / "tiny-sd" / UNET).read_bytes()
    (models / "tiny-sd" / UNET).write_bytes(whole[:-1])
    message = graph.refusal(model)
    assert "diffusion_pytorch_model.safetensors" in message and "cut off" in message
    (models / "tiny-sd" / UNET).unlink()
    assert "unet holds no weights" in graph.refusal(model)
    assert "no model called 'tiny-ds'. Did you mean 'tiny-sd'?" in graph.refusal(walked(graph, "tiny-ds")[0])


def test_weights_that_do_not_fit_fail_before_a_step_is_walked(graph: Graph, models: Path) -> None:
    tensors = load_file(models / "tiny-sd" / UNET)
    tensors["conv_in.bias"] = torch.zeros(3)
    save_file(tensors, models / "tiny-sd" / UNET)
    assert "'conv_in.bias' is (3,) in the weights" in graph.failure(walked(graph, "tiny-sd")[0])


def test_a_pinned_model_that_changed_is_refused_before_anything_runs(graph: Graph, models: Path) -> None:
    digest = digest_of(models / "tiny-sd", open_model("tiny-sd", places_in([models], {})), sha256)
    pinned = f"tiny-sd@sha256:{digest}"
    assert torch.equal(picture(graph, pinned), picture(graph, "tiny-sd"))
    tensors = load_file(models / "tiny-sd" / UNET)
    save_file({**tensors, "conv_in.bias": tensors["conv_in.bias"] + 1}, models / "tiny-sd" / UNET)
    assert "is not the model that was meant" in graph.refusal(walked(graph, pinned)[0])
    assert "no sha256" in graph.refusal(walked(graph, "tiny-sd@sha256:12")[0])


def test_a_changed_model_is_another_result(graph: Graph, models: Path) -> None:
    """Small files are known by what they hold, large ones by size and time."""
    from scorefield.graph.cache import MemoryCache
    from scorefield.models import large

    cache = MemoryCache()
    model, _ = walked(graph, "tiny-sd")
    assert model.id in graph.run(model, cache=cache).executed
    assert model.id not in graph.run(model, cache=cache).executed
    config = models / "tiny-sd" / "scheduler" / "scheduler_config.json"
    config.write_text(config.read_text() + " ")
    assert model.id in graph.run(model, cache=cache).executed
    places = places_in([models], {})
    assert large.state_of_large("tiny-sd", places) == ""
    with (models / "tiny-sd" / UNET).open("ab") as file:
        file.truncate(2 * large.HASHED_BYTES)
    assert large.files_of_large("tiny-sd", places) == ()  # it is no model any more


def test_large_weights_are_known_by_size_and_time(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scorefield.models import large

    monkeypatch.setattr(large, "HASHED_BYTES", 10_000)
    places = places_in([models], {})
    state = large.state_of_large("tiny-sd", places)
    assert (
        "diffusion_pytorch_model.safetensors" in state
        and str((models / "tiny-sd" / UNET).stat().st_size) in state
    )
    names = {path.name for path in large.files_of_large("tiny-sd", places)}
    assert "config.json" in names and "diffusion_pytorch_model.safetensors" not in names
    (models / "tiny-sd" / UNET).touch()
    assert large.state_of_large("tiny-sd", places) != state


def refuse(*_: Any, **__: Any) -> NoReturn:
    raise AssertionError("something asked for the network")


def test_loading_a_model_asks_nobody(graph: Graph, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With every way out of the process shut, and although nothing says that it is offline."""
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("connect", "connect_ex", "sendto", "bind"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "create_connection", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)
    as_one_file(models, "one")
    assert torch.equal(picture(graph, "checkpoints/one.safetensors"), picture(graph, "tiny-sd"))
    assert "no model called" in graph.refusal(walked(graph, "org/model-that-is-not-here")[0])
