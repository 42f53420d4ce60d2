"""How a model of the plane is told a class: a text encoder whose language is its class names.

It has the methods of ComfyUI's CLIP that a text-encode node calls, so the same node serves a point of the
plane and Stable Diffusion. A conditioning is `[[tokens (L, 1, 1), {}]]`: the class index of each of the L
parts a batch is shared out into, −1 for any class.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from ..prompts import of_another_encoder

if TYPE_CHECKING:
    from ...diffusion.closed_form import ClosedFormField
    from ...diffusion.field import Field
    from ...diffusion.learned import LearnedField

ANY = -1


@dataclass(frozen=True)
class ClassText:
    """An encoder of class names.

    Attributes:
        names: what it understands; the empty text means any class.
        default_negative: what a negative prompt is when nothing is typed.
    """

    names: tuple[str, ...]
    default_negative: str = ""

    def tokenize(self, text: str) -> list[int]:
        """The class of each name: one, or several with commas between, among which a batch is shared out.

        Raises:
            ValueError: a name it does not know; the text lists those it does.
        """
        return [self._token(word.strip()) for word in text.split(",")]

    def encode_from_tokens_scheduled(self, tokens: list[int]) -> list[list[Any]]:
        """The conditioning of these classes."""
        return [[torch.tensor(tokens, dtype=torch.float32).view(-1, 1, 1), {}]]

    def _token(self, word: str) -> int:
        if not word:
            return ANY
        if word in self.names:
            return self.names.index(word)
        if not self.names:
            raise ValueError(
                f"this model has no classes, so {word!r} says nothing to it: leave the text empty"
            )
        close = difflib.get_close_matches(word, self.names, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"this model knows the classes {', '.join(self.names)}, not {word!r}.{hint}")


@dataclass(frozen=True, eq=False)
class ToldClasses:
    """What makes the field of a conditioning: `ScoreModel.condition` of a model of the plane."""

    field: LearnedField | ClosedFormField

    def __call__(self, conditioning: list[list[Any]]) -> Field:
        """The field of the classes in it.

        Raises:
            ValueError: a conditioning that another model's encoder made, or classes that are not there.
        """
        return self.field.given(classes_of(conditioning))


def classes_of(conditioning: list[list[Any]]) -> Tensor:
    """The classes in a conditioning, (L,) int64.

    Raises:
        ValueError: a conditioning that another model's encoder made.
    """
    tokens = conditioning[0][0] if conditioning else None
    if not isinstance(tokens, Tensor) or tokens.ndim != 3 or tokens.shape[1:] != (1, 1):
        raise of_another_encoder()
    return tokens.flatten().round().long()
