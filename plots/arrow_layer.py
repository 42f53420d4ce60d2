"""Arrows as something to draw: made once, turned at every frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.colors import Colormap, LinearSegmentedColormap, Normalize
from matplotlib.quiver import Quiver
from torch import Tensor

from .arrows import PARTS, Arrows
from .header import Key
from .plane import Plane
from .style import STYLE, series_colour

ALONE_WIDTH = 1.7
# Lower layers are wider, so that arrows which agree are seen to lie on each other.
TOP_WIDTH, WIDENING = 1.6, 1.3

STRENGTH: Colormap = LinearSegmentedColormap.from_list("strength", [STYLE.arrow_weak, STYLE.arrow_strong])
PART_COLOURS = dict(zip(PARTS, (STYLE.unconditional, STYLE.conditional, STYLE.guided), strict=True))


def arrow_colour(name: str, place: int) -> str | None:
    """The colour of a layer of arrows; None for a nameless one, which is coloured by strength."""
    return None if not name else PART_COLOURS.get(name, series_colour(place))


def arrow_keys(names: list[str]) -> list[Key]:
    """What the colours of the named layers mean."""
    pairs = [(name, arrow_colour(name, place)) for place, name in enumerate(names)]
    return [Key(name, colour, "line") for name, colour in pairs if colour is not None]


class ArrowLayers:
    """The layers of arrows on a plane. All start at x (P, 2); one alone is centred there: it is calmer."""

    def __init__(self, plane: Plane, x: Tensor, layers: Mapping[str, Arrows]) -> None:
        self._quivers: dict[str, Quiver] = {}
        alone = len(layers) == 1
        for place, (name, arrows) in enumerate(layers.items()):
            width = ALONE_WIDTH if alone else TOP_WIDTH + WIDENING * (len(layers) - 1 - place)
            quiver = _quiver(plane, x, arrows, arrow_colour(name, place), width, centred=alone)
            self._quivers[name] = quiver
            plane.put(quiver)

    def turn(self, layers: Mapping[str, Arrows]) -> None:
        """Draw other arrows at the same places; a layer that is missing now is hidden."""
        for name, quiver in self._quivers.items():
            quiver.set_visible(name in layers)
            if name in layers:
                along, strength = layers[name]
                coloured = quiver.get_array() is not None
                quiver.set_UVC(
                    along[:, 0].numpy(), along[:, 1].numpy(), strength.numpy() if coloured else None
                )


def _quiver(
    plane: Plane, x: Tensor, arrows: Arrows, colour: str | None, width: float, centred: bool
) -> Quiver:
    places = (x[:, 0].numpy(), x[:, 1].numpy(), arrows.along[:, 0].numpy(), arrows.along[:, 1].numpy())
    quiver: Any = Quiver
    drawn: Quiver = quiver(
        plane.axes,
        *places,
        *(() if colour else (arrows.strength.numpy(),)),
        color=colour,
        cmap=STRENGTH,
        norm=Normalize(0, 1),
        angles="xy",
        scale_units="xy",
        scale=1,
        units="dots",
        width=width * plane.unit,
        headwidth=3.6,
        headlength=4.2,
        headaxislength=3.8,
        minlength=0.1,
        pivot="mid" if centred else "tail",
    )
    return drawn
