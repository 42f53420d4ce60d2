"""What a French help page must hold where the English one says something: line for line, word for word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

THIN, HARD = "\u202f", "\u00a0"  # the spaces that French puts before ; ? ! and before : »
LABELS = {
    "To try, and to know": "À essayer, à savoir",
    "Seen in": "À voir dans",
    "Source:": f"Source{HARD}:",
}
HEADS = {
    "| input | takes | default | what |": "| entrée | accepte | par défaut | rôle |",
    "| output | gives | what |": "| sortie | donne | rôle |",
}
TOLD = {
    "whole number": "nombre entier",
    "number": "nombre",
    "text": "texte",
    "on or off": "activé ou désactivé",
    "a name of the list": "un nom de la liste",
    "needed": "obligatoire",
    "not needed": "facultatif",
    "on": "activé",
    "off": "désactivé",
    "empty": "vide",
}
OF_COMFYUI = {"Load Image": "Charger Image"}  # its own node, as its page calls it in French
ENGLISH_WORDS = {"hat"}  # in code spans of prompts, though an input bears the name too
STARTS = ("# ", "| `", "|", "![", "**", "- ", "```")
CODE = re.compile(r"`([^`]+)`")
ITALIC = re.compile(r"(?<!\*)\*([^*]+)\*(?!\*)")
LABEL = re.compile(r"^\*\*([^*]+)\*\*")
PICTURE = re.compile(r"^!\[[^\]]+\]\(([^)]+)\)$")
# What a formula may say otherwise: words of two letters and more, names with a mark in them, commas, spaces.
WORDS_OF_A_FORMULA = re.compile(r"[^\W\d_]+(?:['_][^\W\d_]+)+|[^\W\d_]{2,}|\b[aà]\b|[\s,;:]")
MISPRINT = re.compile(
    r"\S? [:;?!»]|« |[^\s\u00a0]»|«[^\u00a0]|\w[;?!](?!\w)"
    r"|\d \d{3}\b|(?<!WAN )(?<![\d.:])\b\d+\.\d+(?![\d.])|\""
)


@dataclass(frozen=True)
class Locale:
    """What things are called: texts, the names of inputs and outputs among them, and nodes' titles."""

    said: Mapping[str, str]
    names: frozenset[str]
    titles: Mapping[str, str]

    def code(self, span: str) -> str:
        """What becomes of a code span: names are those that the locale shows, all else stays."""
        return self.said[span] if span in self.names - ENGLISH_WORDS else span

    def italic(self, words: str) -> str:
        """What becomes of words in italics: nodes bear their titles, workflows their names."""
        return {**self.titles, **OF_COMFYUI}.get(words, words)


def told(english: str) -> str:
    """What an input takes, or is when nothing is given, as the table of a French page has it."""
    if english.startswith("`"):
        return english
    kind, comma, values = english.partition(", ")
    return TOLD.get(kind, number(kind)).replace(" or ", " ou ") + comma + number(values)


def number(english: str) -> str:
    """Numbers as French writes them: 1,000.5 is 1 000,5."""
    return re.sub(r"(?<=\d),(?=\d{3})", THIN, english).replace(".", ",")


def differences(english: list[str], french: list[str], locale: Locale) -> list[str]:
    """Where the pages do not say the same, as far as it can be read without knowing either language."""
    if [kind(line) for line in english] != [kind(line) for line in french]:
        return ["other kinds of lines, or in another order"]
    found = []
    for is_formula, line, other in zip(in_formulas(english), english, french, strict=True):
        same = signs(line) == signs(other) if is_formula else alike(line, other, locale)
        if not same:
            found.append(f"{line}\n{other}")
    return found


def alike(line: str, other: str, locale: Locale) -> bool:
    """Whether a French line has the code, names, numbers, label and picture of the English one."""
    if line.startswith("| `"):
        name, *_, what = cells(line)
        other_name, *_, other_what = cells(other)
        if other_name != f"`{locale.said[name.strip('`')]}`":
            return False
        if what in locale.said:  # the node's own words are the locale's
            return other_what == locale.said[what]
        line, other = what, other_what
    return (
        Counter(map(locale.code, CODE.findall(line))) == Counter(CODE.findall(other))
        and Counter(map(locale.italic, italics(line))) == Counter(italics(other))
        and numbers(_plain(line)) == numbers(_as_english(_plain(other)))
        and [LABELS[each] for each in LABEL.findall(line)] == LABEL.findall(other)
        and PICTURE.findall(line) == PICTURE.findall(other)
        and HEADS.get(line, other) == other
        and (line != other or len(line.split()) < 4 or line.startswith(("|", "**")))
    )


def misprints(text: str) -> list[str]:
    """Where French has a no-break space, a comma in its numbers, or quotation marks of its own."""
    return MISPRINT.findall(CODE.sub("`", text))


def kind(line: str) -> str:
    """How a line begins: a title, a row, a picture, a label, an item, a fence, text, or nothing."""
    return next((start for start in STARTS if line.startswith(start)), "text" if line else "")


def in_formulas(lines: list[str]) -> list[bool]:
    """For each line whether it stands between fences."""
    fences = [line.startswith("```") for line in lines]
    return [sum(fences[:place]) % 2 == 1 and not fences[place] for place in range(len(lines))]


def signs(formula: str) -> str:
    """A line of a formula without its words: signs, digits, and letters that stand alone."""
    return WORDS_OF_A_FORMULA.sub("", formula)


def cells(row: str) -> list[str]:
    """The cells of a table's row."""
    return row.removeprefix("| ").removesuffix(" |").split(" | ")


def italics(line: str) -> list[str]:
    """What a line sets in italics."""
    return ITALIC.findall(CODE.sub("", line))


def numbers(line: str) -> Counter[str]:
    """The numbers of a line, in any order: grammar may change it."""
    return Counter(re.findall(r"\d+(?:\.\d+)*", re.sub(r"(?<=\d),(?=\d{3}\b)", "", line)))


def _plain(line: str) -> str:
    return CODE.sub("", line)


def _as_english(french: str) -> str:
    return re.sub(r"(?<=\d),(?=\d)", ".", french.replace(THIN, ""))
