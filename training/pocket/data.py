"""What the pocket models learn from: scenes rendered once, kept as plain arrays and mapped into memory.

The arrays' names hold a digest of the renderer's own code, so that a changed renderer draws anew.
"""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy
import torch
from torch import Tensor

from ...models.pocket.vocabulary import Vocabulary
from .. import scenes
from ..scenes.captions import WORDS, caption
from ..scenes.counterfactual import pair, pair_captions
from ..scenes.memory import render, render_scenes, render_walks
from ..scenes.walks import walk_caption

# Every picture is described this often, each time in other words.
CAPTIONS = 4
# Where the seeds of each purpose begin: nothing that is judged was ever learnt.
PAIRS_FROM, WALKS_FROM, HELD_OUT_FROM = 100_000_000, 200_000_000, 900_000_000

VOCABULARY = Vocabulary(WORDS)
Array = numpy.ndarray[tuple[int, ...], numpy.dtype[numpy.generic]]


@dataclass(frozen=True)
class Place:
    """Where the arrays lie, and how many there are to be.

    Attributes:
        folder: of the arrays.
        scenes: how many pictures.
        pairs: how many counterfactual pairs.
        walks: how many clips.
        workers: how many processes draw.
    """

    folder: Path
    scenes: int = 160_000
    pairs: int = 40_000
    walks: int = 12_000
    workers: int = 4

    def array(self, name: str, make: Callable[[], Array]) -> Array:
        """The array of that name, made if it is not there; mapped into memory, read-only."""
        path = self.folder / f"{name}-{_renderer()}.npy"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.{os.getpid()}.part")
            with part.open("wb") as file:
                numpy.save(file, make(), allow_pickle=False)
            part.replace(path)
        found: Array = numpy.load(path, mmap_mode="r", allow_pickle=False)
        return found


def pictures(place: Place) -> Array:
    """(N, 64, 64, 3) uint8."""
    return place.array(f"scenes-{place.scenes}", lambda: render(range(place.scenes), place.workers)[0])


def tokens(place: Place) -> Array:
    """(N, CAPTIONS, LENGTH) int16: the captions of `pictures`."""
    return place.array(f"captions-{place.scenes}", lambda: _tokens(range(place.scenes)))


def pair_pictures(place: Place) -> Array:
    """(M, 2, 64, 64, 3) uint8: scenes with and without one attribute."""

    def make() -> Array:
        both = [each for seed in _pair_seeds(place) for each in pair(seed)[:2]]
        return render_scenes(both, place.workers).reshape(-1, 2, 64, 64, 3)

    return place.array(f"pairs-{place.pairs}", make)


def pair_tokens(place: Place) -> Array:
    """(M, CAPTIONS, 2, LENGTH) int16: captions that tell the two of a pair apart."""

    def make() -> Array:
        return numpy.stack([_pair_tokens(seed) for seed in _pair_seeds(place)])

    return place.array(f"pair-captions-{place.pairs}", make)


def clips(place: Place) -> Array:
    """(W, 8, 64, 64, 3) uint8: walking figures."""
    return place.array(f"walks-{place.walks}", lambda: render_walks(_walk_seeds(place), place.workers)[0])


def clip_tokens(place: Place) -> Array:
    """(W, CAPTIONS, LENGTH) int16: the captions of `clips`."""

    def make() -> Array:
        from ..scenes.walks import walk

        found = []
        for seed in _walk_seeds(place):
            rng = random.Random(seed)
            found.append([VOCABULARY.tokens(walk_caption(walk(seed), rng)) for _ in range(CAPTIONS)])
        return numpy.array(found, dtype=numpy.int16)

    return place.array(f"walk-captions-{place.walks}", make)


def as_pictures(array: Array) -> Tensor:
    """uint8 (…, H, W, 3) → (…, 3, H, W) in −1 … 1."""
    return torch.from_numpy(numpy.ascontiguousarray(array)).movedim(-1, -3).float() / 127.5 - 1


def _tokens(seeds: range) -> Array:
    found = []
    for seed in seeds:
        described, rng = scenes.scene.scene(seed), random.Random(seed)
        found.append([VOCABULARY.tokens(caption(described, rng)) for _ in range(CAPTIONS)])
    return numpy.array(found, dtype=numpy.int16)


def _pair_tokens(seed: int) -> Array:
    one, other, attribute = pair(seed)
    rng = random.Random(seed)
    said = [pair_captions(one, other, attribute, rng) for _ in range(CAPTIONS)]
    return numpy.array([[VOCABULARY.tokens(each) for each in both] for both in said], dtype=numpy.int16)


def _pair_seeds(place: Place) -> range:
    return range(PAIRS_FROM, PAIRS_FROM + place.pairs)


def _walk_seeds(place: Place) -> range:
    return range(WALKS_FROM, WALKS_FROM + place.walks)


def _renderer() -> str:
    """A digest of the code that draws."""
    digest = hashlib.blake2b(digest_size=4)
    for path in sorted(Path(scenes.__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
