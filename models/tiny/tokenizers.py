"""Tokenizers by hand: trained ones are not the same in every process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

START, END = "<|startoftext|>", "<|endoftext|>"
LENGTH = 77
# So many that a prompt of the demos is a row of words, with spelling for all others.
WORDS = (
    "a",
    "lone",
    "tree",
    "standing",
    "in",
    "the",
    "middle",
    "of",
    "desert",
    "under",
    "harsh",
    "light",
    "midday",
    "casting",
    "long",
    "shadow",
    "on",
    "sand",
    "photo",
    "cat",
    "dog",
    "hat",
    "an",
    "astronaut",
    "riding",
    "horse",
    "moon",
)
WORD_END = "</w>"


def write_clip_tokenizer(folder: Path, pad_token: str = END) -> None:
    """CLIP's tokenizer with a small vocabulary: every byte, and a few words.

    Args:
        folder: where its files go.
        pad_token: what fills a prompt up: SD 1 pads with the end, SD 2 with "!", whose number is 0.
    """
    from transformers import CLIPTokenizer

    vocabulary, merges = clip_vocabulary()
    kind: Any = CLIPTokenizer
    tokenizer = kind(vocab=vocabulary, merges=merges, pad_token=pad_token, model_max_length=LENGTH)
    tokenizer.save_pretrained(folder)


def clip_vocabulary() -> tuple[dict[str, int], list[tuple[str, str]]]:
    """The tokens by number and the merges that make the words, as byte-pair encoding takes them."""
    letters = _bytes()
    tokens = [*letters, *(letter + WORD_END for letter in letters)]
    merges: list[tuple[str, str]] = []
    for word in WORDS:
        pieces = [*word[:-1], word[-1] + WORD_END]
        while len(pieces) > 1:
            if (pieces[0], pieces[1]) not in merges:
                merges.append((pieces[0], pieces[1]))
                tokens.append(pieces[0] + pieces[1])
            pieces[:2] = [pieces[0] + pieces[1]]
    unique = list(dict.fromkeys(tokens))
    return {token: number for number, token in enumerate([*unique, START, END])}, merges


def vocabulary_size() -> int:
    """How many tokens there are."""
    return len(clip_vocabulary()[0])


def _bytes() -> list[str]:
    """GPT-2's letters for bytes, in the order of CLIP's vocabulary: "!" is the first."""
    shown = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return [chr(byte) for byte in shown] + [chr(256 + place) for place in range(len(hidden))]
