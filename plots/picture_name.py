"""What a written picture is called: ComfyUI's `{prefix}_{counter:05}_.png`, never outside its folder."""

from __future__ import annotations

import re
from pathlib import Path

COUNTER = re.compile(r"_(\d+)_?\.")


def place_of(folder: Path, prefix: str) -> tuple[Path, str]:
    """The folder that a prefix such as "spiral/ddpm" leads to, resolved, and the rest of it; nothing is made.

    Args:
        folder: where pictures go.
        prefix: the beginning of the name, perhaps below sub-folders; backslashes count as slashes, so that a
            workflow saved on Windows leads to the same place.

    Raises:
        ValueError: a prefix that is empty, absolute, on a drive, climbs out with "..", holds a character that
            no file name has, or leads out of the folder by a symbolic link.
    """
    parts = prefix.replace("\\", "/").split("/")
    if not parts[-1].strip(". "):
        raise ValueError(
            f"the file name prefix {prefix!r} names no file: end it with a name, such as 'demos/spiral'"
        )
    if parts[0] == "" or ":" in prefix or ".." in parts:
        raise ValueError(
            f"the file name prefix {prefix!r} leads out of the output folder: give a name inside it"
        )
    if any(ord(character) < 32 for character in prefix):
        raise ValueError(f"the file name prefix {prefix!r} holds a character that no file name may have")
    target = folder.joinpath(*parts[:-1]).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise ValueError(f"the file name prefix {prefix!r} leads out of the output folder by a symbolic link")
    return target, parts[-1]


def next_counter(folder: Path, name: str) -> int:
    """One more than the highest counter that pictures of this name have; 1 in a folder without them."""
    if not folder.is_dir():
        return 1
    beginnings = (entry.name for entry in folder.iterdir() if entry.name.startswith(name + "_"))
    found = (COUNTER.match(entry[len(name) :]) for entry in beginnings)
    return max((int(match[1]) for match in found if match), default=0) + 1


def picture_name(name: str, counter: int, suffix: str) -> str:
    """As ComfyUI names it; the suffix with its dot."""
    return f"{name}_{counter:05}_{suffix}"
