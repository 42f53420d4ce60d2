"""The autoencoder and the text encoder of a WAN whose transformer is a single file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from .config import read_config
from .families import CONFIG, WAN
from .header import Header, read_header
from .ldm_parts import rename_wan_decoder
from .nearby import folders_of
from .part import Part, Rename, part_of
from .places import MOST_LISTED, Places
from .weights import Weights

_HOW = (
    "put a diffusers directory of WAN into a model folder (scorefield fetch {home} --only {name} is enough)"
)


def find_wan_decoder(path: Path, configured: Path, places: Places) -> Part:
    """The autoencoder, from beside the file, from a WAN that is found, or from a single file of kind vae.

    Raises:
        ValueError: there is none; the text says what to put where.
    """
    return _found(path, configured, places, "vae", "AutoencoderKLWan", "vae", _is_decoder, rename_wan_decoder)


def find_wan_encoder(path: Path, configured: Path, places: Places) -> Part:
    """The text encoder, likewise.

    Raises:
        ValueError: there is none; the text says what to put where.
    """
    return _found(
        path, configured, places, "text_encoder", "UMT5EncoderModel", "text_encoders", _is_encoder, None
    )


def _found(
    path: Path,
    configured: Path,
    places: Places,
    name: str,
    class_name: str,
    kind: str,
    is_it: Callable[[Header], bool],
    rename: Rename | None,
) -> Part:
    beside = path.with_suffix("")
    for folder in (beside, *(each for each, _ in folders_of(WAN, places))):
        if (folder / name / CONFIG).is_file() and any((folder / name).glob("*.safetensors")):
            return part_of(folder, name, class_name)
    for file in _files_of(kind, places):
        header = _header_or_none(file)
        if header is not None and is_it(header):
            config = read_config(configured / name / CONFIG)
            held = {each: entry for each, entry in header.tensors.items() if each not in _BESIDE}
            weights = Weights((file,), held, dict.fromkeys(held, file))
            return Part(name, class_name, config, weights, file.name, rename, (configured / name / CONFIG,))
    how = _HOW.format(home=WAN.homes[0], name=name)
    raise ValueError(
        f"its {name} is another file, and none is found: {how}, or a file of it into the folder {kind}"
    )


_BESIDE = ("spiece_model", "scaled_fp8")


def _files_of(kind: str, places: Places) -> Iterator[Path]:
    left = MOST_LISTED
    for folder in places.folders_of(kind):
        for file in sorted(folder.glob("*.safetensors"))[:left]:
            left -= 1
            yield file


def _header_or_none(file: Path) -> Header | None:
    try:
        return read_header(file)
    except ValueError:
        return None


def _is_decoder(header: Header) -> bool:
    return "decoder.middle.0.residual.0.gamma" in header.tensors and (header.shape("conv2.weight") or ())[
        :1
    ] == (16,)


def _is_encoder(header: Header) -> bool:
    bias = "encoder.block.1.layer.0.SelfAttention.relative_attention_bias.weight"  # of UMT5 in every layer
    return "shared.weight" in header.tensors and bias in header.tensors
