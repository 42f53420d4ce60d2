"""Texts as the token rows that a CLIP reads, and what its text tower makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor


class Tokens(NamedTuple):
    """Texts as rows of one length.

    Attributes:
        ids: (L, S) which token.
        mask: (L, S) whether a token says something; 0 for padding.
    """

    ids: Tensor
    mask: Tensor

    def to(self, device: str | torch.device) -> Tokens:
        """The same rows on a device."""
        return Tokens(self.ids.to(device), self.mask.to(device))


@dataclass(frozen=True, eq=False)
class Tokenizer:
    """The tokenizer of a CLIP.

    Attributes:
        tokenizer: that of transformers.
        length: at most so many tokens, start and end included; what is longer is cut off.
    """

    tokenizer: Any
    length: int

    def padded(self, texts: Sequence[str]) -> Tokens:
        """Texts padded to the longest of them, as transformers' own CLIP pipelines do."""
        return self._tokens(texts, padding=True)

    def whole(self, texts: Sequence[str]) -> Tokens:
        """Texts padded to the full length, as diffusers' pipelines do."""
        return self._tokens(texts, padding="max_length")

    def _tokens(self, texts: Sequence[str], **how: Any) -> Tokens:
        found = self.tokenizer(
            list(texts), max_length=self.length, truncation=True, return_tensors="pt", **how
        )
        return Tokens(found.input_ids, found.attention_mask)


def read_tokenizer(folder: Path, longest: int) -> Tokenizer:
    """The tokenizer in a folder.

    Args:
        folder: with tokenizer.json, or vocab.json and merges.txt.
        longest: how many tokens the network has places for.

    Raises:
        ValueError: there is none.
    """
    from transformers import CLIPTokenizer

    if not any((folder / name).is_file() for name in ("tokenizer.json", "vocab.json")):
        raise ValueError(
            f"{folder.parent.name}/{folder.name} lacks its tokenizer: tokenizer.json is expected"
        )
    try:
        found = CLIPTokenizer.from_pretrained(str(folder), local_files_only=True)
    except Exception as error:  # whatever the library stumbles over, the files are at fault
        raise ValueError(
            f"{folder.parent.name}/{folder.name} holds no tokenizer of a CLIP: {error}"
        ) from error
    return Tokenizer(found, min(longest, int(found.model_max_length)))
