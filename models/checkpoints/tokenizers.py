"""The tokenizer of a single file, which is never in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .families import SDXL, STABLE_DIFFUSION, STABLE_UNCLIP, WAN, Kind
from .nearby import folders_of
from .places import Places
from .settings import check_settings

# All CLIPs divide text alike; they differ in what they fill up with, "!" or the mark of the end.
_FILLED_BY_MARK = ((STABLE_DIFFUSION, "1", "tokenizer"), (SDXL, "", "tokenizer"))
_FILLED_BY_EXCLAMATION = (
    (STABLE_DIFFUSION, "2", "tokenizer"),
    (SDXL, "", "tokenizer_2"),
    (STABLE_UNCLIP, "", "tokenizer"),
)
_ALIKE = (_FILLED_BY_MARK, _FILLED_BY_EXCLAMATION, ((WAN, "", "tokenizer"),))


def find_tokenizer(path: Path, name: str, kind: Kind, places: Places) -> Path:
    """The folder of a file's tokenizer: beside the file, or in any model that divides text in the same way.

    Raises:
        ValueError: there is none; the text says what to put where.
    """
    beside = (path.with_suffix("") / name, path.parent / name)
    for folder in (*beside, *_of_others(name, kind, places)):
        if folder.is_dir():
            check_settings(folder)
            return folder
    homes = ", ".join(kind.family.homes[:1])
    raise ValueError(
        f"its {name} is in no file: put the folder {name} of a model of {kind.family.title} at {beside[0]}, "
        f"or a whole one into a model folder (scorefield fetch {homes} --only {name} is enough)"
    )


def _of_others(name: str, kind: Kind, places: Places) -> Iterator[Path]:
    alike = next(
        (
            group
            for group in _ALIKE
            if any(
                family is kind.family and name == own and version in ("", kind.version)
                for family, version, own in group
            )
        ),
        (),
    )
    for family, version, own in alike:
        for folder, found in folders_of(family, places):
            if version in ("", found.version):
                yield folder / own
    if alike is _FILLED_BY_MARK:
        for clip in places.clips():
            yield places.find(clip)
