"""Keeping results as ComfyUI keeps them: pictures and animations with the workflow inside, and latents."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from ...graph.context import Context
from ...graph.declare import Boolean, Choice, Float, Int, Out, Socket, String, node
from ...graph.provenance import record
from ..shown_files import file_entry
from ..socket_values import Latent
from .file_prefix import BATCH_NUMBER, filled_in

if TYPE_CHECKING:
    from torch import Tensor

CATEGORY = "image"
EFFORTS = {"default": 4, "fastest": 0, "slowest": 6}
PREVIEW_COMPRESSION = 1
Images = Annotated["Tensor", Socket("IMAGE", "The pictures.")]
Frames = Annotated["Tensor", Socket("IMAGE", "The frames, in order.")]
Same = Annotated["Tensor", Out("images", "IMAGE", "The same pictures.")]
Prefix = Annotated[
    str,
    String(
        "The file's name, perhaps in a folder: plots/spiral. A number is added. Between percent signs: "
        "width, height, year, month, day, hour, minute, second, date:yyyy-MM-dd, or Node.input."
    ),
]
Rate = Annotated[float, Float("Frames per second.", minimum=0.01, maximum=1000.0, step=0.01, is_rounded=True)]


@node(
    "SaveImage",
    title="Save Image",
    category=CATEGORY,
    output_node=True,
    needs_widgets=True,
    aliases=("save", "export image", "write image", "png"),
)
def save_image(images: Images, filename_prefix: Prefix = "ComfyUI", *, context: Context) -> Same:
    """Save pictures as PNG, each with the workflow that made it inside."""
    folder = context.output_folder
    paths = _pictures(images, folder, _prefix(filename_prefix, images, context), context)
    context.show(images=[file_entry(path, folder) for path in paths])
    return images


@node(
    "PreviewImage",
    title="Preview Image",
    category=CATEGORY,
    output_node=True,
    aliases=("preview", "show image", "view image"),
)
def preview_image(images: Images, *, context: Context) -> Same:
    """Show pictures: they are written to the folder for previews."""
    folder = context.temp_folder
    paths = _pictures(images, folder, "ComfyUI_temp", context, PREVIEW_COMPRESSION)
    context.show(images=[file_entry(path, folder, "temp") for path in paths])
    return images


@node(
    "SaveAnimatedWEBP",
    title="Save Animated WEBP",
    category=CATEGORY,
    output_node=True,
    needs_widgets=True,
    aliases=("video", "gif", "animation"),
)
def save_animated_webp(
    images: Frames,
    filename_prefix: Prefix = "ComfyUI",
    fps: Rate = 6.0,
    lossless: Annotated[bool, Boolean("Whether every pixel is kept.")] = True,
    quality: Annotated[int, Int("How much is kept where not every pixel is.", maximum=100)] = 80,
    method: Annotated[str, Choice("Time or size of the file.", tuple(EFFORTS))] = "default",
    *,
    context: Context,
) -> Same:
    """Save frames as one animated WebP that loops, with the workflow that made it inside."""
    from ...plots.picture_writer import write_webp

    path = write_webp(
        images,
        context.output_folder,
        _prefix(filename_prefix, images, context),
        frames_per_second=1000 / _milliseconds(fps),
        lossless=lossless,
        quality=quality,
        effort=EFFORTS[method],
        is_cut=True,
        **_inside(context),
    )
    context.show(images=[file_entry(path, context.output_folder)], animated=[len(images) > 1])
    return images


@node(
    "SaveAnimatedPNG",
    title="Save Animated PNG",
    category=CATEGORY,
    output_node=True,
    needs_widgets=True,
    aliases=("video", "gif", "animation", "apng"),
)
def save_animated_png(
    images: Frames,
    filename_prefix: Prefix = "ComfyUI",
    fps: Rate = 6.0,
    compress_level: Annotated[int, Int("Time or size of the file.", maximum=9, more={"advanced": True})] = 4,
    *,
    context: Context,
) -> Same:
    """Save frames as one animated PNG that loops, with the workflow that made it inside."""
    from ...plots.animated_png import animated_png_bytes
    from ...plots.picture_writer import publish

    content = animated_png_bytes(images, _milliseconds(fps), compress_level, **_inside(context))
    path = publish(content, context.output_folder, _prefix(filename_prefix, images, context), ".png")
    context.show(images=[file_entry(path, context.output_folder)], animated=[len(images) > 1])
    return images


@node(
    "SaveLatent",
    title="Save Latent",
    category="model/latent",
    output_node=True,
    needs_widgets=True,
    aliases=("export latent",),
)
def save_latent(
    samples: Annotated["Latent", Socket("LATENT", "The latents.")],
    filename_prefix: Prefix = "latents/ComfyUI",
    *,
    context: Context,
) -> Annotated["Latent", Out("samples", "LATENT", "The same latents.")]:
    """Save latents to a file, with the workflow that made them inside."""
    import json

    import torch
    from safetensors.torch import save

    from ...plots.picture_writer import publish

    tensors = {"latent_tensor": samples["samples"].contiguous(), "latent_format_version_0": torch.tensor([])}
    inside = {"prompt": context.prompt, "workflow": context.workflow, "scorefield": record(context, 0)}
    texts = {name: json.dumps(value) for name, value in inside.items() if value is not None}
    prefix = filled_in(filename_prefix, 0, 0, datetime.now(), context.prompt)
    path = publish(save(tensors, texts), context.output_folder, prefix, ".latent")
    context.show(latents=[file_entry(path, context.output_folder)])
    return samples


def _pictures(
    images: "Tensor", folder: Path, prefix: str, context: Context, compression: int = 4
) -> list[Path]:
    """Each picture in a file of its own. Their numbers go on from one to the next, whatever their names."""
    from ...plots.picture_name import next_counter, place_of
    from ...plots.picture_writer import write_png

    first = next_counter(*place_of(folder, prefix))
    return [
        write_png(
            image,
            folder,
            prefix.replace(BATCH_NUMBER, str(place)),
            compression=compression,
            is_cut=True,
            least=first + place,
            **_inside(context, place),
        )
        for place, image in enumerate(images)
    ]


def _prefix(prefix: str, images: "Tensor", context: Context) -> str:
    height, width = images.shape[1:3]
    return filled_in(prefix, width, height, datetime.now(), context.prompt)


def _inside(context: Context, place: int = 0) -> dict[str, Any]:
    """What a file carries: the workflow, and the record of what made the file's picture."""
    made = record(context, place)
    return {"prompt": context.prompt, "workflow": context.workflow, "record": made}


def _milliseconds(fps: float) -> int:
    return int(1000 / fps)
