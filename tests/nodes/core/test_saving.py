"""Files as ComfyUI writes them: their names, their pixels, and the workflow inside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import scorefield
import torch
from PIL import Image
from safetensors import safe_open
from scorefield.cli import main
from scorefield.nodes.headless import headless_definitions
from scorefield.plots.picture_file import read_record
from torch import Tensor

from ..graphs import Graph, Node, about_classes

SAVES = {
    "SaveImage": {},
    "SaveAnimatedWEBP": {"fps": 8.0, "lossless": True, "quality": 80, "method": "fastest"},
    "SaveAnimatedPNG": {"fps": 8.0, "compress_level": 1},
}
EVERY = pytest.mark.parametrize("cls", SAVES)


def shades(count: int = 3) -> Tensor:
    return torch.linspace(0, 1, count * 4 * 6 * 3).view(count, 4, 6, 3)


def saved(graph: Graph, cls: str, images: Tensor, prefix: str = "ComfyUI", **inputs: Any) -> Node:
    return graph.add_class(
        cls, images=graph.given(images), **{"filename_prefix": prefix, **SAVES[cls], **inputs}
    )


def files(graph: Graph, node: Node) -> list[dict[str, str]]:
    found: list[dict[str, str]] = graph.run(node).ui[node.id]["images"]
    return found


def pixels(path: str | Path, frame: int = 0) -> Tensor:
    with Image.open(path) as picture:
        picture.seek(frame)
        return torch.tensor(picture.convert("RGB").get_flattened_data()).view(4, 6, 3)


@about_classes("SaveImage")
def test_each_picture_gets_a_number_and_fractions_are_cut_off(graph: Graph) -> None:
    shown = files(graph, saved(graph, "SaveImage", shades(), "plots/shades"))
    assert [(each["filename"], each["subfolder"], each["type"]) for each in shown] == [
        (f"shades_0000{number}_.png", "plots", "output") for number in (1, 2, 3)
    ]
    for place, each in enumerate(shown):
        assert Path(each["path"]) == graph.folder / "plots" / each["filename"]
        assert torch.equal(pixels(each["path"]), (shades()[place] * 255).long())


@EVERY
def test_the_pictures_go_on_unchanged(graph: Graph, cls: str) -> None:
    images = shades()
    assert graph.value(saved(graph, cls, images)) is images


@EVERY
def test_nothing_is_overwritten(graph: Graph, cls: str) -> None:
    node = saved(graph, cls, shades(1))
    numbers = [files(graph, node)[0]["filename"].split("_")[1] for _ in range(3)]
    assert numbers == ["00001", "00002", "00003"]


@EVERY
@pytest.mark.parametrize("prefix", ["../out", "/tmp/out", "C:\\out", "a/../../out", "plots/"])
def test_a_prefix_that_leads_out_is_refused(graph: Graph, cls: str, prefix: str) -> None:
    assert "prefix" in graph.failure(saved(graph, cls, shades(), prefix))
    assert not [path for path in graph.folder.parent.rglob("*") if path.is_file()]


@EVERY
def test_not_a_number_is_not_written(graph: Graph, cls: str) -> None:
    assert "NaN" in graph.failure(saved(graph, cls, shades() * torch.nan))
    assert not [path for path in graph.folder.rglob("*") if path.is_file()]


@EVERY
def test_sizes_and_values_of_the_graph_go_into_the_name(graph: Graph, cls: str) -> None:
    graph.add_class("PrimitiveString", value="a:b")
    [first, *_] = files(graph, saved(graph, cls, shades(), "%width%x%height%_%PrimitiveString.value%"))
    assert first["filename"].startswith("6x4_a_b_00001_.")


def test_numbers_go_on_within_a_batch_whose_names_differ(graph: Graph) -> None:
    node = saved(graph, "SaveImage", shades(), "b_%batch_num%")
    assert [each["filename"] for each in files(graph, node)] == [
        "b_0_00001_.png",
        "b_1_00002_.png",
        "b_2_00003_.png",
    ]


@about_classes("PreviewImage")
def test_previews_go_to_the_folder_for_previews(graph: Graph) -> None:
    node = graph.add_class("PreviewImage", images=graph.given(shades(2)))
    shown = files(graph, node)
    assert [each["type"] for each in shown] == ["temp", "temp"]
    assert all(Path(each["path"]).parent == graph.folder / "temp" for each in shown)
    assert torch.equal(pixels(shown[1]["path"]), (shades(2)[1] * 255).long())
    again = graph.add_class("LoadImage", image=f"{shown[0]['filename']} [temp]")
    assert torch.equal(graph.value(again)[0], pixels(shown[0]["path"]) / 255)


@about_classes("SaveAnimatedWEBP", "SaveAnimatedPNG")
@pytest.mark.parametrize(("fps", "lasting"), [(8.0, 125), (7.3, 136), (30.0, 33)])
def test_frames_become_one_animation_that_loops(graph: Graph, fps: float, lasting: int) -> None:
    nodes = {cls: saved(graph, cls, shades(), fps=fps) for cls in ("SaveAnimatedWEBP", "SaveAnimatedPNG")}
    done = graph.run(*nodes.values())
    for cls, node in nodes.items():
        ui = done.ui[node.id]
        [shown] = ui["images"]
        assert ui["animated"] == [True], cls
        with Image.open(shown["path"]) as film:
            assert (film.n_frames, film.info["loop"]) == (3, 0)
            film.seek(1)
            film.load()
            assert film.info["duration"] == lasting
        for frame in range(3):
            assert torch.equal(pixels(shown["path"], frame), (shades()[frame] * 255).long())


def test_less_quality_makes_a_smaller_film(graph: Graph) -> None:
    film = torch.rand(2, 64, 64, 3, generator=torch.Generator().manual_seed(1))
    sizes = []
    for quality in (100, 10):
        node = saved(graph, "SaveAnimatedWEBP", film, f"q{quality}", lossless=False, quality=quality)
        sizes.append(Path(files(graph, node)[0]["path"]).stat().st_size)
    assert sizes[1] < sizes[0] / 2


PAGE = {
    "nodes": [
        {
            "id": 1,
            "type": "ScorefieldTextImage",
            "outputs": [{"name": "image", "type": "IMAGE", "links": [1, 2]}],
            "widgets_values": ["S", 16],
        },
        {
            "id": 3,
            "type": "ImageInvert",
            "inputs": [{"name": "image", "type": "IMAGE", "link": 2}],
            "outputs": [{"name": "IMAGE", "type": "IMAGE", "links": [3]}],
        },
        {
            "id": 4,
            "type": "ImageBatch",
            "inputs": [
                {"name": "image1", "type": "IMAGE", "link": 1},
                {"name": "image2", "type": "IMAGE", "link": 3},
            ],
            "outputs": [{"name": "IMAGE", "type": "IMAGE", "links": [4]}],
        },
        {
            "id": 2,
            "type": "SaveImage",
            "inputs": [{"name": "images", "type": "IMAGE", "link": 4}],
            "widgets_values": ["ComfyUI"],
        },
    ],
    "links": [
        [1, 1, 0, 4, 0, "IMAGE"],
        [2, 1, 0, 3, 0, "IMAGE"],
        [3, 3, 0, 4, 1, "IMAGE"],
        [4, 4, 0, 2, 0, "IMAGE"],
    ],
    "version": 0.4,
}


@EVERY
def test_a_file_runs_again_and_gives_the_same_bytes(cls: str, tmp_path: Path) -> None:
    [*others, save] = PAGE["nodes"]  # type: ignore[misc]
    values = ["ComfyUI", *SAVES[cls].values()]
    page = {**PAGE, "nodes": [*others, {**save, "type": cls, "widgets_values": values}]}
    first = scorefield.run(page, out=tmp_path / "first")
    again = scorefield.run(first.ui["2"]["images"][0]["path"], out=tmp_path / "again")
    pairs = zip(first.ui["2"]["images"], again.ui["2"]["images"], strict=True)
    assert all(Path(one["path"]).read_bytes() == Path(other["path"]).read_bytes() for one, other in pairs)


@EVERY
def test_a_file_says_what_made_it_and_can_be_verified(graph: Graph, cls: str, tmp_path: Path) -> None:
    empty = graph.add_class("EmptyImage", width=6, height=4, batch_size=1, color=255)
    inverted = graph.add_class("ImageInvert", image=empty["IMAGE"])
    both = graph.add_class("ImageBatch", image1=empty["IMAGE"], image2=inverted["IMAGE"])
    node = graph.add_class(cls, images=both["IMAGE"], filename_prefix="x", **SAVES[cls])
    for place, shown in enumerate(files(graph, node)):
        found = read_record(Path(shown["path"]))
        assert found is not None and (found["node"], found["index"]) == (node.id, place)
        assert main(["verify", shown["path"]]) == 0


def test_an_animated_png_carries_it_as_comfyui_does(graph: Graph) -> None:
    node = saved(graph, "SaveAnimatedPNG", shades())
    [shown] = files(graph, node)
    content = Path(shown["path"]).read_bytes()
    place = content.index(b"comf")
    length = int.from_bytes(content[place - 4 : place], "big")
    name, text = content[place + 4 : place + 4 + length].split(b"\0", 1)
    assert name == b"prompt" and json.loads(text)[node.id]["class_type"] == "SaveAnimatedPNG"
    assert content.index(b"IDAT") < place and b"tEXt" not in content


@about_classes("SaveLatent", "LoadLatent")
def test_latents_come_back_from_their_file(graph: Graph, input_folder: Path) -> None:
    samples = torch.randn(2, 4, 3, 5, generator=torch.Generator().manual_seed(0))
    node = graph.add_class(
        "SaveLatent", samples=graph.given({"samples": samples}), filename_prefix="latents/x"
    )
    [shown] = graph.run(node).ui[node.id]["latents"]
    assert (shown["filename"], shown["subfolder"]) == ("x_00001_.latent", "latents")
    with safe_open(shown["path"], "pt") as file:
        assert json.loads(file.metadata()["prompt"])[node.id]["class_type"] == "SaveLatent"
    Path(shown["path"]).rename(input_folder / "x.latent")
    assert torch.equal(graph.value(graph.add_class("LoadLatent", latent="x.latent"))["samples"], samples)


def test_the_command_line_and_python_know_them_and_comfyui_does_not() -> None:
    assert "SaveImage" in headless_definitions()
    assert "SaveImage" not in scorefield.NODE_CLASS_MAPPINGS
