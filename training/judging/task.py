"""How the classifier learns, as a task of the pocket models' training loop."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from ...models.pocket.layers import new_weights
from ..pocket.data import as_pictures
from .augment import moved, worse
from .classifier import KINDS, Logits, SceneClassifier
from .examples import learnt


class SceneTask:
    """The scoring classifier on its own scenes."""

    def __init__(self, scenes: int, pairs: int, seed: int = 1, workers: int = 1) -> None:
        self.examples = learnt(scenes, pairs, workers)
        self.network = SceneClassifier()
        new_weights(self.network, seed)

    def built(self) -> dict[str, Any]:
        """Nothing: its shape is always the same."""
        return {}

    def loss(self, count: int, generator: torch.Generator) -> Tensor:
        """Cross-entropies of all that it says; hats only of persons."""
        pictures, thing, background, sky, hat, tree = self.draw(count, generator)
        with torch.autocast("cpu", torch.bfloat16):
            said = Logits(*(each.float() for each in self.network(pictures)))
        is_person = (thing == KINDS.index("person")).float()
        hats = functional.binary_cross_entropy_with_logits(said.hat, hat, reduction="none") * is_person
        return (
            functional.cross_entropy(said.thing, thing)
            + functional.cross_entropy(said.background, background)
            + 3 * functional.binary_cross_entropy_with_logits(said.sky, sky)
            + hats.sum() / is_person.sum().clamp(min=1)
            + 8 * functional.binary_cross_entropy_with_logits(said.tree, tree)
        )

    def draw(self, count: int, generator: torch.Generator) -> tuple[Tensor, ...]:
        """Examples, half of them mirrored, made a little worse, all moved by up to four pixels."""
        chosen = torch.randint(len(self.examples.pictures), (count,), generator=generator)
        seen, thing, background, sky, hat, tree = (each[chosen] for each in self.examples)
        pictures, shares = as_pictures(seen.numpy()), tree.float() / 255
        mirrored = torch.rand(count, generator=generator) < 0.5
        pictures = torch.where(mirrored[:, None, None, None], pictures.flip(-1), pictures)
        shares = torch.where(mirrored[:, None, None], shares.flip(-1), shares)
        down, right = (int(each) for each in torch.randint(-2, 3, (2,), generator=generator))
        pictures, shares = moved(pictures, (2 * down, 2 * right)), moved(shares, (down, right))
        return worse(pictures, generator), thing, background, sky, hat, shares
