"""Words as tokens: one a word, from a list that the model was trained with."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import torch
from torch import Tensor

from .clip import LENGTH, PAD


@dataclass(frozen=True)
class Vocabulary:
    """The words a pocket model knows; word i is token i + 1, 0 is padding."""

    words: tuple[str, ...]

    def __len__(self) -> int:
        """How many tokens there are, padding included."""
        return len(self.words) + 1

    def tokens(self, text: str) -> list[int]:
        """The tokens of one text, LENGTH of them; capitals and punctuation say nothing.

        Raises:
            ValueError: a word it does not know (the text says which are near), or a text too long.
        """
        words = "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()
        if len(words) > LENGTH:
            raise ValueError(f"a prompt of {len(words)} words: this model reads at most {LENGTH}")
        found = [self._token(word) for word in words]
        return found + [PAD] * (LENGTH - len(found))

    def _token(self, word: str) -> int:
        if word in self.words:
            return self.words.index(word) + 1
        close = difflib.get_close_matches(word, self.words, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(
            f"this model does not know the word {word!r}.{hint} It knows: {', '.join(sorted(self.words))}"
        )

    def batch(self, texts: list[str]) -> Tensor:
        """The tokens of several texts, (L, LENGTH)."""
        return torch.tensor([self.tokens(text) for text in texts])
