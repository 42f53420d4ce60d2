"""Walks through spaces of pictures and videos: what they looked like, and what guidance did."""

from typing import TYPE_CHECKING, Annotated

from ..graph.context import Context
from ..graph.declare import Choice, Int, Out, Socket, String, node
from .choices import SEEN
from .shown_numbers import show_numbers
from .shown_walk import show_walk
from .typed_lines import lines_of

if TYPE_CHECKING:
    from torch import Tensor

    from ..diffusion.sampling import Trajectory
    from ..models.library import Decoder
    from ..plots.walk_moments import Seen

CATEGORY = "Scorefield/view"
Walk = Annotated["Trajectory", Socket("TRAJECTORY", "The walk, from a sampler.")]
Vae = Annotated["Decoder", Socket("VAE", "The decoder of the model that was walked.")]
What = Annotated[
    "Seen",
    Choice("x: the sample, noise and all; x0: what the model took it for, at each step; both.", SEEN),
]
Scale = Annotated[int, Int("How many pixels each pixel becomes on a side; 0 chooses.", maximum=64)]
Labels = Annotated[
    str, String("What the samples are called, one a line; empty numbers them.", multiline=True)
]
Title = Annotated[str, String("Written above the picture.")]


@node(
    "ScorefieldFilmStrip",
    title="Film Strip",
    category=CATEGORY,
    output_node=True,
    aliases=("denoising steps", "intermediate", "trajectory", "contact sheet"),
)
def film_strip(
    trajectory: Walk,
    vae: Vae,
    shown: What = "both",
    samples: Annotated[int, Int("At most so many samples, the first ones.", minimum=1, maximum=64)] = 3,
    steps: Annotated[
        int, Int("At most so many moments, evenly spread from the first to the last.", minimum=1, maximum=64)
    ] = 9,
    scale: Scale = 0,
    labels: Labels = "",
    title: Title = "",
    *,
    context: Context,
) -> Annotated[
    "Tensor", Out("image", "IMAGE", "One picture: a row for each sample, a column for each step.")
]:
    """How noise became pictures, step by step. Of a video: a row for each step, a column for each frame."""
    from ..plots.decoded_once import DecodedOnce
    from ..plots.film_strip import film_strip as draw

    decode, names = DecodedOnce(vae.decode), lines_of(labels)
    strip = draw(
        trajectory,
        decode,
        seen=shown,
        samples=samples,
        steps=steps,
        scale=scale,
        labels=names,
        title=title,
    )
    show_walk(context, trajectory, decode, seen=shown, samples=samples, wanted=steps, labels=names)
    return strip


@node(
    "ScorefieldTrajectoryFrames",
    title="Trajectory Frames",
    category=CATEGORY,
    output_node=True,
    aliases=("denoising animation", "film", "video", "webp"),
)
def trajectory_frames(
    trajectory: Walk,
    vae: Vae,
    shown: What = "both",
    samples: Annotated[int, Int("At most so many samples, the first ones.", minimum=1, maximum=256)] = 16,
    columns: Annotated[int, Int("How many in a row; 0 for the best fit.", maximum=64)] = 0,
    frames: Annotated[int, Int("How many moments, evenly spread; 0 for every step.", maximum=1000)] = 0,
    hold: Annotated[
        int, Int("How many times more the last is shown; videos play on meanwhile.", maximum=1000)
    ] = 10,
    scale: Scale = 0,
    labels: Annotated[str, String("Above the samples, one a line; empty for none.", multiline=True)] = "",
    title: Title = "",
    *,
    context: Context,
) -> Annotated["Tensor", Out("images", "IMAGE", "The frames of an animation.")]:
    """Noise turning into pictures: a frame for each step, with all samples in it. A video plays while it is
    denoised."""
    from ..plots.decoded_once import DecodedOnce
    from ..plots.denoising_film import denoising_film

    decode, names = DecodedOnce(vae.decode), lines_of(labels)
    film = denoising_film(
        trajectory,
        decode,
        seen=shown,
        samples=samples,
        columns=columns or None,
        frames=frames,
        hold=hold,
        scale=scale,
        labels=names,
        title=title,
    )
    wanted = frames or len(trajectory) + 1
    show_walk(context, trajectory, decode, seen=shown, samples=samples, wanted=wanted, labels=names)
    return film


@node(
    "ScorefieldGuidanceChart",
    title="Guidance Chart",
    category="Scorefield/measure",
    output_node=True,
    aliases=("cfg", "angle", "norm", "guidance"),
)
def guidance_chart(
    trajectory: Annotated["Trajectory", Socket("TRAJECTORY", "The walk of a guided field.")],
    title: Title = "",
    *,
    context: Context,
) -> tuple[
    Annotated["Tensor", Out("image", "IMAGE", "The numbers as a picture.")],
    Annotated[str, Out("text", "STRING", "The numbers, one a line.")],
]:
    """What guidance did along a walk: how large the conditional, the unconditional and the guided prediction
    were at each step, how far the two parts were from each other, and the angle between them."""
    from ..plots.guidance_chart import guidance_chart as draw
    from ..plots.guidance_chart import guidance_numbers, guidance_summary

    numbers = guidance_numbers(trajectory)
    summary = guidance_summary(numbers)
    return draw(numbers, title), show_numbers(context, title or "Guidance", summary)
