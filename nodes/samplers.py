"""The samplers: ways to walk a field from noise to data."""

from typing import TYPE_CHECKING, Annotated

from ..graph.context import Context
from ..graph.declare import Boolean, Choice, Float, Int, Out, Socket, node
from .choices import SPACINGS
from .score_models import WALKABLE, as_score_model
from .socket_values import Latent, Noise

if TYPE_CHECKING:
    from torch import Tensor

    from ..diffusion.field import ScoreModel
    from ..diffusion.sampling import Trajectory
    from ..diffusion.spacing import Spacing as SpacingName

CATEGORY = "Scorefield/sample"
RECORDS = {
    "everything": ("x", "mean", "x0", "epsilon", "conditional", "unconditional"),
    "positions": ("x",),
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
    "SpacingName",
    Choice("How the steps are spread over the model's levels; continuous interpolates.", SPACINGS),
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
    spacing: Spacing = "trailing",
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
    spacing: Spacing = "trailing",
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
            "euler looks once a step, heun and midpoint twice.", ("euler", "heun", "midpoint", "stochastic")
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

    return _walk(
        as_flow(as_score_model(model), shift=shift),
        solver,
        noise,
        latent,
        steps,
        "continuous",
        sigmas,
        record,
        context,
    )


def _walk(
    model: "ScoreModel",
    rule: str,
    noise: Noise | None,
    latent: Latent | None,
    steps: int,
    spacing: "SpacingName",
    sigmas: "Tensor | None",
    record: str,
    context: Context,
    eta: float = 0.0,
    step_scale: float = 1.0,
) -> tuple[Latent, "Trajectory"]:
    from ..diffusion.sampling import Recorder, walk
    from ..diffusion.solver import plan
    from ..diffusion.spacing import levels_from_values, levels_to_visit
    from .hosted import hosted_walk
    from .starting import start

    model = as_score_model(model)
    if sigmas is not None:
        levels = levels_from_values(model.schedule, [float(sigma) for sigma in sigmas])
    else:
        levels = levels_to_visit(model.schedule, steps, spacing)
    planned = plan(rule, levels, eta, step_scale)
    if model.host is not None:
        return hosted_walk(
            model.host,
            model,
            levels,
            lambda field, x, streams: walk(field, x, planned, streams),
            noise,
            latent,
            RECORDS[record],
        )
    x, streams = start(model, levels[0], noise, latent)
    recorder = Recorder(x, levels[0], RECORDS[record])
    for done, state in enumerate(walk(model.field, x, planned, streams), 1):
        recorder.add(state)
        x = state.x
        context.progress(done, len(planned))
    return {"samples": x.cpu()}, recorder.trajectory()
