"""Pictures and videos beside each other, measured, looked up, and as data of the exact field."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image
from scorefield.graph.cache import MemoryCache
from scorefield.plots.grid import GAP

from .graphs import Graph, Link, Node, about


def greys(*values: float, side: int = 8) -> torch.Tensor:
    """A batch of plain pictures."""
    return torch.tensor(values).view(-1, 1, 1, 1).expand(-1, side, side, 3).contiguous()


def noise(count: int, side: int = 8, seed: int = 0) -> torch.Tensor:
    return torch.rand(count, side, side, 3, generator=torch.Generator().manual_seed(seed))


def cells(image: torch.Tensor, rows: int, columns: int, side: int) -> list[float]:
    """The red of the middle of each cell, counted from the lower right corner, row by row."""
    height, width = image.shape[1:3]
    step = side + GAP
    return [
        float(
            image[
                0,
                height - GAP - side // 2 - step * (rows - 1 - row),
                width - GAP - side // 2 - step * (columns - 1 - column),
                0,
            ]
        )
        for row in range(rows)
        for column in range(columns)
    ]


def numbers(text: str) -> dict[str, float]:
    return {
        name.strip(): float(number)
        for name, number in (line.rsplit(maxsplit=1) for line in text.splitlines())
    }


@about("PictureGrid")
@pytest.mark.parametrize(
    ("inputs", "columns"),
    [
        ({}, 3),
        ({"columns": 2}, 2),
        ({"row_labels": "α 0\nα 1"}, 3),
        ({"row_labels": "α 0\nα 1\nα 8"}, 2),
        ({"column_labels": "DDPM\nDDIM\nflow"}, 3),
        ({"row_labels": "a\nb\nc", "column_labels": "d\ne"}, 2),
    ],
)
def test_a_grid_is_filled_row_by_row(graph: Graph, inputs: dict[str, object], columns: int) -> None:
    values = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    grid = graph.add("PictureGrid", images=graph.given(greys(*values)), scale=2, **inputs)
    assert cells(graph.value(grid), 6 // columns, columns, 16) == pytest.approx(values)


def test_small_pictures_are_enlarged_and_stay_crisp(graph: Graph) -> None:
    images = graph.given(noise(1, side=4))
    grid = graph.value(graph.add("PictureGrid", images=images, scale=8))
    assert grid.shape == (1, 32 + 2 * GAP, 32 + 2 * GAP, 3)
    assert torch.allclose(grid[0, GAP:-GAP:8, GAP:-GAP:8], noise(1, side=4)[0])
    assert len(grid[0, GAP:-GAP, GAP:-GAP].reshape(-1, 3).unique(dim=0)) == 16
    assert graph.value(graph.add("PictureGrid", images=images)).shape[1] >= 128


def test_what_there_is_no_room_for_is_reduced(graph: Graph) -> None:
    images = graph.given(noise(100, side=64))
    image = graph.value(graph.add("PictureGrid", images=images, columns=100, scale=4))
    assert image.shape[2] <= 4096 + 101 * GAP


def test_labels_must_fit_the_pictures(graph: Graph) -> None:
    images = graph.given(greys(0.1, 0.2, 0.3))
    message = graph.failure(graph.add("PictureGrid", images=images, row_labels="a\nb"))
    assert "3 pictures" in message and "2 rows" in message


@about("TileVideos")
def test_videos_play_side_by_side(graph: Graph) -> None:
    images = graph.given(greys(0.1, 0.2, 0.3, 0.6, 0.7, 0.8))
    film = graph.value(graph.add("TileVideos", images=images, frames=3, columns=2, scale=1))
    assert len(film) == 3
    for frame in range(3):
        assert cells(film[frame : frame + 1], 1, 2, 8) == pytest.approx(
            [0.1 + 0.1 * frame, 0.6 + 0.1 * frame]
        )


def test_frames_must_make_whole_videos(graph: Graph) -> None:
    message = graph.failure(graph.add("TileVideos", images=graph.given(greys(0.0, 0.0, 0.0)), frames=2))
    assert "3 frames" in message and "videos of 2" in message


@about("PictureMeasures")
def test_measures_of_pictures_whose_numbers_are_known(graph: Graph) -> None:
    checks = (torch.arange(8)[:, None] + torch.arange(8)) % 2
    board = checks.float()[None, :, :, None].expand(2, -1, -1, 3) * 0.1
    # Four neighbours differ by 0.1 from the middle: the Laplacian is ±0.4, of variance 0.16.
    node = graph.add("PictureMeasures", images=graph.given(board), reference=graph.given(board[:1] + 0.1))
    done = graph.run(node).values[node.id]
    assert done["sharpness"] == pytest.approx(160, rel=1e-4)
    assert done["psnr"] == pytest.approx(20, rel=1e-4) and done["correlation"] == 0
    assert numbers(done["text"]) == pytest.approx({"sharpness": 160, "PSNR": 20}, rel=1e-3)


def test_blur_takes_sharpness_and_noise_has_no_neighbours(graph: Graph) -> None:
    sharp = noise(32, side=32)
    blurred = torch.nn.functional.avg_pool2d(sharp.movedim(-1, 1), 3, 1, 1).movedim(1, -1)
    still = sharp[:1].expand(32, -1, -1, -1)

    def measured(images: torch.Tensor, output: str) -> float:
        return graph.value(graph.add("PictureMeasures", images=graph.given(images), frames=8), output)

    assert measured(blurred, "sharpness") < 0.2 * measured(sharp, "sharpness")
    assert abs(measured(sharp, "correlation")) < 0.05
    assert measured(still, "correlation") == pytest.approx(1)
    assert 0.2 < measured(0.5 * still + 0.5 * sharp, "correlation") < 0.8


def test_a_reference_must_fit(graph: Graph) -> None:
    node = graph.add(
        "PictureMeasures", images=graph.given(greys(0.0, 0.0, 0.0)), reference=graph.given(greys(0.0, 0.0))
    )
    message = graph.failure(node)
    assert "2 of 8×8" in message and "3 of 8×8" in message


@about("NearestPicture")
def test_the_nearest_picture_is_found_and_shown(graph: Graph) -> None:
    among = noise(30)
    images = among[[4, 17]] + torch.tensor([0.0, 0.05]).view(2, 1, 1, 1)
    node = graph.add("NearestPicture", images=graph.given(images), among=graph.given(among))
    done = graph.run(node).values[node.id]
    found = numbers(done["text"])
    assert found == pytest.approx(
        {"1 is nearest to 5, at": 0, "2 is nearest to 18, at": 0.05, "mean distance": 0.025}, abs=1e-4
    )
    shown = done["image"]
    assert torch.allclose(shown[0, -GAP - 96 : -GAP : 12, -GAP - 96 : -GAP : 12], among[17], atol=1e-4)


def test_pictures_of_another_size_have_no_nearest(graph: Graph) -> None:
    node = graph.add("NearestPicture", images=graph.given(noise(1, 4)), among=graph.given(noise(2, 8)))
    assert "1 of 4×4" in graph.failure(node) and "2 of 8×8" in graph.failure(node)


def exact(graph: Graph, pictures: Link, **inputs: object) -> Node:
    return graph.add("ClosedFormPictures", images=pictures, **inputs)


@about("ClosedFormPictures")
@pytest.mark.parametrize("family", ["variance exploding", "variance preserving", "flow"])
def test_without_training_noise_becomes_the_pictures_of_the_set(graph: Graph, family: str) -> None:
    pictures = graph.given(noise(12))
    model = exact(graph, pictures, family=family)
    start = graph.add("NoiseSeed", batch=6)["noise"]
    walk = graph.add("DDIMSampler", model=model["model"], noise=start, steps=40)
    image = graph.add("VAEDecode", latent=walk["latent"], vae=model["vae"])
    nearest = graph.add("NearestPicture", images=image["image"], among=pictures)
    found = numbers(graph.value(nearest, "text"))
    assert found["mean distance"] < 0.01
    assert len({name.split()[4] for name in found if name.startswith(tuple("123456"))}) > 2


def test_pixels_are_encoded_and_decoded_as_they_are(graph: Graph) -> None:
    pictures = noise(3)
    model = exact(graph, graph.given(pictures))
    vae = graph.value(model, "vae")
    assert torch.allclose(vae.decode(vae.encode(pictures)), pictures, atol=1e-6)
    wrong = graph.given({"samples": torch.zeros(1, 4, 8, 8)})
    message = graph.failure(graph.add("VAEDecode", latent=wrong, vae=model["vae"]))
    assert "(4, 8, 8)" in message and "the VAE of the model that made them" in message


def saved(folder: Path, name: str, colour: tuple[int, int, int], size: tuple[int, int] = (20, 10)) -> None:
    path = folder / "input" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)


@about("LoadImages")
def test_a_folder_of_pictures_is_one_batch(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, red in (("b.png", 255), ("a.png", 0), ("c.jpg", 128)):
        saved(tmp_path, f"scenes/{name}", (red, 0, 0))
    (tmp_path / "input" / "scenes" / "notes.txt").write_text("no picture")
    node, cache = graph.add("LoadImages", folder="scenes", size=8), MemoryCache()
    images = graph.run(node, cache=cache).values[node.id]["images"]
    assert images.shape == (3, 8, 8, 3)
    assert images[:, 4, 4, 0].tolist() == pytest.approx([0, 1, 128 / 255], abs=0.02)
    assert len(graph.value(graph.add("LoadImages", folder="scenes", size=8, most=2))) == 2
    saved(tmp_path, "scenes/d.png", (0, 0, 0))
    assert len(graph.run(node, cache=cache).values[node.id]["images"]) == 4  # no old result is given again


@pytest.mark.parametrize("folder", ["../elsewhere", "/etc", "scenes/../../elsewhere"])
def test_pictures_outside_the_input_folder_are_not_read(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.chdir(tmp_path)
    saved(tmp_path, "scenes/a.png", (0, 0, 0))
    saved(tmp_path, "../elsewhere/a.png", (0, 0, 0))
    assert "leads out of the input folder" in graph.failure(graph.add("LoadImages", folder=folder))


def test_a_folder_that_is_not_there_is_named(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    saved(tmp_path, "scenes/a.png", (0, 0, 0))
    (tmp_path / "input" / "empty").mkdir()
    assert "did you mean scenes?" in graph.failure(graph.add("LoadImages", folder="scene"))
    assert "no picture" in graph.failure(graph.add("LoadImages", folder="empty"))
