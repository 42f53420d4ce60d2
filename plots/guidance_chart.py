"""A guided walk in numbers: how large each prediction is at every step, and how far its parts turn apart."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..diffusion.guidance_sizes import ANGLE, SIZES
from ..diffusion.measures import angle_between
from ..diffusion.sampling import Trajectory
from .line_chart import Series, line_chart
from .style import STYLE

SIZE = (800, 420)
COLOURS = {
    "unconditional": STYLE.unconditional,
    "conditional": STYLE.conditional,
    "guided": STYLE.guided,
    "difference": STYLE.series[2],
}
# Between these shares of the samples lie the faint lines.
SPREAD = (0.1, 0.9)
SMALLEST = 1e-3  # a smaller size is nothing beside unit noise, and would only stretch the axis


@dataclass(frozen=True)
class GuidanceNumbers:
    """What guidance did at each of S steps, for each of B samples.

    Attributes:
        times: t of each step.
        sizes: by name, (S, B): the root mean square of ε̂ of the unconditional, the conditional and the guided
            field, and of the difference between the first two. Unit noise has 1.
        angles: (S, B) in degrees, between the unconditional and the conditional ε̂.
    """

    times: list[float]
    sizes: dict[str, Tensor]
    angles: Tensor


def guidance_numbers(trajectory: Trajectory) -> GuidanceNumbers:
    """The numbers of a guided walk; NaN where guidance was off.

    Raises:
        ValueError: a walk without guidance, or one that did not keep its predictions.
    """
    if trajectory.numbers:
        numbers = trajectory.numbers
        return GuidanceNumbers(numbers["t"].tolist(), {name: numbers[name] for name in SIZES}, numbers[ANGLE])
    kept = trajectory.records
    if "epsilon" not in kept:
        raise ValueError(
            "this walk kept no predictions: set the sampler's record to everything or to numbers"
        )
    if "conditional" not in kept or "unconditional" not in kept:
        raise ValueError("this walk was not guided: put CFG Combine between the model and the sampler")
    fields = {
        "unconditional": kept["unconditional"],
        "conditional": kept["conditional"],
        "guided": kept["epsilon"],
        "difference": kept["conditional"] - kept["unconditional"],
    }
    sizes = {name: value.flatten(2).double().square().mean(dim=2).sqrt() for name, value in fields.items()}
    return GuidanceNumbers(
        [level.t for level in trajectory.levels[:-1]],
        sizes,
        torch.stack(
            [
                angle_between(conditional.flatten(1).double(), unconditional.flatten(1).double())
                for conditional, unconditional in zip(
                    fields["conditional"], fields["unconditional"], strict=True
                )
            ]
        ),
    )


def guidance_chart(numbers: GuidanceNumbers, title: str = "") -> Tensor:
    """The sizes above the angle, (1, H, W, 3): means strong, the middle 80 % of samples between faint lines.

    Raises:
        ValueError: guidance was off at every step.
    """
    sizes = [
        line
        for name, values in numbers.sizes.items()
        for line in _lines(name, numbers.times, values.where(values > SMALLEST, torch.nan), COLOURS[name])
    ]
    above = line_chart(
        sizes,
        title=title or "Size of each prediction",
        x_label="t, sampling runs to the right",
        y_label="root mean square",
        log_y=True,
        falling_x=True,
        size=SIZE,
    )
    below = line_chart(
        _lines("", numbers.times, numbers.angles, STYLE.accent),
        title="Angle between conditional and unconditional",
        x_label="t, sampling runs to the right",
        y_label="degrees",
        falling_x=True,
        size=SIZE,
    )
    return torch.cat([above, below], dim=1)


def guidance_summary(numbers: GuidanceNumbers) -> dict[str, float]:
    """The numbers worth reading: the mean sizes over the walk, the angle at its beginning, its largest and
    where that was.

    Raises:
        ValueError: guidance was off at every step.
    """
    angles = numbers.angles.mean(dim=1)
    acting = angles.isfinite()
    if not bool(acting.any()):
        raise ValueError("guidance was off at every step of this walk")
    widest = int(angles.nan_to_num(-1.0).argmax())
    sizes = {f"{name}, mean size": float(values[acting].mean()) for name, values in numbers.sizes.items()}
    return sizes | {
        "angle at first": float(angles[acting][0]),
        "largest angle": float(angles[widest]),
        "where t is": numbers.times[widest],
        "angle at last": float(angles[acting][-1]),
    }


def _lines(name: str, times: list[float], values: Tensor, colour: str) -> list[Series]:
    mean = Series(name, times, values.nanmean(dim=1).tolist(), colour=colour)
    if values.shape[1] == 1:
        return [mean]
    return [
        *(Series("", times, values.nanquantile(share, dim=1).tolist(), "faint", colour) for share in SPREAD),
        mean,
    ]
