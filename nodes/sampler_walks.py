"""What the sampler nodes do: walk, keep what was asked for, and say how far they are."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from ..graph.context import Context
from .continued_noise import with_generator
from .scheduler_walks import Asked, begin
from .socket_values import Latent, Noise

if TYPE_CHECKING:
    from torch import Tensor

    from ..diffusion.field import ScoreModel
    from ..diffusion.sampling import State, Trajectory
    from ..diffusion.schedule import Level
    from ..diffusion.solver import Step
    from ..models.glance import Glance

RECORDS = {
    "everything": ("x", "mean", "x0", "epsilon", "conditional", "unconditional", "numbers"),
    "positions and estimates": ("x", "x0", "numbers"),
    "positions": ("x",),
    "numbers": ("numbers",),
    "nothing": (),
}


def walk(
    model: "ScoreModel",
    rule: str,
    noise: Noise | None,
    latent: Latent | None,
    steps: int,
    spacing: str,
    sigmas: "Tensor | None",
    record: str,
    context: Context,
    eta: float = 0.0,
    step_scale: float = 1.0,
    strength: float = 1.0,
) -> tuple[Latent, "Trajectory"]:
    """Where a row of `solver.RULES` leads, and the trajectory; `record` is one of RECORDS."""
    from ..diffusion.solver import plan_pairs
    from ..models.walking.holding import held_as_published
    from .starting import pairs_to_visit

    pairs = pairs_to_visit(model, steps, spacing, sigmas, rule, strength)
    planned = plan_pairs(rule, pairs, eta, step_scale)
    return walk_planned(held_as_published(model, rule), planned, noise, latent, record, context)


def walk_planned(
    model: "ScoreModel",
    planned: "list[Step]",
    noise: Noise | None,
    latent: Latent | None,
    record: str,
    context: Context,
) -> tuple[Latent, "Trajectory"]:
    """Where the steps of a plan lead, and the trajectory; `record` is one of RECORDS."""
    from ..diffusion.sampling import walk as steps_of
    from .hosted import hosted_walk
    from .starting import masked, start

    if model.host is not None:
        hosted = hosted_walk(model.host, model, planned, noise, latent, RECORDS[record])
        return _told_of(hosted, len(planned), context)
    x, streams = start(model, planned[0].level, noise, latent)
    states = steps_of(masked(model, noise, latent).field, x, planned, streams)
    ended, trajectory = _recorded(model, states, x, planned[0].level, len(planned), latent, record, context)
    return with_generator(ended, getattr(streams, "generator", None)), trajectory


def walk_by_scheduler(
    model: "ScoreModel",
    asked: Asked,
    noise: Noise | None,
    latent: Latent | None,
    record: str,
    context: Context,
) -> tuple[Latent, "Trajectory"]:
    """The same by a scheduler of diffusers."""
    from .hosted import hosted_scheduler_walk

    if model.host is not None:
        hosted = hosted_scheduler_walk(model.host, model, asked, noise, latent, RECORDS[record])
        return _told_of(hosted, asked.steps, context)
    begun, x, states, generator = begin(model, asked, noise, latent)
    ended, trajectory = _recorded(
        model, states, x.float(), begun.levels[0], len(begun), latent, record, context
    )
    return with_generator(ended, generator), trajectory


def _recorded(
    model: "ScoreModel",
    states: "Iterator[State]",
    x: "Tensor",
    level: "Level",
    steps: int,
    latent: Latent | None,
    record: str,
    context: Context,
) -> tuple[Latent, "Trajectory"]:
    from ..diffusion.sampling import Recorder
    from ..models.glance import Glance

    recorder = Recorder(x, level, RECORDS[record], latent_format=model.latent_format)
    glance = Glance(model)
    for done, state in enumerate(states, 1):
        recorder.add(state)
        x = state.x
        context.progress(done, steps, partial(_glimpse, glance, state))
    # What else a latent says, such as its mask, holds for the new samples too.
    ended = {**(latent or {}), "samples": model.latent_format.process_out(x).cpu()}, recorder.trajectory()
    return _told_of(ended, steps, context)


def _glimpse(glance: "Glance", state: "State") -> "Tensor | None":
    """What of a step can be shown at once; its estimate need not be known before somebody looks."""
    return glance(state.estimate.x0)


def _told_of(
    walked: tuple[Latent, "Trajectory"], steps: int, context: Context
) -> tuple[Latent, "Trajectory"]:
    """The same, with a word below the node where the trajectory could not keep every step."""
    if walked[1].every > 1:
        context.show(text=[_thinned(steps, walked[1].every)])
    return walked


def _thinned(steps: int, every: int) -> str:
    return (
        f"Of {steps} steps the trajectory keeps one in {every}, and the last: more would take too much "
        "memory. Choose a record that keeps less of each."
    )
