"""The whole table, section by section."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ....models.pocket.names import AUTOENCODER, CLIP
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
        absent = bench.absent(SECTIONS[name].models)
        found = iter([missing(name, absent)]) if absent else SECTIONS[name].measure(bench)
        for line in found:
            yield name, line
