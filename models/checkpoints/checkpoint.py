"""A whole model on disk: its networks, and the folders of what is no network, all there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .config import read_config
from .families import CLIP, INDEX, Kind
from .folder_kinds import kind_of_folder
from .json_text import brief, named
from .networks import NETWORKS
from .part import Part, part_of
from .settings import check_settings

if TYPE_CHECKING:
    import torch

_NOT_NEEDED = ("safety_checker", "feature_extractor", "image_encoder")


@dataclass(frozen=True)
class Checkpoint:
    """A model that lies on disk, of which nothing is read yet but JSON and headers.

    Attributes:
        kind: of which family it is.
        parts: its networks by the names that a diffusers directory gives them ("unet"); a CLIP's is "clip".
        settings: the folders of its tokenizers, schedulers and picture processors, by such names.
        index: what its model_index.json says beside that ("boundary_ratio").
        own_files: the model_index.json itself.
    """

    kind: Kind
    parts: Mapping[str, Part]
    settings: Mapping[str, Path]
    index: Mapping[str, Any]
    own_files: tuple[Path, ...] = ()

    def check(self) -> None:
        """See that every network's weights are those that its configuration asks for; none is read.

        Raises:
            ValueError: some are not; the text names the component and the tensors.
        """
        for part in self.parts.values():
            part.check()

    def module(
        self, name: str, dtype: torch.dtype | None = None, device: str = "cpu", kind: Any = None
    ) -> Any:
        """One of its networks on a device; see `Part.module`.

        Raises:
            ValueError: there is none of that name, or its weights do not fit.
        """
        if name not in self.parts:
            raise ValueError(f"{self.kind.title} has no {name}; it has {', '.join(self.parts)}")
        return self.parts[name].module(dtype, kind).to(device)

    def files(self) -> tuple[Path, ...]:
        """Every file that it is read from: configurations, weights, and what stands in its settings."""
        weights = [path for part in self.parts.values() for path in (*part.config_files, *part.weights.files)]
        settings = [path for folder in self.settings.values() for path in sorted(folder.iterdir())]
        found = [*self.own_files, *weights, *(path for path in settings if path.is_file())]
        return tuple(dict.fromkeys(found))


def open_folder(folder: Path) -> Checkpoint:
    """The model in a diffusers directory, or the CLIP in a folder of transformers.

    Raises:
        ValueError: it is of no known family, a component is missing or is not what its family needs, or a
            file of it is not what it has to be. The text names it, and where such a model is to be had.
    """
    kind = kind_of_folder(folder)
    try:
        if kind.family is CLIP:
            check_settings(folder)
            return Checkpoint(
                kind,
                {"clip": part_of(folder, "", "CLIPModel")},
                {"tokenizer": folder, "processor": folder},
                {},
            )
        return _of_pipeline(folder, kind)
    except ValueError as error:
        raise ValueError(f"{folder.name}: {error}. {kind.family.known_homes()}") from error


def _of_pipeline(folder: Path, kind: Kind) -> Checkpoint:
    index = read_config(folder / INDEX)
    needed = kind.family.pipelines[index["_class_name"]]
    parts: dict[str, Part] = {}
    settings: dict[str, Path] = {}
    for name, class_name in _components(index, folder, needed).items():
        if not (folder / name).is_dir():
            raise ValueError(
                f"the component {name} ({class_name}) is missing: expected the folder {folder / name}"
            )
        if class_name in NETWORKS:
            parts[name] = part_of(folder, name, class_name)
        else:
            check_settings(folder / name)
            settings[name] = folder / name
    return Checkpoint(kind, parts, settings, index, (folder / INDEX,))


def _components(index: Mapping[str, Any], folder: Path, needed: tuple[str, ...]) -> dict[str, str]:
    """The class of every component that is of use, by name."""
    found: dict[str, str] = {}
    for name, value in index.items():
        if (
            name.startswith("_")
            or not isinstance(value, list)
            or (name not in needed and name in _NOT_NEEDED)
        ):
            continue
        if value == [None, None]:
            continue
        if len(value) != 2 or not all(isinstance(each, str) for each in value) or not name.isidentifier():
            raise ValueError(
                f"{named(folder / INDEX)}: {brief(name)} is {brief(value)}, and no [library, class]"
            )
        found[name] = _known(value[1], f"{named(folder / INDEX)}: {name}")
    missing = [name for name in needed if name not in found]
    if missing:
        raise ValueError(f"{named(folder / INDEX)} names no {' and no '.join(missing)}")
    return found


_ENDINGS = (
    "Scheduler",
    "Tokenizer",
    "TokenizerFast",
    "ImageProcessor",
    "FeatureExtractor",
    "ImageProcessorPil",
)


def _known(class_name: str, where: str) -> str:
    if class_name in NETWORKS or (class_name.isidentifier() and class_name.endswith(_ENDINGS)):
        return class_name
    known = ", ".join(NETWORKS)
    raise ValueError(
        f"{where} is of the class {brief(class_name)}, which is unknown; known networks are {known}"
    )
