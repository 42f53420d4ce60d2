"""The saved workflows as files: whole, valid, and laid out to be read from left to right."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from PIL import Image
from scorefield.graph.contract import Definition
from scorefield.graph.loading import read_source
from scorefield.graph.overrides import parse_override
from scorefield.graph.page.format import is_page
from scorefield.graph.page.widgets import widget_places
from scorefield.graph.run import prepare
from scorefield.graph.widget_values import coerce
from scorefield.nodes.headless import headless_definitions
from scorefield.workflows import LARGE, small

from .conftest import FOLDER, NAMES, page

Raw = dict[str, Any]
DEFINITIONS = headless_definitions()
EVERY = pytest.mark.parametrize("name", NAMES)
TITLE_BAR = 30  # the page draws a node's title above its position
BESIDE, ABOVE = 64, 88  # pixels that the page's own bars take of the view, in its newest version
# How tall the page makes nodes, at least, to show what they gave: measured there.
GROWN = {
    "LoadImage": 314,
    "ScorefieldGuidanceChart": 242,
    "ScorefieldRankWords": 334,
    "ScorefieldSimilarityMatrix": 234,
    "ScorefieldZeroShot": 298,
}
# Nodes that show a picture of what they do while it is done, and how much taller the page makes them by that.
WALKING = ("DDIMSampler", "DDPMSampler", "FlowSampler", "SamplerWalk", "SchedulerSampler", "Train")
PICTURE = 310
# What takes long to decode is not shown.
UNSEEN = (*LARGE["Stable Diffusion"], *LARGE["WAN"], "unclip-variations-large")


class Box(NamedTuple):
    """A rectangle on the canvas."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, other: Box) -> bool:
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


def box_of(node: Raw) -> Box:
    """Where a node stands once it shows what a run gave."""
    (x, y), (width, height) = node["pos"], node["size"]
    return Box(x, y - TITLE_BAR, x + width, y + max(height, GROWN.get(node["type"], 0)))


def group_box(group: Raw) -> Box:
    x, y, width, height = group["bounding"]
    return Box(x, y, x + width, y + height)


def nodes_of(name: str) -> dict[int, Raw]:
    """The nodes that run, by id."""
    return {node["id"]: node for node in page(name)["nodes"] if node["type"] != "MarkdownNote"}


def words(node: Raw) -> str:
    return f"node {node['id']} ({node['type']})"


@EVERY
def test_it_is_a_page_that_is_valid(name: str, photos: Path, request: pytest.FixtureRequest) -> None:
    saved = page(name)
    assert is_page(saved) and saved["version"] == 0.4
    if small(name):
        request.getfixturevalue("stand_ins")
    overrides = [parse_override(f"{target}={value}") for target, value in small(name).items()]
    definitions = headless_definitions(photos)
    job = prepare(read_source(saved, definitions), definitions, overrides)
    assert set(job.plan.steps) == {str(node_id) for node_id in nodes_of(name)}  # no node is left over


@EVERY
def test_ids_are_unique_and_counted(name: str) -> None:
    saved = page(name)
    nodes, links = ([each["id"] for each in saved["nodes"]], [each[0] for each in saved["links"]])
    assert len(set(nodes)) == len(nodes) and max(nodes) <= saved["last_node_id"]
    assert len(set(links)) == len(links) and max(links) <= saved["last_link_id"]
    assert sum(page(other)["id"] == saved["id"] for other in NAMES) == 1


@EVERY
def test_it_has_one_note_that_says_what_to_look_for_and_try(name: str) -> None:
    [note] = [node for node in page(name)["nodes"] if node["type"] in ("Note", "MarkdownNote")]
    [text] = note["widgets_values"]
    assert text.startswith("## ") and "**Look for:**" in text and re.search(r"\btry\b", text, re.I)
    assert 150 < len(text) < 1200
    others = [box_of(node) for node in nodes_of(name).values()]
    assert all(box_of(note).right <= other.left for other in others)  # it is read first


@EVERY
def test_its_note_is_whole_in_sight_when_it_opens(name: str) -> None:
    [note] = [node for node in page(name)["nodes"] if node["type"] == "MarkdownNote"]
    view = page(name)["extra"]["ds"]
    (x, y), scale = view["offset"], view["scale"]
    box = box_of(note)
    assert scale * (box.left + x) >= BESIDE and scale * (box.top + y) >= ABOVE
    assert scale * (box.right + x) <= 1280 and scale * (box.bottom + y) <= 720


@EVERY
def test_nodes_stand_in_groups_and_nothing_overlaps(name: str) -> None:
    nodes, groups = nodes_of(name), page(name)["groups"]
    for node in nodes.values():
        holding = [group for group in groups if group_box(group).holds(box_of(node))]
        assert len(holding) == 1, words(node)
    for first, second in combinations(page(name)["nodes"], 2):
        assert not box_of(first).meets(box_of(second)), f"{words(first)} and {words(second)}"
    for first, second in combinations(groups, 2):
        assert not group_box(first).meets(group_box(second)), f"{first['title']} and {second['title']}"


@pytest.mark.parametrize("name", [name for name in NAMES if name not in UNSEEN])
def test_a_picture_on_a_sampler_covers_nothing(name: str) -> None:
    nodes = nodes_of(name)
    for sampler in [node for node in nodes.values() if node["type"].removeprefix("Scorefield") in WALKING]:
        box = box_of(sampler)
        pictured = box._replace(bottom=box.bottom + PICTURE)
        others = [each for each in nodes.values() if each is not sampler]
        covered = [words(each) for each in others if pictured.meets(box_of(each))]
        assert not covered, f"{words(sampler)} and {covered}"
        assert any(group_box(group).holds(pictured) for group in page(name)["groups"]), words(sampler)


@EVERY
def test_it_reads_from_left_to_right(name: str) -> None:
    nodes = nodes_of(name)
    for _, origin, _, target, _, _ in page(name)["links"]:
        assert nodes[origin]["pos"][0] <= nodes[target]["pos"][0], (
            f"{words(nodes[origin])} to {words(nodes[target])}"
        )
    titles = [
        group["title"] for group in sorted(page(name)["groups"], key=lambda group: group["bounding"][0])
    ]
    assert titles == [title for title in titles if title[0].isdigit()] == sorted(titles)


@EVERY
def test_widget_values_are_whole_and_in_order(name: str) -> None:
    for node in nodes_of(name).values():
        definition = DEFINITIONS[node["type"]]
        widgets = [each for each in definition.inputs if each.is_widget]
        values = node["widgets_values"] or []
        places = widget_places(definition, values)
        assert list(places) == [each.name for each in widgets], words(node)
        controls = [values[i] for i in range(len(values)) if i not in places.values()]
        expected = ["fixed" for each in widgets if each.options.get("control_after_generate")]
        if node["type"] == "LoadImage":
            expected.append("image")  # the page's own button for uploads
        assert controls == expected, words(node)
        for each in widgets:
            if f"{node['type'].removeprefix('Scorefield')}.{each.name}" in small(name):
                continue  # a checkpoint that is not here
            value = values[places[each.name]]
            is_elsewhere = bool(small(name)) and callable(
                each.choices
            )  # a model, or a photo, that is not here
            assert coerce(each, value, within=not is_elsewhere) == value, f"{words(node)}, {each.name}"


@EVERY
def test_sockets_are_those_of_the_nodes(name: str) -> None:
    for node in nodes_of(name).values():
        definition = DEFINITIONS[node["type"]]
        outputs = [(each["name"], each["type"]) for each in node["outputs"]]
        assert outputs == [(each.name, each.type) for each in definition.outputs], words(node)
        slots = {slot["name"]: slot for slot in node["inputs"]}
        assert len(slots) == len(node["inputs"])
        for each in definition.inputs:
            if each.name not in slots:
                assert each.is_widget, f"{words(node)} lacks the socket {each.name}"
                continue
            slot = slots.pop(each.name)
            assert slot["type"] == each.type
            assert slot.get("widget", {}).get("name") == (each.name if each.is_widget else None)
            assert not each.is_required or slot["link"] is not None
        assert not slots, f"{words(node)} has sockets that are none: {sorted(slots)}"


@EVERY
def test_links_are_the_same_from_both_ends(name: str) -> None:
    nodes = nodes_of(name)
    into, out_of = set(), set()
    for node in nodes.values():
        for place, slot in enumerate(node["inputs"]):
            if slot["link"] is not None:
                into.add((slot["link"], node["id"], place))
        for place, slot in enumerate(node["outputs"]):
            out_of |= {(link, node["id"], place) for link in slot["links"] or []}
    links = page(name)["links"]
    assert {(link, target, slot) for link, _, _, target, slot, _ in links} == into
    assert {(link, origin, slot) for link, origin, slot, *_ in links} == out_of
    for _, origin, slot, *_, kind in links:
        assert kind == output(nodes[origin], slot)


def output(node: Raw, slot: int) -> str:
    definition: Definition = DEFINITIONS[node["type"]]
    return definition.outputs[slot].type


@EVERY
def test_files_that_it_writes_bear_its_name(name: str) -> None:
    saving = [node for node in nodes_of(name).values() if "Save" in node["type"]]
    prefixes = [node["widgets_values"][0] for node in saving]
    assert prefixes and all(prefix.startswith(f"{name}/") for prefix in prefixes)
    kinds = [node["type"] for node in saving]
    assert len(set(zip(prefixes, kinds, strict=True))) == len(prefixes)


@EVERY
def test_it_has_a_thumbnail(name: str) -> None:
    with Image.open(FOLDER / f"{name}.jpg") as picture:
        assert picture.format == "JPEG"
        assert min(picture.size) >= 200 and max(picture.size) <= 1024
        assert (
            max(high - low for low, high in picture.convert("RGB").getextrema()) > 100
        )  # it shows something


def test_there_is_no_thumbnail_of_nothing() -> None:
    assert {path.stem for path in FOLDER.glob("*.jpg")} <= set(NAMES)
