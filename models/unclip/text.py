"""The text encoder of an unCLIP model: a CLIP's text tower, and its picture tower where it is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ..checkpoints.checkpoint import Checkpoint
from ..clip.loading import read_network
from ..clip.preprocessing import Preprocessing, read_preprocessing
from ..clip.texts import Tokenizer, Tokens, prompts, read_tokenizer

AT_ONCE = 256  # texts or pictures in one pass


@dataclass(frozen=True, eq=False)
class Sight:
    """A CLIP's picture tower alone.

    Attributes:
        network: `CLIPVisionModelWithProjection`.
        preprocessing: of its pictures.
    """

    network: Any
    preprocessing: Preprocessing

    @torch.no_grad()
    def __call__(self, pictures: Tensor) -> Tensor:
        """The vectors of pictures (N, H, W, 3) in 0 … 1, of their own length, (N, D)."""
        parts = (self.preprocessing(each) for each in torch.split(pictures, AT_ONCE))
        return torch.cat(
            [self.network(each.to(self.network.device, self.network.dtype)).image_embeds for each in parts]
        )


@dataclass(frozen=True, eq=False)
class UnclipText:
    """ComfyUI's CLIP over a text tower with projection, as unCLIP's pipelines ask it: without the mask, which
    the prior and the decoder get.

    Attributes:
        network: `CLIPTextModelWithProjection`.
        tokenizer: of its texts.
        sight: the picture tower of the same CLIP; None where the model comes without.
        default_negative: what a negative prompt is when nothing is typed.
    """

    network: Any
    tokenizer: Tokenizer
    sight: Sight | None = None
    default_negative: str = ""

    def tokenize(self, text: str) -> Tokens:
        """The tokens of L prompts, one a line, each of the full length."""
        return self.tokenizer.whole(prompts(text))

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

    def embed_pictures(self, pictures: Tensor) -> Tensor:
        """The vectors of pictures (N, H, W, 3) in 0 … 1, (N, D).

        Raises:
            ValueError: the model comes without the tower that sees.
        """
        if self.sight is None:
            raise ValueError(
                "this model has no image_encoder, so it hears texts and sees no pictures: use CLIP Model "
                "with the CLIP that it was made with"
            )
        return self.sight(pictures).cpu()


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
    return UnclipText(network, tokenizer, read_sight(opened, dtype, device))


def read_sight(opened: Checkpoint, dtype: torch.dtype, device: str) -> Sight | None:
    """The picture tower that a stage comes with; None if there is none.

    Raises:
        ValueError: a tower that is not whole.
    """
    if "image_encoder" not in opened.parts:
        return None
    network = read_network(opened, "image_encoder", dtype, device)
    side = network.config.image_size
    return Sight(network, read_preprocessing(opened.settings.get("feature_extractor"), side))
