"""The models there are, by name, each as a score model with its text encoder and its decoder; and the
CLIPs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from .checkpoints.places import Places
from .large import check_large, check_large_clip, load_large, load_large_clip
from .pocket.names import CLIP, NAMES, present
from .pocket.names import files as pocket_files
from .precision import OPTIMISED
from .shelf import Shelf, where_is

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


def of_ours(folder: Path | None = None) -> tuple[str, ...]:
    """The names of the pocket models and the toys."""
    folder = folder or WEIGHTS
    toys = sorted(path.stem for path in folder.glob("toy-*.safetensors"))
    return (*present(folder), *toys)


def clips_of_ours(folder: Path | None = None) -> tuple[str, ...]:
    """The name of the pocket CLIP, if it is there."""
    folder = folder or WEIGHTS
    return tuple(name for name in (CLIP,) if (folder / f"{name}.safetensors").exists())


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
        name: one of `MODELS`; a large model's may be pinned, with "@sha256:" and a hash behind.
        device: where it is to compute.
        folder: instead of that of the weights that ship.
        mode: of a large model: optimised, or matched to the pipeline that it was published with.
        precision: in which a large model computes.
        places: where large models lie; by default where a run without ComfyUI looks.

    Raises:
        ValueError: no such model, or a file that is none; the text says which there are.
    """
    folder = folder or WEIGHTS
    if name not in of_ours(folder):
        return load_large(name, where_is(name, of_ours(folder), places), device, precision, mode)
    if name in NAMES:
        from .pocket.family import load_pocket

        return load_pocket(name, folder, device)
    from .toy.checkpoint import load as load_toy
    from .toy.decoder import PlaneDecoder

    model = load_toy(folder / f"{name}.safetensors")
    return model.score_model(device), model.text(), PlaneDecoder()


def load_clip(
    name: str,
    device: str = "cpu",
    folder: Path | None = None,
    precision: str = "auto",
    places: Places | None = None,
) -> TwoTowers:
    """The CLIP of that name, which may be the text encoder of models too.

    Args:
        name: one of `CLIPS`; a large one's may be pinned.
        device: where it is to compute.
        folder: instead of that of the weights that ship.
        precision: in which a large one computes; the pocket CLIP always in single precision.
        places: where large CLIPs lie; by default where a run without ComfyUI looks.

    Raises:
        ValueError: no such CLIP, or a file that is none; the text says which there are.
    """
    folder = folder or WEIGHTS
    if name not in clips_of_ours(folder):
        return load_large_clip(name, where_is(name, clips_of_ours(folder), places), device, precision)
    from .pocket.family import load_text

    return load_text(folder / f"{name}.safetensors", device)


def _files_of_ours(name: str) -> tuple[Path, ...]:
    return pocket_files(name, WEIGHTS) if name in NAMES else (WEIGHTS / f"{name}.safetensors",)


MODELS = Shelf(of_ours, _files_of_ours, Places.models, check_large)
CLIPS = Shelf(clips_of_ours, _files_of_ours, Places.clips, check_large_clip)
