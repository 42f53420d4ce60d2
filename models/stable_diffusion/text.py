"""What Stable Diffusion is told: prompts as its CLIPs hear them.

A conditioning is `[[states (L, 77, D), {"pooled_output": (L, P)}]]`, as ComfyUI's own; L prompts share a
batch out. No attention mask is passed: the padding speaks, and which token pads is the tokenizer's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ...diffusion.field import Field
from ..network_field import NetworkField
from ..prompts import of_another_encoder, prompts_of
from .network import POOLED, SIZES, STATES


@dataclass(frozen=True, eq=False)
class StableDiffusionText:
    """ComfyUI's CLIP over the text encoder of Stable Diffusion, or the two of SDXL.

    Attributes:
        tokenizers: one for each encoder.
        encoders: SDXL's states are those before the last layer, of both, side by side.
        default_negative: what a negative prompt is when nothing is typed.
    """

    tokenizers: tuple[Any, ...]
    encoders: tuple[Any, ...]
    default_negative: str = ""

    def tokenize(self, text: str) -> list[Tensor]:
        """The tokens (L, 77) of L prompts, one a line, for each encoder; an empty text is one prompt."""
        prompts = prompts_of(text)
        return [
            tokenizer(
                prompts,
                padding="max_length",
                max_length=tokenizer.model_max_length,
                truncation=True,
                return_tensors="pt",
            ).input_ids
            for tokenizer in self.tokenizers
        ]

    @torch.no_grad()
    def encode_from_tokens_scheduled(self, tokens: list[Tensor]) -> list[list[Any]]:
        """The conditioning of these tokens."""
        encode = _one if len(self.encoders) == 1 else _two
        states, pooled = encode(self.encoders, tokens)
        return [[states.cpu(), {"pooled_output": pooled.cpu()}]]


def _one(encoders: tuple[Any, ...], tokens: list[Tensor]) -> tuple[Tensor, Tensor]:
    said = encoders[0](tokens[0].to(encoders[0].device), attention_mask=None)
    return said[0], said.pooler_output


def _two(encoders: tuple[Any, ...], tokens: list[Tensor]) -> tuple[Tensor, Tensor]:
    said = [
        encoder(ids.to(encoder.device), output_hidden_states=True)
        for encoder, ids in zip(encoders, tokens, strict=True)
    ]
    return torch.cat([each.hidden_states[-2] for each in said], dim=-1), said[-1].text_embeds


@dataclass(frozen=True, eq=False)
class Told:
    """What makes the field of a conditioning: `ScoreModel.condition` of a Stable Diffusion.

    Attributes:
        field: the network, told nothing in particular.
        device: where what it is told has to be.
        dtype: of what it is told.
    """

    field: NetworkField
    device: str
    dtype: torch.dtype

    def __call__(self, conditioning: list[list[Any]]) -> Field:
        """The field of what is in it.

        Raises:
            ValueError: a conditioning of another model.
        """
        states, extras = conditioning[0] if conditioning else (None, {})
        own = self.field.told
        pooled = extras.get("pooled_output")
        if not isinstance(states, Tensor) or states.shape[-1] != own[STATES].shape[-1]:
            raise of_another_encoder()
        if POOLED in own and (pooled is None or pooled.shape[-1] != own[POOLED].shape[-1]):
            raise of_another_encoder()
        parts = {STATES: states, **({POOLED: pooled} if POOLED in own else {})}
        if POOLED in own and SIZES in extras:
            parts[SIZES] = extras[SIZES]
        told = {name: part.to(self.device, self.dtype) for name, part in parts.items()}
        return NetworkField(self.field.network, self.field.prediction, told)
