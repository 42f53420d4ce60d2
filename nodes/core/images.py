"""Pictures one by one: their colours, their edges, their size."""

from typing import TYPE_CHECKING, Annotated

from ...graph.declare import Int, Out, Socket, node
from ...plots.resizing import LARGEST

if TYPE_CHECKING:
    from torch import Tensor

Image = Annotated["Tensor", Socket("IMAGE", "The pictures.")]
Side = Annotated[int, Int("In pixels.", minimum=1, maximum=LARGEST)]
Margin = Annotated[int, Int("How many pixels to add on this side.", maximum=LARGEST, step=8)]


@node(
    "ImageInvert", title="Invert Image Colors", category="image/color", aliases=("reverse colors", "negative")
)
def image_invert(image: Image) -> Annotated["Tensor", Out("IMAGE", "IMAGE", "Light made dark, dark light.")]:
    """Turn every colour into its opposite."""
    return 1.0 - image


@node(
    "EmptyImage",
    title="Empty Image",
    category="image",
    needs_widgets=True,
    aliases=("blank", "solid colour", "new image"),
)
def empty_image(
    width: Side = 512,
    height: Side = 512,
    batch_size: Annotated[int, Int("How many pictures.", minimum=1, maximum=4096)] = 1,
    color: Annotated[
        int, Int("Red, green and blue as one number: 0xRRGGBB.", maximum=0xFFFFFF, more={"display": "color"})
    ] = 0,
) -> Annotated["Tensor", Out("IMAGE", "IMAGE", "Pictures of that colour.")]:
    """Pictures of one colour."""
    import torch

    channels = [(color >> shift & 0xFF) / 0xFF for shift in (16, 8, 0)]
    return torch.tensor(channels).expand(batch_size, height, width, 3).contiguous()


@node(
    "ImageCrop",
    title="Crop Image (DEPRECATED)",
    category="image/transform",
    needs_widgets=True,
    aliases=("trim",),
)
def image_crop(
    image: Image,
    width: Side = 512,
    height: Side = 512,
    x: Annotated[int, Int("The left edge of what stays.", maximum=LARGEST)] = 0,
    y: Annotated[int, Int("The upper edge of what stays.", maximum=LARGEST)] = 0,
) -> Annotated["Tensor", Out("IMAGE", "IMAGE", "The part; smaller where the picture ends before it.")]:
    """Cut a rectangle out of pictures."""
    top, left = min(y, image.shape[1] - 1), min(x, image.shape[2] - 1)
    return image[:, top : top + height, left : left + width]


@node(
    "ImagePadForOutpaint",
    title="Pad Image for Outpainting",
    category="image/transform",
    needs_widgets=True,
    aliases=("extend canvas", "expand image", "border"),
)
def image_pad_for_outpaint(
    image: Image,
    left: Margin = 0,
    top: Margin = 0,
    right: Margin = 0,
    bottom: Margin = 0,
    feathering: Annotated[
        int,
        Int(
            "Over how many pixels inside the old picture the mask fades.",
            maximum=LARGEST,
            more={"advanced": True},
        ),
    ] = 40,
) -> tuple[
    Annotated["Tensor", Out("IMAGE", "IMAGE", "The pictures with grey margins.")],
    Annotated["Tensor", Out("MASK", "MASK", "1 where there is something to paint, 0 where not.")],
]:
    """Add grey margins to pictures, and a mask that says where they are."""
    from torch.nn.functional import pad

    frame = (left, right, top, bottom)
    padded = pad(image.float(), (0, 0, *frame), value=0.5)
    inside = _fading(image.shape[1], image.shape[2], frame, feathering)
    return padded, pad(inside, frame, value=1.0)[None]


def _fading(height: int, width: int, frame: tuple[int, int, int, int], reach: int) -> "Tensor":
    """From 1 at the edges that get a margin to 0 `reach` pixels inside, as a square; 0 in small pictures."""
    import torch

    if reach == 0 or 2 * reach >= min(height, width):
        return torch.zeros(height, width)
    left, right, top, bottom = frame
    far = max(height, width)
    rows, columns = torch.arange(height, dtype=torch.float64), torch.arange(width, dtype=torch.float64)
    down = torch.minimum(rows + (0 if top else far), height - rows + (0 if bottom else far))
    across = torch.minimum(columns + (0 if left else far), width - columns + (0 if right else far))
    distance = torch.minimum(down[:, None], across[None, :])
    return ((reach - distance).clamp(min=0) / reach).square().float()


@node(
    "GetImageSize",
    title="Get Image Size",
    category="image",
    aliases=("dimensions", "resolution", "image info"),
)
def get_image_size(
    image: Image,
) -> tuple[
    Annotated[int, Out("width", "INT", "In pixels.")],
    Annotated[int, Out("height", "INT", "In pixels.")],
    Annotated[int, Out("batch_size", "INT", "How many pictures.")],
]:
    """How large pictures are, and how many."""
    count, height, width = image.shape[:3]
    return width, height, count
