"""A field at one noise level: arrows over the data."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from ..diffusion.field import Field
from ..diffusion.schedule import Level
from .arrow_layer import ArrowLayers, arrow_keys
from .arrows import Arrows, layers_of, probes, to_draw
from .field_look import FieldLook
from .film import still
from .plane import Plane, new_plane
from .point_layer import data_keys, data_layers
from .ticks import significant

ONE_LAYER_SIDE, MANY_LAYERS_SIDE = 30, 16


def field_plot(
    field: Field | Mapping[str, Field],
    level: Level,
    look: FieldLook,
    *,
    size: int = 640,
    caption: str | None = None,
) -> Tensor:
    """The arrows of a field, or of several by name, at one level.

    Args:
        field: one field, whose arrows are coloured by strength, or named ones, each in its own colour.
        level: where in time; sigma > 0.
        look: which arrows, over what.
        size: of the picture in pixels.
        caption: below the title; by default t and σ.

    Returns:
        An IMAGE, (1, size, size, 3).

    Raises:
        ValueError: an unknown kind or length, no field, or numbers out of range.
    """
    x, drawn = arrows_at(field, level, look)
    words = level_caption(level) if caption is None else caption
    plane, _ = field_plane(x, drawn, look, size, words)
    return still(plane.figure, plane.layers)


def arrows_at(
    field: Field | Mapping[str, Field], level: Level, look: FieldLook
) -> tuple[Tensor, dict[str, Arrows]]:
    """The places (P, 2) and the arrows there, by layer (see `field_plot`)."""
    named = dict(field) if isinstance(field, Mapping) else {"": field}
    if not named:
        raise ValueError("there is no field to draw")
    if look.side is not None and not 1 <= look.side <= 200:
        raise ValueError(f"a grid of arrows has 1 to 200 along a side, not {look.side}")
    usual = MANY_LAYERS_SIDE if look.parts or len(named) > 1 else ONE_LAYER_SIDE
    x, spacing = probes(look.extent, look.side or usual)
    layers: dict[str, Tensor] = {}
    for name, each in named.items():
        found = layers_of(each, x, level, look.kind, look.parts and len(named) == 1)
        layers |= found if len(named) == 1 and not name else {name: found[""]}
    return x, to_draw(layers, spacing, look.length)


def field_plane(
    x: Tensor, drawn: Mapping[str, Arrows], look: FieldLook, size: int, caption: str
) -> tuple[Plane, ArrowLayers]:
    """The plane with arrows at x (P, 2) and the data. One layer lies under the data, several above it."""
    points, keys = look.points, arrow_keys(list(drawn))
    plane = new_plane(look.extent, size, look.title, caption, keys, data_keys(points))
    if points is not None and len(drawn) > 1:
        plane.put(*data_layers(plane, points, faint=True))
    arrows = ArrowLayers(plane, x, drawn)
    if points is not None and len(drawn) == 1:
        plane.put(*data_layers(plane, points))
    return plane, arrows


def level_caption(level: Level) -> str:
    """t and σ of a level."""
    return f"t {level.t:.2f}   σ {significant(level.sigma)}"
