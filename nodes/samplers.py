"""The samplers: ways to walk a field from noise to data."""

from typing import TYPE_CHECKING, Annotated

from ..graph.context import Context
from ..graph.declare import Boolean, Choice, Float, Int, Out, Socket, String, node
from .choices import MODEL_SPACINGS, OWN, SCHEDULERS
from .sampler_walks import RECORDS, walk, walk_by_scheduler
from .scheduler_choice import flow_scheduler, own_levels, pipeline_spacing, scheduler_options
from .scheduler_walks import Asked
from .score_models import WALKABLE, as_score_model
from .socket_values import Latent, Noise

if TYPE_CHECKING:
    from torch import Tensor

    from ..diffusion.field import ScoreModel
    from ..diffusion.sampling import Trajectory

CATEGORY = "Scorefield/sample"

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
Strength = Annotated[
    float,
    Float("Of the steps walk this share, the last ones: below 1 a picture shines through.", maximum=1.0),
]
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
    strength: Strength = 1.0,
    *,
    context: Context,
) -> Outputs:
    """Denoising diffusion: at each step move towards the estimate, then add a little fresh noise."""
    model = as_score_model(model)
    if model.is_matched:
        changes = {"variance_type": f"fixed_{variance}"}
        options = {**changes, **pipeline_spacing(spacing, sigmas)}
        levels = own_levels(model, sigmas)
        asked = Asked(steps, "DDPM", options, adds_noise=add_noise, strength=strength, sigmas=levels)
        return walk_by_scheduler(model, asked, noise, latent, record, context)
    large = "ddpm large to the end" if model.spacing.noise_at_the_end else "ddpm large"
    rule = ("ddpm" if variance == "small" else large) if add_noise else "ddpm without noise"
    return walk(model, rule, noise, latent, steps, spacing, sigmas, record, context, strength=strength)


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
    strength: Strength = 1.0,
    *,
    context: Context,
) -> Outputs:
    """Denoising diffusion without randomness: the same cloud in the end, by steps of the right length."""
    model = as_score_model(model)
    if model.is_matched:
        if step_scale != 1:
            raise ValueError("matched mode repeats the pipeline, which has no step scale: leave it at 1")
        options, levels = pipeline_spacing(spacing, sigmas), own_levels(model, sigmas)
        asked = Asked(steps, "DDIM", options, eta, strength=strength, sigmas=levels)
        return walk_by_scheduler(model, asked, noise, latent, record, context)
    return walk(
        model, "ddim", noise, latent, steps, spacing, sigmas, record, context, eta, step_scale, strength
    )


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
    # Of a published flow Euler visits the pipeline's own levels, which are not even in time.
    is_published = model.reference is not None and model.schedule.family == "flow" and sigmas is None
    if model.is_matched or solver == "unipc" or (is_published and solver == "euler"):
        asked = flow_scheduler(model, steps, solver, shift, sigmas)
        flow = model if model.schedule.family == "flow" else as_flow(model)
        return walk_by_scheduler(flow, asked, noise, latent, record, context)
    return walk(
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
    strength: Strength = 1.0,
    sigmas: Annotated[
        "Tensor | None", Socket("SIGMAS", "The noise levels to visit; overrides steps and strength.")
    ] = None,
    *,
    context: Context,
) -> Outputs:
    """A walk by a scheduler of diffusers, the multistep solvers among them. Its options are those of the
    model's pipeline, where none are given."""
    model = as_score_model(model)
    told = scheduler_options(options)
    asked = Asked(steps, scheduler, told, eta, strength=strength, sigmas=own_levels(model, sigmas))
    return walk_by_scheduler(model, asked, noise, latent, record, context)
