"""Noise: where walks start, which levels they pass, and how data get there."""

from typing import TYPE_CHECKING, Annotated

from ..graph.declare import Choice, Float, Int, Out, Socket, node
from .choices import DRAWS, SPACINGS
from .score_models import TELLABLE, WALKABLE, as_score_model
from .socket_values import Latent, SeededNoise, samples_of, streams_of

if TYPE_CHECKING:
    from torch import Tensor

    from ..diffusion.field import ScoreModel
    from ..diffusion.points import Points
    from ..diffusion.sampling import Trajectory
    from ..diffusion.spacing import Spacing

CATEGORY = "Scorefield/noise"


@node("ScorefieldNoiseSeed", title="Noise Seed", category=CATEGORY, aliases=("random noise", "seed", "start"))
def noise_seed(
    seed: Annotated[int, Int("Which noise.", is_seed=True, maximum=2**63 - 1)] = 2,
    batch: Annotated[
        int, Int("How many samples, each with a stream of its own.", minimum=1, maximum=100_000)
    ] = 256,
    copies: Annotated[
        int,
        Int("Repeat the batch with the same noise, to compare scales or classes.", minimum=1, maximum=1000),
    ] = 1,
    draws: Annotated[
        str,
        Choice(
            "each sample its own: sample i is the same in every batch; one generator: drawn for the whole "
            "batch in one go, as diffusers and ComfyUI do.",
            DRAWS,
        ),
    ] = DRAWS[0],
) -> Annotated[
    "SeededNoise",
    Out("noise", "NOISE", "Noise drawn on the CPU: a seed gives the same on every device."),
]:
    """Where a batch of walks starts, and the noise that is added on the way."""
    return SeededNoise(seed, batch, copies, draws)


@node(
    "ScorefieldNoiseLevels", title="Noise Levels", category=CATEGORY, aliases=("sigmas", "schedule", "steps")
)
def noise_levels(
    steps: Annotated[int, Int("How many steps.", minimum=1, maximum=10_000)] = 64,
    sigma_min: Annotated[float, Float("The lowest noise.", minimum=1e-6, maximum=1e3, step=0.001)] = 0.01,
    sigma_max: Annotated[float, Float("The highest noise.", minimum=1e-5, maximum=1e4)] = 10.0,
    levels: Annotated[
        int, Int("How many levels the schedule has that steps are taken from.", minimum=2, maximum=10_000)
    ] = 64,
    spacing: Annotated["Spacing", Choice("How the steps are spread over the levels.", SPACINGS)] = "trailing",
) -> Annotated["Tensor", Out("sigmas", "SIGMAS", "The noise levels, falling.")]:
    """The noise levels a sampler visits, where they should differ from those the model was made for: even in
    the logarithm of sigma, from the highest to the lowest."""
    import torch

    from ..diffusion.schedule import log_linear
    from ..diffusion.spacing import levels_to_visit

    visited = levels_to_visit(log_linear(levels, sigma_min, sigma_max), steps, spacing)
    return torch.tensor([level.sigma for level in visited], dtype=torch.float64)


@node(
    "ScorefieldFlowTimes",
    title="Flow Times",
    category=CATEGORY,
    aliases=("sigmas", "rectified flow", "steps"),
)
def flow_times(
    steps: Annotated[int, Int("How many steps.", minimum=1, maximum=10_000)] = 64,
    sigma_max: Annotated[float, Float("The highest noise.", minimum=1e-5, maximum=1e4)] = 10.0,
) -> Annotated["Tensor", Out("sigmas", "SIGMAS", "The noise levels, falling to 0.")]:
    """The noise levels of a flow's even steps, t/(1 − t), for a diffusion sampler: DDIM on them is flow
    matching."""
    import torch

    from ..diffusion.spacing import flow_times as times

    return torch.tensor(times(sigma_max, steps), dtype=torch.float64)


@node(
    "ScorefieldModelLevels",
    title="Model Levels",
    category=CATEGORY,
    aliases=("sigmas", "image to image", "img2img", "denoise strength", "scheduler"),
)
def model_levels(
    model: Annotated["ScoreModel", Socket(WALKABLE, "Whose noise levels.")],
    steps: Annotated[int, Int("How many steps.", minimum=1, maximum=10_000)] = 20,
    t_start: Annotated[
        float,
        Float(
            "Where to start: 1 is the model's noisiest level. Below it a picture shines through.", maximum=1.0
        ),
    ] = 0.6,
    t_end: Annotated[float, Float("Where to stop: 0 is its cleanest level.", maximum=1.0)] = 0.0,
) -> Annotated["Tensor", Out("sigmas", "SIGMAS", "The noise levels, falling, for a sampler's sigmas.")]:
    """A piece of a model's own noise levels, evenly spread. A sampler that starts in the middle of them, from
    a latent with noise on it, makes a new picture of an old one."""
    import torch

    if not t_start > t_end:
        raise ValueError(
            f"a walk goes from noise to data: t_start {t_start:g} must lie above t_end {t_end:g}"
        )
    model = as_score_model(model)
    levels = [model.schedule.at(t_start * (1 - i / steps) + t_end * (i / steps)) for i in range(steps + 1)]
    return torch.tensor([model.schedule.value_of(level) for level in levels], dtype=torch.float64)


@node(
    "ScorefieldForwardNoise",
    title="Forward Noise",
    category=CATEGORY,
    aliases=("add noise", "diffuse", "corrupt"),
)
def forward_noise(
    samples: Annotated["Latent | Points", Socket("LATENT,POINTS", "The data.")],
    model: Annotated["ScoreModel", Socket(TELLABLE, "Whose noise schedule to use.")],
    noise: Annotated["SeededNoise", Socket("NOISE", "Which noise.")],
    t: Annotated[
        float, Float("How far to go: 0 is the model's cleanest level, 1 its noisiest.", maximum=1.0)
    ] = 0.5,
) -> Annotated["Latent", Out("latent", "LATENT", "alpha(t)·data + sigma(t)·noise.")]:
    """Destroy data in one leap: scale it down and add noise, as much as time t asks for."""
    from ..diffusion.forward import noised
    from ..diffusion.latent_format import taken_in

    model = as_score_model(model)
    clean = samples_of(samples)
    if not model.fits(clean.shape[1:]):
        raise ValueError(
            f"this model lives in the shape {model.shape}, the data in {tuple(clean.shape[1:])}: "
            "pictures get into a model's latent space by VAE Encode, with the model's own VAE"
        )
    epsilon = noise.generate_noise({"samples": clean}).to(clean)
    put_on = noised if model.host is None else model.host.noised
    x = put_on(taken_in(model.latent_format, clean), epsilon, model.schedule.at(t))
    return {"samples": model.latent_format.process_out(x)}


@node(
    "ScorefieldRandomWalk",
    title="Random Walk",
    category=CATEGORY,
    aliases=("diffusion", "brownian", "forward process"),
)
def random_walk(
    points: Annotated["Points", Socket("POINTS", "Where the walks start.")],
    start: Annotated[int, Int("Which point walks; −1 for all of them.", minimum=-1, maximum=100_000)] = -1,
    steps: Annotated[int, Int("How many steps.", minimum=1, maximum=10_000)] = 100,
    first_std: Annotated[
        float, Float("Length of the first step (std per coordinate).", minimum=1e-6, maximum=100.0)
    ] = 0.02,
    last_std: Annotated[
        float,
        Float(
            "Length of the last step; between them it grows evenly in the logarithm.",
            minimum=1e-6,
            maximum=100.0,
        ),
    ] = 0.09,
    noise: Annotated["SeededNoise | None", Socket("NOISE", "Which walk; without it, that of seed 0.")] = None,
) -> Annotated["Trajectory", Out("trajectory", "TRAJECTORY", "The walks, from the data outwards.")]:
    """Points drifting away from the data step by step: what adding noise to pictures looks like in their
    space."""
    from ..models.toy.walks import walk_outwards

    count = len(points.xy)
    if start >= count:
        raise ValueError(f"there is no point {start} among {count}: choose 0 … {count - 1}, or −1 for all")
    chosen = points.xy if start < 0 else points.xy[start : start + 1]
    return walk_outwards(chosen, steps, first_std, last_std, streams_of(noise or SeededNoise(0), len(chosen)))
