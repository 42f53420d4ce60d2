"""Masks: 1 where something is meant, 0 where not."""

from typing import TYPE_CHECKING, Annotated

from ...graph.declare import Choice, Float, Int, Out, Socket, node
from ...plots.resizing import LARGEST

if TYPE_CHECKING:
    from torch import Tensor

CATEGORY = "image/mask"
CHANNELS = ("red", "green", "blue", "alpha")
Mask = Annotated["Tensor", Socket("MASK", "The mask.")]
NewMask = Annotated["Tensor", Out("MASK", "MASK", "The mask.")]
Side = Annotated[int, Int("In pixels.", minimum=1, maximum=LARGEST)]


@node(
    "ImageToMask",
    title="Convert Image to Mask",
    category=CATEGORY,
    needs_widgets=True,
    aliases=("extract channel", "channel to mask"),
)
def image_to_mask(
    image: Annotated["Tensor", Socket("IMAGE", "The pictures.")],
    channel: Annotated[str, Choice("Which channel becomes the mask.", CHANNELS)] = CHANNELS[0],
) -> NewMask:
    """One channel of pictures as a mask."""
    place = CHANNELS.index(channel)
    if place >= image.shape[3]:
        raise ValueError(
            f"these pictures have no channel {channel}: they have {', '.join(CHANNELS[: image.shape[3]])}"
        )
    return image[..., place]


@node("MaskToImage", title="Convert Mask to Image", category=CATEGORY, aliases=("convert mask", "show mask"))
def mask_to_image(mask: Mask) -> Annotated["Tensor", Out("IMAGE", "IMAGE", "The mask in grey: white is 1.")]:
    """A mask as a grey picture."""
    return mask.reshape(-1, *mask.shape[-2:], 1).expand(-1, -1, -1, 3)


@node("InvertMask", title="Invert Mask", category=CATEGORY, aliases=("reverse mask", "flip mask"))
def invert_mask(mask: Mask) -> NewMask:
    """Exchange what is meant and what is not."""
    return 1.0 - mask


@node(
    "SolidMask",
    title="Create Solid Mask",
    category=CATEGORY,
    needs_widgets=True,
    aliases=("empty mask", "full mask"),
)
def solid_mask(
    value: Annotated[float, Float("What it is everywhere.", maximum=1.0, step=0.01, is_rounded=True)] = 1.0,
    width: Side = 512,
    height: Side = 512,
) -> NewMask:
    """A mask that is the same everywhere."""
    import torch

    return torch.full((1, height, width), value)
