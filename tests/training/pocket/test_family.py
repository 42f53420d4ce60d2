"""Every pocket model, from nothing to a file that a workflow loads."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from scorefield.models.library import load as load_model
from scorefield.models.library import of_ours
from scorefield.models.pocket.checkpoint import card, load, save
from scorefield.models.pocket.denoiser import Denoiser, Shape
from scorefield.models.pocket.family import load_text
from scorefield.models.pocket.text import told
from scorefield.training.catalogue import CATALOGUE, is_pocket
from scorefield.training.pocket import sheets, smoke
from scorefield.training.pocket.command import Training, export, rebuild
from scorefield.training.pocket.denoiser import DenoiserTask, heard
from scorefield.training.pocket.loop import chance
from scorefield.training.pocket.smoke import SMOKES, Smoke

POCKETS = [name for name in CATALOGUE if is_pocket(name)]


@pytest.fixture(scope="module")
def family(tmp_path_factory):
    """All of them after two steps."""
    patch = pytest.MonkeyPatch()
    for name in POCKETS:
        patch.setitem(SMOKES, name, Smoke(steps=2, batch=8 if "clip" in name else 2, falls=100))
    patch.setattr(
        "scorefield.training.pocket.command.PLACE", replace(smoke.PLACE, scenes=12, pairs=6, walks=2)
    )
    for name, value in {"STEPS": 1, "SAMPLES": 1, "COUNT": 2, "PROMPTS": ("a tree",)}.items():
        patch.setattr(sheets, name, value)
    patch.setattr(sheets, "WALKS", sheets.WALKS[:1])
    folder = tmp_path_factory.mktemp("family")

    def training(name: str, **options) -> Training:
        return Training(name, folder / "weights", folder / "runs", smoke=True, **options)

    for name in POCKETS:
        assert rebuild(training(name)) == folder / "weights" / f"{name}.safetensors"
    yield training
    patch.undo()


def test_every_one_of_them_is_written_and_loads_as_a_model(family) -> None:
    weights = family("pocket").weights
    assert {path.stem for path in weights.iterdir()} == set(POCKETS)
    for name in of_ours(weights):
        model, _, _ = load_model(name, folder=weights)
        x = torch.zeros(1, *model.shape)
        assert model.field(x, model.schedule.level(500)).x0.isfinite().all()


@pytest.mark.parametrize("name", POCKETS)
def test_a_card_says_how_it_was_made(family, name) -> None:
    made = card(family(name).weights / f"{name}.safetensors")
    assert made["name"] == name and made["summary"] == CATALOGUE[name].summary
    assert made["samples"] == 2 * SMOKES[name].batch and made["smoke"]
    assert set(made["made_with"]) == set(CATALOGUE[name].needs)
    assert (made["seed"], made["workers"], made["device"]) == (1, 1, "cpu")
    assert made["final_loss"] > 0 and made["torch"] == torch.__version__
    assert made["data"]["scenes"] == 12 and len(made["data"]["renderer"]) == 8


@pytest.mark.parametrize("name", POCKETS)
def test_its_losses_and_what_it_does_are_drawn(family, name) -> None:
    from PIL import Image

    for picture in ("loss", "sheet"):
        with Image.open(family(name).runs / f"{name}.{picture}.png") as seen:
            assert min(seen.size) > 60 and len(seen.convert("RGB").getcolors(1 << 24)) > 20


@pytest.mark.parametrize("name", POCKETS)
def test_every_weight_learns_and_no_gradient_is_infinite(family, name) -> None:
    run = family(name).run()
    task = run.make("cpu")
    for parameter in task.network.parameters():
        # Layers that start as nothing hide what is behind them.
        with torch.no_grad():
            parameter.add_(torch.full_like(parameter, 0.01))
    task.loss(8, chance(run, 0, 0)).backward()
    for each, parameter in task.network.named_parameters():
        assert parameter.grad is not None and parameter.grad.isfinite().all(), each
        assert parameter.grad.any(), each


@pytest.mark.parametrize("name", POCKETS)
def test_the_same_chance_is_the_same_loss_and_the_global_one_plays_no_part(family, name) -> None:
    run = family(name).run()
    before = torch.get_rng_state()
    task = run.make("cpu")
    one, again, other = (float(task.loss(4, chance(run, step, 0)).detach()) for step in (0, 0, 1))
    assert one == again != other
    assert torch.equal(torch.get_rng_state(), before)


def test_made_again_it_is_the_same_file(family) -> None:
    path = family("pocket-autoencoder").weights / "pocket-autoencoder.safetensors"
    before = path.read_bytes()
    assert export(family("pocket-autoencoder")) == rebuild(family("pocket-autoencoder")) == path
    assert path.read_bytes() == before


def test_an_export_that_fails_leaves_the_old_file_and_nothing_else(family, monkeypatch) -> None:
    path = family("pocket-prior").weights / "pocket-prior.safetensors"
    before, there = path.read_bytes(), set(path.parent.iterdir())

    def half_written(network, path, built, card):
        path.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr("scorefield.training.pocket.command.save", half_written)
    with pytest.raises(OSError, match="disk full"):
        export(family("pocket-prior"))
    assert path.read_bytes() == before and set(path.parent.iterdir()) == there


def test_latents_have_mean_0_and_std_1(family) -> None:
    run = family("pocket").run()
    latents = run.make("cpu").latents[torch.arange(12)].float()
    assert torch.allclose(latents.mean(dim=(0, 2, 3)), torch.zeros(latents.shape[1]), atol=0.01)
    assert torch.allclose(latents.std(dim=(0, 2, 3)), torch.ones(latents.shape[1]), atol=0.01)


def test_a_seed_of_another_training_is_refused(family) -> None:
    with pytest.raises(ValueError, match="was begun with --seed 1, not 2"):
        rebuild(family("pocket-clip", seed=2))


def test_a_need_that_is_not_there_is_named_with_the_command(tmp_path) -> None:
    training = Training("pocket-flow", tmp_path, tmp_path)
    expected = (
        r"pocket-flow needs pocket-autoencoder and pocket-clip and pocket, .*`scorefield train pocket-au"
    )
    with pytest.raises(ValueError, match=expected):
        rebuild(training)


def test_another_autoencoder_than_before_is_told(family, tmp_path, capsys) -> None:
    first = family("pocket")
    rebuild(first)
    assert "another" not in capsys.readouterr().err
    other = replace(first, weights=tmp_path / "weights")
    other.weights.mkdir()
    for path in first.weights.iterdir():
        (other.weights / path.name).write_bytes(path.read_bytes())
    from scorefield.models.pocket.autoencoder import Autoencoder

    torch.manual_seed(0)
    save(Autoencoder(), other.weights / "pocket-autoencoder.safetensors", {}, {})
    export(other)
    said = capsys.readouterr().err
    assert "pocket was begun with another pocket-autoencoder than is there now" in said


def test_a_network_hears_in_training_what_it_hears_in_a_workflow(family) -> None:
    text = load_text(family("pocket").weights / "pocket-clip.safetensors")
    tokens = text.tokenize("a tree\na cat at night\n")
    states, extras = text.encode_from_tokens_scheduled(tokens)[0]
    assert torch.equal(heard(text, tokens), told(states, extras["pooled_output"]))


def small(family, shape: Shape) -> DenoiserTask:
    task = family("pocket").run().make("cpu")
    task.network = Denoiser(shape)
    return task


def test_a_video_can_begin_with_a_picture_model_but_for_its_frame_positions(family) -> None:
    path = family("pocket").weights / "pocket.safetensors"
    task = small(family, Shape(frames=3))
    task.start_from(path)
    other = load(path, lambda built: Denoiser(Shape(**built["shape"])))[0]
    for name, tensor in other.state_dict().items():
        assert torch.equal(task.network.state_dict()[name], tensor), name


@pytest.mark.parametrize("shape", [Shape(depth=3), Shape(depth=5), Shape(width=32)])
def test_nothing_begins_with_weights_that_are_built_otherwise(family, shape) -> None:
    with pytest.raises(ValueError, match=r"nothing can begin with pocket\.safetensors"):
        small(family, shape).start_from(family("pocket").weights / "pocket.safetensors")


def test_levels_are_spread_over_the_batch_in_an_order_of_chance(family) -> None:
    task = family("pocket").run().make("cpu")
    alpha, sigma = task._levels(100, torch.Generator().manual_seed(0))
    assert torch.allclose(alpha.square() + sigma.square(), torch.ones(100))
    angles = torch.atan2(sigma, alpha) / (torch.pi / 2) / 0.998
    assert sorted((angles * 100).int().tolist()) == list(range(100))
    assert abs(float(torch.corrcoef(torch.stack([angles, torch.arange(100.0)]))[0, 1])) < 0.4


@pytest.mark.slow
def test_each_of_them_learns_measurably(tmp_path) -> None:
    """The smoke as it is; rebuild itself refuses a loss that did not fall."""
    for name in POCKETS:
        assert rebuild(Training(name, tmp_path / "weights", tmp_path / "runs", smoke=True, workers=2))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")
def test_a_gpu_learns_what_a_cpu_learns(family, tmp_path) -> None:
    for name in POCKETS:
        training = replace(family(name), device="cuda", weights=tmp_path / "weights", runs=tmp_path / "runs")
        assert rebuild(training)
        assert card(training.weights / f"{name}.safetensors")["final_loss"] > 0


def test_a_loss_that_does_not_fall_is_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(SMOKES, "pocket", Smoke(steps=20, batch=1, falls=0.9))
    log = tmp_path / "log.jsonl"
    log.write_text("".join(f'{{"samples": {n}, "loss": 1.0}}\n' for n in range(1, 21)))
    with pytest.raises(ValueError, match="it does not learn"):
        smoke.check("pocket", log)
    log.write_text('{"samples": 1, "loss": 1.0}\n{"samples": 2, "loss": NaN}\n')
    with pytest.raises(ValueError, match="it does not learn"):
        smoke.check("pocket", log)
