"""The words of our nodes in the languages of ComfyUI's page, written to `locales/`:

    python -m scorefield.words

English is what the nodes declare. Any other language is a list of its own, `locales/<language>.json`, from
English texts to their translations: where a node's text changes, the translation is missing, and so noticed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .graph.contract import Definition

LOCALES = Path(__file__).parent / "locales"
ENGLISH = "en"
# The page reads these as syntax: placeholders, plurals, links to other messages.
SYNTAX = frozenset("{}|@")
# Rooms of the menu for which the page has words of its own; ours would replace them for everybody.
ROOMS_OF_THE_PAGE = frozenset({"clip", "guidance", "model", "noise"})

Files = dict[str, dict[str, Any]]


def words_of(definition: Definition) -> Iterator[str]:
    """Everything that a person reads on a node; what occurs twice comes twice."""
    yield definition.title
    yield definition.description
    for given in definition.inputs:
        yield from (given.name, given.tooltip)
    for made in definition.outputs:
        yield from (made.name, made.tooltip)


def rooms_of(definitions: Iterable[Definition]) -> list[str]:
    """The rooms of the menu that need words of ours, in their order."""
    rooms = dict.fromkeys(definition.category.rpartition("/")[2] for definition in definitions)
    return [room for room in rooms if room not in ROOMS_OF_THE_PAGE]


def locale_files(definitions: Mapping[str, Definition], said: Mapping[str, str] | None = None) -> Files:
    """The files of one language by name, as ComfyUI reads them.

    Args:
        definitions: the nodes.
        said: the translation of each English text; None for English itself.

    Raises:
        KeyError: a text that has none.
    """

    def say(words: str) -> str:
        return words if said is None else said[words]

    return {
        "main.json": {"nodeCategories": {room: say(room) for room in rooms_of(definitions.values())}},
        "nodeDefs.json": {
            name: {
                "display_name": say(definition.title),
                "description": say(definition.description),
                "inputs": {
                    each.name: {"name": say(each.name), "tooltip": say(each.tooltip)}
                    for each in definition.inputs
                },
                "outputs": {
                    str(place): {"name": say(each.name), "tooltip": say(each.tooltip)}
                    for place, each in enumerate(definition.outputs)
                },
            }
            for name, definition in definitions.items()
        },
    }


def translations() -> dict[str, dict[str, str]]:
    """The lists of all languages but English, by language."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in LOCALES.glob("*.json")}


def languages() -> dict[str, dict[str, str] | None]:
    """Every language with its list; English needs none."""
    return {ENGLISH: None, **translations()}


def as_text(content: Mapping[str, Any]) -> str:
    """A locale's file as it is written."""
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def missing_in(definitions: Mapping[str, Definition], said: Mapping[str, str]) -> list[str]:
    """The texts that have no translation, in the order of the nodes."""
    words = [word for definition in definitions.values() for word in words_of(definition)]
    return [word for word in dict.fromkeys([*words, *rooms_of(definitions.values())]) if word not in said]


def write() -> None:
    """Write the files of every language, each whole or not at all.

    Raises:
        SystemExit: a text without its translation; nothing was written.
    """
    from .nodes import DEFINITIONS

    for language, said in translations().items():
        if missing := missing_in(DEFINITIONS, said):
            lines = "\n".join(json.dumps(word, ensure_ascii=False) for word in missing)
            raise SystemExit(f"locales/{language}.json has no words for:\n{lines}")
    for language, words in languages().items():
        folder = LOCALES / language
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in locale_files(DEFINITIONS, words).items():
            part = folder / f".{name}.part"
            part.write_text(as_text(content), encoding="utf-8")
            part.replace(folder / name)


if __name__ == "__main__":
    write()
