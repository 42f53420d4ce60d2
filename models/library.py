"""The models there are, by name, each as a score model with its text encoder and its decoder."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from .checkpoints.opening import Hash, parted, sha256
from .checkpoints.places import Places, places_in
from .large import check_large, files_of_large, load_large, state_of_large
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


def names(folder: Path | None = None, places: Places | None = None) -> tuple[str, ...]:
    """The names of the score models that are there: the pocket models, the toys, and large ones.

    Args:
        folder: instead of that of the weights that ship.
        places: where large models lie; by default where a run without ComfyUI looks.
    """
    large = (places or places_in([])).models()
    return (*of_ours(folder), *large)


def of_ours(folder: Path | None = None) -> tuple[str, ...]:
    """The names of the pocket models and the toys."""
    folder = folder or WEIGHTS
    toys = sorted(path.stem for path in folder.glob("toy-*.safetensors"))
    return (*present(folder), *toys)


def files_of(name: str, folder: Path | None = None, places: Places | None = None) -> tuple[Path, ...]:
    """The files that a model is made of, those of a large one as far as it takes little to hash them; none if
    there is no such model."""
    folder = folder or WEIGHTS
    if name not in of_ours(folder):
        return files_of_large(name, places or places_in([]))
    return pocket_files(name, folder) if name in NAMES else (folder / f"{name}.safetensors",)


def state_of(name: str, places: Places | None = None) -> str:
    """What else a model is made of, by sizes and times; nothing where `files_of` are all of it."""
    return "" if name in of_ours() else state_of_large(name, places or places_in([]))


def check(name: str, places: Places | None = None, hash_of: Hash = sha256) -> None:
    """See that a model is there and whole, before anything of it is loaded.

    Args:
        name: one of `names`, or a pinned one.
        places: where large models lie; by default where a run without ComfyUI looks.
        hash_of: gives the sha256 of a file, for a pinned name.

    Raises:
        ValueError: it is not; the text says what is wrong with which file.
    """
    if name not in of_ours():
        found = places or places_in([])
        _check_there(name, WEIGHTS, found)
        check_large(name, found, hash_of)


def load(
    name: str,
    device: str = "cpu",
    folder: Path | None = None,
    mode: str = OPTIMISED,
    precision: str = "auto",
    places: Places | None = None,
) -> tuple[ScoreModel, TextEncoder, Decoder]:
    """The model of that name, from the weights that ship, from another folder of such, or a large one.

    Args:
        name: one of `names`; a large model's may be pinned, with "@sha256:" and a hash behind.
        device: where it is to compute.
        folder: instead of that of the weights that ship.
        mode: of a large model: optimised, or matched to the pipeline that it was published with.
        precision: in which a large model computes.
        places: where large models lie; by default where a run without ComfyUI looks.

    Raises:
        ValueError: no such model, or a file that is none; the text says which there are.
    """
    folder = folder or WEIGHTS
    if name in NAMES and name in of_ours(folder):
        from .pocket.family import load_pocket

        return load_pocket(name, folder, device)
    if name not in of_ours(folder):
        found = places or places_in([])
        _check_there(name, folder, found)
        return load_large(name, found, device, precision, mode)
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


def _check_there(name: str, folder: Path, places: Places) -> None:
    bare, _ = parted(name)
    if not places.has(bare):
        raise places.missing(bare, of_ours(folder))


def _check(name: str, known: tuple[str, ...], what: str) -> None:
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        there = f"{what}s: {', '.join(known)}" if known else "There is none"
        raise ValueError(f"there is no {what} called {name!r}.{hint} {there[0].upper()}{there[1:]}")
