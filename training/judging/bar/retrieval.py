"""Which of 250 captions is a picture's, and which picture a caption's: what CLIP finds, and what can be.

Captions as they are drawn leave much unsaid: many are true of several pictures. So they are also ranked by a
reader who sees every scene and knows how captions are drawn; nobody finds more than that.
"""

from __future__ import annotations

import random
from collections import Counter

import torch
from torch import Tensor

from ....models.pocket.text import PocketText
from ...scenes.captions import Mention, caption, phrase
from ...scenes.scene import Scene
from .bench import renders, share

GALLERY = 250
READINGS = 400  # captions that the reader imagines of each scene
Told = list[tuple[Scene, str]]
ALL = Mention(size=True, color=True, hat=True, hat_color=True, night=True, sun=True, clouds=True)


def in_full(shown: list[Scene]) -> Told:
    """Scenes with captions that leave nothing out."""
    return [(each, phrase(each, ALL)) for each in shown if not each.outside]


def retrieval(text: PocketText, told: Told) -> tuple[float, float]:
    """R@1 in galleries of 250 by CLIP, from pictures to captions and back."""
    pictures = text.embed_pictures(renders([each for each, _ in told]))
    captions = text.embed_texts([said for _, said in told])
    galleries = range(0, len(told) - GALLERY + 1, GALLERY)
    scores = [pictures[at : at + GALLERY] @ captions[at : at + GALLERY].T for at in galleries]
    return _found([told[at : at + GALLERY] for at in galleries], scores)


def ceiling(told: Told) -> tuple[float, float]:
    """The same by the reader who knows how likely each caption is of each scene."""
    galleries = [told[at : at + GALLERY] for at in range(0, len(told) - GALLERY + 1, GALLERY)]
    return _found(galleries, [_likely(gallery) for gallery in galleries])


def _found(galleries: list[Told], scores: list[Tensor]) -> tuple[float, float]:
    """How often the best (pictures, captions) score is right; captions that are the same words are one."""
    forth, back = [], []
    for told, score in zip(galleries, scores, strict=True):
        captions = [said for _, said in told]
        forth += [captions[found] == captions[at] for at, found in enumerate(score.argmax(1).tolist())]
        back += [captions[found] == captions[at] for at, found in enumerate(score.argmax(0).tolist())]
    return share(torch.tensor(forth)), share(torch.tensor(back))


def _likely(told: Told) -> Tensor:
    """How likely each caption is the one of each picture among them, (pictures, captions)."""
    captions = [said for _, said in told]
    counts = torch.zeros(len(told), len(told))
    for row, (shown, own) in zip(counts, told, strict=True):
        rng = random.Random(f"reader {shown.seed}")
        imagined = Counter(caption(shown, rng) for _ in range(READINGS))
        imagined[own] += 1
        row += torch.tensor([float(imagined[said]) for said in captions])
    return counts / counts.sum(dim=0)
