"""The words of the nodes in the languages of ComfyUI's page: current, complete, read as they are written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from scorefield.nodes import DEFINITIONS
from scorefield.words import (
    ENGLISH,
    LOCALES,
    SYNTAX,
    as_text,
    languages,
    locale_files,
    missing_in,
    rooms_of,
    translations,
    words_of,
)

LANGUAGES = pytest.mark.parametrize("language", sorted(languages()))
TRANSLATED = pytest.mark.parametrize("language", sorted(translations()))
SAME_IN_FRENCH = """
a b classes clip convention copies image images latent mode options points psnr scheduler second second_x
second_y sigma_max sigma_min sigmas t unclip vae variance x
"""
SAME = {"fr": set(SAME_IN_FRENCH.split())}  # words that are the same in both languages
# What stands in texts for a choice or a file and must not be translated.
KEPT_AS_THEY_ARE = ("0.5 -1.2 cat", "plots/spiral", "'from uncond'", "AdamW", "DALL·E 2", "CLIP", "WAN")


def every_word() -> set[str]:
    words = {word for definition in DEFINITIONS.values() for word in words_of(definition)}
    return words | set(rooms_of(DEFINITIONS.values()))


@LANGUAGES
def test_the_files_are_what_the_nodes_and_the_translation_say(language: str) -> None:
    """If not: `python -m scorefield.words`."""
    for name, content in locale_files(DEFINITIONS, languages()[language]).items():
        assert (LOCALES / language / name).read_text(encoding="utf-8") == as_text(content)


@TRANSLATED
def test_a_translation_has_every_text_and_no_other(language: str) -> None:
    said = translations()[language]
    assert missing_in(DEFINITIONS, said) == []
    assert said.keys() - every_word() == set()


@TRANSLATED
def test_nothing_is_left_in_english_by_accident(language: str) -> None:
    said = translations()[language]
    assert {english for english, translated in said.items() if english == translated} == SAME[language]
    assert all(translated.strip() == translated != "" for translated in said.values())


@TRANSLATED
def test_a_translation_says_as_much_as_the_text(language: str) -> None:
    for english, translated in translations()[language].items():
        if len(english) > 40:
            assert 0.6 < len(translated) / len(english) < 2, english
        assert english.endswith(".") == translated.endswith("."), english
        for name in KEPT_AS_THEY_ARE:
            if name in english:
                assert name.strip("'") in translated, english


@LANGUAGES
def test_the_page_reads_no_syntax_into_a_text(language: str) -> None:
    for name in ("main.json", "nodeDefs.json"):
        content = json.loads((LOCALES / language / name).read_text(encoding="utf-8"))
        assert not [text for text in texts(content) if SYNTAX & set(text)]


def test_english_names_are_those_of_the_help_pages() -> None:
    written = json.loads((LOCALES / ENGLISH / "nodeDefs.json").read_text(encoding="utf-8"))
    for name, definition in DEFINITIONS.items():
        assert [each["name"] for each in written[name]["inputs"].values()] == [
            each.name for each in definition.inputs
        ]
        assert [each["name"] for each in written[name]["outputs"].values()] == [
            each.name for each in definition.outputs
        ]


def test_a_text_without_its_translation_is_told() -> None:
    [first, *_] = missing_in(DEFINITIONS, {})
    assert first == next(iter(DEFINITIONS.values())).title
    with pytest.raises(KeyError):
        locale_files(DEFINITIONS, {})


def texts(content: Mapping[str, Any]) -> list[str]:
    return [
        text
        for value in content.values()
        for text in (texts(value) if isinstance(value, Mapping) else [value])
    ]
