"""What CLIP knows: which caption is a picture's, and what a picture shows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import torch
from torch import Tensor

from ....models.pocket.text import PocketText
from ...scenes.scene import BACKGROUNDS, THINGS, Scene
from .bench import Bench, described, held_out, renders, share
from .guidance import one
from .lines import Line, at_least, figure
from .retrieval import GALLERY, ceiling, in_full, retrieval

SMALLEST = 0.3  # things below this share of the picture are not asked for


def lines(bench: Bench) -> Iterator[Line]:
    """Retrieval among 250, and zero-shot classes."""
    text = bench.text
    yield from _retrieved(text, max(1, 8 // bench.one_in))
    seen = list(islice((each for each in held_out() if each.size > SMALLEST), bench.count(3000)))
    shown = [each for each in seen if each.shows is not None]
    names = [each.shows or "" for each in shown]
    right = zero_shot(text, shown, {name: one(name) for name in THINGS}, names)
    yield at_least("CLIP: zero-shot object", share(right), 0.95)
    places = {name: name if name == "snow" else f"the {name}" for name in BACKGROUNDS}
    right = zero_shot(text, seen, places, [each.background for each in seen])
    yield figure("CLIP: zero-shot background", share(right))
    persons = list(islice((each for each in held_out() if each.thing == "person"), bench.count(800)))
    hats = {"hat": "a person wearing a hat", "none": "a person"}
    right = zero_shot(text, persons, hats, ["hat" if each.hat else "none" for each in persons])
    yield at_least("CLIP: zero-shot hat", share(right), 0.95)


def _retrieved(text: PocketText, galleries: int) -> Iterator[Line]:
    # Shadows alone are left out of those in full: twice as many scenes are drawn as are needed.
    drawn = described(2 * galleries * GALLERY)
    told = drawn[: galleries * GALLERY]
    forth, back = retrieval(text, in_full([each for each, _ in drawn])[: galleries * GALLERY])
    yield at_least("CLIP: R@1 of 250, picture to caption in full", forth, 0.6)
    yield at_least("CLIP: R@1 of 250, caption in full to picture", back, 0.6)
    forth, back = retrieval(text, told)
    most, most_back = ceiling(told[: 4 * GALLERY])
    note = "(at most {:.2f}: what a reader finds who sees every attribute)"
    yield figure("CLIP: R@1 of 250, picture to caption as drawn", forth, note.format(most))
    yield figure("CLIP: R@1 of 250, caption as drawn to picture", back, note.format(most_back))


def zero_shot(text: PocketText, shown: list[Scene], texts: dict[str, str], truth: list[str]) -> Tensor:
    """Whether the nearest of the texts, by class, is the true one, (N,)."""
    cosines = text.embed_pictures(renders(shown)) @ text.embed_texts(list(texts.values())).T
    names = list(texts)
    return cosines.argmax(dim=1) == torch.tensor([names.index(name) for name in truth])
