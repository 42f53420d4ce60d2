"""The models there are, by name, each as a score model with its text encoder and its decoder."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from torch import Tensor

    from ..diffusion.field import ScoreModel

WEIGHTS = Path(__file__).parent / "weights"


class TextEncoder(Protocol):
    """What ComfyUI calls a CLIP: text in, conditioning out."""

    def tokenize(self, text: str) -> Any:
        """The text's tokens, in whatever form the encoder itself takes."""

    def encode_from_tokens_scheduled(self, tokens: Any) -> list[list[Any]]:
        """The conditioning: [[states, extras], …]."""


class Decoder(Protocol):
    """What ComfyUI calls a VAE, as far as decoding goes."""

    def decode(self, samples: Tensor) -> Tensor:
        """Latents → pictures (B, H, W, 3) in 0 … 1."""


def names() -> tuple[str, ...]:
    """The names of the weights that are there, sorted."""
    return tuple(sorted(path.stem for path in WEIGHTS.glob("*.safetensors")))


def file_of(name: str) -> Path | None:
    """A model's file, or None if there is no such model."""
    return WEIGHTS / f"{name}.safetensors" if name in names() else None


def load(name: str, device: str = "cpu") -> tuple[ScoreModel, TextEncoder, Decoder]:
    """The model of that name.

    Raises:
        ValueError: no such model, or a file that is none; the text says which there are.
    """
    from .toy.checkpoint import load as load_toy
    from .toy.decoder import PlaneDecoder

    if name not in names():
        close = difflib.get_close_matches(name, names(), n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"there is no model called {name!r}.{hint} Models: {', '.join(names())}")
    model = load_toy(WEIGHTS / f"{name}.safetensors")
    return model.score_model(device), model.text(), PlaneDecoder()
