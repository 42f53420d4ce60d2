"""What the pocket models learn from: scenes with their captions, counterfactual pairs and clips, each drawn
once."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

import numpy
import torch
from torch import Tensor

from ...models.pocket.vocabulary import Vocabulary
from ..scenes.captions import WORDS, caption, prompt
from ..scenes.counterfactual import pair, pair_captions
from ..scenes.memory import render, render_scenes, render_walks
from ..scenes.scene import Scene, scene
from ..scenes.walks import walk, walk_caption
from .arrays import Array, Place
from .crew import spread

# Every picture is described this often, each time in other words.
CAPTIONS = 4
# Where the seeds of each purpose begin: nothing that is judged was ever learnt.
PAIRS_FROM, WALKS_FROM, HELD_OUT_FROM = 100_000_000, 200_000_000, 900_000_000

VOCABULARY = Vocabulary(WORDS)
Work = Callable[[range], Array]


def pictures(place: Place) -> Array:
    """(N, 64, 64, 3) uint8."""
    return _made(place, f"scenes-{place.scenes}", _pictures, range(place.scenes))


def tokens(place: Place) -> Array:
    """(N, CAPTIONS, LENGTH) int16: the captions of `pictures`."""
    return _made(place, f"captions-{place.scenes}", _tokens, range(place.scenes))


def prompts(place: Place) -> Array:
    """(N, CAPTIONS, LENGTH) int16: what a generator is told of `pictures`."""
    return _made(place, f"prompts-{place.scenes}", _prompts, range(place.scenes))


def pair_pictures(place: Place) -> Array:
    """(M, 2, 64, 64, 3) uint8: scenes with and without one attribute."""
    return _made(place, f"pairs-{place.pairs}", _pair_pictures, _pair_seeds(place))


def pair_tokens(place: Place) -> Array:
    """(M, CAPTIONS, 2, LENGTH) int16: captions that tell the two of a pair apart."""
    return _made(place, f"pair-captions-{place.pairs}", _pair_tokens, _pair_seeds(place))


def clips(place: Place) -> Array:
    """(W, 8, 64, 64, 3) uint8: walking figures."""
    return _made(place, f"walks-{place.walks}", _clips, _walk_seeds(place))


def clip_tokens(place: Place) -> Array:
    """(W, CAPTIONS, LENGTH) int16: the captions of `clips`."""
    return _made(place, f"walk-captions-{place.walks}", _clip_tokens, _walk_seeds(place))


def as_pictures(array: Array | Tensor) -> Tensor:
    """uint8 (…, H, W, 3) → (…, 3, H, W) in −1 … 1."""
    values = array if isinstance(array, Tensor) else torch.from_numpy(numpy.array(array))
    return values.movedim(-1, -3).float() / 127.5 - 1


def _made(place: Place, name: str, work: Work, seeds: range) -> Array:
    return place.array(name, len(seeds), partial(spread, work, seeds, place.workers))


def _pictures(seeds: range) -> Array:
    return render(seeds)[0]


def _clips(seeds: range) -> Array:
    return render_walks(seeds)[0]


def _pair_pictures(seeds: range) -> Array:
    both = [each for seed in seeds for each in pair(seed)[:2]]
    seen = render_scenes(both)
    return seen.reshape(-1, 2, *seen.shape[1:])


def _tokens(seeds: range) -> Array:
    return _said(caption, seeds)


def _prompts(seeds: range) -> Array:
    return _said(prompt, seeds)


def _said(words: Callable[[Scene, random.Random], str], seeds: range) -> Array:
    found = []
    for seed in seeds:
        described, rng = scene(seed), random.Random(seed)
        found.append([VOCABULARY.tokens(words(described, rng)) for _ in range(CAPTIONS)])
    return numpy.array(found, dtype=numpy.int16)


def _pair_tokens(seeds: range) -> Array:
    found = []
    for seed in seeds:
        one, other, attribute = pair(seed)
        rng = random.Random(seed)
        said = [pair_captions(one, other, attribute, rng) for _ in range(CAPTIONS)]
        found.append([[VOCABULARY.tokens(each) for each in both] for both in said])
    return numpy.array(found, dtype=numpy.int16)


def _clip_tokens(seeds: range) -> Array:
    found = []
    for seed in seeds:
        described, rng = walk(seed), random.Random(seed)
        found.append([VOCABULARY.tokens(walk_caption(described, rng)) for _ in range(CAPTIONS)])
    return numpy.array(found, dtype=numpy.int16)


def _pair_seeds(place: Place) -> range:
    return range(PAIRS_FROM, PAIRS_FROM + place.pairs)


def _walk_seeds(place: Place) -> range:
    return range(WALKS_FROM, WALKS_FROM + place.walks)
