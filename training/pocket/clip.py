"""Training CLIP: pictures and their captions, with pairs of scenes among them that differ by one thing.

The pairs are what make differences of vectors mean something: a hat is told from no hat only if nothing else
differs.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from ...models.pocket.clip import Clip
from ...models.pocket.layers import new_weights
from .arrays import Place
from .data import CAPTIONS, VOCABULARY, as_pictures, pair_pictures, pair_tokens, pictures, tokens
from .rows import Rows, drawn

# The share of a batch that pairs make up.
PAIRED = 0.4
# A scale beyond this makes the last per mille of training shout.
LARGEST_LOG_SCALE = 4.0


class ClipTask:
    """CLIP on scenes and counterfactual pairs."""

    def __init__(self, place: Place, device: str, seed: int) -> None:
        self.pictures, self.tokens = Rows(pictures(place), device), Rows(tokens(place), device)
        self.pair_pictures = Rows(pair_pictures(place), device)
        self.pair_tokens = Rows(pair_tokens(place), device)
        self.network = Clip(len(VOCABULARY))
        new_weights(self.network, seed)
        self.network.to(device)

    def built(self) -> dict[str, Any]:
        """Its words."""
        return {"words": list(VOCABULARY.words)}

    def loss(self, count: int, generator: torch.Generator) -> Tensor:
        """The symmetric contrastive loss; captions that say the same share their pictures."""
        x, said = self.draw(count, generator)
        with torch.no_grad():
            self.network.log_scale.clamp_(max=LARGEST_LOG_SCALE)
        scores = self.network.forward(x, said)  # (pictures, texts)
        same = (said[:, None] == said[None]).all(dim=-1).float()
        return (
            functional.cross_entropy(scores, same / same.sum(1, keepdim=True)) / 2
            + functional.cross_entropy(scores.T, same / same.sum(1, keepdim=True)) / 2
        )

    def draw(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Pictures (count, 3, 64, 64) and tokens (count, LENGTH)."""
        couples = int(count * PAIRED) // 2
        one = _some(self.pictures, self.tokens, count - 2 * couples, generator)
        two = _some(self.pair_pictures, self.pair_tokens, couples, generator)
        seen = torch.cat([one[0], two[0].flatten(0, 1)])
        said = torch.cat([one[1], two[1].flatten(0, 1)])
        return as_pictures(seen), said.long()


def _some(seen: Rows, said: Rows, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """That many rows, each with one of its captions."""
    chosen, words = drawn(len(seen), count, generator), drawn(CAPTIONS, count, generator)
    return seen[chosen], said[chosen, words]
