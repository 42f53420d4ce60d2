"""Noise schedules: how much signal and how much noise there is at time t.

    x_t = alpha(t)·x0 + sigma(t)·ε,   t from 0 (data) to 1 (noise)

A schedule is a family and a table of noise levels. The table is in the units in which each family
is usually told: the noise-to-signal ratio sigma/alpha for the two diffusion families (k-diffusion's
and ComfyUI's sigma), the noise fraction itself for flows.

| family               | alpha       | sigma         | source                                       |
|----------------------|-------------|---------------|----------------------------------------------|
| variance exploding   | 1           | r             | Song & Ermon 2019, arXiv:1907.05600          |
| variance preserving  | 1/√(1+r²)   | r/√(1+r²)     | Ho et al. 2020, arXiv:2006.11239             |
| flow                 | 1 − r       | r             | Lipman et al. 2022, arXiv:2210.02747         |
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, get_args

import torch
from torch import Tensor

Family = Literal["variance_exploding", "variance_preserving", "flow"]
FAMILIES: tuple[str, ...] = get_args(Family)


class Level(NamedTuple):
    """One noise level: x = alpha·x0 + sigma·ε. Plain float64 numbers, so that no step waits for a GPU."""

    alpha: float
    sigma: float
    t: float  # its place in its schedule, 0 (data) … 1 (noise)

    @property
    def ratio(self) -> float:
        """The noise-to-signal ratio sigma/alpha, infinite where there is no signal."""
        return self.sigma / self.alpha if self.alpha else math.inf


@dataclass(frozen=True, eq=False)
class Schedule:
    """A family and its noise levels.

    Attributes:
        family: how a table entry becomes (alpha, sigma).
        table: (N,) float64, strictly increasing, N ≥ 2; in the family's unit (see the module).
    """

    family: Family
    table: Tensor

    def __post_init__(self) -> None:
        if self.family not in FAMILIES:
            raise ValueError(f"unknown schedule family {self.family!r}: choose one of {', '.join(FAMILIES)}")
        if self.table.ndim != 1 or len(self.table) < 2 or not bool((self.table.diff() > 0).all()):
            raise ValueError("a schedule needs at least two noise levels, each larger than the one before")

    def __len__(self) -> int:
        return len(self.table)

    @cached_property
    def _values(self) -> list[float]:
        """The table as plain numbers: to look one up in a tensor takes as long as to step with it."""
        values: list[float] = self.table.tolist()
        return values

    def level(self, index: float) -> Level:
        """The level at a place in the table, 0 … N − 1; between two entries it interpolates.

        Interpolation is linear in log r for the diffusion families (exact for log-linear tables)
        and linear in r for flows, and where a table starts at 0.

        Raises:
            ValueError: an index outside the table.
        """
        last = len(self) - 1
        if not 0 <= index <= last:
            raise ValueError(f"noise level {index:g} is outside the schedule's 0 … {last}")
        low = min(int(index), last - 1)
        below, above, part = self._values[low], self._values[low + 1], index - low
        if part in (0.0, 1.0):
            value = above if part else below
        elif self.family == "flow" or below == 0:
            value = below + part * (above - below)
        else:
            value = below ** (1 - part) * above**part
        return self.level_of(value, index / last)

    def at(self, t: float) -> Level:
        """The level at time t, 0 (cleanest) … 1 (noisiest); t is linear in the table's index."""
        return self.level(t * (len(self) - 1))

    def level_of(self, value: float, t: float | None = None) -> Level:
        """The level of a table value r (ComfyUI's sigma), which need not stand in the table.

        Raises:
            ValueError: a negative or non-finite value, or a flow's noise fraction above 1.
        """
        if not (math.isfinite(value) and value >= 0) or (self.family == "flow" and value > 1):
            raise ValueError(f"{value:g} is not a noise level of a {self.family.replace('_', ' ')} schedule")
        alpha, sigma = ALPHA_SIGMA[self.family](value)
        return Level(alpha, sigma, self.time_of(value) if t is None else t)

    def time_of(self, value: float) -> float:
        """The t at which the table has the value r; values beyond the table give 0 or 1."""
        values = self._values
        if value <= values[0] or value >= values[-1]:
            return 0.0 if value <= values[0] else 1.0
        high = bisect_left(values, value)
        below, above = values[high - 1], values[high]
        if self.family == "flow" or below == 0:
            part = (value - below) / (above - below)
        else:
            part = math.log(value / below) / math.log(above / below)
        return (high - 1 + part) / (len(self) - 1)

    def value_of(self, level: Level) -> float:
        """The table unit of a level: the inverse of `level_of`."""
        return level.sigma if self.family == "flow" else level.ratio

    def initial_scale(self, level: Level) -> float:
        """What unit noise is multiplied by to start from a level: the std of x there for unit-variance data,
        except that a variance-exploding start leaves the data's own variance out (as Song & Ermon do)."""
        return 1.0 if self.family == "variance_preserving" else level.sigma


ALPHA_SIGMA: dict[str, Callable[[float], tuple[float, float]]] = {
    "variance_exploding": lambda r: (1.0, r),
    "variance_preserving": lambda r: (1 / math.sqrt(1 + r * r), r / math.sqrt(1 + r * r)),
    "flow": lambda r: (1.0 - r, r),
}


def log_linear(levels: int = 200, sigma_min: float = 0.01, sigma_max: float = 10.0) -> Schedule:
    """Variance exploding, sigma log-linear in t: σ(t) = σ_min·(σ_max/σ_min)^t (smalldiffusion, the video).

    Raises:
        ValueError: fewer than two levels, or not 0 < sigma_min < sigma_max.
    """
    if levels < 2 or not 0 < sigma_min < sigma_max < math.inf:
        raise ValueError(
            f"needs levels ≥ 2 and 0 < sigma_min < sigma_max, got {levels}, {sigma_min}, {sigma_max}"
        )
    exponents = torch.linspace(math.log(sigma_min), math.log(sigma_max), levels, dtype=torch.float64)
    return Schedule("variance_exploding", exponents.exp())


def from_betas(betas: Tensor) -> Schedule:
    """Variance preserving, from the variances β added per step: ᾱ = Π(1 − β), r² = (1 − ᾱ)/ᾱ (Ho et al.
    2020)."""
    alphas_cumprod = torch.cumprod(1.0 - betas.double(), dim=0)
    return Schedule("variance_preserving", ((1.0 - alphas_cumprod) / alphas_cumprod).sqrt())


def linear_betas(levels: int = 1000, beta_start: float = 1e-4, beta_end: float = 0.02) -> Schedule:
    """DDPM's schedule: β linear (Ho et al. 2020, section 4)."""
    return from_betas(torch.linspace(beta_start, beta_end, levels, dtype=torch.float64))


def scaled_linear_betas(levels: int = 1000, beta_start: float = 0.00085, beta_end: float = 0.012) -> Schedule:
    """Latent diffusion's schedule: √β linear (Rombach et al. 2022; Stable Diffusion's defaults)."""
    return from_betas(torch.linspace(beta_start**0.5, beta_end**0.5, levels, dtype=torch.float64) ** 2)


def cosine_betas(levels: int = 1000, beta_max: float = 0.999) -> Schedule:
    """ᾱ(t) = cos²((t + 0.008)/1.008·π/2), β capped (Nichol & Dhariwal 2021, arXiv:2102.09672, eq. 17)."""
    t = torch.arange(levels + 1, dtype=torch.float64) / levels
    alpha_bar = torch.cos((t + 0.008) / 1.008 * math.pi / 2) ** 2
    return from_betas((1 - alpha_bar[1:] / alpha_bar[:-1]).clamp(max=beta_max))


def flow(levels: int = 1000, shift: float = 1.0) -> Schedule:
    """Rectified flow: sigma = t, moved towards the noise by σ' = shift·σ/(1 + (shift − 1)·σ).

    The table is i/levels for i = 1 … levels, shifted: pure noise is in it, pure data are not, because no
    field says anything there. Source: Esser et al. 2024, arXiv:2403.03206, section 5.3.2.

    Raises:
        ValueError: shift not above 0, or fewer than two levels.
    """
    _refuse_shift(levels, shift)
    return Schedule("flow", shifted(torch.arange(1, levels + 1, dtype=torch.float64) / levels, shift))


def flow_ratios(levels: int = 1000, shift: float = 1.0) -> Schedule:
    """Variance preserving, at the noise-to-signal ratios of a flow's times: r = shift·t/(1 − t).

    The cosine's r = tan(π·t/2) is close to it with a shift of π/2 at little noise and of 2/π at much. The
    table has t = i/(levels + 1) for i = 1 … levels: at pure noise the ratio is infinite. Source: Hoogeboom et
    al. 2023, arXiv:2301.11093, section 3.1 (moving a schedule by a factor of the ratio); Esser et al. 2024.

    Raises:
        ValueError: shift not above 0, or fewer than two levels.
    """
    _refuse_shift(levels, shift)
    t = torch.arange(1, levels + 1, dtype=torch.float64) / (levels + 1)
    return Schedule("variance_preserving", shift * t / (1 - t))


def shifted(sigma: Tensor, shift: float) -> Tensor:
    """A flow's noise fractions moved towards the noise, 0 and 1 staying: shift·σ/(1 + (shift − 1)·σ)."""
    return shift * sigma / (1 + (shift - 1) * sigma)


def _refuse_shift(levels: int, shift: float) -> None:
    if not 0 < shift < math.inf or levels < 2:
        raise ValueError(f"needs shift > 0 and levels ≥ 2, got shift {shift} and {levels} levels")
