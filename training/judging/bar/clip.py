"""What CLIP knows: which caption is a picture's, and what a picture shows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import torch
from torch import Tensor

from ....models.pocket.family import load_text
from ....models.pocket.names import CLIP
from ....models.pocket.text import PocketText
from ...scenes.scene import BACKGROUNDS, THINGS, Scene
from .bench import Bench, described, held_out, renders, share
from .guidance import one
from .lines import Line, at_least, figure

GALLERY = 250
SMALLEST = 0.3  # things below this share of the picture are not asked for


def lines(bench: Bench) -> Iterator[Line]:
    """Retrieval among 250, and zero-shot classes."""
    text = load_text(bench.weights / f"{CLIP}.safetensors", bench.device)
    forth, back = retrieval(text, bench.count(8))
    yield at_least("CLIP: R@1 of 250, picture to caption", forth, 0.6)
    yield at_least("CLIP: R@1 of 250, caption to picture", back, 0.6)
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


def retrieval(text: PocketText, galleries: int) -> tuple[float, float]:
    """R@1 among galleries of 250 held-out scenes, from pictures to captions and back: the nearest has the
    caption (captions that are the same word for word are one)."""
    told = described(galleries * GALLERY)
    pictures = text.embed_pictures(renders([each for each, _ in told]))
    forth, back = [], []
    for start in range(0, len(told), GALLERY):
        captions = [caption for _, caption in told[start : start + GALLERY]]
        cosines = pictures[start : start + GALLERY] @ text.embed_texts(captions).T
        forth += [captions[found] == captions[at] for at, found in enumerate(cosines.argmax(1).tolist())]
        back += [captions[found] == captions[at] for at, found in enumerate(cosines.argmax(0).tolist())]
    return share(torch.tensor(forth)), share(torch.tensor(back))


def zero_shot(text: PocketText, shown: list[Scene], texts: dict[str, str], truth: list[str]) -> Tensor:
    """Whether the nearest of the texts, by class, is the true one, (N,)."""
    cosines = text.embed_pictures(renders(shown)) @ text.embed_texts(list(texts.values())).T
    names = list(texts)
    return cosines.argmax(dim=1) == torch.tensor([names.index(name) for name in truth])
