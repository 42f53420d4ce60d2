"""Latents: new ones, and others in another size."""

from typing import Annotated

from ...graph.declare import Choice, Float, Int, Out, Socket, node
from ...plots.resizing import CROPS, LARGEST, LATENT_METHODS, resized
from ..socket_values import Latent

CATEGORY = "model/latent"
SCALE = 8  # pixels per latent, in the models that these nodes were made for
SMALLEST = 64  # pixels
Samples = Annotated["Latent", Socket("LATENT", "The latents.")]
Resized = Annotated["Latent", Out("LATENT", "LATENT", "The same latents in the new size.")]
Count = Annotated[int, Int("How many latents.", minimum=1, maximum=4096)]
Method = Annotated[
    str,
    Choice(
        "How new values are made of old ones; bislerp keeps the length of each latent vector.", LATENT_METHODS
    ),
]
Empty = Annotated["Latent", Out("LATENT", "LATENT", "Latents of zeros.")]


@node(
    "EmptyLatentImage",
    title="Empty Latent Image",
    category=CATEGORY,
    needs_widgets=True,
    aliases=("empty", "new latent", "blank latent"),
)
def empty_latent_image(
    width: Annotated[int, Int("Of the picture, in pixels.", minimum=16, maximum=LARGEST, step=8)] = 512,
    height: Annotated[int, Int("Of the picture, in pixels.", minimum=16, maximum=LARGEST, step=8)] = 512,
    batch_size: Count = 1,
) -> Empty:
    """Latents of 4 channels and an eighth of the picture's size, all zeros: where sampling starts."""
    return _empty(batch_size, 4, height, width)


@node(
    "EmptySD3LatentImage",
    title="EmptySD3LatentImage",
    category="model/latent/stable diffusion",
    needs_widgets=True,
    aliases=("empty", "new latent", "blank latent"),
)
def empty_sd3_latent_image(
    width: Annotated[int, Int("Of the picture, in pixels.", minimum=16, maximum=LARGEST, step=16)] = 1024,
    height: Annotated[int, Int("Of the picture, in pixels.", minimum=16, maximum=LARGEST, step=16)] = 1024,
    batch_size: Count = 1,
) -> Empty:
    """Latents of 16 channels and an eighth of the picture's size, all zeros: where sampling starts."""
    return _empty(batch_size, 16, height, width)


def _empty(count: int, channels: int, height: int, width: int) -> Latent:
    import torch

    return {"samples": torch.zeros(count, channels, height // SCALE, width // SCALE)}


@node(
    "LatentUpscale",
    title="Upscale Latent",
    category=CATEGORY,
    needs_widgets=True,
    aliases=("enlarge latent", "resize latent"),
)
def latent_upscale(
    samples: Samples,
    upscale_method: Method = LATENT_METHODS[0],
    width: Annotated[
        int, Int("Of the picture, in pixels; 0 for what keeps the proportions.", maximum=LARGEST, step=8)
    ] = 512,
    height: Annotated[
        int, Int("Of the picture, in pixels; 0 for what keeps the proportions.", maximum=LARGEST, step=8)
    ] = 512,
    crop: Annotated[
        str, Choice("Whether to cut off what does not fit the new proportions, or to distort.", CROPS)
    ] = CROPS[0],
) -> Resized:
    """Make latents larger or smaller, to a picture's size in pixels. With both 0 they stay as they are."""
    if width == 0 and height == 0:
        return samples
    rows, columns = samples["samples"].shape[-2:]
    high, wide = (max(SMALLEST, side) if side else 0 for side in (height, width))
    wide = wide or max(SMALLEST, round(columns * high / rows))
    high = high or max(SMALLEST, round(rows * wide / columns))
    return _resized(samples, wide // SCALE, high // SCALE, upscale_method, crop)


@node(
    "LatentUpscaleBy",
    title="Upscale Latent By",
    category=CATEGORY,
    needs_widgets=True,
    aliases=("enlarge latent", "resize latent", "scale latent"),
)
def latent_upscale_by(
    samples: Samples,
    upscale_method: Method = LATENT_METHODS[0],
    scale_by: Annotated[
        float,
        Float("The factor for width and height.", minimum=0.01, maximum=8.0, step=0.01, is_rounded=True),
    ] = 1.5,
) -> Resized:
    """Make latents larger or smaller by a factor."""
    rows, columns = samples["samples"].shape[-2:]
    return _resized(samples, round(columns * scale_by), round(rows * scale_by), upscale_method)


def _resized(latent: Latent, width: int, height: int, method: str, crop: str = "disabled") -> Latent:
    values = resized(latent["samples"], width, height, method, crop)
    return {**latent, "samples": values}
