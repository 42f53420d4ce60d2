"""WAN's text encoder, UMT5: a prompt as the states of 512 tokens, those behind its end zero.

A conditioning is `[[states (L, 512, D), {"pooled_output": (L, D), "attention_mask": (L, 512)}]]`, as
ComfyUI's own; L prompts share a batch out. UMT5 has no vector of a whole text: the mean of its states stands
for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ..prompts import prompts_of
from .prompt import NEGATIVE, cleaned

LENGTH = 512


class Tokens(NamedTuple):
    """L prompts in the encoder's own words, padded; ids and mask: (L, 512)."""

    ids: Tensor
    mask: Tensor


@dataclass(frozen=True, eq=False)
class WanText:
    """ComfyUI's CLIP over UMT5.

    Attributes:
        tokenizer: cuts a text into tokens.
        encoder: the network.
        device: where it computes, whatever device its weights wait on.
        default_negative: what a negative prompt is when nothing is typed.
    """

    tokenizer: Any
    encoder: Any
    device: str = "cpu"
    default_negative: str = NEGATIVE

    def tokenize(self, text: str) -> Tokens:
        """The tokens of L prompts, one a line; an empty text is one empty prompt. What is beyond 512 tokens
        is cut off."""
        cut = self.tokenizer(
            [cleaned(prompt) for prompt in prompts_of(text)],
            padding="max_length",
            max_length=LENGTH,
            truncation=True,
            add_special_tokens=True,
            return_attention_mask=True,
            return_tensors="pt",
        )
        return Tokens(cut.input_ids, cut.attention_mask)

    @torch.no_grad()
    def encode_from_tokens_scheduled(self, tokens: Tokens) -> list[list[Any]]:
        """The conditioning of these tokens."""
        ids, mask = tokens
        states = self.encoder(ids.to(self.device), mask.to(self.device)).last_hidden_state.cpu()
        # Zeros, not whatever the encoder makes of padding: so the transformer was trained, without a mask.
        told = torch.where(mask[..., None].bool(), states, 0)
        pooled = told.float().sum(dim=1) / mask.sum(dim=1, keepdim=True)
        return [[told, {"pooled_output": pooled, "attention_mask": mask}]]
