"""Pictures of walks, and of the clouds where they end."""

from typing import TYPE_CHECKING, Annotated, Any

from ..graph.context import Context
from ..graph.declare import Boolean, Float, Int, Socket, String, node
from .page_file import show_view
from .plane_only import plane_only, plane_walk
from .socket_values import Latent, samples_of
from .titles import titled
from .views import CATEGORY, NO_ARROWS, Count, Data, Frames, Hold, Label, Picture, Size, Title

if TYPE_CHECKING:
    from torch import Tensor

    from ..diffusion.field import ScoreModel
    from ..diffusion.points import Points
    from ..diffusion.sampling import Trajectory

STRIP = "For pictures there is Film Strip."
FRAMES = "For pictures there is Trajectory Frames."
GRID = "For pictures there is Picture Grid, behind VAE Decode."
Walk = Annotated["Trajectory", Socket("TRAJECTORY", "The walk.")]
Asked = Annotated[
    "list[list[Any]] | None", Socket("CONDITIONING", "What was asked for: it colours the samples.")
]
Fitting = Annotated[
    float, Float("Half the side of the plane that is shown; 0 fits everything.", maximum=1000.0, step=0.1)
]
Shown = Annotated[int, Int("At most so many samples, the first ones.", minimum=1, maximum=100_000)]
Followed = Annotated[
    int,
    Int(
        "A sample to follow, drawn thick: the model's moves yellow, the noise white. −1 for none.",
        minimum=-1,
        maximum=100_000,
    ),
]
Second = Annotated[
    "Trajectory | None", Socket("TRAJECTORY", "A second walk: the first grey, this one green.")
]


@node(
    "ScorefieldTrajectoryPlot",
    title="Trajectory Plot",
    category=CATEGORY,
    output_node=True,
    aliases=("paths", "walks"),
)
def trajectory_plot(
    trajectory: Walk,
    points: Data = None,
    follow: Followed = -1,
    others: Annotated[bool, Boolean("Whether the other samples are drawn.")] = True,
    shown: Shown = 256,
    extent: Fitting = 2.0,
    size: Size = 640,
    title: Title = "",
    compare: Second = None,
    labels: Annotated[
        str, String("What the two walks are called, with a comma between.")
    ] = "unguided, guided",
    asked: Asked = None,
    label: Label = None,
    *,
    context: Context,
) -> Picture:
    """The paths that samples took, over the data."""
    from ..plots.path_plot import path_plot
    from ..plots.walk_look import WalkLook
    from ..plots.walk_view import walk_view

    walks = [trajectory] if compare is None else [trajectory, compare]
    for each in walks:
        plane_walk(each.x.shape, STRIP)
    look = WalkLook(points, _classes(asked, trajectory.x), shown, extent, titled(title, label))
    names = _two_names(labels, "", "")
    chosen = None if follow < 0 else follow
    show_view(context, lambda: walk_view(walks, look, names=names, follow=chosen, paths=True))
    return path_plot(walks, look, names=names, chosen=chosen, others=others, size=size)


@node(
    "ScorefieldTrajectoryAnimation",
    title="Trajectory Animation",
    category=CATEGORY,
    output_node=True,
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
    *,
    context: Context,
) -> Frames:
    """Samples moving along their paths, from noise to data, with the field beneath if you like."""
    from ..plots.path_animation import path_animation
    from ..plots.walk_look import WalkLook
    from ..plots.walk_view import walk_view

    plane_walk(trajectory.x.shape, FRAMES)
    if model is not None:
        plane_only(model.shape, NO_ARROWS)
    field = None if model is None else model.field
    look = WalkLook(points, _classes(asked, trajectory.x), shown, extent, titled(title, label))
    show_view(context, lambda: walk_view([trajectory], look, field=field))
    return path_animation(trajectory, look, field=field, frames=frames, hold=hold, size=size)


@node(
    "ScorefieldCloudPlot",
    title="Cloud Plot",
    category=CATEGORY,
    output_node=True,
    aliases=("scatter", "samples"),
)
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
    *,
    context: Context,
) -> Picture:
    """Where samples ended, over the data; two clouds side by side."""
    from ..plots.cloud_plot import cloud_plot as draw
    from ..plots.cloud_plot import cloud_plots
    from ..plots.walk_view import cloud_view

    first = samples_of(samples)
    for each in (samples, compare):
        if each is not None:
            plane_only(samples_of(each).shape[1:], GRID)
    classes = _classes(asked, first[None])
    names = _two_names(labels, "first", "second")
    words = titled(title, label)
    clouds = {names[0]: first} if compare is None else {names[0]: first, names[1]: samples_of(compare)}
    seen: dict[str, Any] = {"names": list(clouds), "classes": classes, "extent": extent, "title": words}
    show_view(context, lambda: cloud_view(list(clouds.values()), points, **seen))
    if compare is None:
        return draw(first, points, classes=classes, extent=extent, size=size, title=words)
    return cloud_plots(clouds, points, classes=classes, extent=extent, size=size)


def _two_names(labels: str, *missing: str) -> list[str]:
    """The names between commas, and others where they are fewer than two."""
    return [*(name.strip() for name in labels.split(",")), *missing][:2]


def _classes(asked: list[list[Any]] | None, x: "Tensor") -> "Tensor | None":
    """The class each sample was asked to be, (B,), for positions (S, B, 2)."""
    from ..diffusion.batch import shared_out
    from ..models.toy.text import classes_of

    return None if asked is None else shared_out(classes_of(asked), x.shape[1], "classes")
