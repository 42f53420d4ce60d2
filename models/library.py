"""The models there are, by name, each as a score model with its text encoder and its decoder."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from .large import files_of_model, large_models, load_large
from .pocket.names import CLIP, NAMES, present
from .pocket.names import files as pocket_files
from .precision import OPTIMISED

if TYPE_CHECKING:
    from torch import Tensor

    from ..diffusion.field import ScoreModel
    from .two_towers import TwoTowers

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


def names(folder: Path | None = None) -> tuple[str, ...]:
    """The names of the score models that are there: the pocket models, the toys, and large ones."""
    folder = folder or WEIGHTS
    toys = sorted(path.stem for path in folder.glob("toy-*.safetensors"))
    return (*present(folder), *toys, *large_models(folder))


def files_of(name: str, folder: Path | None = None) -> tuple[Path, ...]:
    """The files that a model is made of; none if there is no such model."""
    folder = folder or WEIGHTS
    if name not in names(folder):
        return ()
    if name in large_models(folder):
        return files_of_model(large_models(folder)[name])
    return pocket_files(name, folder) if name in NAMES else (folder / f"{name}.safetensors",)


def load(
    name: str,
    device: str = "cpu",
    folder: Path | None = None,
    mode: str = OPTIMISED,
    precision: str = "auto",
) -> tuple[ScoreModel, TextEncoder, Decoder]:
    """The model of that name, from the weights that ship, from a folder of models or from another folder.

    Args:
        name: one of `names`.
        device: where it is to compute.
        folder: instead of that of the weights that ship.
        mode: of a large model: optimised, or matched to the pipeline that it was published with.
        precision: in which a large model computes.

    Raises:
        ValueError: no such model, or a file that is none; the text says which there are.
    """
    folder = folder or WEIGHTS
    _check(name, names(folder), "model")
    large = large_models(folder)
    if name in large:
        return load_large(large[name], device, precision, mode)
    if name in NAMES:
        from .pocket.family import load_pocket

        return load_pocket(name, folder, device)
    from .toy.checkpoint import load as load_toy
    from .toy.decoder import PlaneDecoder

    model = load_toy(folder / f"{name}.safetensors")
    return model.score_model(device), model.text(), PlaneDecoder()


def clips(folder: Path | None = None) -> tuple[str, ...]:
    """The names of the CLIPs that are there."""
    folder = folder or WEIGHTS
    return tuple(name for name in (CLIP,) if (folder / f"{name}.safetensors").exists())


def files_of_clip(name: str, folder: Path | None = None) -> tuple[Path, ...]:
    """The files that a CLIP is made of; none if there is no such CLIP."""
    folder = folder or WEIGHTS
    return (folder / f"{name}.safetensors",) if name in clips(folder) else ()


def load_clip(name: str, device: str = "cpu", folder: Path | None = None) -> TwoTowers:
    """The CLIP of that name, which may be the text encoder of models too.

    Raises:
        ValueError: no such CLIP, or a file that is none; the text says which there are.
    """
    _check(name, clips(folder), "CLIP")
    from .pocket.family import load_text

    [path] = files_of_clip(name, folder)
    return load_text(path, device)


def _check(name: str, known: tuple[str, ...], what: str) -> None:
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        there = f"{what}s: {', '.join(known)}" if known else "There is none"
        raise ValueError(f"there is no {what} called {name!r}.{hint} {there[0].upper()}{there[1:]}")
