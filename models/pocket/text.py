"""What a pocket model is told: prompts as its CLIP hears them, or the vector of a picture.

A conditioning is `[[states (L, S, 128), {"pooled_output": (L, 128)}]]`, as ComfyUI's own; L prompts share a
batch out. A network is told both in one tensor (L, S + 1, 128), the pooled vector last.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from ...diffusion.field import Field
from ...diffusion.learned import LearnedField
from ..prompts import of_another_encoder, prompts_of
from .clip import WIDTH, Clip
from .pictures import fitted
from .vocabulary import Vocabulary

# A vector of the shared space as a network hears it: about unit size for each of its numbers.
LOUDNESS = math.sqrt(WIDTH)
PICTURE = "picture"


@dataclass(frozen=True, eq=False)
class PocketText:
    """ComfyUI's CLIP over the pocket CLIP, and its two ways into the shared space.

    Attributes:
        clip: the network.
        vocabulary: its words.
        default_negative: what a negative prompt is when nothing is typed.
    """

    clip: Clip
    vocabulary: Vocabulary
    default_negative: str = ""

    def tokenize(self, text: str) -> Tensor:
        """The tokens (L, LENGTH) of L prompts, one a line; an empty text is one empty prompt.

        Raises:
            ValueError: a word it does not know, or too many of them.
        """
        return self.vocabulary.batch(prompts_of(text))

    @torch.no_grad()
    def encode_from_tokens_scheduled(self, tokens: Tensor) -> list[list[Any]]:
        """The conditioning of these tokens."""
        states, vectors = self.clip.text(tokens.to(self.device))
        pooled = LOUDNESS * functional.normalize(vectors, dim=-1)
        return [[states.cpu(), {"pooled_output": pooled.cpu()}]]

    @torch.no_grad()
    def embed_texts(self, texts: list[str]) -> Tensor:
        """The unit vectors of texts in the shared space, (N, 128)."""
        tokens = self.vocabulary.batch(texts).to(self.device)
        return functional.normalize(self.clip.text(tokens)[1], dim=-1).cpu()

    @torch.no_grad()
    def embed_pictures(self, pictures: Tensor) -> Tensor:
        """The unit vectors of pictures (N, H, W, 3) in 0 … 1, (N, 128)."""
        return functional.normalize(self.clip.picture(fitted(pictures).to(self.device)), dim=-1).cpu()

    @property
    def scale(self) -> float:
        """What a cosine is multiplied by before a softmax over texts."""
        return float(self.clip.log_scale.detach().exp())

    @property
    def device(self) -> torch.device:
        """Where it computes."""
        return self.clip.log_scale.device


def picture_condition(vectors: Tensor) -> list[list[Any]]:
    """The conditioning of pictures' unit vectors (L, 128), for a model that is told a picture; a zero
    vector asks for nothing in particular."""
    loud = LOUDNESS * vectors
    return [[loud[:, None], {"pooled_output": loud, "kind": PICTURE}]]


@dataclass(frozen=True, eq=False)
class Told:
    """What makes the field of a conditioning: `ScoreModel.condition` of a pocket model.

    Attributes:
        field: the network, told nothing in particular.
        kind: "text", or "picture" for a model that is told a picture's vector.
    """

    field: LearnedField
    kind: str = "text"

    def __call__(self, conditioning: list[list[Any]]) -> Field:
        """The field of what is in it.

        Raises:
            ValueError: a conditioning of another kind, or of another model.
        """
        return self.field.given(self._checked(conditioning))

    def _checked(self, conditioning: list[list[Any]]) -> Tensor:
        states, extras = conditioning[0] if conditioning else (None, {})
        pooled = extras.get("pooled_output")
        if not isinstance(states, Tensor) or states.shape[-1] != WIDTH or pooled is None:
            raise of_another_encoder()
        kind = extras.get("kind", "text")
        if kind != self.kind:
            raise ValueError(_WRONG_KIND[self.kind])
        if extras.get("noise") is not None or extras.get("noise_level"):
            raise ValueError(
                "a pocket model takes vectors without noise: leave 'noise' unconnected, and noise_level at 0"
            )
        return told(states, pooled)


_WRONG_KIND = {
    "text": "this model is told a prompt, and got the vector of a picture: use Text Encode",
    PICTURE: "this model is told the vector of a picture, and got a prompt: use Embedding Condition",
}


def told(states: Tensor, pooled: Tensor) -> Tensor:
    """States (L, S, 128) and pooled vectors (L, 128) in one tensor (L, S + 1, 128)."""
    return torch.cat([states, pooled[:, None]], dim=1)
