"""Stands for `folder_paths`: where files lie, by name, and never outside those folders."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

from .model_folders import WEIGHTS, files_below, model_folders, present_name
from .places import Places

_ENDINGS = {"[output]": "output", "[input]": "input", "[temp]": "temp"}


class FolderPaths:
    """The functions of the module, under their own names. Paths are text: packs join them as such."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self.base_path = str(places.base)
        self.models_dir = str(places.models)
        self.supported_pt_extensions = set(WEIGHTS)
        self.folder_names_and_paths = model_folders(places.models, places.base / "custom_nodes")

    def get_output_directory(self) -> str:
        """Where results go."""
        return str(self._places.output_now())

    def get_input_directory(self) -> str:
        """Where files to read lie."""
        return str(self._places.input_now())

    def get_temp_directory(self) -> str:
        """Where previews go."""
        return str(self._places.temp_now())

    def get_user_directory(self) -> str:
        """Where settings of a person lie."""
        return str(self._places.base / "user")

    def get_directory_by_type(self, type_name: str) -> str | None:
        """One of the three folders that a page may show files of, or None."""
        folders = {
            "output": self.get_output_directory,
            "input": self.get_input_directory,
            "temp": self.get_temp_directory,
        }
        return folders[type_name]() if type_name in folders else None

    def annotated_filepath(self, name: str) -> tuple[str, str | None]:
        """The name without its `[output]`, `[input]` or `[temp]`, and the folder that it says."""
        for ending, kind in _ENDINGS.items():
            if name.endswith(ending):
                return name.removesuffix(ending).rstrip(" "), self.get_directory_by_type(kind)
        return name, None

    def get_annotated_filepath(self, name: str, default_dir: str | None = None) -> str:
        """The path of a file named so.

        Raises:
            ValueError: it would lie outside its folder.
        """
        bare, folder = self.annotated_filepath(name)
        return str(_inside(Path(folder or default_dir or self.get_input_directory()), bare))

    def exists_annotated_filepath(self, name: str) -> bool:
        """Whether there is a file named so, inside its folder."""
        try:
            return Path(self.get_annotated_filepath(name)).exists()
        except ValueError:
            return False

    def add_model_folder_path(
        self, folder_name: str, full_folder_path: str, is_default: bool = False
    ) -> None:
        """Look for that kind of model there too, first where it is the default."""
        paths, _ = self.folder_names_and_paths.setdefault(present_name(folder_name), ([], set()))
        if full_folder_path in paths and not is_default:
            return
        if full_folder_path in paths:
            paths.remove(full_folder_path)
        paths.insert(0 if is_default else len(paths), full_folder_path)

    def get_folder_paths(self, folder_name: str) -> list[str]:
        """Where that kind of model is looked for."""
        return list(self.folder_names_and_paths[present_name(folder_name)][0])

    def get_filename_list(self, folder_name: str) -> list[str]:
        """The names of that kind of model."""
        paths, endings = self.folder_names_and_paths[present_name(folder_name)]
        return sorted(set().union(*(files_below(path, set(endings)) for path in paths)))

    def get_full_path(self, folder_name: str, filename: str) -> str | None:
        """The path of a model by kind and name, or None."""
        folders = self.folder_names_and_paths.get(present_name(folder_name), ([], set()))[0]
        # Weights are often links to where they really lie: the name must stay inside, not what it leads to.
        inside = os.path.relpath(os.path.normpath(f"/{filename}"), "/")
        found = (Path(folder, inside) for folder in folders)
        return next((str(path) for path in found if path.is_file()), None)

    def get_full_path_or_raise(self, folder_name: str, filename: str) -> str:
        """The path of a model by kind and name.

        Raises:
            FileNotFoundError: there is none.
        """
        path = self.get_full_path(folder_name, filename)
        if path is None:
            folders = self.folder_names_and_paths.get(present_name(folder_name), ([], set()))[0]
            raise FileNotFoundError(
                f"no {folder_name} is called {filename!r}; looked in {', '.join(folders)}"
            )
        return path

    def get_save_image_path(
        self, filename_prefix: str, output_dir: str, image_width: int = 0, image_height: int = 0
    ) -> tuple[str, str, int, str, str]:
        """Folder, file name, first free number, sub-folder and prefix for new pictures.

        Raises:
            ValueError: the prefix leads out of the output folder.
        """
        prefix = _filled_in(filename_prefix, image_width, image_height)
        subfolder, name = os.path.split(os.path.normpath(prefix))
        folder = _inside(Path(output_dir), subfolder)
        folder.mkdir(parents=True, exist_ok=True)
        return str(folder), name, _last_number(folder, name) + 1, subfolder, prefix


def _inside(folder: Path, name: str) -> Path:
    root, path = folder.resolve(), (folder / name).resolve()
    if not path.is_relative_to(root):
        raise ValueError(f"{name!r} lies outside {folder}")
    return folder.absolute() / path.relative_to(root)


def _filled_in(prefix: str, width: int, height: int) -> str:
    if "%" not in prefix:
        return prefix
    now = time.localtime()
    words = {
        "width": str(width),
        "height": str(height),
        "year": str(now.tm_year),
        "month": f"{now.tm_mon:02}",
        "day": f"{now.tm_mday:02}",
        "hour": f"{now.tm_hour:02}",
        "minute": f"{now.tm_min:02}",
        "second": f"{now.tm_sec:02}",
    }
    return re.sub("%(" + "|".join(words) + ")%", lambda found: words[found[1]], prefix)


def _last_number(folder: Path, name: str) -> int:
    numbered = re.compile(re.escape(name) + r"_(\d+)", re.IGNORECASE)
    found = (numbered.match(file.name) for file in folder.iterdir())
    return max((int(match[1]) for match in found if match), default=0)
