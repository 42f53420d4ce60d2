"""Batches of pictures put together, taken apart and divided anew."""

from typing import TYPE_CHECKING, Annotated

from ...graph.declare import Int, Out, Socket, node
from ...plots.resizing import LARGEST, resized_pictures

if TYPE_CHECKING:
    from torch import Tensor

CATEGORY = "image/batch"


@node(
    "ImageBatch",
    title="Batch Images (DEPRECATED)",
    category=CATEGORY,
    aliases=("combine images", "merge images", "stack images"),
)
def image_batch(
    image1: Annotated["Tensor", Socket("IMAGE", "The first pictures; the others get their size.")],
    image2: Annotated["Tensor", Socket("IMAGE", "Those that follow.")],
) -> Annotated["Tensor", Out("IMAGE", "IMAGE", "All of them.")]:
    """Put pictures into one batch. Those of another size are cut to the proportions of the first and resized;
    where only some have transparency, the others become opaque."""
    import torch

    channels = max(image1.shape[3], image2.shape[3])
    first, second = (_with_channels(image, channels) for image in (image1, image2))
    if first.shape[1:] != second.shape[1:]:
        second = resized_pictures(second, first.shape[2], first.shape[1], "bilinear", "center")
    return torch.cat((first, second))


def _with_channels(images: "Tensor", channels: int) -> "Tensor":
    from torch.nn.functional import pad

    return pad(images, (0, channels - images.shape[3]), value=1.0)


@node(
    "ImageFromBatch",
    title="Get Image from Batch",
    category=CATEGORY,
    needs_widgets=True,
    aliases=("select image", "pick from batch", "extract image"),
)
def image_from_batch(
    image: Annotated["Tensor", Socket("IMAGE", "The batch.")],
    batch_index: Annotated[
        int, Int("The first to take, from 0; −1 is the last.", minimum=-LARGEST, maximum=LARGEST)
    ] = 0,
    length: Annotated[int, Int("How many to take.", minimum=1, maximum=4096)] = 1,
) -> Annotated["Tensor", Out("IMAGE", "IMAGE", "Those pictures; fewer where the batch ends.")]:
    """Some pictures of a batch, one after the other."""
    first = first_of(len(image), batch_index)
    return image[first : first + length]


def first_of(count: int, index: int) -> int:
    """The place among `count` that an index means: from the end if negative, the nearest if there is none."""
    return max(0, min(count - 1, index + count if index < 0 else index))


@node(
    "RepeatImageBatch",
    title="Repeat Image Batch",
    category=CATEGORY,
    needs_widgets=True,
    aliases=("duplicate image", "clone image"),
)
def repeat_image_batch(
    image: Annotated["Tensor", Socket("IMAGE", "The batch.")],
    amount: Annotated[int, Int("How often.", minimum=1, maximum=4096)] = 1,
) -> Annotated["Tensor", Out("IMAGE", "IMAGE", "The whole batch, again and again.")]:
    """Repeat a batch of pictures."""
    return image.repeat(amount, 1, 1, 1)


@node(
    "RebatchImages",
    title="Rebatch Images",
    category=CATEGORY,
    needs_widgets=True,
    input_is_list=True,
    aliases=("split batch", "list of images"),
)
def rebatch_images(
    images: Annotated["list[Tensor]", Socket("IMAGE", "A batch, or a list of batches.")],
    batch_size: Annotated[
        "list[int]", Int("How many pictures in each new batch.", minimum=1, maximum=4096)
    ] = 1,  # type: ignore[assignment]
) -> Annotated[
    "list[Tensor]", Out("IMAGE", "IMAGE", "The new batches; the last may be smaller.", is_list=True)
]:
    """Divide pictures into batches of another size: what follows runs once per batch."""
    import torch

    [size] = batch_size[:1]
    pictures = [picture for batch in images for picture in batch]
    return [torch.stack(pictures[first : first + size]) for first in range(0, len(pictures), size)]
