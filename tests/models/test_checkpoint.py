"""A toy model as a file: the same model after, and every file that is none refused by name."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save as to_bytes
from scorefield.diffusion.schedule import cosine_betas, flow, log_linear
from scorefield.models.toy.checkpoint import HEADER, TABLE, ToyModel, card, load, new_network, save
from scorefield.models.toy.network import Shape

X = torch.randn(6, 2, generator=torch.Generator().manual_seed(1))
SMALL = Shape((8,), classes=3)
NAMES = ("person", "dog", "cat")


def small(**changes) -> ToyModel:
    fields = {"prediction": "epsilon", "schedule": log_linear(8), "names": NAMES, **changes}
    return ToyModel(new_network(SMALL, 0), **fields)


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "mine.safetensors"


@pytest.mark.parametrize(
    "schedule", [log_linear(8), cosine_betas(16), flow(5, 3.0)], ids=lambda one: one.family
)
@pytest.mark.parametrize("prediction", ["epsilon", "v", "sample", "flow"])
def test_a_model_comes_back_as_it_was(path, schedule, prediction) -> None:
    model = small(schedule=schedule, prediction=prediction)
    save(model, path, {"note": "ε"})
    back = load(path)
    assert (back.prediction, back.names, back.last_step) == (prediction, NAMES, False)
    assert back.schedule.family == schedule.family and torch.equal(back.schedule.table, schedule.table)
    assert back.network.shape == SMALL and not back.network.training
    level = schedule.at(0.5)
    assert torch.equal(back.network(X, level, None), model.network(X, level, None))
    assert card(path) == {"note": "ε"}


def test_a_one_step_network_comes_back_as_one(path) -> None:
    model = small(last_step=True)
    save(model, path)
    level = model.schedule.level(3)
    whole = small().score_model().field(X, level).epsilon
    read = load(path).score_model().field(X, level).epsilon
    assert torch.equal(read, model.score_model().field(X, level).epsilon)
    assert not torch.allclose(read, whole)


def test_the_same_model_is_the_same_bytes(tmp_path) -> None:
    for name in ("one", "other"):
        save(small(), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_a_loaded_network_can_be_trained(path) -> None:
    save(small(), path)
    network = load(path).network
    network(X, log_linear(8).at(0.5), None).sum().backward()
    assert all(weight.requires_grad and weight.grad is not None for weight in network.parameters())


def refused(path, about: str = "") -> None:
    with pytest.raises(ValueError, match=rf"^{path.name} is not a toy model of Scorefield: .*{about}"):
        load(path)


@settings(max_examples=40)
@given(st.floats(0, 0.999))
def test_a_truncated_file_is_refused(share) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cut.safetensors"
        save(small(), path)
        whole = path.read_bytes()
        path.write_bytes(whole[: int(share * len(whole))])
        refused(path)


def test_a_pickled_file_is_refused_and_never_unpickled(path, tmp_path) -> None:
    witness = tmp_path / "unpickled"

    class Trap:
        def __reduce__(self):
            return (Path.touch, (witness,))

    path.write_bytes(pickle.dumps(Trap()))
    refused(path)
    torch.save({"weight": torch.zeros(2)}, path)
    refused(path)
    assert not witness.exists()


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"\x89PNG\r\n\x1a\n", b"\xff" * 64, b"\x08\0\0\0\0\0\0\0notjson!"]
)
def test_a_file_of_another_kind_is_refused(path, content) -> None:
    path.write_bytes(content)
    refused(path)


def test_another_models_weights_are_refused(path) -> None:
    path.write_bytes(to_bytes({"unet.weight": torch.zeros(3)}, metadata={"format": "pt"}))
    refused(path, "no entry 'scorefield'")


def test_a_file_that_is_not_there_is_refused(path) -> None:
    refused(path)


def changed(path, tensors=None, without=(), **header):
    """A small model's file with something else in it."""
    save(small(), path)
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        kept = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
        told = {**json.loads(file.metadata()[HEADER]), **header}
    kept = {name: tensor for name, tensor in {**kept, **(tensors or {})}.items() if name not in without}
    told = {name: value for name, value in told.items() if name not in without}
    path.write_bytes(to_bytes(kept, metadata={HEADER: json.dumps(told)}))


@pytest.mark.parametrize(
    "name", ["layers.0.weight", "embedding.weight", TABLE, "shape", "family", "names", "last_step"]
)
def test_a_part_that_is_missing_or_renamed_is_refused(path, name) -> None:
    changed(path, without=(name,))
    refused(path)


@pytest.mark.parametrize(
    ("header", "about"),
    [
        ({"prediction": "velocity"}, "predicts 'velocity'"),
        ({"family": "variance_imploding"}, "variance_imploding"),
        ({"names": ["person"]}, "names 1 of 3 classes"),
        ({"shape": {"hidden": [9], "classes": 3}}, "size mismatch"),
        ({"shape": {"hidden": [8], "classes": 3, "depth": 2}}, "depth"),
        ({"shape": {"hidden": ["8"], "classes": 3}}, ""),
        ({"shape": {"hidden": 8, "classes": 3}}, ""),
        ({"shape": []}, ""),
    ],
)
def test_a_header_that_makes_no_model_is_refused(path, header, about) -> None:
    changed(path, **header)
    refused(path, f"[\\s\\S]*{about}")


def test_a_header_that_is_not_json_is_refused(path) -> None:
    path.write_bytes(to_bytes({TABLE: torch.zeros(2)}, metadata={HEADER: "{hidden"}))
    refused(path)


def test_a_header_cannot_ask_for_memory(path) -> None:
    """A width of ten million would be 400 TB were it made before it is compared with the file."""
    changed(path, shape={"hidden": [10_000_000, 10_000_000], "classes": 3})
    refused(path)


@pytest.mark.parametrize("table", [[2.0, 1.0], [1.0], [float("nan"), 1.0]])
def test_a_table_that_is_no_schedule_is_refused(path, table) -> None:
    changed(path, tensors={TABLE: torch.tensor(table)})
    refused(path, "noise levels")


def test_a_tensor_too_many_is_refused(path) -> None:
    changed(path, tensors={"layers.9.weight": torch.zeros(2)})
    refused(path, "[\\s\\S]*layers.9.weight")
