"""One graph, many values: a list that everything downstream runs through, and the grid that collects it."""

import math
from typing import TYPE_CHECKING, Annotated, Any

from ..graph.context import Context
from ..graph.declare import Int, Out, Socket, String, node
from .number_list import numbers
from .shown_grid import show_grid

if TYPE_CHECKING:
    from torch import Tensor

CATEGORY = "Scorefield/sweep"


@node("ScorefieldSweep", title="Sweep", category=CATEGORY, aliases=("list", "values", "xy plot", "grid"))
def sweep(
    values: Annotated[str, String("Numbers with commas between, or start:stop:step.")] = "1, 2, 4",
    label: Annotated[str, String("Written before each number in the labels.")] = "α = ",
) -> tuple[
    Annotated[
        "list[float]", Out("value", "FLOAT", "Each value in turn; what it feeds runs once for each.", True)
    ],
    Annotated["list[int]", Out("integer", "INT", "The same, rounded, for inputs that count.", True)],
    Annotated["list[str]", Out("label", "STRING", "Each value as text.", True)],
]:
    """Several values instead of one: every node they reach runs once for each of them, with everything else
    shared."""
    from ..graph.sweep.variants import values_of

    found = numbers(",".join(values_of(values)))
    return found, [round(number) for number in found], [f"{label}{number:g}" for number in found]


@node(
    "ScorefieldSweepGrid",
    title="Sweep Grid",
    category=CATEGORY,
    input_is_list=True,
    output_node=True,
    aliases=("contact sheet", "xy plot"),
)
def sweep_grid(
    images: Annotated["list[Tensor]", Socket("IMAGE", "The pictures or animations, one for each value.")],
    columns: Annotated[Any, Int("How many in a row; 0 for the best fit.", maximum=100)] = 0,
    title: Annotated[Any, String("Written above the grid.")] = "",
    labels: Annotated[Any, Socket("STRING", "What to write above each.")] = None,
    *,
    context: Context,
) -> Annotated["Tensor", Out("image", "IMAGE", "One picture, or one animation, of all of them.")]:
    """Every picture of a sweep side by side, with its value above it."""
    from ..plots.grid import image_grid

    given = [label for label in labels if label is not None]
    across = columns[0] or math.ceil(math.sqrt(len(images)))
    grid = image_grid(images, across, title=title[0], labels=given)
    show_grid(context, images, across, title=title[0], labels=given, is_sweep=True)
    return grid
