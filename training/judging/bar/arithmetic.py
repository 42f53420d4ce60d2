"""Picture minus picture: which word the difference of two CLIP vectors is nearest to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from torch import Tensor
from torch.nn import functional

from ....models.pocket.text import PocketText
from ...scenes.counterfactual import counterfactual
from ...scenes.scene import Scene
from .bench import Bench, held_out, renders, share
from .lines import Line, at_least, figure, true

# Words that name nothing in a picture; all others compete.
GRAMMAR = frozenset(
    ("a", "an", "the", "of", "in", "on", "at", "by", "to", "under", "and", "wearing", "picture")
)
FIRST, MARGIN = 0.8, 0.1
SMALLEST = 0.3


@dataclass(frozen=True)
class Attribute:
    """One thing that two pictures differ by.

    Attributes:
        word: its word.
        has: whether a scene has it.
        name: what takes it away, one of the counterfactuals.
    """

    word: str
    has: Callable[[Scene], bool]
    name: str


ATTRIBUTES = (
    Attribute("hat", lambda scene: scene.hat is not None, "hat"),
    # Where the sun shines it becomes the moon: two words change.
    Attribute("night", lambda scene: scene.night and not scene.sun, "night"),
    Attribute("sun", lambda scene: scene.sun and not scene.night, "sun"),
    Attribute("clouds", lambda scene: scene.clouds, "clouds"),
    Attribute("tree", lambda scene: scene.shows == "tree" and scene.size > SMALLEST, "presence"),
    Attribute("cat", lambda scene: scene.shows == "cat", "presence"),
)


@dataclass(frozen=True)
class Ranking:
    """How an attribute's differences rank its word.

    Attributes:
        first: the share of single differences that are nearest to it.
        top_three: to which it is among the nearest three.
        nearest: the words nearest to the mean difference, with their cosines.
        margin: the cosine of its word less that of the best other one, for the mean difference.
    """

    first: float
    top_three: float
    nearest: list[tuple[str, float]]
    margin: float

    @property
    def holds(self) -> bool:
        """Whether it is first for enough of them, and for the mean by enough."""
        return self.first >= FIRST and self.margin >= MARGIN


def lines(bench: Bench) -> Iterator[Line]:
    """Hats, then everything else that comes and goes."""
    text = bench.text
    found = {each.word: ranking(text, each, bench.count(400)) for each in ATTRIBUTES}
    for word, each in found.items():
        near = ", ".join(f"{name} {cosine:.2f}" for name, cosine in each.nearest)
        top = f"(among the first three {each.top_three:.2f})"
        if word == "hat":
            yield at_least("CLIP: “hat” first, single differences", each.first, FIRST, top)
            yield at_least("CLIP: “hat” for the mean difference, margin", each.margin, MARGIN, f"({near})")
        else:
            yield figure(f"CLIP: “{word}” first, single differences", each.first, top)
            yield figure(f"CLIP: “{word}” for the mean difference, margin", each.margin, f"({near})")
    others = [word for word, each in found.items() if word != "hat" and each.holds]
    yield true("CLIP: the same for two further attributes", len(others) >= 2, ", ".join(others) or "none")


def ranking(text: PocketText, attribute: Attribute, count: int) -> Ranking:
    """The ranks of an attribute's word over pairs of held-out scenes that differ by it alone."""
    words = [word for word in text.vocabulary.words if word not in GRAMMAR]
    own = words.index(attribute.word)
    differences = pair_differences(text, attribute, count)
    texts = text.embed_texts(words)
    cosines = functional.normalize(differences, dim=1) @ texts.T  # (N, words)
    places = (cosines > cosines[:, own : own + 1]).sum(dim=1)
    mean = functional.normalize(differences.mean(dim=0), dim=0) @ texts.T  # (words,)
    best = mean.topk(4)
    nearest = [(words[at], float(mean[at])) for at in best.indices.tolist()]
    others = mean.clone()
    others[own] = -2
    margin = float(mean[own] - others.max())
    return Ranking(share(places == 0), share(places < 3), nearest, margin)


def pair_differences(text: PocketText, attribute: Attribute, count: int) -> Tensor:
    """Vectors of pictures with the attribute less those of the same pictures without it, (count, 128)."""
    there = list(islice((each for each in held_out() if attribute.has(each)), count))
    gone = [counterfactual(each, attribute.name) for each in there]
    return text.embed_pictures(renders(there)) - text.embed_pictures(renders(gone))
