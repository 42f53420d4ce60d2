"""Pictures of fields, walks and clouds."""

from typing import TYPE_CHECKING, Annotated, Any

from ..graph.declare import Boolean, Choice, Float, Int, Out, Socket, String, node
from .choices import ARROW_KINDS, ARROW_LENGTHS
from .plane_only import plane_only, plane_walk
from .socket_values import Latent, samples_of

if TYPE_CHECKING:
    from torch import Tensor

    from ..diffusion.field import ScoreModel
    from ..diffusion.points import Points
    from ..diffusion.sampling import Trajectory
    from ..plots.arrows import ArrowKind, ArrowLength

CATEGORY = "Scorefield/view"
NO_ARROWS = (
    "A space of pictures has too many directions for arrows: take Film Strip to see a walk through it."
)
STRIP = "For pictures there is Film Strip."
FRAMES = "For pictures there is Trajectory Frames."
GRID = "For pictures there is Picture Grid, behind VAE Decode."
Picture = Annotated["Tensor", Out("image", "IMAGE", "One picture.")]
Frames = Annotated["Tensor", Out("images", "IMAGE", "The frames of an animation.")]

Model = Annotated["ScoreModel", Socket("SCORE_MODEL", "The field, guided or not.")]
Walk = Annotated["Trajectory", Socket("TRAJECTORY", "The walk.")]
Data = Annotated["Points | None", Socket("POINTS", "The data beneath, coloured by class.")]
Asked = Annotated[
    "list[list[Any]] | None", Socket("CONDITIONING", "What was asked for: it colours the samples.")
]
Kind = Annotated[
    "ArrowKind",
    Choice(
        "-epsilon: the way back from the noise, as in the video; score: the same divided by sigma; x0 - x: "
        "all the way to the estimate. Every picture is to its own scale.",
        ARROW_KINDS,
    ),
]
Length = Annotated[
    "ArrowLength", Choice("unit: all alike, coloured by strength; true: to scale.", ARROW_LENGTHS)
]
Parts = Annotated[
    bool, Boolean("Of a guided field: unconditional grey, conditional yellow and guided green, all at once.")
]
Extent = Annotated[
    float, Float("Half the side of the plane that is shown.", minimum=0.01, maximum=1000.0, step=0.1)
]
Fitting = Annotated[
    float, Float("Half the side of the plane that is shown; 0 fits everything.", maximum=1000.0, step=0.1)
]
Size = Annotated[int, Int("Width and height of the picture, in pixels.", minimum=64, maximum=4096)]
Title = Annotated[str, String("Written above the picture.")]
Shown = Annotated[int, Int("At most so many samples, the first ones.", minimum=1, maximum=100_000)]
Count = Annotated[int, Int("How many frames.", minimum=1, maximum=1000)]
Hold = Annotated[int, Int("How many times more the last frame is shown.", maximum=1000)]
Label = Annotated["str | None", Socket("STRING", "Added to the title, in a sweep.")]


@node(
    "ScorefieldFieldPlot", title="Field Plot", category=CATEGORY, aliases=("arrows", "quiver", "vector field")
)
def field_plot(
    model: Model,
    points: Data = None,
    t: Annotated[float, Float("When: 1 is the model's noisiest level, 0 its cleanest.", maximum=1.0)] = 0.4,
    arrows: Kind = "-epsilon",
    length: Length = "unit",
    parts: Parts = False,
    extent: Extent = 2.0,
    size: Size = 640,
    title: Title = "",
    label: Label = None,
) -> Picture:
    """The vector field at one moment: at each place, which way back to the data."""
    from ..plots.field_plot import field_plot as draw

    plane_only(model.shape, NO_ARROWS)
    return draw(
        model.field,
        model.schedule.at(t),
        points,
        kind=arrows,
        length=length,
        parts=parts,
        extent=extent,
        size=size,
        title=_titled(title, label),
    )


@node("ScorefieldFieldAnimation", title="Field Animation", category=CATEGORY, aliases=("arrows over time",))
def field_animation(
    model: Model,
    points: Data = None,
    t_start: Annotated[float, Float("When the first frame is.", maximum=1.0)] = 1.0,
    t_end: Annotated[float, Float("When the last frame is.", maximum=1.0)] = 0.0,
    frames: Count = 48,
    hold: Hold = 8,
    arrows: Kind = "-epsilon",
    length: Length = "unit",
    parts: Parts = False,
    extent: Extent = 2.0,
    size: Size = 480,
    title: Title = "",
) -> Frames:
    """The vector field changing with time, from noise to data."""
    from ..plots.field_animation import field_animation as draw

    plane_only(model.shape, NO_ARROWS)
    return draw(
        model.field,
        model.schedule,
        points,
        t_start=t_start,
        t_end=t_end,
        frames=frames,
        hold=hold,
        kind=arrows,
        length=length,
        parts=parts,
        extent=extent,
        size=size,
        title=title,
    )


@node("ScorefieldTrajectoryPlot", title="Trajectory Plot", category=CATEGORY, aliases=("paths", "walks"))
def trajectory_plot(
    trajectory: Walk,
    points: Data = None,
    follow: Annotated[
        int,
        Int(
            "A sample to follow, drawn thick: the model's moves yellow, the noise white. −1 for none.",
            minimum=-1,
            maximum=100_000,
        ),
    ] = -1,
    others: Annotated[bool, Boolean("Whether the other samples are drawn.")] = True,
    shown: Shown = 256,
    extent: Fitting = 2.0,
    size: Size = 640,
    title: Title = "",
    compare: Annotated[
        "Trajectory | None", Socket("TRAJECTORY", "A second walk: the first grey, this one green.")
    ] = None,
    labels: Annotated[
        str, String("What the two walks are called, with a comma between.")
    ] = "unguided, guided",
    asked: Asked = None,
    label: Label = None,
) -> Picture:
    """The paths that samples took, over the data."""
    from ..plots.path_plot import path_plot

    plane_walk(trajectory.x.shape, STRIP)
    if compare is not None:
        plane_walk(compare.x.shape, STRIP)
    names = [*(name.strip() for name in labels.split(",")), "", ""]
    return path_plot(
        trajectory,
        points,
        chosen=None if follow < 0 else follow,
        others=others,
        other=compare,
        labels=(names[0], names[1]),
        classes=_classes(asked, trajectory.x),
        shown=shown,
        extent=extent,
        size=size,
        title=_titled(title, label),
    )


@node(
    "ScorefieldTrajectoryAnimation",
    title="Trajectory Animation",
    category=CATEGORY,
    aliases=("particles", "denoising"),
)
def trajectory_animation(
    trajectory: Walk,
    points: Data = None,
    frames: Count = 48,
    hold: Hold = 10,
    shown: Shown = 256,
    extent: Fitting = 2.0,
    size: Size = 480,
    title: Title = "",
    model: Annotated[
        "ScoreModel | None", Socket("SCORE_MODEL", "The field whose arrows are drawn beneath.")
    ] = None,
    asked: Asked = None,
    label: Label = None,
) -> Frames:
    """Samples moving along their paths, from noise to data, with the field beneath if you like."""
    from ..plots.path_animation import path_animation

    plane_walk(trajectory.x.shape, FRAMES)
    if model is not None:
        plane_only(model.shape, NO_ARROWS)
    return path_animation(
        trajectory,
        points,
        field=None if model is None else model.field,
        classes=_classes(asked, trajectory.x),
        frames=frames,
        hold=hold,
        shown=shown,
        extent=extent,
        size=size,
        title=_titled(title, label),
    )


@node("ScorefieldCloudPlot", title="Cloud Plot", category=CATEGORY, aliases=("scatter", "samples"))
def cloud_plot(
    samples: Annotated["Latent | Points", Socket("LATENT,POINTS", "The samples.")],
    points: Data = None,
    extent: Fitting = 1.5,
    size: Size = 640,
    title: Title = "",
    compare: Annotated[
        "Latent | Points | None", Socket("LATENT,POINTS", "Other samples, drawn beside the first.")
    ] = None,
    labels: Annotated[str, String("What the two clouds are called, with a comma between.")] = "first, second",
    asked: Asked = None,
    label: Label = None,
) -> Picture:
    """Where samples ended, over the data; two clouds side by side."""
    from ..plots.cloud_plot import cloud_plot as draw
    from ..plots.cloud_plot import cloud_plots

    first = samples_of(samples)
    for each in (samples, compare):
        if each is not None:
            plane_only(samples_of(each).shape[1:], GRID)
    classes = _classes(asked, first[None])
    if compare is None:
        return draw(first, points, classes=classes, extent=extent, size=size, title=_titled(title, label))
    names = [*(name.strip() for name in labels.split(",")), "first", "second"]
    clouds = {names[0]: first, names[1]: samples_of(compare)}
    return cloud_plots(clouds, points, classes=classes, extent=extent, size=size)


def _titled(title: str, label: str | None) -> str:
    return "  ".join(part for part in (title, label) if part)


def _classes(asked: list[list[Any]] | None, x: "Tensor") -> "Tensor | None":
    """The class each sample was asked to be, (B,), for positions (S, B, 2)."""
    from ..diffusion.batch import shared_out
    from ..models.toy.text import classes_of

    return None if asked is None else shared_out(classes_of(asked), x.shape[1], "classes")
