"""Keeping results: pictures, animations and films with the workflow inside, and text to read."""

from typing import TYPE_CHECKING, Annotated

from ..graph.context import Context
from ..graph.declare import Choice, Float, Int, Out, Socket, String, node
from ..graph.provenance import record
from .choices import FILMS
from .shown_files import file_entry

if TYPE_CHECKING:
    from torch import Tensor

CATEGORY = "Scorefield/save"
Prefix = Annotated[str, String("The file's name, perhaps in a folder: plots/spiral. A number is added.")]


@node(
    "ScorefieldSaveImage", title="Save Image", category=CATEGORY, output_node=True, aliases=("png", "export")
)
def save_image(
    images: Annotated["Tensor", Socket("IMAGE", "The pictures to save, each to a file of its own.")],
    filename_prefix: Prefix = "scorefield",
    *,
    context: Context,
) -> None:
    """Save pictures as PNG, each with the workflow that made it inside: drop one on the canvas to get it
    back."""
    from ..plots.picture_writer import write_png

    folder, prompt, page = context.output_folder, context.prompt, context.workflow
    paths = [
        write_png(each, folder, filename_prefix, prompt=prompt, workflow=page, record=record(context, index))
        for index, each in enumerate(images)
    ]
    context.show(images=[file_entry(path, folder) for path in paths])


@node(
    "ScorefieldSaveAnimation",
    title="Save Animation",
    category=CATEGORY,
    output_node=True,
    aliases=("webp", "video", "gif"),
)
def save_animation(
    images: Annotated["Tensor", Socket("IMAGE", "The frames, in order.")],
    filename_prefix: Prefix = "scorefield",
    fps: Annotated[float, Float("Frames per second.", minimum=0.1, maximum=60.0, step=0.5)] = 15.0,
    *,
    context: Context,
) -> None:
    """Save frames as one animated WebP, with the workflow that made it inside."""
    from ..plots.picture_writer import write_webp

    path = write_webp(
        images,
        context.output_folder,
        filename_prefix,
        frames_per_second=fps,
        prompt=context.prompt,
        workflow=context.workflow,
        record=record(context, 0),
    )
    context.show(images=[file_entry(path, context.output_folder)], animated=[True])


@node(
    "ScorefieldSaveVideo",
    title="Save Video",
    category=CATEGORY,
    output_node=True,
    aliases=("mp4", "webm", "film", "h264", "vp9", "movie"),
)
def save_video(
    images: Annotated["Tensor", Socket("IMAGE", "The frames, in order.")],
    filename_prefix: Prefix = "scorefield",
    fps: Annotated[
        float, Float("Frames per second; WAN makes 16.", minimum=0.1, maximum=120.0, step=0.5)
    ] = 16.0,
    kind: Annotated[str, Choice("mp4 is H.264, webm is VP9: smaller, and slower to write.", FILMS)] = "mp4",
    quality: Annotated[int, Int("How much is kept; nothing keeps every pixel.", maximum=100)] = 80,
    *,
    context: Context,
) -> None:
    """Save frames as a film that every browser plays, with the workflow that made it inside."""
    from ..plots.film_file import write_film

    path = write_film(
        images,
        context.output_folder,
        filename_prefix,
        kind=kind,
        frames_per_second=fps,
        quality=quality,
        prompt=context.prompt,
        workflow=context.workflow,
        record=record(context, 0),
    )
    context.show(images=[file_entry(path, context.output_folder)], animated=[True])


@node(
    "ScorefieldShowText",
    title="Show Text",
    category=CATEGORY,
    output_node=True,
    aliases=("print", "display text"),
)
def show_text(
    text: Annotated[str, Socket("STRING", "What to show.")],
    *,
    context: Context,
) -> Annotated[str, Out("text", "STRING", "The same text.")]:
    """Show a text where the run's results are."""
    context.show(text=[text])
    return text
