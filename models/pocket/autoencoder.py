"""The pocket autoencoder: 64×64 pictures as 16×16 latents of four channels, and back.

A linear map of 4×4 patches carries most of a picture; convolutions correct it on both ways.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .layers import ResidualBlock

PATCH = 4
CHANNELS = 4
WIDTH = 96
FINE_WIDTH = 48


class Autoencoder(nn.Module):
    """Pictures (B, 3, H, W) in −1 … 1 ↔ latents (B, 4, H/4, W/4) of mean 0 and std 1 per channel."""

    starts_as_nothing = ("encoder.3", "decoder.7")
    mean: Tensor
    std: Tensor

    def __init__(self) -> None:
        super().__init__()
        colours = 3 * PATCH**2
        self.patches, self.pixels = nn.PixelUnshuffle(PATCH), nn.PixelShuffle(PATCH)
        self.analysis = nn.Conv2d(colours, CHANNELS, 1)
        self.encoder = nn.Sequential(
            nn.Conv2d(colours, WIDTH, 1),
            ResidualBlock(WIDTH, WIDTH),
            nn.SiLU(),
            nn.Conv2d(WIDTH, CHANNELS, 1),
        )
        self.synthesis = nn.Conv2d(CHANNELS, colours, 1)
        self.decoder = nn.Sequential(
            nn.Conv2d(CHANNELS, WIDTH, 3, padding=1),
            ResidualBlock(WIDTH, WIDTH),
            ResidualBlock(WIDTH, WIDTH),
            nn.Conv2d(WIDTH, 4 * FINE_WIDTH, 3, padding=1),
            nn.PixelShuffle(2),
            ResidualBlock(FINE_WIDTH, FINE_WIDTH),
            nn.SiLU(),
            nn.Conv2d(FINE_WIDTH, 4 * 3, 3, padding=1),
            nn.PixelShuffle(2),
        )
        self.register_buffer("mean", torch.zeros(CHANNELS, 1, 1))
        self.register_buffer("std", torch.ones(CHANNELS, 1, 1))

    def encode(self, pictures: Tensor) -> Tensor:
        """The latents of pictures."""
        patches = self.patches(pictures)
        latents: Tensor = (self.analysis(patches) + self.encoder(patches) - self.mean) / self.std
        return latents

    def decode(self, latents: Tensor) -> Tensor:
        """The pictures of latents; a little outside −1 … 1 where the latents are no picture's."""
        own = latents * self.std + self.mean
        pictures: Tensor = self.pixels(self.synthesis(own)) + self.decoder(own)
        return pictures

    def forward(self, pictures: Tensor) -> Tensor:
        """There and back."""
        return self.decode(self.encode(pictures))
