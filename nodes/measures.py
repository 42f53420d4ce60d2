"""Numbers about samples, fields and training targets, as text to read and pictures to see."""

import math
from typing import TYPE_CHECKING, Annotated, Any

from ..graph.context import Context
from ..graph.declare import Int, Out, Socket, String, node
from .plane_only import plane_only, plane_walk
from .shown_numbers import show_numbers
from .socket_values import Latent

if TYPE_CHECKING:
    from torch import Tensor

    from ..diffusion.field import ScoreModel
    from ..diffusion.points import Points
    from ..diffusion.sampling import Trajectory

CATEGORY = "Scorefield/measure"
PICTURES = "For pictures there is Picture Measures."
Text = Annotated[str, Out("text", "STRING", "The numbers, one a line.")]
Chart = Annotated["Tensor", Out("image", "IMAGE", "The numbers as a picture.")]
Data = Annotated["Points", Socket("POINTS", "The data set.")]
Seed = Annotated[int, Int("Of the random draws the numbers are estimated from.", maximum=2**63 - 1)]


@node(
    "ScorefieldMeasures",
    title="Measures",
    category=CATEGORY,
    output_node=True,
    aliases=("metrics", "quality", "MMD"),
)
def measures(
    latent: Annotated["Latent", Socket("LATENT", "The samples.")],
    points: Data,
    title: Annotated[str, String("Written above the numbers.")] = "",
    random_seed: Seed = 0,
    asked: Annotated[
        "list[list[Any]] | None",
        Socket("CONDITIONING", "What was asked for, to see who is in the right class."),
    ] = None,
    label: Annotated["str | None", Socket("STRING", "Added to the title, in a sweep.")] = None,
    *,
    context: Context,
) -> Text:
    """How good the samples are. Distance alone flatters a collapse: read it with spread, coverage and MMD."""
    import torch

    from ..diffusion.batch import shared_out
    from ..diffusion.quality import class_quality, quality
    from ..models.toy.text import classes_of

    samples = latent["samples"]
    plane_only(samples.shape[1:], PICTURES)
    found = quality(samples, points, torch.Generator().manual_seed(random_seed))
    if asked is not None:
        found |= class_quality(samples, points, shared_out(classes_of(asked), len(samples), "classes"))
    return show_numbers(context, " ".join(part for part in (title, label) if part), found)


@node(
    "ScorefieldCompareSamples",
    title="Compare Samples",
    category=CATEGORY,
    output_node=True,
    aliases=("difference",),
)
def compare_samples(
    first: Annotated["Latent", Socket("LATENT", "Samples.")],
    second: Annotated["Latent", Socket("LATENT", "Other samples.")],
    title: Annotated[str, String("Written above the numbers.")] = "",
    *,
    context: Context,
) -> Text:
    """How far two clouds of samples are from each other: sample by sample, and as distributions."""
    from ..diffusion.measures import energy_distance, maximum_mean_discrepancy

    one, other = (each["samples"].flatten(1) for each in (first, second))
    found = {"energy distance": energy_distance(one, other)}
    if min(len(one), len(other)) > 1:
        found["MMD x1000"] = 1000 * maximum_mean_discrepancy(one, other)
    if one.shape == other.shape:
        apart = (one - other).norm(dim=1)
        found |= {"median difference": float(apart.median()), "largest difference": float(apart.max())}
    return show_numbers(context, title, found)


@node(
    "ScorefieldSpreadChart",
    title="Spread Chart",
    category=CATEGORY,
    output_node=True,
    aliases=("std", "collapse"),
)
def spread_chart(
    trajectory: Annotated["Trajectory", Socket("TRAJECTORY", "The walk to measure.")],
    points: Data,
    other: Annotated["Trajectory | None", Socket("TRAJECTORY", "A second walk, to compare.")] = None,
    names: Annotated[
        str, String("What the two walks are called, with a comma between.")
    ] = "with noise, without noise",
    *,
    context: Context,
) -> tuple[Chart, Text]:
    """How wide the cloud is at every noise level, beside how wide noised data would be. If each reverse step
    is the right Gaussian, the two are the same all the way down."""
    from ..diffusion.measures import spread
    from ..plots.charts import spread_chart as draw

    walks = [walk for walk in (trajectory, other) if walk is not None]
    for walk in walks:
        plane_walk(walk.x.shape, "To see a walk of pictures take Film Strip.")
    named = dict(zip((name.strip() for name in names.split(",")), walks, strict=False))
    if len(named) < len(walks):
        raise ValueError(f"two walks need two names with a comma between, got {names!r}")
    found = {f"{name}, at the end": spread(walk.x[-1]) for name, walk in named.items() if walk.x.numel()}
    return draw(named, points), show_numbers(
        context, "Spread of the cloud", found | {"the data": spread(points.xy)}
    )


@node(
    "ScorefieldTurnChart",
    title="Turn Chart",
    category=CATEGORY,
    output_node=True,
    aliases=("transition", "t = 0.4"),
)
def turn_chart(
    model: Annotated["ScoreModel", Socket("SCORE_MODEL", "The field.")],
    points: Data,
    *,
    context: Context,
) -> tuple[Chart, Text]:
    """Where the arrows turn: far out in time they point at the mean of the data, close in at the nearest
    data point. Measured as the mean cosine over a grid of probes."""
    from ..diffusion.measures import probe_grid, turning_time
    from ..plots.charts import turning_chart

    plane_only(model.shape, "There is no such chart of pictures.")
    probes = probe_grid(radius=1.2)
    turn = turning_time(model.field, model.schedule, probes, points.xy)
    lines = {} if turn is None else {"t": turn, "sigma/alpha": model.schedule.at(turn).ratio}
    text = show_numbers(
        context, "The field turns at" if lines else "The field never turns to the nearest point", lines
    )
    return turning_chart(model.field, model.schedule, points, probes), text


@node(
    "ScorefieldAngleChart",
    title="Angle Chart",
    category=CATEGORY,
    output_node=True,
    aliases=("guidance angle",),
)
def angle_chart(
    model: Annotated["ScoreModel", Socket("SCORE_MODEL", "A guided field, from CFG Combine.")],
    *,
    context: Context,
) -> tuple[Chart, Text]:
    """The angle between the conditional and the unconditional arrows over time: where it is large, guidance
    acts."""
    from ..diffusion.guidance import GuidedField
    from ..diffusion.measures import angle_between, probe_grid
    from ..plots.line_chart import Series, line_chart

    plane_only(model.shape, "For a walk of pictures there is Guidance Chart.")
    field = model.field
    if not isinstance(field, GuidedField):
        raise ValueError("this field has no two parts to compare: connect the output of CFG Combine")
    probes = probe_grid()
    times = [i / 50 for i in range(51)]
    angles = []
    for t in times:
        level = model.schedule.at(t)
        conditional, unconditional = field.conditional(probes, level), field.unconditional(probes, level)
        angles.append(float(angle_between(conditional.epsilon, unconditional.epsilon).mean()))
    lines = {f"t = {times[i]:g}": angles[i] for i in range(0, 51, 10)}
    chart = line_chart(
        [Series("", times, angles)],
        title="Angle between the conditional and the unconditional arrows",
        x_label="t, sampling runs to the right",
        y_label="degrees",
        falling_x=True,
    )
    return chart, show_numbers(context, "Mean angle between the arrows, in degrees", lines)


@node(
    "ScorefieldTargetChart",
    title="Target Chart",
    category=CATEGORY,
    output_node=True,
    aliases=("training target",),
)
def target_chart(
    model: Annotated[
        "ScoreModel", Socket("SCORE_MODEL", "The closed-form field of the points: the best possible answer.")
    ],
    points: Data,
    draws: Annotated[
        int, Int("How often each point is noised at each level.", minimum=1, maximum=10_000)
    ] = 40,
    random_seed: Seed = 0,
    *,
    context: Context,
) -> tuple[Chart, Text]:
    """What no network can predict: how far the two training targets stray from their own best prediction.
    The noise of one step says nearly nothing about where the data are; the whole noise says it plainly."""
    import torch

    from ..diffusion.targets import residual_variances
    from ..plots.charts import residual_chart

    plane_only(model.shape, "There is no such chart of pictures.")
    found = residual_variances(model, points.xy, draws, torch.Generator().manual_seed(random_seed))
    # Where all is noise the whole noise is known exactly.
    ratios = [
        one / whole if whole else math.inf for whole, one in zip(found.total, found.one_step, strict=True)
    ]
    lines = {"smallest ratio, one step : total": min(ratios), "largest ratio": max(ratios)}
    chart = residual_chart(found.levels, {"one step": found.one_step, "total noise": found.total})
    return chart, show_numbers(context, "Variance of the target around its best prediction", lines)
