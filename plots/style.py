"""The visual language of every picture: a dark room in which colour always means something.

Cyan, magenta and vermillion are classes; grey, yellow and green are the unconditional, the conditional and
the guided field; white is what moves, orange what one is asked to look at. No class has a field's colour. The
classes and the three fields differ in lightness as well as in hue, so they stay apart for colour-blind eyes;
vermillion is that of Okabe and Ito, "Color Universal Design" (2008).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """Colours as #rrggbb, sizes in pixels of a picture 640 pixels wide: smaller pictures scale them down."""

    page: str = "#0b0f14"
    panel: str = "#10161e"
    grid: str = "#1c2631"
    axis: str = "#344353"
    text: str = "#eef3f8"
    quiet: str = "#9fb0c0"

    classes: tuple[str, ...] = (
        "#2fc4ee",
        "#ee5ac6",
        "#d55e00",
        "#a995ff",
        "#7fe08a",
        "#ff8f3f",
        "#ff6b6b",
        "#c9b38c",
    )
    data: str = "#5f9fd6"
    sample: str = "#ffffff"
    accent: str = "#ff9f43"

    unconditional: str = "#93a1b0"
    conditional: str = "#ffd84d"
    guided: str = "#1fd196"
    arrow_weak: str = "#28435c"
    arrow_strong: str = "#93b8d6"

    series: tuple[str, ...] = ("#2fc4ee", "#ff9f43", "#ee5ac6", "#1fd196", "#f7d54a", "#a995ff")

    title_size: float = 26.0
    text_size: float = 19.0
    tick_size: float = 16.0
    dot_radius: float = 5.4


STYLE = Style()
DESIGN_WIDTH = 640


def class_colour(index: int) -> str:
    """The colour of a class; after the last colour they begin again."""
    return STYLE.classes[index % len(STYLE.classes)]


def series_colour(index: int) -> str:
    """The colour of a line in a chart, by its place."""
    return STYLE.series[index % len(STYLE.series)]
