"""Pictures in another size."""

import math
from typing import TYPE_CHECKING, Annotated

from ...graph.declare import Choice, Float, Int, Out, Socket, node
from ...plots.resizing import CROPS, LARGEST, PICTURE_METHODS, resized_pictures

if TYPE_CHECKING:
    from torch import Tensor

CATEGORY = "image/upscaling"
Image = Annotated["Tensor", Socket("IMAGE", "The pictures.")]
Scaled = Annotated["Tensor", Out("IMAGE", "IMAGE", "The same pictures in the new size.")]
Method = Annotated[
    str,
    Choice(
        "How new pixels are made of old ones; area is best for smaller, lanczos is sharp.", PICTURE_METHODS
    ),
]


@node(
    "ImageScale",
    title="Upscale Image",
    category=CATEGORY,
    needs_widgets=True,
    aliases=("resize", "resize image", "scale image", "zoom", "change size"),
)
def image_scale(
    image: Image,
    upscale_method: Method = PICTURE_METHODS[0],
    width: Annotated[
        int, Int("In pixels; 0 for what keeps the proportions.", minimum=0, maximum=LARGEST)
    ] = 512,
    height: Annotated[
        int, Int("In pixels; 0 for what keeps the proportions.", minimum=0, maximum=LARGEST)
    ] = 512,
    crop: Annotated[
        str, Choice("Whether to cut off what does not fit the new proportions, or to distort.", CROPS)
    ] = CROPS[0],
) -> Scaled:
    """Make pictures larger or smaller, to a size in pixels. With both 0 they stay as they are."""
    if width == 0 and height == 0:
        return image
    rows, columns = image.shape[1:3]
    wide = width or max(1, round(columns * height / rows))
    high = height or max(1, round(rows * width / columns))
    return resized_pictures(image, wide, high, upscale_method, crop)


@node(
    "ImageScaleBy",
    title="Upscale Image By",
    category=CATEGORY,
    needs_widgets=True,
    aliases=("resize", "scale image", "factor"),
)
def image_scale_by(
    image: Image,
    upscale_method: Method = PICTURE_METHODS[0],
    scale_by: Annotated[
        float,
        Float("The factor for width and height.", minimum=0.01, maximum=8.0, step=0.01, is_rounded=True),
    ] = 1.0,
) -> Scaled:
    """Make pictures larger or smaller by a factor."""
    rows, columns = image.shape[1:3]
    return resized_pictures(image, round(columns * scale_by), round(rows * scale_by), upscale_method)


@node(
    "ImageScaleToTotalPixels",
    title="Scale Image to Total Pixels",
    category=CATEGORY,
    aliases=("resize", "megapixels", "scale image"),
)
def image_scale_to_total_pixels(
    image: Image,
    upscale_method: Method = PICTURE_METHODS[0],
    megapixels: Annotated[
        float,
        Float(
            "The size to reach, in units of 1024×1024.",
            minimum=0.01,
            maximum=16.0,
            step=0.01,
            is_rounded=True,
        ),
    ] = 1.0,
    resolution_steps: Annotated[
        int,
        Int(
            "Width and height become multiples of this.",
            minimum=1,
            maximum=256,
            more={"advanced": True},
        ),
    ] = 1,
) -> Scaled:
    """Make pictures larger or smaller until they have so many pixels, in their own proportions."""
    rows, columns = image.shape[1:3]
    factor = math.sqrt(megapixels * 1024 * 1024 / (columns * rows))
    wide, high = (round(side * factor / resolution_steps) * resolution_steps for side in (columns, rows))
    return resized_pictures(image, wide, high, upscale_method)
