"""What videos need beside pictures: latents of their length, and models of two stages."""

from typing import TYPE_CHECKING, Annotated

from ..graph.declare import Float, Int, Out, Socket, node
from .socket_values import Latent

if TYPE_CHECKING:
    from ..diffusion.field import ScoreModel
    from ..models.library import Decoder

LARGEST = 8192


@node(
    "ScorefieldEmptyVideo",
    title="Empty Video",
    category="Scorefield/noise",
    aliases=("video latent", "new video", "size", "frames", "resolution"),
)
def empty_video(
    vae: Annotated["Decoder", Socket("VAE", "The VAE of the video model: it knows how much it compresses.")],
    width: Annotated[int, Int("Of the video, in pixels.", minimum=16, maximum=LARGEST, step=16)] = 832,
    height: Annotated[int, Int("Of the video, in pixels.", minimum=16, maximum=LARGEST, step=16)] = 480,
    frames: Annotated[
        int, Int("How many; WAN makes one more than a multiple of four.", minimum=1, maximum=10_000, step=4)
    ] = 81,
    batch: Annotated[int, Int("How many videos.", minimum=1, maximum=1024)] = 1,
) -> Annotated["Latent", Out("latent", "LATENT", "Latents of zeros, of the video's size.")]:
    """Say how large and how long a video is to be: a sampler puts its noise there."""
    import torch

    shape_of = getattr(vae, "latent_shape", None)
    if shape_of is None:
        raise ValueError("this VAE is that of a picture model: connect the VAE of a video model, such as WAN")
    return {"samples": torch.zeros(batch, *shape_of(width, height, frames))}


@node(
    "ScorefieldFieldSwitch",
    title="Field Switch",
    category="Scorefield/guidance",
    aliases=("two stages", "boundary", "high noise", "low noise", "second guidance scale", "wan 2.2"),
)
def field_switch(
    early: Annotated["ScoreModel", Socket("SCORE_MODEL", "The field at high noise.")],
    late: Annotated[
        "ScoreModel", Socket("SCORE_MODEL", "The field at low noise, of the same model or another.")
    ],
    boundary: Annotated[
        float,
        Float("The noise fraction σ/(α + σ) below which the late one answers.", maximum=1.0, step=0.005),
    ] = 0.875,
) -> Annotated["ScoreModel", Out("model", "SCORE_MODEL", "Both, one after the other.")]:
    """One field while there is much noise, another one after that: with two guidance scales, for a model of
    two stages such as WAN 2.2, or with two prompts."""
    from ..diffusion.switching import SwitchedField

    if early.shape[0] != late.shape[0] or len(early.shape) != len(late.shape):
        raise ValueError(f"the early model lives in the shape {early.shape}, the late one in {late.shape}")
    if early.schedule.family != late.schedule.family or early.device != late.device:
        raise ValueError("the two models have noise of different kinds: take two of one family")
    return early.with_field(SwitchedField(early.field, late.field, boundary))
