"""The text encoder of an unCLIP model: a CLIP's text tower, and its picture tower where it is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ..checkpoints.checkpoint import Checkpoint
from ..clip.loading import read_network
from ..clip.texts import Tokenizer, Tokens, read_tokenizer
from ..prompts import prompts_of
from .sight import Sighted, read_sight

AT_ONCE = 256  # texts in one pass


@dataclass(frozen=True, eq=False)
class UnclipText(Sighted):
    """ComfyUI's CLIP over a text tower with projection, as unCLIP's pipelines ask it: without the mask, which
    the prior and the decoder get.

    Attributes:
        network: `CLIPTextModelWithProjection`.
        tokenizer: of its texts.
        default_negative: what a negative prompt is when nothing is typed.
    """

    network: Any
    tokenizer: Tokenizer
    default_negative: str = ""

    def tokenize(self, text: str) -> Tokens:
        """The tokens of L prompts, one a line, each of the full length."""
        return self.tokenizer.whole(prompts_of(text))

    @torch.no_grad()
    def encode_from_tokens_scheduled(self, tokens: Tokens) -> list[list[Any]]:
        """The conditioning of these tokens: a state for each, the vector of the whole, and the mask."""
        made = self.network(tokens.ids.to(self.network.device))
        extras = {"pooled_output": made.text_embeds.cpu(), "attention_mask": tokens.mask}
        return [[made.last_hidden_state.cpu(), extras]]

    @torch.no_grad()
    def embed_texts(self, texts: list[str]) -> Tensor:
        """The vectors of texts, (N, D)."""
        parts = (texts[start : start + AT_ONCE] for start in range(0, len(texts), AT_ONCE))
        ids = (self.tokenizer.padded(each).ids.to(self.network.device) for each in parts)
        return torch.cat([self.network(each).text_embeds for each in ids]).cpu()


def read_text(opened: Checkpoint, dtype: torch.dtype, device: str, prefix: str = "") -> UnclipText:
    """The text encoder of a stage, with the picture tower if it is there.

    Args:
        opened: the stage.
        dtype: what it computes in.
        device: where.
        prefix: of the names of its two components.

    Raises:
        ValueError: a part that is not whole.
    """
    network = read_network(opened, f"{prefix}text_encoder", dtype, device)
    tokenizer = read_tokenizer(opened.settings[f"{prefix}tokenizer"], network.config.max_position_embeddings)
    return UnclipText(network, tokenizer, sight=read_sight(opened, dtype, device))
