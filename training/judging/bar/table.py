"""The whole table, section by section."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ....models.pocket.names import AUTOENCODER, CLIP, files
from . import (
    arithmetic,
    autoencoder,
    clip,
    flow,
    guidance,
    judge,
    negatives,
    precision,
    samplers,
    speed,
    unclip,
    video,
)
from .bench import Bench
from .lines import Line, missing


@dataclass(frozen=True)
class Section:
    """Lines that are measured together.

    Attributes:
        measure: gives them.
        models: the files that they need, by name; a score model's own bring the others with it.
    """

    measure: Callable[[Bench], Iterator[Line]]
    models: tuple[str, ...] = ()

    def absent(self, bench: Bench) -> list[str]:
        """The names of the files that are not there."""
        needed = {path for name in self.models for path in _files(name, bench)}
        return sorted(path.stem for path in needed if not path.exists())


SECTIONS: dict[str, Section] = {
    "judge": Section(judge.lines),
    "size": Section(precision.size_lines),
    "autoencoder": Section(autoencoder.lines, (AUTOENCODER,)),
    "clip": Section(clip.lines, (CLIP,)),
    "arithmetic": Section(arithmetic.lines, (CLIP,)),
    "guidance": Section(guidance.lines, ("pocket",)),
    "negatives": Section(negatives.lines, ("pocket",)),
    "samplers": Section(samplers.lines, ("pocket",)),
    "flow": Section(flow.lines, ("pocket", "pocket-flow")),
    "unclip": Section(unclip.lines, ("pocket", "pocket-unclip")),
    "prior": Section(unclip.prior_lines, ("pocket-prior",)),
    "video": Section(video.lines, ("pocket-video",)),
    "precision": Section(precision.lines, ("pocket",)),
    "speed": Section(speed.lines, ("pocket",)),
}


def measured(bench: Bench, names: Sequence[str] = tuple(SECTIONS)) -> Iterator[tuple[str, Line]]:
    """The lines of these sections, each as soon as it is known, with its section's name.

    Raises:
        KeyError: there is no such section.
    """
    for name in names:
        absent = SECTIONS[name].absent(bench)
        found = iter([missing(name, absent)]) if absent else SECTIONS[name].measure(bench)
        for line in found:
            yield name, line


def _files(name: str, bench: Bench) -> list[Path]:
    if name in (AUTOENCODER, CLIP):
        return [bench.weights / f"{name}.safetensors"]
    return list(files(name, bench.weights))
