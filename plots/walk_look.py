"""How walks through the plane look wherever they are shown: in a picture, in an animation, on the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from ..diffusion.points import Points
from .header import Key
from .path_layer import fitted_extent
from .plane import Plane
from .point_layer import colours_of, data_keys, data_layers, sample_keys
from .style import STYLE


@dataclass(frozen=True)
class WalkLook:
    """Which samples are shown, and what is around them.

    Attributes:
        points: the data beneath.
        classes: (B,) or (1,) the class each sample was asked to be, which colours it (not where two walks are
            compared).
        shown: at most so many samples, the first ones.
        extent: half the side of the plane that is shown; 0 makes everything fit.
        title: above it.
    """

    points: Points | None = None
    classes: Tensor | None = None
    shown: int = 256
    extent: float = 2.0
    title: str = ""

    def half_side(self, places: Sequence[Tensor]) -> float:
        """Half the side of the plane, where these places (…, 2) are shown."""
        return self.extent or max(fitted_extent(x) for x in places)

    def colours(self, count: int) -> str | list[str]:
        """Those of the first samples."""
        kept = self.classes if self.classes is None or len(self.classes) == 1 else self.classes[:count]
        return colours_of(kept, STYLE.sample, count)

    def keys(self) -> list[Key]:
        """What the colours of the data and of the samples mean."""
        return [*data_keys(self.points), *sample_keys(self.classes)]

    def put_data(self, plane: Plane) -> None:
        """Draw the data, as the backdrop that they are."""
        if self.points is not None:
            plane.put(*data_layers(plane, self.points, faint=True))
