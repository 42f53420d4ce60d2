"""Every help page stands there in French too, and says what the English one says."""

from __future__ import annotations

import re

import pytest
from scorefield.graph.contract import Definition
from scorefield.help_pictures import HELP
from scorefield.nodes import DEFINITIONS
from scorefield.words import translations

from .help_in_french import Locale, differences, in_formulas, misprints, told
from .help_tables import default_of, takes
from .test_contract import NODES

SAID = translations()["fr"]
LOCALE = Locale(
    SAID,
    frozenset(each.name for node in DEFINITIONS.values() for each in (*node.inputs, *node.outputs)),
    {node.title: SAID[node.title] for node in DEFINITIONS.values()},
)
DATA_IN_A_TEXT = "0.5 -1.2 cat"


def test_every_page_has_a_french_one_and_no_other_stands_there() -> None:
    found = {path.relative_to(HELP).as_posix() for path in HELP.rglob("*.md") if path.parent != HELP}
    assert found == {f"{name}/fr.md" for name in DEFINITIONS}


@NODES
def test_a_french_page_says_line_by_line_what_the_english_one_says(definition: Definition) -> None:
    assert differences(*pages(definition), LOCALE) == []


@NODES
def test_a_french_page_tells_every_input_and_output_in_the_words_of_the_locale(
    definition: Definition,
) -> None:
    page = "\n".join(pages(definition)[1])
    assert page.startswith(f"# {LOCALE.titles[definition.title]}\n")
    for each in definition.inputs:
        assert f"| `{SAID[each.name]}` | {told(takes(each))} | {told(default_of(each))} | " in page
    for output in definition.outputs:
        assert re.search(rf"^\| `{SAID[output.name]}` \| {output.type}\b", page, re.MULTILINE)


@NODES
def test_a_french_page_is_set_as_french_is(definition: Definition) -> None:
    lines = pages(definition)[1]
    prose = [line for line, is_formula in zip(lines, in_formulas(lines), strict=True) if not is_formula]
    assert [(line, found) for line in prose if (found := misprints(line))] == []


def test_the_words_of_the_locale_are_set_as_french_is() -> None:
    texts = [said.replace(DATA_IN_A_TEXT, "") for said in SAID.values()]
    assert [(text, found) for text in texts if (found := misprints(text))] == []


@pytest.mark.parametrize(
    ("changed", "into"),
    [
        ("à t = 0,4", "à t = 0,5"),
        ("(pictures/", "(picture/"),
        ("−2, 2", "−2, 3"),
        ("ε̂(x, t)", "ε̂(x)"),
        ("*Combiner (CFG)*", "Combiner (CFG)"),
        ("| `modèle`", "| `model`"),
        ("**À voir dans**", "**Seen in**"),
        ("*cfg-2d-arrows*", "*cfg-2d-scales*"),
        ("Les nombres sous forme d'image.", "Les nombres en image."),
        ("- Le maximum", "Le maximum"),
        ("arXiv:2404.07724", "arXiv:2404.07725"),
        ("| sortie |", "| output |"),
    ],
)
def test_what_changes_on_one_page_alone_is_noticed(changed: str, into: str) -> None:
    english, french = pages(DEFINITIONS["ScorefieldAngleChart"])
    other = [line.replace(changed, into) for line in french]
    assert other != french
    assert differences(english, other, LOCALE) != []


@pytest.mark.parametrize(
    "misprint", ["ainsi : oui", "vraiment?", "« mot »", "10 000 pas", "t = 0.4", 'un "mot"']
)
def test_what_french_does_not_set_so_is_noticed(misprint: str) -> None:
    assert misprints(misprint) != []


def pages(definition: Definition) -> tuple[list[str], list[str]]:
    """The lines of the English page and of the French one."""
    paths = HELP / f"{definition.id}.md", HELP / definition.id / "fr.md"
    english, french = (path.read_text(encoding="utf-8").splitlines() for path in paths)
    return english, french
