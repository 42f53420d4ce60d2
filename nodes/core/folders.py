"""Where nodes find files by name: ComfyUI's input, output and temp folders, and nothing outside them."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ...graph.errors import brief, valid_names

_MARKS = {" [input]": "input", " [output]": "output", " [temp]": "temp"}


@dataclass(frozen=True)
class Folders:
    """The three folders. `temp` is below `output` unless it is given, as in `graph.host.Host`."""

    input: Path = Path("input")
    output: Path = Path("output")
    temp: Path | None = None

    def find(self, name: str) -> Path:
        """The file that a name stands for: in the input folder, or in the one it is marked with.

        Args:
            name: such as "cat.png", "cats/tom.png" or "spiral_00001_.png [output]"; backslashes count as
                slashes, so that a workflow saved on Windows finds the same file.

        Raises:
            ValueError: the name leads out of the folder, or there is no such file; the text says which
                there are.
        """
        kind, bare = _parted(name)
        folder = self._of(kind)
        path = self._inside(kind, folder, bare)
        if not path.is_file():
            hint = valid_names(bare, _files(folder, lambda _: True))
            raise ValueError(f"there is no file {brief(bare)} in the {kind} folder, {folder}: {hint}")
        return path

    def pictures(self) -> tuple[str, ...]:
        """The pictures in the input folder now, sorted; those in its sub-folders are found, not listed."""
        return _files(self.input, is_picture)

    def pictures_in(self, name: str) -> tuple[Path, ...]:
        """The pictures in a folder inside the input folder, sorted by name; "" is the input folder itself.

        Raises:
            ValueError: the name leads out of the input folder, there is no such folder, or no picture in it.
        """
        folder = self._inside("input", self.input.absolute(), name.strip().replace("\\", "/"))
        if not folder.is_dir():
            if not self.input.is_dir():
                raise ValueError(f"there is no folder {self.input}, where your pictures are looked for")
            known = tuple(sorted(each.name for each in self.input.iterdir() if each.is_dir()))
            raise ValueError(f"there is no folder {brief(name)} in {self.input}: {valid_names(name, known)}")
        found = tuple(folder / each for each in _files(folder, is_picture))
        if not found:
            raise ValueError(f"there is no picture in the folder {folder}")
        return found

    def latents(self) -> tuple[str, ...]:
        """The saved latents in the input folder now, sorted."""
        return _files(self.input, lambda name: name.endswith(".latent"))

    def _of(self, kind: str) -> Path:
        folder = {"input": self.input, "output": self.output}.get(kind) or self.temp or self.output / "temp"
        return folder.absolute()

    def _inside(self, kind: str, folder: Path, name: str) -> Path:
        try:
            path = (folder / name).resolve()
            is_inside = path.is_relative_to(folder.resolve()) and not Path(name).is_absolute()
        except (ValueError, OSError, RuntimeError):  # a null character, a name too long, links in a circle
            is_inside = False
        if not is_inside:
            raise ValueError(
                f"the file name {brief(name)} leads out of the {kind} folder: give a name inside it"
            )
        return path


def is_picture(name: str) -> bool:
    """Whether a file's name says that it is a picture."""
    return (mimetypes.guess_type(name)[0] or "").startswith("image/") or name.lower().endswith(".webp")


def _parted(name: str) -> tuple[str, str]:
    for mark, kind in _MARKS.items():
        if name.endswith(mark):
            return kind, name.removesuffix(mark).replace("\\", "/")
    return "input", name.replace("\\", "/")


def _files(folder: Path, wanted: Callable[[str], bool]) -> tuple[str, ...]:
    if not folder.is_dir():
        return ()
    return tuple(sorted(entry.name for entry in folder.iterdir() if entry.is_file() and wanted(entry.name)))
