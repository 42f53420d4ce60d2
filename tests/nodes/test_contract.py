"""What every node owes to whoever meets it on the page."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
import scorefield
from scorefield.graph.contract import Definition
from scorefield.graph.widget_values import coerce
from scorefield.nodes import DEFINITIONS, ROOMS

from .help_tables import default_of, takes

ROOT = Path(scorefield.__file__).parent
HELP = ROOT / "web" / "docs"
NODES = pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=DEFINITIONS)
# Widgets that the page changes by itself after each run.
CHANGES_AFTER_A_RUN = {("ScorefieldNoiseSeed", "seed"), ("ScorefieldTrain", "seed")}


def test_ids_and_titles_are_unique() -> None:
    declared = [value for room in ROOMS for value in vars(room).values() if isinstance(value, Definition)]
    assert len({each.id for each in declared}) == len(declared) == len(DEFINITIONS)
    assert len({each.title for each in declared}) == len(declared)


@NODES
def test_a_node_says_what_it_is(definition: Definition) -> None:
    assert re.fullmatch(r"Scorefield[A-Z]\w+", definition.id)
    assert definition.title and definition.search_aliases
    assert re.fullmatch(r"Scorefield/[a-z]+", definition.category)
    assert definition.description.endswith(".")


@NODES
def test_every_socket_and_widget_has_a_tooltip(definition: Definition) -> None:
    for each in (*definition.inputs, *definition.outputs):
        assert re.search(r"\w.*\w", each.tooltip), each.name
    assert len({each.name for each in definition.inputs}) == len(definition.inputs)
    assert len({each.name for each in definition.outputs}) == len(definition.outputs)


@NODES
def test_defaults_are_values_that_the_node_takes(definition: Definition) -> None:
    for each in definition.inputs:
        if each.is_widget:
            assert coerce(each, each.default) == each.default
            assert type(each.default) is type(coerce(each, each.default)), each.name


@NODES
def test_only_what_should_change_after_a_run_is_called_seed(definition: Definition) -> None:
    changing = {
        (definition.id, each.name)
        for each in definition.inputs
        if each.name in ("seed", "noise_seed") or each.options.get("control_after_generate")
    }
    assert changing <= CHANGES_AFTER_A_RUN


@NODES
def test_outputs_that_end_a_graph_say_so(definition: Definition) -> None:
    assert definition.outputs or definition.output_node


@NODES
def test_comfyui_gets_a_whole_v1_class(definition: Definition) -> None:
    found = scorefield.NODE_CLASS_MAPPINGS[definition.id]
    types = found.INPUT_TYPES()
    assert [*types["required"], *types["optional"]] == [
        each.name for each in sorted(definition.inputs, key=lambda each: not each.is_required)
    ]
    assert all(
        options["tooltip"] for group in ("required", "optional") for _, options in types[group].values()
    )
    assert len(found.RETURN_TYPES) == len(found.RETURN_NAMES) == len(found.OUTPUT_TOOLTIPS)
    assert tuple(found.RETURN_TYPES) == tuple(each.type for each in definition.outputs)
    assert callable(getattr(found, found.FUNCTION))
    assert (definition.category, definition.output_node) == (found.CATEGORY, found.OUTPUT_NODE)
    assert definition.description == found.DESCRIPTION
    assert scorefield.NODE_DISPLAY_NAME_MAPPINGS[definition.id] == definition.title


@NODES
def test_a_help_page_tells_every_input_and_output_as_it_is(definition: Definition) -> None:
    page = (HELP / f"{definition.id}.md").read_text()
    assert page.startswith(f"# {definition.title}\n")
    rows = {row[1]: row for row in re.findall(r"^(\| `(\w+)` \| .+ \|)$", page, re.MULTILINE)}
    assert set(rows) == {each.name for each in (*definition.inputs, *definition.outputs)}
    for each in definition.inputs:
        assert f"| `{each.name}` | {takes(each)} | {default_of(each)} | " in page
    for output in definition.outputs:
        assert re.search(rf"^\| `{output.name}` \| {output.type}\b[^|]* \| .*\w.* \|$", page, re.MULTILINE)


@NODES
def test_a_help_page_is_short_plain_and_names_real_workflows(definition: Definition) -> None:
    page = (HELP / f"{definition.id}.md").read_text()
    assert 12 <= len(page.splitlines()) <= 44
    assert not re.search(r"<\w|javascript:", page)
    seen = re.findall(r"^\*\*Seen in\*\* (.+)\.$", page, re.MULTILINE)
    assert len(seen) == 1
    named = [re.findall(r"\*([a-z0-9-]+)\*", each) for each in seen]
    assert all(each and set(each) <= saved()[definition.id] for each in named)
    others = set(re.findall(r"\*([a-z0-9]+(?:-[a-z0-9]+)+)\*", page))
    assert others <= {path.stem for path in (ROOT / "workflows").glob("*.json")}


@NODES
def test_a_help_page_names_nodes_by_their_titles(definition: Definition) -> None:
    page = (HELP / f"{definition.id}.md").read_text()
    named = set(re.findall(r"(?<!\*)\*([A-Z][A-Za-z-]*(?: [A-Z][A-Za-z-]*)*)\*(?!\*)", page))
    assert named <= {each.title for each in DEFINITIONS.values()} | {"Load Image"}  # ComfyUI's own


def test_there_is_no_help_for_what_is_not_there() -> None:
    assert {path.stem for path in HELP.glob("*.md")} == set(DEFINITIONS)


@NODES
def test_a_node_has_a_place_in_a_saved_workflow(definition: Definition) -> None:
    assert saved().get(definition.id)


@NODES
def test_a_node_has_a_test_of_what_it_does(definition: Definition) -> None:
    """A test marked `about` a node fails unless the node runs in it (see conftest.py)."""
    assert definition.id in behaviours()


def test_importing_the_nodes_imports_neither_torch_nor_matplotlib() -> None:
    code = (
        "import sys, scorefield.nodes; print(*({'torch', 'matplotlib', 'numpy', 'PIL'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@cache
def saved() -> dict[str, set[str]]:
    """The saved workflows in which each class of node stands."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "workflows").glob("*.json"):
        for node in json.loads(path.read_text())["nodes"]:
            found.setdefault(node["type"], set()).add(path.stem)
    return found


@cache
def behaviours() -> frozenset[str]:
    """The nodes that tests beside this one are about."""
    return frozenset().union(
        *(
            getattr(test, "about", ())
            for module in _modules()
            for name, test in vars(module).items()
            if name.startswith("test_")
        )
    )


def _modules() -> list[ModuleType]:
    stems = [path.stem for path in Path(__file__).parent.glob("test_*.py")]
    return [importlib.import_module(f".{stem}", __package__) for stem in stems]
