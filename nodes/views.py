"""Pictures of fields."""

from typing import TYPE_CHECKING, Annotated

from ..graph.context import Context
from ..graph.declare import Boolean, Choice, Float, Int, Out, Socket, String, node
from .choices import ARROW_KINDS, ARROW_LENGTHS
from .page_file import show_view
from .plane_only import plane_only
from .titles import titled

if TYPE_CHECKING:
    from torch import Tensor

    from ..diffusion.field import ScoreModel
    from ..diffusion.points import Points
    from ..plots.arrows import ArrowKind, ArrowLength

CATEGORY = "Scorefield/view"
NO_ARROWS = (
    "A space of pictures has too many directions for arrows: take Film Strip to see a walk through it."
)
Picture = Annotated["Tensor", Out("image", "IMAGE", "One picture.")]
Frames = Annotated["Tensor", Out("images", "IMAGE", "The frames of an animation.")]

Model = Annotated["ScoreModel", Socket("SCORE_MODEL", "The field, guided or not.")]
Data = Annotated["Points | None", Socket("POINTS", "The data beneath, coloured by class.")]
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
Size = Annotated[int, Int("Width and height of the picture, in pixels.", minimum=64, maximum=4096)]
Title = Annotated[str, String("Written above the picture.")]
Count = Annotated[int, Int("How many frames.", minimum=1, maximum=1000)]
Hold = Annotated[int, Int("How many times more the last frame is shown.", maximum=1000)]
Label = Annotated["str | None", Socket("STRING", "Added to the title, in a sweep.")]


@node(
    "ScorefieldFieldPlot",
    title="Field Plot",
    category=CATEGORY,
    output_node=True,
    aliases=("arrows", "quiver", "vector field"),
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
    *,
    context: Context,
) -> Picture:
    """The vector field at one moment: at each place, which way back to the data."""
    from ..plots.field_look import FieldLook
    from ..plots.field_plot import field_plot as draw
    from ..plots.field_view import field_view

    plane_only(model.shape, NO_ARROWS)
    look = FieldLook(points, arrows, length, parts, extent, titled(title, label))
    show_view(context, lambda: field_view(model, look, t=t))
    return draw(model.field, model.schedule.at(t), look, size=size)


@node(
    "ScorefieldFieldAnimation",
    title="Field Animation",
    category=CATEGORY,
    output_node=True,
    aliases=("arrows over time",),
)
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
    *,
    context: Context,
) -> Frames:
    """The vector field changing with time, from noise to data."""
    from ..plots.field_animation import field_animation as draw
    from ..plots.field_look import FieldLook
    from ..plots.field_view import field_view

    plane_only(model.shape, NO_ARROWS)
    look = FieldLook(points, arrows, length, parts, extent, title)
    show_view(context, lambda: field_view(model, look, t=t_start, t_start=t_start, t_end=t_end))
    return draw(
        model.field,
        model.schedule,
        look,
        t_start=t_start,
        t_end=t_end,
        frames=frames,
        hold=hold,
        size=size,
    )
