"""What the stages of unCLIP are told: conditionings as tensors of the networks.

A text's conditioning is `[[states, {"pooled_output", "attention_mask"}]]`. One of a picture's vector has the
vectors in "image_embeds", and perhaps a text's conditioning beside it, in "text". One of a small picture has
its latents in "latent".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ...diffusion.field import Field
from ..network_field import NetworkField, Told
from ..prompts import of_another_encoder

Conditioning = list[list[Any]]


@dataclass(frozen=True, eq=False)
class Condition:
    """`ScoreModel.condition` of a stage.

    Attributes:
        field: the stage's network, told nothing in particular.
        reading: what a conditioning tells it.
    """

    field: NetworkField
    reading: Callable[[Conditioning], Told]

    def __call__(self, conditioning: Conditioning) -> Field:
        """The field of what is in it.

        Raises:
            ValueError: a conditioning of another kind, or of another model.
        """
        return NetworkField(self.field.network, self.field.prediction, self.reading(conditioning))


@dataclass(frozen=True)
class TextReading:
    """What a prior is told: a text of its own CLIP.

    Attributes:
        width: of the states and of the vector.
        dtype: what the network computes in.
        device: where.
    """

    width: int
    dtype: torch.dtype
    device: str

    def __call__(self, conditioning: Conditioning) -> Told:
        """The text in a conditioning.

        Raises:
            ValueError: there is none, or it is of another encoder.
        """
        states, extras = conditioning[0] if conditioning else (None, {})
        vector, mask = extras.get("pooled_output"), extras.get("attention_mask")
        if "image_embeds" in extras:
            raise ValueError(
                "a prior is told a text and makes vectors of it, and got a picture's vector: use Text Encode"
            )
        fits = isinstance(states, Tensor) and isinstance(vector, Tensor) and states.ndim == 3
        if not fits or {states.shape[-1], vector.shape[-1]} != {self.width}:
            raise of_another_encoder()
        mask = torch.ones(states.shape[:2]) if mask is None else mask
        as_here = {"device": self.device, "dtype": self.dtype}
        return {
            "vector": vector.to(**as_here),
            "states": states.to(**as_here),
            "mask": mask.to(self.device).bool(),
        }


@dataclass(frozen=True, eq=False)
class DecoderReading:
    """What Karlo's decoder is told: a picture's vector and a text; where one is missing, nothing in
    particular.

    Attributes:
        text: how the text is read.
        no_text: the empty text.
        no_picture: (1, D) the vector that stands for no picture.
    """

    text: TextReading
    no_text: Told
    no_picture: Tensor

    def __call__(self, conditioning: Conditioning) -> Told:
        """What is in a conditioning.

        Raises:
            ValueError: vectors of another space, vectors with noise on them, or a text of another encoder.
        """
        extras = conditioning[0][1] if conditioning else {}
        if "image_embeds" not in extras:
            return {**self.text(conditioning), "picture": self.no_picture}
        if extras.get("noise") is not None or extras.get("noise_level"):
            raise ValueError(
                "this decoder takes vectors without noise: leave 'noise' unconnected, and noise_level at 0"
            )
        beside = extras.get("text")
        told = self.no_text if beside is None else self.text(beside)
        return {**told, "picture": vectors_of(extras, self.text.width).to(self.no_picture)}


def vectors_of(extras: dict[str, Any], width: int) -> Tensor:
    """The pictures' vectors (L, width) in a conditioning.

    Raises:
        ValueError: vectors of another width.
    """
    vectors: Tensor = extras["image_embeds"]
    if vectors.shape[-1] != width:
        raise ValueError(
            f"this decoder is told vectors of {width} numbers, and got some of {vectors.shape[-1]}: they "
            "must come from the CLIP, or the prior, that it was made with"
        )
    return vectors


@dataclass(frozen=True)
class SmallPicture:
    """What super-resolution is told: the latents of a decoder."""

    dtype: torch.dtype
    device: str

    def __call__(self, conditioning: Conditioning) -> Told:
        """The small picture in a conditioning, held in −1 … 1.

        Raises:
            ValueError: there is none.
        """
        latent = conditioning[0][1].get("latent") if conditioning else None
        if not isinstance(latent, Tensor) or latent.ndim != 4 or latent.shape[1] != 3:
            raise ValueError(
                "super-resolution is told a small picture, the latent of a decoder: use Latent Condition"
            )
        return {"small": latent.to(self.device, self.dtype).clamp(-1, 1)}
