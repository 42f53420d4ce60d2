"""Files that carry the workflow that made them."""

from __future__ import annotations

import json
from pathlib import Path

import av
import pytest
import scorefield
import torch
from PIL import Image

from .graphs import Graph, about


def picture(graph: Graph, count: int = 1) -> list[object]:
    shades = torch.linspace(0, 1, count * 4 * 6 * 3)
    return graph.given(shades.view(count, 4, 6, 3))


@about("SaveImage")
def test_each_picture_becomes_a_png_with_the_workflow_inside(graph: Graph) -> None:
    node = graph.add("SaveImage", images=picture(graph, 2), filename_prefix="plots/shades")
    shown = graph.run(node).ui[node.id]["images"]
    assert [Path(each["path"]).relative_to(graph.folder) for each in shown] == [
        Path(f"plots/shades_0000{i}_.png") for i in (1, 2)
    ]
    assert [(each["filename"], each["subfolder"], each["type"]) for each in shown] == [
        (f"shades_0000{i}_.png", "plots", "output") for i in (1, 2)
    ]
    with Image.open(shown[1]["path"]) as image:
        prompt = json.loads(image.text["prompt"])  # type: ignore[attr-defined]
        pixels = torch.tensor(image.get_flattened_data())
    assert prompt[node.id]["class_type"] == "ScorefieldSaveImage"
    assert prompt[node.id]["inputs"]["filename_prefix"] == "plots/shades"
    assert torch.equal(pixels.float(), (torch.linspace(0, 1, 144)[72:] * 255).round().view(24, 3))


def page(prefix: str) -> dict[str, object]:
    """A circle, drawn and saved, as the page saves it."""
    return {
        "nodes": [
            {
                "id": 1,
                "type": "ScorefieldCircle",
                "outputs": [{"name": "points", "type": "POINTS", "links": [1]}],
                "widgets_values": [9],
            },
            {
                "id": 2,
                "type": "ScorefieldCloudPlot",
                "inputs": [{"name": "samples", "type": "LATENT,POINTS", "link": 1}],
                "outputs": [{"name": "image", "type": "IMAGE", "links": [2]}],
                "widgets_values": [1.5, 64],
            },
            {
                "id": 3,
                "type": "ScorefieldSaveImage",
                "inputs": [{"name": "images", "type": "IMAGE", "link": 2}],
                "widgets_values": [prefix],
            },
        ],
        "links": [[1, 1, 0, 2, 0, "POINTS"], [2, 2, 0, 3, 0, "IMAGE"]],
        "version": 0.4,
    }


def test_a_saved_picture_runs_again_and_gives_the_same_bytes(tmp_path: Path) -> None:
    first = scorefield.run(page("circle"), out=tmp_path / "first")
    [shown] = first.ui["3"]["images"]
    with Image.open(shown["path"]) as image:
        carried = json.loads(image.text["workflow"])  # type: ignore[attr-defined]
    assert carried == page("circle")
    again = scorefield.run(shown["path"], out=tmp_path / "again")
    [second] = again.ui["3"]["images"]
    assert Path(second["path"]).read_bytes() == Path(shown["path"]).read_bytes()


def test_pictures_are_never_overwritten(graph: Graph) -> None:
    node = graph.add("SaveImage", images=picture(graph))
    for number in (1, 2, 3):
        [shown] = graph.run(node).ui[node.id]["images"]
        assert shown["filename"] == f"scorefield_0000{number}_.png"


@pytest.mark.parametrize("save", ["SaveImage", "SaveAnimation", "SaveVideo"])
@pytest.mark.parametrize("prefix", ["../out", "a/../../out", "/tmp/out", "C:\\out", "..\\out", "", "plots/"])
def test_a_prefix_that_leads_out_or_names_nothing_is_refused(graph: Graph, save: str, prefix: str) -> None:
    message = graph.failure(graph.add(save, images=picture(graph), filename_prefix=prefix))
    assert "prefix" in message
    assert [path for path in graph.folder.rglob("*") if path.is_file()] == []
    assert [path.name for path in graph.folder.parent.iterdir()] in ([], ["output"])


@pytest.mark.parametrize("save", ["SaveImage", "SaveAnimation", "SaveVideo"])
def test_not_a_number_is_not_written(graph: Graph, save: str) -> None:
    message = graph.failure(graph.add(save, images=graph.given(torch.full((1, 4, 4, 3), float("nan")))))
    assert "NaN" in message
    assert [path for path in graph.folder.rglob("*") if path.is_file()] == []


@about("SaveAnimation")
def test_frames_become_one_animation_with_the_workflow_inside(graph: Graph) -> None:
    node = graph.add("SaveAnimation", images=picture(graph, 5), fps=20.0)
    ui = graph.run(node).ui[node.id]
    [shown] = ui["images"]
    assert ui["animated"] == [True] and shown["filename"] == "scorefield_00001_.webp"
    with Image.open(shown["path"]) as film:
        assert (film.n_frames, film.size) == (5, (6, 4))
        prompt = film.getexif()[0x0110]
        film.seek(4)
        film.load()
        assert film.info["duration"] == 50
        last = torch.tensor(film.convert("RGB").get_flattened_data())
    assert json.loads(prompt.removeprefix("prompt:"))[node.id]["class_type"] == "ScorefieldSaveAnimation"
    expected = (torch.linspace(0, 1, 5 * 72)[-72:] * 255).round().view(24, 3)
    assert torch.equal(last.float(), expected)


@about("SaveVideo")
@pytest.mark.parametrize("kind", ["mp4", "webm"])
def test_frames_become_one_film_with_the_workflow_inside(graph: Graph, kind: str) -> None:
    node = graph.add("SaveVideo", images=graph.given(shades := grey_frames(5)), fps=8.0, kind=kind)
    ui = graph.run(node).ui[node.id]
    [shown] = ui["images"]
    assert ui["animated"] == [True] and shown["filename"] == f"scorefield_00001_.{kind}"
    with av.open(shown["path"]) as film:
        tags = {name.lower(): text for name, text in film.metadata.items()}
        assert film.streams.video[0].average_rate == 8
        frames = [torch.from_numpy(each.to_ndarray(format="rgb24")) for each in film.decode(video=0)]
    assert torch.allclose(torch.stack(frames) / 255, shades, atol=0.02)
    assert json.loads(tags["prompt"])[node.id]["inputs"]["kind"] == kind


def grey_frames(count: int) -> torch.Tensor:
    """Frames of one grey each, which every codec keeps."""
    return torch.linspace(0.1, 0.9, count).view(count, 1, 1, 1).expand(count, 16, 16, 3)


@about("ShowText")
def test_a_text_is_shown_and_passed_on(graph: Graph) -> None:
    node = graph.add("ShowText", text=graph.given("two\nlines"))
    done = graph.run(node)
    assert done.ui[node.id] == {"text": ["two\nlines"]}
    assert done.values[node.id] == {"text": "two\nlines"}
