"""A size at which every pocket model learns measurably within seconds, and nothing good."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ...models.pocket.names import AUTOENCODER, CLIP
from .arrays import Place
from .log import losses
from .task import Plan

PLACE = Place(Path(), scenes=512, pairs=128, walks=32)
# Of what was logged, the first and the last part that are compared.
PART = 0.15


@dataclass(frozen=True)
class Smoke:
    """A short training.

    Attributes:
        steps: how many.
        batch: of how many examples.
        falls: to which part of its first value the loss has to fall.
    """

    steps: int
    batch: int
    falls: float


SMOKES = {
    AUTOENCODER: Smoke(60, 16, 0.85),
    CLIP: Smoke(60, 32, 0.75),
    "pocket": Smoke(60, 16, 0.94),
    "pocket-flow": Smoke(40, 16, 0.85),
    "pocket-unclip": Smoke(60, 16, 0.9),
    "pocket-prior": Smoke(200, 64, 0.8),
    "pocket-video": Smoke(40, 8, 0.94),
}


def shortened(name: str, plan: Plan) -> Plan:
    """The plan of a model, as short as its smoke."""
    smoke = SMOKES[name]
    return replace(plan, samples=smoke.steps * smoke.batch, batch=smoke.batch, warmup=10)


def check(name: str, log_file: Path) -> str:
    """Say how far the loss fell.

    Raises:
        ValueError: it did not fall as far as it has to.
    """
    values = [loss for _, loss in losses(log_file)]
    part = max(1, round(PART * len(values)))
    first, last = sum(values[:part]) / part, sum(values[-part:]) / part
    words = f"{name}: the loss fell from {first:.4f} to {last:.4f}"
    # Written so that a loss that is no number has not fallen.
    if not last <= SMOKES[name].falls * first:
        raise ValueError(f"{words}, and was to fall to {SMOKES[name].falls:.0%} at least: it does not learn")
    return words
