"""The samplers: ways to walk a field from noise to data."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated

from ..graph.context import Context
from ..graph.declare import Boolean, Choice, Float, Int, Out, Socket, String, node
from .choices import MODEL_SPACINGS, OWN, SCHEDULERS
from .continued_noise import with_generator
from .scheduler_choice import flow_scheduler, pipeline_spacing, scheduler_options
from .scheduler_walks import Asked, begin
from .score_models import WALKABLE, as_score_model
from .socket_values import Latent, Noise

if TYPE_CHECKING:
    from torch import Tensor

    from ..diffusion.field import ScoreModel
    from ..diffusion.sampling import State, Trajectory
    from ..diffusion.schedule import Level
    from ..diffusion.solver import Step

CATEGORY = "Scorefield/sample"
RECORDS = {
    "everything": ("x", "mean", "x0", "epsilon", "conditional", "unconditional", "numbers"),
    "positions and estimates": ("x", "x0", "numbers"),
    "positions": ("x",),
    "numbers": ("numbers",),
    "nothing": (),
}

Model = Annotated["ScoreModel", Socket(WALKABLE, "The field to walk, guided or not.")]
Start = Annotated["Noise | None", Socket("NOISE", "Where to start, and the noise added on the way.")]
From = Annotated[
    "Latent | None", Socket("LATENT", "Start from this: noised if noise is given, else as it is.")
]
Sigmas = Annotated[
    "Tensor | None", Socket("SIGMAS", "The noise levels to visit; overrides steps and spacing.")
]
Steps = Annotated[int, Int("How many steps.", minimum=1, maximum=10_000)]
Spacing = Annotated[
    str,
    Choice(
        "How the steps are spread over the model's levels: as it was published with; or another way. "
        "continuous interpolates.",
        MODEL_SPACINGS,
    ),
]
Recorded = Annotated[str, Choice("What the trajectory keeps of every step.", tuple(RECORDS))]
Outputs = tuple[
    Annotated["Latent", Out("latent", "LATENT", "Where the walks end.")],
    Annotated["Trajectory", Out("trajectory", "TRAJECTORY", "Every step of the way.")],
]


@node(
    "ScorefieldDDPMSampler",
    title="DDPM Sampler",
    category=CATEGORY,
    keep=True,
    aliases=("ancestral", "stochastic", "sampler"),
)
def ddpm_sampler(
    model: Model,
    noise: Start = None,
    latent: From = None,
    steps: Steps = 64,
    spacing: Spacing = OWN,
    add_noise: Annotated[
        bool,
        Boolean("Add fresh noise after each step. Without it the steps overshoot, and all walks collapse."),
    ] = True,
    variance: Annotated[
        str,
        Choice("How much noise: that of the reverse step, or that of the forward step.", ("small", "large")),
    ] = "small",
    sigmas: Sigmas = None,
    record: Recorded = "everything",
    *,
    context: Context,
) -> Outputs:
    """Denoising diffusion: at each step move towards the estimate, then add a little fresh noise."""
    model = as_score_model(model)
    if model.is_matched:
        changes = {"variance_type": f"fixed_{variance}"}
        asked = Asked(steps, "DDPM", {**changes, **pipeline_spacing(spacing, sigmas)}, adds_noise=add_noise)
        return _walk_by_scheduler(model, asked, noise, latent, record, context)
    rule = ("ddpm" if variance == "small" else "ddpm large") if add_noise else "ddpm without noise"
    return _walk(model, rule, noise, latent, steps, spacing, sigmas, record, context)


@node(
    "ScorefieldDDIMSampler",
    title="DDIM Sampler",
    category=CATEGORY,
    keep=True,
    aliases=("deterministic", "ode", "sampler"),
)
def ddim_sampler(
    model: Model,
    noise: Start = None,
    latent: From = None,
    steps: Steps = 64,
    spacing: Spacing = OWN,
    eta: Annotated[float, Float("How much of DDPM's noise to add: 0 none, 1 all of it.", maximum=1.0)] = 0.0,
    step_scale: Annotated[
        float,
        Float(
            "Multiplies each step: 1 is DDIM; near 2 is DDPM with its noise left out.", maximum=4.0, step=0.05
        ),
    ] = 1.0,
    sigmas: Sigmas = None,
    record: Recorded = "everything",
    *,
    context: Context,
) -> Outputs:
    """Denoising diffusion without randomness: the same cloud in the end, by steps of the right length."""
    model = as_score_model(model)
    if model.is_matched:
        if step_scale != 1:
            raise ValueError("matched mode repeats the pipeline, which has no step scale: leave it at 1")
        asked = Asked(steps, "DDIM", pipeline_spacing(spacing, sigmas), eta)
        return _walk_by_scheduler(model, asked, noise, latent, record, context)
    return _walk(model, "ddim", noise, latent, steps, spacing, sigmas, record, context, eta, step_scale)


@node(
    "ScorefieldFlowSampler",
    title="Flow Sampler",
    category=CATEGORY,
    keep=True,
    aliases=("rectified flow", "euler", "sampler"),
)
def flow_sampler(
    model: Model,
    noise: Start = None,
    latent: From = None,
    steps: Steps = 64,
    solver: Annotated[
        str,
        Choice(
            "euler looks once a step, heun and midpoint twice; unipc, of diffusers, remembers earlier looks.",
            ("euler", "heun", "midpoint", "stochastic", "unipc"),
        ),
    ] = "euler",
    shift: Annotated[
        float,
        Float(
            "Spend more of the steps at high noise: 1 evenly, WAN uses 3 to 8.", minimum=0.01, maximum=100.0
        ),
    ] = 1.0,
    sigmas: Sigmas = None,
    record: Recorded = "everything",
    *,
    context: Context,
) -> Outputs:
    """Flow matching: walk the straight-line velocity from noise to data. A model that is no flow is walked
    in a flow's coordinates, where Euler's steps are DDIM's on another grid of times."""
    from ..diffusion.coordinates import as_flow
    from .hosted import flow_times

    model = as_score_model(model)
    if sigmas is not None and model.host is not None:
        sigmas = flow_times(model, sigmas)
    if model.is_matched or solver == "unipc":
        asked = flow_scheduler(model, steps, solver, shift, sigmas)
        flow = model if model.schedule.family == "flow" else as_flow(model)
        return _walk_by_scheduler(flow, asked, noise, latent, record, context)
    return _walk(
        as_flow(model, shift=shift), solver, noise, latent, steps, "continuous", sigmas, record, context
    )


@node(
    "ScorefieldSchedulerSampler",
    title="Scheduler Sampler",
    category=CATEGORY,
    keep=True,
    aliases=("diffusers", "unipc", "dpm++", "euler", "heun", "lcm", "sampler"),
)
def scheduler_sampler(
    model: Model,
    noise: Start = None,
    latent: From = None,
    steps: Steps = 20,
    scheduler: Annotated[
        str,
        Choice("Which scheduler of diffusers walks; the model's own is that of its pipeline.", SCHEDULERS),
    ] = OWN,
    eta: Annotated[
        float, Float("For the schedulers that take it: 0 no noise, 1 all of it.", maximum=1.0)
    ] = 0.0,
    options: Annotated[
        str,
        String(
            "Options of the scheduler, one a line, as name = value: use_karras_sigmas = true.", multiline=True
        ),
    ] = "",
    record: Recorded = "everything",
    *,
    context: Context,
) -> Outputs:
    """A walk by a scheduler of diffusers, the multistep solvers among them. Its options are those of the
    model's pipeline, where none are given."""
    asked = Asked(steps, scheduler, scheduler_options(options), eta)
    return _walk_by_scheduler(as_score_model(model), asked, noise, latent, record, context)


def _walk(
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
) -> tuple[Latent, "Trajectory"]:
    from ..diffusion.solver import plan_pairs
    from .starting import pairs_to_visit

    planned = plan_pairs(rule, pairs_to_visit(model, steps, spacing, sigmas, rule), eta, step_scale)
    return walk_planned(model, planned, noise, latent, record, context)


def walk_planned(
    model: "ScoreModel",
    planned: "list[Step]",
    noise: Noise | None,
    latent: Latent | None,
    record: str,
    context: Context,
) -> tuple[Latent, "Trajectory"]:
    """Where the steps of a plan lead, and the trajectory; `record` is one of RECORDS."""
    from ..diffusion.bounded import walked
    from ..diffusion.sampling import walk
    from .hosted import hosted_walk
    from .starting import masked, start

    if model.host is not None:
        hosted = hosted_walk(model.host, model, planned, noise, latent, RECORDS[record])
        return _told_of(hosted, len(planned), context)
    x, streams = start(model, planned[0].level, noise, latent)
    states = walk(walked(masked(model, noise, latent)), x, planned, streams)
    ended, trajectory = _recorded(model, states, x, planned[0].level, len(planned), latent, record, context)
    return with_generator(ended, getattr(streams, "generator", None)), trajectory


def _walk_by_scheduler(
    model: "ScoreModel",
    asked: Asked,
    noise: Noise | None,
    latent: Latent | None,
    record: str,
    context: Context,
) -> tuple[Latent, "Trajectory"]:
    from .hosted import hosted_scheduler_walk

    if model.host is not None:
        hosted = hosted_scheduler_walk(model.host, model, asked, noise, latent, RECORDS[record])
        return _told_of(hosted, asked.steps, context)
    walk, x, states, generator = begin(model, asked, noise, latent)
    ended, trajectory = _recorded(
        model, states, x.float(), walk.levels[0], len(walk), latent, record, context
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

    recorder, glance = Recorder(x, level, RECORDS[record]), Glance(model)
    for done, state in enumerate(states, 1):
        recorder.add(state)
        x = state.x
        context.progress(done, steps, partial(glance, state.estimate.x0))
    # What else a latent says, such as its mask, holds for the new samples too.
    walked = {**(latent or {}), "samples": x.cpu()}, recorder.trajectory()
    return _told_of(walked, steps, context)


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
