"""What a walk leaves behind, within bounds: positions and estimates on the CPU, and numbers of every step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import torch
from torch import Tensor

from .guidance_sizes import guidance_sizes
from .latent_format import AS_THEY_ARE, LatentFormat
from .schedule import Level
from .trajectory import State, Trajectory

Record = Literal["x", "mean", "x0", "epsilon", "conditional", "unconditional", "numbers"]
RECORDS: tuple[str, ...] = get_args(Record)
POSITIONS = ("x", "mean", "x0")  # where samples are; the rest is noise
AT_ITS_END = ("x", "mean")  # what is known of a step where it ends; the rest is of its start
# Bytes. Of a video of 81 frames in 720p, x, x0 and both parts of guidance at 50 steps would take nearly twice
# as much.
LIMIT = 4 * 2**30


class Recorder:
    """Collects a trajectory on the CPU: what was asked for and nothing else.

    When it would take more than the limit, every other step is forgotten, and only every other one kept from
    there on; so again whenever the limit is met.

    Args:
        start: (B, *shape), where the walk starts.
        level: its level.
        records: what to keep, of RECORDS.
        limit: bytes of memory for all of it, while it is put together too: half of it may be kept. By default
            LIMIT.
        latent_format: positions are kept as they lie between nodes.

    Raises:
        ValueError: a record nobody knows.
    """

    def __init__(
        self,
        start: Tensor,
        level: Level,
        records: Sequence[str] = ("x",),
        limit: int | None = None,
        latent_format: LatentFormat = AS_THEY_ARE,
    ) -> None:
        unknown = set(records) - set(RECORDS)
        if unknown:
            raise ValueError(f"cannot record {sorted(unknown)}: choose from {', '.join(RECORDS)}")
        self._levels = [level]
        self._format = latent_format
        self._limit = LIMIT if limit is None else limit
        self._every, self._bytes = 1, 0
        # By name, the tensors by the position that they belong to.
        self._kept: dict[str, dict[int, Tensor]] = {name: {} for name in records if name != "numbers"}
        self._numbers: list[dict[str, Tensor]] | None = [] if "numbers" in records else None
        self._times: list[float] = []
        if "x" in self._kept:
            self._keep("x", 0, start)

    def add(self, state: State) -> None:
        """Keep what was asked for of one step."""
        begin, end = len(self._levels) - 1, len(self._levels)
        self._levels.append(state.step.after)
        if self._numbers is not None and state.estimate.conditional is not None:
            self._numbers.append(guidance_sizes(state.estimate))
            self._times.append(state.step.level.t)
        for name, kept in self._kept.items():
            if name in AT_ITS_END and begin % self._every and begin in kept:
                self._forget(name, begin)  # it stood for the end of the walk, which goes on
            value = recorded(name, state)
            if value is not None and (name in AT_ITS_END or not begin % self._every):
                self._keep(name, end if name in AT_ITS_END else begin, value)
        while 2 * self._bytes > self._limit and self._every < end:
            self._thin(end)

    def trajectory(self) -> Trajectory:
        """What was recorded so far."""
        last = len(self._levels) - 1
        positions = [*range(0, last, self._every), last]
        stacked = {
            name: torch.stack([kept[place] for place in sorted(kept)])
            for name, kept in self._kept.items()
            if kept
        }
        return Trajectory(
            [self._levels[place] for place in positions],
            stacked.pop("x", torch.empty(0)),
            stacked,
            self._all_numbers(),
            self._every,
            last,
        )

    def _keep(self, name: str, place: int, value: Tensor) -> None:
        value = self._format.process_out(value) if name in POSITIONS else value
        self._kept[name][place] = value.cpu()
        self._bytes += value.nbytes

    def _forget(self, name: str, place: int) -> None:
        self._bytes -= self._kept[name].pop(place).nbytes

    def _thin(self, end: int) -> None:
        self._every *= 2
        for name, kept in self._kept.items():
            for place in [place for place in kept if place % self._every]:
                if name not in AT_ITS_END or place != end:
                    self._forget(name, place)

    def _all_numbers(self) -> dict[str, Tensor]:
        if not self._numbers:
            return {}
        times = torch.tensor(self._times, dtype=torch.float64)
        names = self._numbers[0]
        return {"t": times, **{name: torch.stack([each[name] for each in self._numbers]) for name in names}}


def recorded(name: str, state: State) -> Tensor | None:
    """What a record of that name keeps of a step, (B, *shape); None where the field has no such part."""
    if name in AT_ITS_END:
        return state.x if name == "x" else state.mean
    if name in ("x0", "epsilon"):
        return state.estimate.x0 if name == "x0" else state.estimate.epsilon
    part = state.estimate.conditional if name == "conditional" else state.estimate.unconditional
    if part is None and state.estimate.conditional is not None:
        # Guidance is off at this step: a gap, so that no step loses its place.
        return torch.full_like(state.mean, torch.nan)
    return None if part is None else part.epsilon
