"""Where models lie, and under which names: folders in ComfyUI's layout, and the cache of Hugging Face.

Nothing is kept between questions: a file that appears is there for the next one.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .families import CONFIG, INDEX
from .folder_kinds import family_of
from .hub_cache import hub_folder, hub_names, snapshot
from .json_text import brief
from .listing import COMFY, Root, by_stages, held, is_clip, is_pipeline
from .stages import parted_name

VARIABLE = "SCOREFIELD_MODELS"
DEFAULT = Path("models")
MOST_LISTED = 1000
_MOST_COMPARED, _MOST_NAMED = 2000, 40
OWN = Path(__file__).parents[1]  # the package's own folder is called models too
_MODELS = ("checkpoints", "diffusers", "diffusion_models")
_CLIPS = ("clip_vision", "diffusers", "text_encoders")
_KINDS = tuple(dict.fromkeys((*_MODELS, *_CLIPS)))
# Folders that have borne another name; ComfyUI asks for both by the one of today.
_FOLDERS = {"diffusion_models": ("diffusion_models", "unet"), "text_encoders": ("text_encoders", "clip")}


class ComfyFolders(Protocol):
    """ComfyUI's `folder_paths`, as far as it is asked."""

    def get_folder_paths(self, folder_name: str) -> list[str]:
        """Where that kind of model is looked for."""


@dataclass(frozen=True)
class Places:
    """Where a run looks for models.

    Attributes:
        roots: gives the folders now.
        hub: the cache of Hugging Face, or None.
    """

    roots: Callable[[], Sequence[Root]]
    hub: Path | None = None

    def models(self) -> tuple[str, ...]:
        """The names of the score models there, at most 1,000: diffusers directories, by their stages where
        they have some, and single files.

        A file is not opened for it. What is beyond the bound is found by its name all the same.
        """
        return self._names(_MODELS, is_pipeline, with_files=True)

    def clips(self) -> tuple[str, ...]:
        """The names of the CLIPs there, at most 1,000."""
        return self._names(_CLIPS, is_clip, with_files=False)

    def find(self, name: str) -> Path:
        """The folder or file of a name, or of a path inside one of the folders; of a stage, its model's.

        Raises:
            ValueError: there is none, or the name leads elsewhere; the text says which there are, or where it
                may be had.
        """
        return self.locate(name)[0]

    def locate(self, name: str) -> tuple[Path, str]:
        """The same, and which of the model's stages is meant; no stage is the whole.

        Raises:
            ValueError: as `find`.
        """
        found = self._located(name.replace("\\", "/"))
        if found is None:
            raise self.missing(name)
        return found

    def has(self, name: str) -> bool:
        """Whether there is a folder or a file of that name."""
        return self._located(name.replace("\\", "/")) is not None

    def folders_of(self, kind: str) -> list[Path]:
        """Where files of a kind lie, such as "vae": those of one part of a model."""
        return [root.folder for root in self.roots() if root.kind == kind and root.folder.is_dir()]

    def _located(self, name: str) -> tuple[Path, str] | None:
        whole, stage = parted_name(name)
        model = self._at(whole) if stage else None
        if model is not None and _has_stage(model, stage):
            return model, stage
        path = self._at(name)
        return None if path is None else (path, "")

    def _at(self, name: str) -> Path | None:
        parts = name.split("/")
        if name.startswith("/") or Path(name).is_absolute():
            return self._at_path(Path(name))
        if any(part in ("", ".", "..") for part in parts) or "\0" in name:
            return None
        for kind, folder in self.roots():
            inside = parts[1:] if kind and parts[0] == kind else [] if kind else parts
            path = folder.joinpath(*inside)
            if inside and (kind or name not in COMFY) and _is_there(path):
                return path
        fetched = snapshot(self.hub, name) if self.hub is not None else None
        return fetched or self._of_another_layout(parts)

    def _of_another_layout(self, parts: Sequence[str]) -> Path | None:
        """The model of a name whose kind of folder is left out, or is not that which it lies in here: so a
        workflow finds it in ComfyUI's folders and in one that holds it by itself."""
        inside = parts[1:] if parts[0] in _KINDS else parts
        if not inside or inside[0] in COMFY:
            return None
        roots = (root for root in self.roots() if root.kind in ("", *_KINDS))
        return next(
            (path for path in (root.folder.joinpath(*inside) for root in roots) if _is_model(path)), None
        )

    def _at_path(self, path: Path) -> Path | None:
        """A path as it is typed: links inside a folder may lead anywhere, the path may not."""
        plain = Path(os.path.normpath(path))
        inside = any(plain.is_relative_to(root.folder) and plain != root.folder for root in self.roots())
        return plain if inside and _is_there(plain) else None

    def _names(
        self, kinds: tuple[str, ...], wanted: Callable[[Path], bool], with_files: bool
    ) -> tuple[str, ...]:
        found: set[str] = set()
        for root in self.roots():
            if root.kind in ("", *kinds):
                for path in held(root, wanted, with_files):
                    found.update(by_stages(root.name_of(path), path))
        if self.hub is not None:
            for name, folder in hub_names(self.hub):
                found.update(by_stages(name, folder) if wanted(folder) else ())
        return tuple(sorted(found)[:MOST_LISTED])

    def missing(self, name: str, others: Sequence[str] = ()) -> ValueError:
        """That there is no model of a name, what may have been meant, and where it may be had.

        Args:
            name: what was asked for.
            others: names of models that lie nowhere here, and might have been meant too.
        """
        known = (*others, *self.models(), *self.clips())
        close = difflib.get_close_matches(name, known[:_MOST_COMPARED], n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        more = ", …" if len(known) > _MOST_NAMED else ""
        there = f" There are {', '.join(known[:_MOST_NAMED])}{more}." if known else ""
        looked = ", ".join(dict.fromkeys(str(root.folder) for root in self.roots() if not root.kind))
        whole, _ = parted_name(name)
        is_id = whole.count("/") == 1 and not whole.startswith((".", "/"))
        fetch = f" If it is a model of Hugging Face, scorefield fetch {whole} gets it." if is_id else ""
        return ValueError(
            f"there is no model called {brief(name)}.{hint}{there} Looked in {looked or 'no folder'}.{fetch}"
        )


def places_in(folders: Sequence[Path], environment: Mapping[str, str] = os.environ) -> Places:
    """The places of a run without ComfyUI: model folders, each in ComfyUI's layout or holding models itself,
    and the cache of Hugging Face.

    Args:
        folders: those that were asked for; else those that SCOREFIELD_MODELS names, else "models".
        environment: the variables that name folders.
    """
    named = [Path(text) for text in environment.get(VARIABLE, "").split(os.pathsep) if text]
    chosen = [folder.absolute() for folder in (folders or named or [DEFAULT])]
    roots = [root for folder in chosen if folder != OWN for root in _roots_of(folder)]
    return Places(lambda: roots, hub_folder(environment))


def places_of_comfyui(folder_paths: ComfyFolders, environment: Mapping[str, str] = os.environ) -> Places:
    """The places inside ComfyUI: those it knows now, from its own folders and its extra_model_paths.yaml."""

    def roots() -> list[Root]:
        found = []
        for kind in (*_KINDS, "vae"):
            try:
                found += [Root(kind, Path(folder)) for folder in folder_paths.get_folder_paths(kind)]
            except KeyError:  # an older ComfyUI, which knows no such kind
                continue
        return found

    return Places(roots, hub_folder(environment))


def _roots_of(folder: Path) -> list[Root]:
    kinds = (*_KINDS, "vae")
    named = [Root(kind, folder / name) for kind in kinds for name in _FOLDERS.get(kind, (kind,))]
    return [*named, Root("", folder)]


def _is_there(path: Path) -> bool:
    try:
        return path.is_dir() or path.is_file()
    except (OSError, ValueError):
        return False


def _is_model(path: Path) -> bool:
    return _is_there(path) and (path.is_file() or any((path / name).is_file() for name in (INDEX, CONFIG)))


def _has_stage(folder: Path, stage: str) -> bool:
    try:
        family = family_of(folder)
    except ValueError:
        return False
    return family is not None and stage in family.stages
