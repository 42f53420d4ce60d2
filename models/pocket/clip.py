"""The pocket CLIP: a picture and a text as points of one space (Radford et al. 2021, arXiv:2103.00020)."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from .layers import Attention, ResidualBlock, perceptron

WIDTH = 128  # of the shared space, and of the text's states
LENGTH = 24  # tokens in a text, padding included
PAD = 0
TEXT_LAYERS = 2
PICTURE_WIDTHS = (64, 96, 144)


class TextLayer(nn.Module):
    """One layer of the text tower."""

    def __init__(self) -> None:
        super().__init__()
        self.attention_norm, self.attention = nn.LayerNorm(WIDTH), Attention(WIDTH, 4)
        self.perceptron_norm, self.perceptron = nn.LayerNorm(WIDTH), perceptron(WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        """(B, LENGTH, WIDTH), the same."""
        x = x + self.attention(self.attention_norm(x))
        output: Tensor = x + self.perceptron(self.perceptron_norm(x))
        return output


class TextTower(nn.Module):
    """Tokens → the states a denoiser looks at, and one vector in the shared space."""

    def __init__(self, words: int) -> None:
        super().__init__()
        # Their first values come from the trainer; torch's own would come from the global generator.
        self.words = nn.Embedding(words, WIDTH, _weight=torch.empty(words, WIDTH))
        self.positions = nn.Embedding(LENGTH, WIDTH, _weight=torch.empty(LENGTH, WIDTH))
        self.layers = nn.ModuleList(TextLayer() for _ in range(TEXT_LAYERS))
        self.norm, self.project = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, WIDTH, bias=False)

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Tokens (B, LENGTH) → states (B, LENGTH, WIDTH) and unnormalised vectors (B, WIDTH)."""
        x = self.words(tokens) + self.positions.weight
        for layer in self.layers:
            x = layer(x)
        states = self.norm(x)
        is_word = (tokens != PAD).unsqueeze(-1)
        # An empty text has no word: its mean is over what padding became.
        is_word = is_word | ~is_word.any(dim=1, keepdim=True)
        mean = (states * is_word).sum(dim=1) / is_word.sum(dim=1)
        return states, self.project(mean)


class PictureTower(nn.Module):
    """Pictures (B, 3, 64, 64) in −1 … 1 → unnormalised vectors (B, WIDTH)."""

    def __init__(self) -> None:
        super().__init__()
        fine, middle, coarse = PICTURE_WIDTHS
        self.layers = nn.Sequential(
            nn.PixelUnshuffle(4),
            nn.Conv2d(48, fine, 3, padding=1),
            ResidualBlock(fine, fine),
            nn.Conv2d(fine, middle, 2, stride=2),
            ResidualBlock(middle, middle),
            nn.Conv2d(middle, coarse, 2, stride=2),
            ResidualBlock(coarse, coarse),
        )
        self.norm = nn.LayerNorm(coarse)
        self.query = nn.Embedding(1, coarse, _weight=torch.empty(1, coarse))
        self.pool = Attention(coarse, 4)
        self.project = nn.Linear(coarse, WIDTH, bias=False)

    def forward(self, pictures: Tensor) -> Tensor:
        """The vectors of pictures."""
        tokens = self.norm(self.layers(pictures).flatten(2).transpose(1, 2))  # (B, 16, coarse)
        query = self.query.weight.expand(len(tokens), 1, -1)
        pooled = self.pool(query, tokens)[:, 0] + tokens.mean(dim=1)
        vectors: Tensor = self.project(pooled)
        return vectors


class Clip(nn.Module):
    """Both towers, and how sharply a cosine tells pairs apart."""

    def __init__(self, words: int) -> None:
        super().__init__()
        self.text, self.picture = TextTower(words), PictureTower()
        self.log_scale = nn.Parameter(torch.tensor(math.log(14.0)))

    def forward(self, pictures: Tensor, tokens: Tensor) -> Tensor:
        """Scaled cosines (pictures, texts)."""
        one = functional.normalize(self.picture(pictures), dim=-1)
        other = functional.normalize(self.text(tokens)[1], dim=-1)
        return self.log_scale.exp() * one @ other.T
