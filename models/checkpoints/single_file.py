"""A model in one .safetensors file: its networks from the file, from elsewhere what no such file holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .checkpoint import Checkpoint
from .config import read_config
from .families import CLIP, CONFIG, INDEX, SDXL, STABLE_DIFFUSION, STABLE_UNCLIP, WAN, Kind
from .file_kinds import kind_of_file
from .header import Header, read_header
from .ldm_parts import RENAMES, picked, rename_wan
from .part import Part
from .places import Places
from .settings import check_settings
from .tokenizers import find_tokenizer
from .wan_parts import find_wan_decoder, find_wan_encoder
from .weights import Weights

KNOWN = Path(__file__).parent / "known"
# Which configurations a kind may have, by the folders in KNOWN.
_CONFIGURED = {
    (STABLE_DIFFUSION.id, "1"): ("stable-diffusion-1",),
    (STABLE_DIFFUSION.id, "2"): ("stable-diffusion-2-v", "stable-diffusion-2-base"),
    (SDXL.id, ""): ("stable-diffusion-xl",),
    (WAN.id, "2.1"): ("wan-2.1-1.3b", "wan-2.1-14b"),
}
_FOLDER_ONLY = {
    STABLE_UNCLIP.id: (
        "it is loaded from a folder, and diffusers reads no such file either. Its script "
        "convert_original_stable_diffusion_to_diffusers.py makes the folder, told --from_safetensors and "
        "--stable_unclip img2img."
    ),
    CLIP.id: (
        "it is loaded from a folder: put config.json and the files of the tokenizer and of the picture "
        "processor beside it, and call it model.safetensors."
    ),
}
_V = "v_prediction"


def open_file(path: Path, places: Places) -> Checkpoint:
    """The model in a file.

    Its configuration is one of the known ones, or that in a folder beside the file which bears its name: laid
    out as a diffusers directory, without weights. The tokenizer is looked for there, then in every model of
    the family that `places` has.

    Raises:
        ValueError: the file is no safetensors or of no known family, its networks are of an unknown size, or
            a tokenizer or another part is nowhere; the text says what to put where.
    """
    header = read_header(path)
    kind = kind_of_file(header, path.name)
    try:
        return _opened(path, header, kind, places)
    except ValueError as error:
        raise ValueError(f"{path.name} ({kind.title}): {error}") from error


def _opened(path: Path, header: Header, kind: Kind, places: Places) -> Checkpoint:
    if kind.family not in (STABLE_DIFFUSION, SDXL, WAN):
        raise ValueError(f"{_FOLDER_ONLY[kind.family.id]} {kind.family.known_homes()}")
    configured = _configuration(path, header, kind)
    index = read_config(configured / INDEX)
    parts = _wan_parts if kind.family is WAN else _picture_parts
    found = parts(path, header, configured, places)
    tokenizers = {
        name: find_tokenizer(path, name, kind, places) for name in index if name.startswith("tokenizer")
    }
    check_settings(configured / "scheduler")
    prediction = read_config(configured / "scheduler" / "scheduler_config.json").get("prediction_type")
    told = Kind(kind.family, kind.version, prediction, kind.variant)
    return Checkpoint(told, found, {**tokenizers, "scheduler": configured / "scheduler"}, index)


def _configuration(path: Path, header: Header, kind: Kind) -> Path:
    """The folder of configurations that goes with a file."""
    beside = path.with_suffix("")
    if (beside / INDEX).is_file():
        return beside
    if kind.variant:
        raise ValueError(
            f"this kind, {kind.variant}, is not supported: take one that makes pictures or videos of a prompt"
        )
    if kind.family is WAN and kind.version == "2.2":
        raise ValueError(
            "this is the network of 48 channels (TI2V 5B), which begins with a picture and is not supported. "
            "Take a text-to-video one, in a folder or as its two files, of high and of low noise, which "
            f"Field Switch joins: {kind.family.known_homes()}"
        )
    known = _CONFIGURED.get((kind.family.id, kind.version), ())
    fitting = [name for name in known if _fits(header, KNOWN / name)]
    if not fitting:
        raise ValueError(
            f"its networks are of another size than those of {' and '.join(known) or 'any known model'}. Put "
            f"the configurations beside it, as the folder {beside.name} laid out as a diffusers directory"
        )
    return KNOWN / (_of_prediction(fitting, path, kind) if len(fitting) > 1 else fitting[0])


def _fits(header: Header, folder: Path) -> bool:
    """Whether the first layers are as wide as a configuration says; the rest is compared before loading."""
    shapes = {
        name.removeprefix("model.diffusion_model."): entry.shape for name, entry in header.tensors.items()
    }
    if (folder / "transformer").is_dir():
        config = read_config(folder / "transformer" / CONFIG)
        width = config["num_attention_heads"] * config["attention_head_dim"]
        return shapes["patch_embedding.weight"][:2] == (width, config["in_channels"])
    config = read_config(folder / "unet" / CONFIG)
    first = shapes["input_blocks.0.0.weight"][:2] == (config["block_out_channels"][0], config["in_channels"])
    hears = {
        shape[1] for name, shape in shapes.items() if name.endswith("attn2.to_k.weight") and len(shape) == 2
    }
    return first and hears == {config["cross_attention_dim"]}


def _of_prediction(names: list[str], path: Path, kind: Kind) -> str:
    """Stable Diffusion 2 was trained twice, on networks of one shape: what one says is told by its header, or
    shows in a norm, which is the wider spread where v is predicted."""
    prediction = kind.prediction or (_V if _spread(path, _NORM) > _SPREAD else "epsilon")
    return names[0] if prediction == _V else names[1]


_NORM = "model.diffusion_model.output_blocks.11.1.transformer_blocks.0.norm1.bias"
_SPREAD = 0.09


def _spread(path: Path, name: str) -> float:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            return float(file.get_tensor(name).float().std(unbiased=False))
    except (OSError, SafetensorError):
        return 1.0


def _picture_parts(path: Path, header: Header, configured: Path, places: Places) -> Mapping[str, Part]:
    index = read_config(configured / INDEX)
    return {
        name: _part(path, header, configured / name, name, index[name][1], picked(header.tensors, name))
        for name in RENAMES
        if name in index
    }


def _part(
    path: Path, header: Header, folder: Path, name: str, class_name: str, names: frozenset[str]
) -> Part:
    if not names:
        raise ValueError(
            f"it holds no {name}: it is one network of a model. Take a file that is whole, or a diffusers "
            "directory"
        )
    config = read_config(folder / CONFIG)
    return Part(
        name, class_name, config, _only(path, header, names), f"its {name}", RENAMES[name], (folder / CONFIG,)
    )


def _only(path: Path, header: Header, names: frozenset[str]) -> Weights:
    tensors = {name: entry for name, entry in header.tensors.items() if name in names}
    return Weights((path,), tensors, dict.fromkeys(tensors, path))


def _wan_parts(path: Path, header: Header, configured: Path, places: Places) -> Mapping[str, Part]:
    config = read_config(configured / "transformer" / CONFIG)
    weights = _only(path, header, frozenset(header.tensors))
    transformer = Part(
        *("transformer", "WanTransformer3DModel", config, weights, "its transformer", rename_wan),
        (configured / "transformer" / CONFIG,),
    )
    return {
        "transformer": transformer,
        "vae": find_wan_decoder(path, configured, places),
        "text_encoder": find_wan_encoder(path, configured, places),
    }
