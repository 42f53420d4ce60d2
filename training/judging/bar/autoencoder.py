"""What the autoencoder loses."""

from __future__ import annotations

from collections.abc import Iterator

from ....models.pocket.autoencoder import Autoencoder
from ....models.pocket.checkpoint import load
from ....models.pocket.names import AUTOENCODER
from ....models.pocket.pictures import PocketDecoder
from ..measures import peak_signal_to_noise, sharpness
from .bench import Bench, described, renders
from .lines import Line, at_least, figure


def lines(bench: Bench) -> Iterator[Line]:
    """Held-out scenes there and back."""
    network, _ = load(bench.weights / f"{AUTOENCODER}.safetensors", lambda built: Autoencoder())
    decoder = PocketDecoder(network.to(bench.device))
    seen = renders([each for each, _ in described(bench.count(1024))])
    back = decoder.decode(decoder.encode(seen))
    yield at_least("autoencoder: PSNR of held-out scenes, dB", peak_signal_to_noise(back, seen), 32)
    yield figure("autoencoder: sharpness there and back ÷ renders'", sharpness(back) / sharpness(seen))
