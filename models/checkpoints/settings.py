"""Folders of what is no network: a tokenizer's, a scheduler's, a picture processor's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .config import read_config
from .foreign import check_is_file
from .json_text import brief, named, read_json

MOST_BYTES = 64 * 2**20  # UMT5's tokenizer.json has 17 MB
MOST_VOCABULARY_BYTES = 8 * 2**20
LONGEST = 4096
_CONFIGS = ("scheduler_config.json", "preprocessor_config.json")
_TOKENIZER = "tokenizer_config.json"
_FILES = ("tokenizer.json", "merges.txt", "spiece.model")


def check_settings(folder: Path) -> None:
    """See that a folder holds a tokenizer, a scheduler or a processor whose files are what they have to be.

    Raises:
        ValueError: it holds none, or a file is not; the text names it and the field.
    """
    configs = [folder / name for name in _CONFIGS if (folder / name).exists()]
    for path in configs:
        read_config(path)
    is_tokenizer = (folder / _TOKENIZER).exists() or (folder / "tokenizer.json").exists()
    if is_tokenizer:
        _check_tokenizer(folder)
    if not configs and not is_tokenizer:
        expected = ", ".join((*_CONFIGS, _TOKENIZER))
        raise ValueError(f"the folder {folder.name} holds none of {expected}")


def _check_tokenizer(folder: Path) -> None:
    if (folder / _TOKENIZER).exists():
        _check_tokenizer_config(folder / _TOKENIZER)
    has_vocabulary = (folder / "vocab.json").exists() and (folder / "merges.txt").exists()
    if not has_vocabulary and not (folder / "tokenizer.json").exists():
        raise ValueError(
            f"the tokenizer in {folder.name} has no words: expected tokenizer.json, or vocab.json and "
            "merges.txt"
        )
    if (folder / "vocab.json").exists():
        _check_vocabulary(folder / "vocab.json")
    for path in (folder / name for name in _FILES):
        if path.exists():
            check_is_file(path)
            if path.stat().st_size > MOST_BYTES:
                raise ValueError(f"{named(path)} is larger than {MOST_BYTES:,} bytes, which no such file is")


def _check_tokenizer_config(path: Path) -> None:
    config: dict[str, Any] = read_json(path, MOST_VOCABULARY_BYTES)
    if config.get("auto_map"):
        raise ValueError(f"{named(path)}: auto_map is set: its class is code, and none of that is run")
    name = config.get("tokenizer_class", "")
    if not isinstance(name, str):
        raise ValueError(f"{named(path)}: tokenizer_class is {brief(name)} and has to be a name")
    longest = config.get("model_max_length", LONGEST)
    # Without a bound of its own a tokenizer says 10³⁰; one that pads to its bound has to have one.
    is_padded = name.startswith("CLIP")
    if type(longest) not in (int, float) or longest < 1 or (is_padded and longest > LONGEST):
        raise ValueError(f"{named(path)}: model_max_length is {brief(longest)} and has to be 1 … {LONGEST:,}")


def _check_vocabulary(path: Path) -> None:
    for word, place in read_json(path, MOST_VOCABULARY_BYTES).items():
        if type(place) is not int or not 0 <= place < 2**20:
            raise ValueError(
                f"{named(path)}: the place of {brief(word)} is {brief(place)}, and no whole number"
            )
