"""What a scheduler's step is told, and what that means to those who look."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import torch
from scorefield.diffusion.field import ScoreModel
from scorefield.diffusion.guidance import GuidedField
from scorefield.diffusion.prediction import PREDICTIONS, Ends, Prediction
from scorefield.diffusion.reference import Reference
from scorefield.diffusion.schedule import Level, Schedule, flow, scaled_linear_betas
from scorefield.models.network_field import NetworkField, Told
from scorefield.models.walking import meaning
from scorefield.models.walking.asking import Question, ask
from scorefield.models.walking.schedulers import fresh
from scorefield.models.walking.walk import SchedulerWalk
from torch import Tensor

SCHEDULES: dict[str, Schedule] = {"diffusion": scaled_linear_betas(), "flow": flow(shift=3.0)}
X = torch.randn(2, 4, 3, 3, generator=torch.Generator().manual_seed(1))
CAT, DOG = ({"word": torch.full((1, 4, 1, 1), value)} for value in (0.3, -0.8))


@dataclass(frozen=True, eq=False)
class Plain:
    """A network of one line; one that learns its variance says twice as many channels."""

    learns_variance: bool = False

    def timestep(self, level: Level) -> float:
        """In thousandths."""
        return 999 * level.t

    def __call__(self, x: Tensor, timestep: float | Tensor, told: Told) -> Tensor:
        """Something of all that it is told."""
        said = 0.4 * x + told["word"] * x.square() - 0.001 * timestep
        return torch.cat([said, said + 1], dim=1) if self.learns_variance else said


def guided(
    prediction: Prediction = "epsilon",
    scale: float | list[float] = 5.0,
    interval: tuple[float, float] = (0.0, 1.0),
) -> GuidedField:
    """Guidance between a cat and a dog."""
    network = Plain()
    fields = (NetworkField(network, prediction, told) for told in (CAT, DOG))
    return GuidedField(*fields, scale, interval=interval)


def asked(field: NetworkField | GuidedField, t: float = 0.6, matched: bool = False) -> tuple[Tensor, Ends]:
    """What a step is told, and its meaning."""
    level = SCHEDULES["diffusion"].at(t)
    question = Question(X, torch.tensor(999 * t), level)
    return ask(field, question, Reference({}, matched), "epsilon")


@pytest.mark.parametrize("scale", [5.0, 0.5, [5.0, -1.0]])
@pytest.mark.parametrize("prediction", PREDICTIONS)
def test_it_means_what_the_field_says_there(prediction: Prediction, scale: float | list[float]) -> None:
    """Whichever way it is guided: between what the network says, or between what that means."""
    field = guided(prediction, scale)
    _, found = asked(field)
    assert found.conditional is not None and found.unconditional is not None
    expected = field(X, SCHEDULES["diffusion"].at(0.6))
    pairs = (found, expected), (found.conditional, expected.conditional)
    for one, other in (*pairs, (found.unconditional, expected.unconditional)):
        assert other is not None
        assert torch.allclose(one.x0, other.x0, rtol=1e-5, atol=1e-5)
        assert torch.allclose(one.epsilon, other.epsilon, rtol=1e-5, atol=1e-5)


def test_a_learned_variance_is_told_to_the_step_and_means_nothing() -> None:
    field = NetworkField(Plain(learns_variance=True), "epsilon", CAT)
    output, found = asked(field)
    assert output.shape == (2, 8, 3, 3) and found.epsilon.shape == X.shape
    assert torch.equal(found.epsilon, asked(NetworkField(Plain(), "epsilon", CAT))[0])


def test_where_guidance_is_off_the_condition_answers_alone() -> None:
    output, found = asked(guided(interval=(0.7, 1.0)))
    alone, _ = asked(NetworkField(Plain(), "epsilon", CAT))
    assert torch.equal(output, alone) and found.unconditional is None
    assert found.conditional is not None and torch.equal(found.conditional.epsilon, alone)


@pytest.mark.parametrize("scale", [0.5, 1.0])
def test_only_pipelines_leave_a_scale_up_to_1_out(scale: float) -> None:
    cat, dog = (asked(NetworkField(Plain(), "epsilon", told))[0] for told in (CAT, DOG))
    assert torch.equal(asked(guided(scale=scale), matched=True)[0], cat)
    assert torch.allclose(asked(guided(scale=scale))[0], dog + scale * (cat - dog), atol=1e-6)


def test_guidance_is_as_exact_as_the_samples_whatever_the_network_computes_in() -> None:
    """As the pipelines do it, it is rounded to the network's type."""

    class Coarse(Plain):
        def __call__(self, x: Tensor, timestep: float | Tensor, told: Told) -> Tensor:
            return super().__call__(x, timestep, told).bfloat16()

    network = Coarse()
    cat, dog = (NetworkField(network, "epsilon", told) for told in (CAT, DOG))
    field = GuidedField(cat, dog, 7.5)
    conditional, unconditional = (asked(each)[0].float() for each in (cat, dog))
    exact = unconditional + 7.5 * (conditional - unconditional)
    assert torch.allclose(asked(field)[0], exact, rtol=1e-6, atol=1e-6)
    rounded = asked(field, matched=True)[0]
    assert rounded.dtype == torch.bfloat16 and not torch.allclose(rounded.float(), exact, rtol=1e-4)


@pytest.mark.parametrize(("name", "looks"), [("FlowMatchEulerDiscrete", 0), ("UniPCMultistep", 5)])
def test_what_nobody_looks_at_is_not_worked_out(
    monkeypatch: pytest.MonkeyPatch, name: str, looks: int
) -> None:
    """Euler needs no x̂0; UniPC one at each of its steps, and none of its parts."""
    worked_out: list[Level] = []
    real = meaning.to_estimate

    def counted(prediction: Prediction, output: Tensor, x: Tensor, level: Level):
        worked_out.append(level)
        return real(prediction, output, x, level)

    monkeypatch.setattr(meaning, "to_estimate", counted)
    config = {"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0}
    model = ScoreModel(guided("flow"), SCHEDULES["flow"], (4, 3, 3), reference=Reference(config))
    states = list(SchedulerWalk(model, fresh(config, name), 5).states(X))
    assert len(worked_out) == looks
    seen = [state.estimate.x0 + state.estimate.epsilon for state in states]
    assert len(worked_out) == len(seen) == 5
    assert states[2].estimate.conditional is not None
    assert not torch.equal(states[2].estimate.conditional.x0, states[2].estimate.x0)
    assert len(worked_out) == 6
