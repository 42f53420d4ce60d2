"""A text and a picture as unit vectors of one space, by whatever CLIP is connected.

Ours answer for themselves (`embed_texts`, `embed_pictures`). ComfyUI's text encoders give the vector of a
whole text beside its tokens, and its CLIP_VISION gives that of a picture.
"""

from __future__ import annotations

from typing import Any, Protocol

import torch
from torch import Tensor

from .embedding import unit


class TwoTowers(Protocol):
    """A CLIP with both ways into its space; of any width D."""

    def embed_texts(self, texts: list[str]) -> Tensor:
        """The vectors of texts, (N, D), of the encoder's own length."""

    def embed_pictures(self, pictures: Tensor) -> Tensor:
        """The vectors of pictures (N, H, W, 3) in 0 … 1, (N, D), of the encoder's own length."""

    @property
    def scale(self) -> float:
        """What a cosine is multiplied by before a softmax over texts."""


def text_vectors(clip: Any, texts: list[str]) -> Tensor:
    """The unit vectors of texts, (N, D).

    Raises:
        ValueError: an encoder that has none for a whole text, or that refuses one of the texts.
    """
    if hasattr(clip, "embed_texts"):
        return unit(clip.embed_texts(texts).float().cpu())
    if not hasattr(clip, "encode_from_tokens"):
        raise ValueError(
            "this text encoder has no space that texts and pictures share: use a pocket model's, or a CLIP"
        )
    return unit(torch.cat([_pooled(clip, text) for text in texts]))


def picture_vectors(clip: Any, pictures: Tensor, normalise: bool = True) -> Tensor:
    """The vectors of pictures (N, H, W, 3) in 0 … 1, (N, D).

    Args:
        clip: who sees them.
        pictures: of any size.
        normalise: bring them to length 1. If not, they keep the length and the precision that the encoder
            gives them, which decoders of unCLIP were trained with.

    Raises:
        ValueError: an encoder that has none for pictures.
    """
    if hasattr(clip, "embed_pictures"):
        found: Tensor = clip.embed_pictures(pictures)
    elif hasattr(clip, "encode_image"):
        found = clip.encode_image(pictures)["image_embeds"]
    else:
        raise ValueError(_BLIND)
    return unit(found.float().cpu()) if normalise else found.cpu()


_BLIND = "this encoder hears texts and sees no pictures: use the CLIP of a pocket model, or a CLIP_VISION"


def _pooled(clip: Any, text: str) -> Tensor:
    _, pooled = clip.encode_from_tokens(clip.tokenize(text), return_pooled=True)
    if pooled is None:
        raise ValueError(
            "this text encoder gives its tokens and no vector of the whole text: use that of a CLIP"
        )
    vector: Tensor = pooled.detach().float().cpu().reshape(1, -1)
    return vector
