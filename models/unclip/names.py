"""Which folders hold an unCLIP model, and the stages of it that are models of their own.

A stage is called by the folder and what it does: `karlo-v1-alpha/prior`, `karlo-v1-alpha/decoder`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ..clip.folders import read_json

INDEX = "model_index.json"
PRIOR, DECODER, UPSCALER = "prior", "decoder", "super-resolution"
KARLO = ("UnCLIPPipeline", "UnCLIPImageVariationPipeline")
STABLE = ("StableUnCLIPPipeline", "StableUnCLIPImg2ImgPipeline")
# The subfolders that a stage is read from, by the kind of pipeline.
_PARTS = {
    KARLO: {
        PRIOR: ("prior", "prior_scheduler", "text_encoder", "tokenizer"),
        DECODER: ("decoder", "decoder_scheduler", "text_proj", "text_encoder", "tokenizer"),
        UPSCALER: ("super_res_first", "super_res_last", "super_res_scheduler"),
    },
    STABLE: {
        PRIOR: ("prior", "prior_scheduler", "prior_text_encoder", "prior_tokenizer"),
        DECODER: (
            *("unet", "scheduler", "vae", "text_encoder", "tokenizer"),
            *("image_normalizer", "image_noising_scheduler"),
        ),
    },
}
_OPTIONAL = ("image_encoder", "feature_extractor")


class Stage(NamedTuple):
    """One model of an unCLIP.

    Attributes:
        folder: of the whole.
        pipeline: the class that its index names.
        stage: what it does.
    """

    folder: Path
    pipeline: str
    stage: str

    @property
    def is_karlo(self) -> bool:
        """Whether it is of Karlo's design; else it is of Stable unCLIP's."""
        return self.pipeline in KARLO


def find(folder: Path) -> dict[str, Stage]:
    """The stages in a folder of models, by name, in the order of the way from text to picture."""
    return {
        f"{each.relative_to(folder).as_posix()}/{stage.stage}": stage
        for each in _candidates(folder)
        for stage in stages(each)
    }


def stages(folder: Path) -> list[Stage]:
    """The stages that a pipeline's folder has all parts of; none if it holds no unCLIP."""
    try:
        pipeline = read_json(folder / INDEX).get("_class_name")
    except ValueError:
        return []
    return [
        Stage(folder, str(pipeline), stage)
        for kind, parts in _PARTS.items()
        if pipeline in kind
        for stage, names in parts.items()
        if all((folder / name).is_dir() for name in names)
    ]


def files(stage: Stage) -> tuple[Path, ...]:
    """What a stage is read from, in order of the names."""
    [parts] = [parts for kind, parts in _PARTS.items() if stage.pipeline in kind]
    found = (stage.folder.glob(f"{name}/*") for name in (*parts[stage.stage], *_OPTIONAL))
    return tuple(sorted(path for paths in found for path in paths if path.is_file()))


def _candidates(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for pattern in (f"*/{INDEX}", f"*/*/{INDEX}"):
        yield from sorted(path.parent for path in folder.glob(pattern))
