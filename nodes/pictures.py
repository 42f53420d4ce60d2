"""Pictures and videos beside each other, what can be measured of them, and the exact field over them."""

from typing import TYPE_CHECKING, Annotated

from ..graph.context import Context
from ..graph.declare import Choice, Float, Int, Out, Socket, String, node
from .choices import FAMILIES
from .shown_grid import show_grid
from .shown_numbers import show_numbers
from .typed_lines import lines_of

if TYPE_CHECKING:
    from torch import Tensor

    from ..diffusion.field import ScoreModel
    from ..models.library import Decoder

Pictures = Annotated["Tensor", Socket("IMAGE", "The pictures.")]
Scale = Annotated[int, Int("How many pixels each pixel becomes on a side; 0 chooses.", maximum=64)]
Title = Annotated[str, String("Written above the picture.")]
Frames = Annotated[
    int, Int("How many of the pictures are one video, one after the other.", minimum=1, maximum=4096)
]


@node(
    "ScorefieldPictureGrid",
    title="Picture Grid",
    category="Scorefield/view",
    output_node=True,
    aliases=("contact sheet", "xy plot", "image grid", "compare"),
)
def picture_grid(
    images: Pictures,
    columns: Annotated[
        int, Int("How many in a row; 0 takes it from the labels, or for the best fit.", maximum=256)
    ] = 0,
    row_labels: Annotated[
        str, String("What stands left of the rows, one a line: the scales of a guided batch.", multiline=True)
    ] = "",
    column_labels: Annotated[str, String("What stands above the columns, one a line.", multiline=True)] = "",
    scale: Scale = 0,
    title: Title = "",
    *,
    context: Context,
) -> Annotated["Tensor", Out("image", "IMAGE", "One picture of all of them.")]:
    """A batch of pictures as rows and columns with words beside them. Small pictures are enlarged, and stay
    crisp."""
    from ..plots.labelled_grid import columns_of, labelled_grid

    beside, above = lines_of(row_labels), lines_of(column_labels)
    grid = labelled_grid(images, columns, beside, above, scale, title)
    across = columns_of(len(images), columns, beside, above)
    show_grid(context, list(images[:, None]), across, title=title, row_labels=beside, column_labels=above)
    return grid


@node(
    "ScorefieldTileVideos",
    title="Tile Videos",
    category="Scorefield/view",
    aliases=("side by side", "video grid", "compare videos"),
)
def tile_videos(
    images: Annotated["Tensor", Socket("IMAGE", "The frames of all videos, one video after the other.")],
    frames: Frames = 8,
    columns: Annotated[int, Int("How many videos in a row; 0 for the best fit.", maximum=64)] = 0,
    scale: Scale = 0,
    labels: Annotated[str, String("Above the videos, one a line; empty for none.", multiline=True)] = "",
    title: Title = "",
) -> Annotated["Tensor", Out("images", "IMAGE", "The frames of one animation in which all of them play.")]:
    """Several videos side by side, playing together. What comes out of VAE Decode is all their frames in a
    row."""
    from ..plots.labelled_grid import tiled_videos

    return tiled_videos(images, frames, columns, lines_of(labels), scale, title)


@node(
    "ScorefieldPictureMeasures",
    title="Picture Measures",
    category="Scorefield/measure",
    output_node=True,
    aliases=("sharpness", "blur", "PSNR", "laplacian", "metrics"),
)
def picture_measures(
    images: Pictures,
    reference: Annotated[
        "Tensor | None", Socket("IMAGE", "What they should be: as many pictures of the same size, or one.")
    ] = None,
    frames: Annotated[
        int, Int("How many of the pictures are one video; 1 for pictures.", minimum=1, maximum=4096)
    ] = 1,
    title: Annotated[str, String("Written above the numbers.")] = "",
    *,
    context: Context,
) -> tuple[
    Annotated[str, Out("text", "STRING", "The numbers, one a line.")],
    Annotated[float, Out("sharpness", "FLOAT", "Variance of the Laplacian, times 1000; the mean.")],
    Annotated[float, Out("correlation", "FLOAT", "Of neighbouring frames; of pictures 0.")],
    Annotated[float, Out("psnr", "FLOAT", "In decibels; without a reference 0.")],
]:
    """How sharp pictures are, how much a video's neighbouring frames have in common, and how near pictures
    are to what they should be."""
    from ..diffusion.picture_measures import frame_correlation, sharpness, signal_to_noise
    from ..plots.labelled_grid import videos_of

    found = {"sharpness": float(sharpness(images).mean())}
    if frames > 1:
        found["frame correlation"] = float(frame_correlation(videos_of(images, frames)).mean())
    if reference is not None:
        if reference.shape[1:3] != images.shape[1:3] or len(reference) not in (1, len(images)):
            raise ValueError(
                f"the reference holds {_words(reference)}, the pictures are {_words(images)}: "
                "give as many of the same size, or one"
            )
        expected = reference.expand(len(images), -1, -1, -1)
        found["PSNR"] = signal_to_noise(images[..., :3], expected[..., :3])
    text = show_numbers(context, title, found)
    return text, found["sharpness"], found.get("frame correlation", 0.0), found.get("PSNR", 0.0)


@node(
    "ScorefieldNearestPicture",
    title="Nearest Picture",
    category="Scorefield/measure",
    output_node=True,
    aliases=("memorisation", "nearest neighbour", "copy", "training data"),
)
def nearest_picture(
    images: Annotated["Tensor", Socket("IMAGE", "The pictures to look up.")],
    among: Annotated["Tensor", Socket("IMAGE", "The pictures to look among, of the same size.")],
    title: Title = "",
    *,
    context: Context,
) -> tuple[
    Annotated["Tensor", Out("image", "IMAGE", "Each picture, and below it the nearest of the others.")],
    Annotated[str, Out("text", "STRING", "Which one it is, and how far, one a line.")],
]:
    """For each picture the one of a set that is nearest to it. What is nearly at distance 0 is a copy: the
    exact field over pictures makes nothing else."""
    from ..diffusion.picture_measures import nearest_pictures
    from ..plots.labelled_grid import pairs

    if among.shape[1:] != images.shape[1:]:
        raise ValueError(
            f"pictures are compared pixel by pixel: these are {_words(images)}, the set is {_words(among)}"
        )
    places, apart = nearest_pictures(images, among)
    numbers = {
        f"{index + 1} is nearest to {int(place) + 1}, at": float(distance)
        for index, (place, distance) in enumerate(zip(places, apart, strict=True))
    }
    numbers["mean distance"] = float(apart.mean())
    words = [f"{int(place) + 1}: {float(far):.3f}" for place, far in zip(places, apart, strict=True)]
    return pairs(images, among[places], words, title), show_numbers(context, title, numbers)


@node(
    "ScorefieldClosedFormPictures",
    title="Closed-Form Pictures",
    category="Scorefield/model",
    aliases=("ideal", "exact", "diffusion without training", "memorisation", "pixel space"),
)
def closed_form_pictures(
    images: Annotated["Tensor", Socket("IMAGE", "The pictures that the field is exact for, of one size.")],
    family: Annotated[str, Choice("How signal and noise share a picture over time.", FAMILIES)] = FAMILIES[1],
    sigma_min: Annotated[
        float, Float("Noise at t = 0 (variance exploding only).", minimum=1e-6, maximum=1e3, step=0.001)
    ] = 0.01,
    sigma_max: Annotated[
        float, Float("Noise at t = 1 (variance exploding only).", minimum=1e-5, maximum=1e4)
    ] = 100.0,
    levels: Annotated[int, Int("How many noise levels the schedule has.", minimum=2, maximum=10_000)] = 1000,
) -> tuple[
    Annotated["ScoreModel", Out("model", "SCORE_MODEL", "The exact field, in the space of pixels.")],
    Annotated["Decoder", Out("vae", "VAE", "Pixels as they are: nothing is compressed.")],
]:
    """Diffusion without training: the exact score model of a set of pictures. What it makes of noise are the
    pictures of the set. A network that could learn without error would do the same; that it cannot is why
    models make new pictures."""
    from ..models.pixels import closed_form_of_pictures

    return closed_form_of_pictures(images, family, levels, sigma_min, sigma_max)


def unknown_files(**_: object) -> str | None:
    """Which files a folder holds is not known before the run: the node always runs."""
    return None


@node(
    "ScorefieldLoadImages",
    title="Load Images",
    category="Scorefield/data",
    fingerprint=unknown_files,
    aliases=("folder", "directory", "batch", "dataset"),
)
def load_images(
    folder: Annotated[
        str, String("A folder inside the input folder; empty is the input folder itself.")
    ] = "",
    size: Annotated[
        int, Int("Height and width they get, in pixels; the middle square is kept.", minimum=8, maximum=4096)
    ] = 64,
    most: Annotated[int, Int("At most so many, by name.", minimum=1, maximum=100_000)] = 256,
    *,
    context: Context,
) -> Annotated["Tensor", Out("images", "IMAGE", "The pictures, sorted by name.")]:
    """Every picture of a folder as one batch: data for the exact field over pictures. Of animations the first
    frame."""
    from ..plots.picture_folder import read_folder
    from .core.folders import Folders

    paths = Folders(context.input_folder).pictures_in(folder)[:most]
    return read_folder(paths, size, context.progress)


def _words(images: "Tensor") -> str:
    count, height, width = images.shape[:3]
    return f"{count} of {width}×{height} pixels"
