"""The models that ship."""

from __future__ import annotations

import pytest
import torch
from scorefield.diffusion.points import Points
from scorefield.models import library
from scorefield.models.pocket.names import NAMES
from scorefield.models.toy.checkpoint import card
from scorefield.models.toy.closed_form import closed_form
from scorefield.models.toy.decoder import PlaneDecoder
from scorefield.models.toy.schedules import schedule_of
from scorefield.training.recipes import TOYS


def test_every_recipe_has_its_weights_and_every_weight_its_recipe() -> None:
    assert set(library.MODELS.names()) == {*TOYS, *NAMES}


@pytest.mark.parametrize("name", TOYS)
def test_every_model_is_what_its_recipe_says(name) -> None:
    recipe, (model, text, _) = TOYS[name], library.load(name)
    assert model.schedule.family == recipe.schedule().family
    assert torch.equal(model.schedule.table, recipe.schedule().table)
    assert text.names == recipe.data().names and model.shape == (2,)
    made = card(library.WEIGHTS / f"{name}.safetensors")
    assert (made["name"], made["steps"], made["seed"]) == (name, recipe.recipe.steps, recipe.seed)
    estimate = model.field(
        torch.randn(5, 2, generator=torch.Generator().manual_seed(0)), model.schedule.at(0.5)
    )
    assert bool(torch.isfinite(estimate.x0).all())


def test_an_unknown_name_gets_a_suggestion_and_the_list() -> None:
    with pytest.raises(ValueError, match=r"'toy-spirl'\. Did you mean 'toy-spiral'\?.*toy-classes"):
        library.load("toy-spirl")


def test_clips_are_models_of_their_own(tmp_path) -> None:
    assert library.CLIPS.names() == ("pocket-clip",) and library.clips_of_ours(tmp_path) == ()
    assert [path.name for path in library.CLIPS.files_of("pocket-clip")] == ["pocket-clip.safetensors"]
    assert library.CLIPS.files_of("../weights/pocket-clip") == ()
    with pytest.raises(ValueError, match=r"no model called 'pocket-clap'\. Did you mean 'pocket-clip'\?"):
        library.load_clip("pocket-clap")
    with pytest.raises(ValueError, match="no model called 'pocket-clip'"):
        library.load_clip("pocket-clip", folder=tmp_path)


@pytest.mark.parametrize("name", ["../weights/toy-spiral", "/etc/passwd", "", "toy-spiral.safetensors"])
def test_a_name_is_never_a_path(name) -> None:
    with pytest.raises(ValueError, match="no model called"):
        library.load(name)


@pytest.mark.parametrize("family", ["variance exploding", "variance preserving", "flow"])
def test_the_closed_form_of_points_in_every_family(family) -> None:
    points = Points(torch.tensor([[0.0, 0.0], [1.0, 1.0]]), torch.tensor([0, 1]), ("a", "b"))
    model, text = closed_form(points, family, 50, 0.01, 10.0)
    assert model.schedule.family == family.replace(" ", "_")
    asked = model.given(text.encode_from_tokens_scheduled(text.tokenize("b")))
    x, level = torch.zeros(3, 2), model.schedule.at(0.5)
    assert torch.equal(asked.field(x, level).x0, torch.ones(3, 2))
    free = model.given(text.encode_from_tokens_scheduled(text.tokenize("")))
    assert torch.equal(free.field(x, level).x0, model.field(x, level).x0)


def test_an_unknown_family_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"'variance imploding'.*variance exploding"):
        schedule_of("variance imploding", 10, 0.01, 1.0)


def test_the_decoder_draws_points_where_they_are() -> None:
    """Right is +x, up is +y, and what lies outside is not seen."""
    picture = PlaneDecoder(extent=1.0, size=65).decode(torch.tensor([[0.5, 0.5]]))
    assert picture.shape == (1, 65, 65, 3)
    assert float(picture.min()) >= 0 and float(picture.max()) <= 1
    row, column = divmod(int(picture[0, :, :, 0].argmax()), 65)
    assert (row, column) == (16, 48)
    assert float(PlaneDecoder(1.0, 65).decode(torch.tensor([[5.0, 0.0]])).max()) < 1e-6
