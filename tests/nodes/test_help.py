"""What every help page shows and tells beside its tables, and that the words reach ComfyUI's page."""

from __future__ import annotations

import re

import torch
from PIL import Image
from scorefield.graph.contract import Definition
from scorefield.help_pictures import HELP, LARGEST, PICTURES, picture_of, place_of
from scorefield.nodes import DEFINITIONS

from .test_contract import NODES

PICTURE = re.compile(r"^!\[([^\]]+)\]\(([^)]+)\)$", re.MULTILINE)
MOST_BYTES_TOGETHER = 1_500_000
MOMENTS = HELP / "moments"  # tests/page/take_pictures.js takes them
LARGEST_MOMENT = 60_000
# Nodes that compute nothing: they load, keep, show, list or arrange, and have no formula.
COMPUTE_NOTHING = {
    "CLIPModel",
    "CloudPlot",
    "EmptyVideo",
    "LatentCondition",
    "LoadImages",
    "NoiseAfter",
    "PictureGrid",
    "RenderedScenes",
    "SamplerWalk",
    "SaveAnimation",
    "SaveImage",
    "SaveVideo",
    "Scene",
    "ScenePair",
    "ScoreModel",
    "ShowText",
    "Sweep",
    "SweepGrid",
    "TextEncode",
    "TextImage",
    "TileVideos",
    "VAEDecode",
    "WordList",
}
# Of use only to models that do not ship, so that there is nothing real to show.
NOTHING_TO_SHOW = {
    "ScorefieldEmptyVideo",
    "ScorefieldLatentCondition",
}
# What is in no paper and not in the video.
WITHOUT_SOURCE = {
    "CloudPlot",
    "EmptyVideo",
    "LatentPreview",
    "LoadImages",
    "NoiseAfter",
    "NoiseSeed",
    "PictureGrid",
    "PictureMeasures",
    "PointsFromText",
    "RenderedScenes",
    "SamplerWalk",
    "SaveAnimation",
    "SaveImage",
    "SaveVideo",
    "Scene",
    "ScenePair",
    "ShowText",
    "Sweep",
    "SweepGrid",
    "TextImage",
    "TileVideos",
    "TrajectoryAnimation",
    "WordList",
}


@NODES
def test_a_help_page_shows_a_picture_of_its_own_workflow(definition: Definition) -> None:
    shown = PICTURE.findall(page_of(definition))
    if definition.id in NOTHING_TO_SHOW:
        assert not shown
        return
    (words, file), *moments = shown  # moments of what the page itself draws, if any
    assert all(len(each.split()) >= 4 for each, _ in moments)
    place = place_of(definition.id, DEFINITIONS)
    assert place is not None
    # The page puts the folder of the help pages before a relative path, in every language.
    assert file == f"pictures/{place.file}"
    assert len(words.split()) >= 4
    path = HELP / file
    assert path.stat().st_size <= LARGEST
    with Image.open(path) as picture:
        picture.verify()
        assert min(picture.size) >= 80


@NODES
def test_a_help_page_gives_the_formula_of_what_the_node_computes(definition: Definition) -> None:
    has_formula = bool(re.search(r"^```text\n.*\S.*\n```$", page_of(definition), re.MULTILINE | re.DOTALL))
    assert has_formula == (definition.id.removeprefix("Scorefield") not in COMPUTE_NOTHING)


@NODES
def test_a_help_page_names_where_the_idea_is_from(definition: Definition) -> None:
    has_source = bool(re.search(r"^\*\*Source:\*\* .*\.$", page_of(definition), re.MULTILINE))
    assert has_source == (definition.id.removeprefix("Scorefield") not in WITHOUT_SOURCE)


def test_a_picture_of_a_sweep_has_a_row_for_each_of_its_values() -> None:
    greys = [torch.full((6, 8, 8, 3), value) for value in (0.2, 0.5, 0.8)]
    picture = picture_of(greys, is_film=False)
    rows = [
        picture.getpixel((picture.width // 8, round(picture.height * part))) for part in (1 / 6, 1 / 2, 5 / 6)
    ]
    assert [red for red, _, _ in rows] == [51, 128, 204]
    alone = picture_of([grey[:1] for grey in greys], is_film=False)
    assert alone.getpixel((4, 4)) == (204, 204, 204)


def test_the_pictures_are_small_together_and_each_is_shown() -> None:
    files = {*PICTURES.iterdir(), *MOMENTS.iterdir()}
    assert sum(path.stat().st_size for path in files) <= MOST_BYTES_TOGETHER
    assert files == {
        HELP / file for page in HELP.glob("*.md") for _, file in PICTURE.findall(page.read_text())
    }


def test_ten_moments_of_the_canvas_are_there_and_small() -> None:
    moments = sorted(MOMENTS.iterdir(), key=lambda path: int(path.name.split("-")[0]))
    assert [int(path.name.split("-")[0]) for path in moments] == list(range(1, 11))
    assert all(path.stat().st_size <= LARGEST_MOMENT for path in moments)
    for path in moments:
        with Image.open(path) as picture:
            picture.load()
            assert min(picture.size) >= 80


def page_of(definition: Definition) -> str:
    return (HELP / f"{definition.id}.md").read_text(encoding="utf-8")
