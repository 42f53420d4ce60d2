"""The command that rebuilds the weights that ship."""

from __future__ import annotations

import pytest
import torch
from scorefield.diffusion.closed_form import ClosedFormField
from scorefield.models.library import WEIGHTS
from scorefield.models.toy.checkpoint import card, load
from scorefield.models.toy.datasets import spiral
from scorefield.training import command
from scorefield.training.recipes import TOYS, ToyRecipe
from scorefield.training.toy import Recipe

SPIRAL = spiral(100)


@pytest.fixture
def quick(monkeypatch) -> str:
    """A recipe of five steps among those that ship."""
    recipe = ToyRecipe("quick", TOYS["toy-spiral"].schedule, Recipe(steps=5), seed=4)
    monkeypatch.setitem(TOYS, "toy-quick", recipe)
    return "toy-quick"


def test_a_rebuilt_weight_says_how_it_was_made(tmp_path, quick) -> None:
    path = command.rebuild(quick, tmp_path / "new" / "folder")
    assert path == tmp_path / "new" / "folder" / "toy-quick.safetensors"
    made = card(path)
    assert (made["name"], made["seed"], made["steps"]) == (quick, 4, 5)
    assert made["torch"] == torch.__version__
    assert load(path).schedule.family == "variance_exploding"


def test_the_same_recipe_and_seed_are_the_same_bytes(tmp_path, quick) -> None:
    one, other = (command.rebuild(quick, tmp_path / name) for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()
    assert command.rebuild(quick, tmp_path / "seed", seed=5).read_bytes() != one.read_bytes()


def test_a_rebuild_that_fails_leaves_the_old_weight_and_nothing_else(tmp_path, quick, monkeypatch) -> None:
    path = command.rebuild(quick, tmp_path)
    before = path.read_bytes()

    def half_written(model, path, card):
        path.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(command, "save", half_written)
    with pytest.raises(OSError, match="disk full"):
        command.rebuild(quick, tmp_path, seed=5)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_without_a_recipe_is_refused(tmp_path) -> None:
    with pytest.raises(ValueError, match=r"nothing is called 'toy-moon'.*toy-spiral"):
        command.rebuild("toy-moon", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def shipped_and_rebuilt(tmp_path_factory):
    name = "toy-spiral-15k"
    return WEIGHTS / f"{name}.safetensors", command.rebuild(name, tmp_path_factory.mktemp("weights"))


@pytest.mark.slow
def test_a_rebuilt_weight_is_as_good_as_the_one_that_ships(shipped_and_rebuilt) -> None:
    shipped, rebuilt = map(load, shipped_and_rebuilt)
    exact, generator = ClosedFormField(SPIRAL.xy), torch.Generator().manual_seed(3)
    errors = {"shipped": 0.0, "rebuilt": 0.0}
    for index in range(0, 64, 3):
        level = shipped.schedule.level(index)
        x = SPIRAL.xy.repeat(10, 1)
        x = x + level.sigma * torch.randn(x.shape, generator=generator)
        for who, model in (("shipped", shipped), ("rebuilt", rebuilt)):
            said = model.score_model().field(x, level).epsilon
            errors[who] += float((said - exact(x, level).epsilon).square().mean()) / 22
    assert errors["rebuilt"] < 1.3 * errors["shipped"] + 0.02, errors


@pytest.mark.slow
def test_a_rebuilt_weight_is_the_one_that_ships_to_the_bit(shipped_and_rebuilt) -> None:
    """With the torch and the vector instructions it was made with, on any number of threads."""
    made = card(shipped_and_rebuilt[0])
    if made["torch"] != torch.__version__ or torch.backends.cpu.get_cpu_capability() != "AVX512":
        pytest.skip(
            "another torch, or another kind of CPU: it adds in another order, and training magnifies that"
        )
    shipped, rebuilt = (load(path).network.state_dict() for path in shipped_and_rebuilt)
    assert all(torch.equal(shipped[name], rebuilt[name]) for name in shipped)
