"""WAN's networks as a field asks them: each thing once, and the right one at its time."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from scorefield.diffusion.guidance import GuidedField
from scorefield.diffusion.schedule import Level
from scorefield.models.tiny.wan import WAN, WAN22, WanShape
from scorefield.models.wan.transformer import hear
from torch import Tensor, nn

from .wan_models import WIDER22, loaded


def level(sigma: float) -> Level:
    return Level(1 - sigma, sigma, sigma)


def noise(batch: int = 1, frames: int = 3, height: int = 4, width: int = 6) -> Tensor:
    return torch.randn(batch, 16, frames, height, width, generator=torch.Generator().manual_seed(1))


def prompt(model: Any, text: str) -> Any:
    return model.encode_from_tokens_scheduled(model.tokenize(text))


class Calls:
    """How often a module runs."""

    def __init__(self, module: nn.Module) -> None:
        self.count = 0
        self._hook = module.register_forward_hook(self._called)

    def _called(self, *_: Any) -> None:
        self.count += 1

    def __enter__(self) -> Calls:
        return self

    def __exit__(self, *_: object) -> None:
        self._hook.remove()


@pytest.mark.parametrize("shape", [WAN, WIDER22], ids=["2.1", "wider"])
@pytest.mark.parametrize(
    ("batch", "prompts"), [(1, "a cat"), (2, "a tree in the desert"), (4, "a cat\nan astronaut")]
)
def test_what_is_heard_once_says_what_the_pipelines_network_says(
    shape: WanShape, batch: int, prompts: str
) -> None:
    said = []
    for mode in ("matched", "optimised"):
        model, text, _ = loaded(shape, mode=mode)
        field = model.given(prompt(text, prompts)).field
        said += [field.output(noise(batch), t) for t in (999.5, 100.0)]
    for matched, optimised in zip(said[:2], said[2:], strict=True):
        assert float((matched - optimised).norm() / matched.norm()) < 2e-6
    assert float((said[0] - said[1]).norm() / said[0].norm()) > 1e-3


def test_the_places_of_a_video_are_those_of_its_size() -> None:
    """Two videos of as many places, one upright and one lying, asked in turn."""
    said = []
    for mode in ("matched", "optimised"):
        model, text, _ = loaded(mode=mode)
        field = model.given(prompt(text, "a cat")).field
        said.append([field.output(noise(1, 3, *sides), 500.0) for sides in ((4, 6), (6, 4))])
    for matched, optimised in zip(*said, strict=True):
        assert torch.allclose(matched, optimised, atol=1e-4)


def test_guidance_is_one_pass_and_what_a_prompt_says_is_computed_once() -> None:
    model, text, _ = loaded()
    transformer = model.field.network.transformer
    positive, negative = (model.given(prompt(text, each)).field for each in ("a cat", text.default_negative))
    guided = GuidedField(positive, negative, 5.0)
    attention = transformer.blocks[1].attn2
    with (
        Calls(transformer.blocks[0].attn1) as passes,
        Calls(transformer.condition_embedder.text_embedder) as projected,
        Calls(attention.to_k) as keys,
        Calls(attention.to_v) as values,
    ):
        for sigma in (1.0, 0.7, 0.2):
            guided(noise(), level(sigma))
    assert (passes.count, projected.count, keys.count, values.count) == (3, 1, 1, 1)


def test_a_prompt_is_forgotten_with_its_tensor() -> None:
    model, text, _ = loaded()
    transformer = model.field.network.transformer
    before = len(transformer._heard)
    field = model.given(prompt(text, "a horse")).field
    field(noise(), level(0.5))
    assert len(transformer._heard) == before + 1
    del field
    assert len(transformer._heard) == before


def test_padding_heard_once_is_all_the_padding() -> None:
    """A softmax over n tokens and 512 − n equal ones, and the same with the last one's weight in its bias."""
    model, text, _ = loaded()
    embedder = model.field.network.transformer.condition_embedder.text_embedder
    attention = model.field.network.transformer.blocks[0].attn2
    [[states, _]] = prompt(text, "a cat\na tree in the desert")
    short, whole = hear(states, embedder), hear(states.double(), embedder.double())
    embedder.float()
    assert short.states.shape[1] < 30 and whole.bias is None and whole.states.shape[1] == 512
    queries = torch.randn(2, attention.heads, 5, WAN.head_width)
    whole.states = whole.states.float()
    heard = [
        nn.functional.scaled_dot_product_attention(
            queries, *each.keys_and_values(attention), attn_mask=each.bias
        )
        for each in (short, whole)
    ]
    assert torch.allclose(*heard, atol=1e-6)
    wrong = nn.functional.scaled_dot_product_attention(queries, *short.keys_and_values(attention))
    assert not torch.allclose(wrong, heard[1], atol=1e-3)


@pytest.mark.parametrize("count", [0, 510, 511, 512])
def test_a_prompt_of_any_length_is_heard(count: int) -> None:
    embedder = nn.Linear(3, 4)
    states = torch.zeros(1, 512, 3)
    states[:, :count] = 1
    heard = hear(states, embedder)
    weights = torch.zeros(heard.states.shape[1]) if heard.bias is None else heard.bias.flatten()
    assert float(weights.exp().sum()) == pytest.approx(512, rel=1e-5)


@pytest.mark.parametrize("mode", ["matched", "optimised"])
@pytest.mark.parametrize(("time", "which"), [(999.0, 0), (875.0, 0), (874.9, 1), (3.0, 1)])
def test_the_second_transformer_answers_below_the_boundary(mode: str, time: float, which: int) -> None:
    model, text, _ = loaded(WAN22, mode=mode)
    network = model.field.network
    with Calls(network.transformer.proj_out) as early, Calls(network.late.proj_out) as late:
        model.given(prompt(text, "a cat")).field.output(noise(), torch.tensor(time))
    assert [early.count, late.count] == [1 - which, which]


def test_a_network_of_half_precision_gives_an_estimate_in_single_precision() -> None:
    model, text, _ = loaded(precision="bfloat16")
    field = model.given(prompt(text, "a cat")).field
    assert field.output(noise(), 500.0).dtype == torch.bfloat16
    single = loaded()[0].given(prompt(loaded()[1], "a cat")).field(noise(), level(0.5))
    half = field(noise(), level(0.5))
    assert half.x0.dtype == torch.float32
    assert 1e-5 < float((half.x0 - single.x0).norm() / single.x0.norm()) < 0.03


def test_time_is_told_in_thousandths_of_noise() -> None:
    assert loaded()[0].field.network.timestep(level(0.25)) == 250
