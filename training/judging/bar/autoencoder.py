"""What the autoencoder loses."""

from __future__ import annotations

from collections.abc import Iterator

from ....diffusion.picture_measures import sharpness, signal_to_noise
from .bench import Bench, described, renders
from .lines import Line, at_least, figure


def lines(bench: Bench) -> Iterator[Line]:
    """Held-out scenes there and back."""
    seen = renders([each for each, _ in described(bench.count(1024))])
    back = bench.decoder.decode(bench.decoder.encode(seen))
    yield at_least("autoencoder: PSNR of held-out scenes, dB", signal_to_noise(back, seen), 32)
    kept = float(sharpness(back).mean() / sharpness(seen).mean())
    yield figure("autoencoder: sharpness there and back ÷ renders'", kept)
