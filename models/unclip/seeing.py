"""The text encoder of a decoder, with the tower that sees what it is to show; either may be missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .sight import Sighted


@dataclass(frozen=True, eq=False)
class Seeing(Sighted):
    """ComfyUI's CLIP over a text encoder without a space that pictures share, and a picture tower beside it.

    Attributes:
        text: the text encoder; None for a stage that is told no text.
        default_negative: what a negative prompt is when nothing is typed.
    """

    text: Any = None
    default_negative: str = ""

    def tokenize(self, text: str) -> Any:
        """The tokens of L prompts, one a line.

        Raises:
            ValueError: the stage is told no text.
        """
        if self.text is None:
            raise ValueError(
                "super-resolution is told a small picture and no text: use Latent Condition in place of this"
            )
        return self.text.tokenize(text)

    def encode_from_tokens_scheduled(self, tokens: Any) -> list[list[Any]]:
        """The conditioning of these tokens."""
        conditioning: list[list[Any]] = self.text.encode_from_tokens_scheduled(tokens)
        return conditioning
