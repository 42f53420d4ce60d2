"""A `CLIPModel` of transformers as two towers: texts and pictures become vectors of one space.

The vectors have the length that the network gives them, as `get_text_features` and `get_image_features` do:
decoders of unCLIP are told that length too. `two_towers` brings them to length 1 where directions count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ..checkpoints.checkpoint import Checkpoint
from ..precision import dtype_of
from ..prompts import prompts_of
from .loading import read_network
from .preprocessing import Preprocessing, read_preprocessing
from .texts import Tokenizer, Tokens, read_tokenizer

AT_ONCE = 256  # texts or pictures in one pass


@dataclass(frozen=True, eq=False)
class TransformersClip:
    """ComfyUI's CLIP over a `CLIPModel`, and its two ways into the shared space.

    Attributes:
        network: the `CLIPModel`.
        tokenizer: of its texts.
        preprocessing: of its pictures.
        default_negative: what a negative prompt is when nothing is typed.
    """

    network: Any
    tokenizer: Tokenizer
    preprocessing: Preprocessing
    default_negative: str = ""

    def tokenize(self, text: str) -> Tokens:
        """The tokens of L prompts, one a line, each of the full length."""
        return self.tokenizer.whole(prompts_of(text))

    @torch.no_grad()
    def encode_from_tokens_scheduled(self, tokens: Tokens) -> list[list[Any]]:
        """The conditioning of these tokens: a state for each, and the vector of the whole."""
        made = self.network.get_text_features(*tokens.to(self.device))
        extras = {"pooled_output": made.pooler_output.cpu(), "attention_mask": tokens.mask}
        return [[made.last_hidden_state.cpu(), extras]]

    @torch.no_grad()
    def embed_texts(self, texts: list[str]) -> Tensor:
        """The vectors of texts as the network gives them, (N, D)."""
        parts = (texts[start : start + AT_ONCE] for start in range(0, len(texts), AT_ONCE))
        return torch.cat([self._texts(self.tokenizer.padded(each)) for each in parts]).cpu()

    @torch.no_grad()
    def embed_pictures(self, pictures: Tensor) -> Tensor:
        """The vectors of pictures (N, H, W, 3) in 0 … 1 as the network gives them, (N, D)."""
        return torch.cat([self._pictures(each) for each in torch.split(pictures, AT_ONCE)]).cpu()

    @property
    def scale(self) -> float:
        """What a cosine is multiplied by before a softmax over texts."""
        return float(self.network.logit_scale.detach().float().exp())

    @property
    def device(self) -> torch.device:
        """Where it computes."""
        device: torch.device = self.network.device
        return device

    def _texts(self, tokens: Tokens) -> Tensor:
        vectors: Tensor = self.network.get_text_features(*tokens.to(self.device)).pooler_output
        return vectors

    def _pictures(self, pictures: Tensor) -> Tensor:
        seen = self.preprocessing(pictures).to(self.device, self.network.dtype)
        vectors: Tensor = self.network.get_image_features(seen).pooler_output
        return vectors


def load_clip(opened: Checkpoint, device: str = "cpu", precision: str = "auto") -> TransformersClip:
    """The CLIP that was opened.

    Raises:
        ValueError: its weights are not those that its configuration asks for, or settings are none; the text
            says which.
    """
    network = read_network(opened, "clip", dtype_of(precision, device), device)
    tokenizer = read_tokenizer(
        opened.settings["tokenizer"], network.config.text_config.max_position_embeddings
    )
    side = network.config.vision_config.image_size
    return TransformersClip(network, tokenizer, read_preprocessing(opened.settings["processor"], side))
