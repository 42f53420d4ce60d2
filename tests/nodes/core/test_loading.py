"""Pictures and latents from files: upright, in colour, with their masks, and checked before anything runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from scorefield.graph.cache import MemoryCache
from scorefield.graph.errors import InvalidWorkflow

from ..graphs import Graph, about_classes

DRAW = np.random.default_rng(3)
RGB = DRAW.integers(0, 256, (5, 8, 3), dtype=np.uint8)
RGBA = DRAW.integers(0, 256, (5, 8, 4), dtype=np.uint8)


def loaded(graph: Graph, folder: Path, picture: Image.Image, name: str = "x.png", **options: Any) -> Any:
    """The values of LoadImage for that picture."""
    picture.save(folder / name, **options)
    node = graph.add_class("LoadImage", image=name)
    return graph.run(node).values[node.id]


def unit(values: np.ndarray[Any, Any]) -> torch.Tensor:
    return torch.from_numpy(values.astype(np.float32)) / 255


@about_classes("LoadImage")
def test_a_picture_becomes_its_colours_and_an_empty_mask(graph: Graph, input_folder: Path) -> None:
    values = loaded(graph, input_folder, Image.fromarray(RGB))
    assert torch.equal(values["IMAGE"], unit(RGB)[None])
    assert torch.equal(values["MASK"], torch.zeros(1, 64, 64))


def test_the_mask_is_where_nothing_is_to_be_seen(graph: Graph, input_folder: Path) -> None:
    values = loaded(graph, input_folder, Image.fromarray(RGBA))
    assert torch.equal(values["IMAGE"], unit(RGBA[:, :, :3])[None])
    assert torch.equal(values["MASK"], 1 - unit(RGBA[:, :, 3])[None])


@pytest.mark.parametrize("mode", ["P", "RGB"])
def test_one_colour_may_be_transparent(graph: Graph, input_folder: Path, mode: str) -> None:
    picture = Image.fromarray(RGB).quantize(4)
    hidden: Any = 2
    if mode == "RGB":
        picture = picture.convert("RGB")
        hidden = picture.getpixel((3, 3))
    expected = torch.tensor(np.array(picture) == hidden).float()
    expected = expected.amin(dim=-1) if mode == "RGB" else expected
    values = loaded(graph, input_folder, picture, transparency=hidden)
    assert 0 < expected.sum() < expected.numel()
    assert torch.equal(values["MASK"], expected[None])


def test_a_photo_taken_sideways_is_upright(graph: Graph, input_folder: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned a quarter to the left
    values = loaded(graph, input_folder, Image.fromarray(RGB), exif=exif)
    assert torch.equal(values["IMAGE"], unit(np.rot90(RGB, k=-1))[None])


def test_all_16_bits_count(graph: Graph, input_folder: Path) -> None:
    deep = DRAW.integers(0, 65536, (5, 8), dtype=np.uint16)
    values = loaded(graph, input_folder, Image.fromarray(deep))
    grey = torch.from_numpy(deep.astype(np.float32)) / 65535
    assert torch.equal(values["IMAGE"], grey[None, :, :, None].expand(1, 5, 8, 3))


@pytest.mark.parametrize("name", ["x.gif", "x.webp", "x.png"])
def test_the_frames_of_an_animation_are_a_batch(graph: Graph, input_folder: Path, name: str) -> None:
    shades = (10, 100, 200)
    frames = [Image.new("RGB", (8, 5), (shade, shade, shade)) for shade in shades]
    options = {"lossless": True} if name == "x.webp" else {}
    values = loaded(
        graph, input_folder, frames[0], name, save_all=True, append_images=frames[1:], duration=50, **options
    )
    assert values["IMAGE"].shape == (3, 5, 8, 3) and values["MASK"].shape == (3, 64, 64)
    assert torch.equal(values["IMAGE"].mean(dim=(1, 2, 3)).mul(255).round(), torch.tensor(shades).float())


@about_classes("LoadImageMask")
@pytest.mark.parametrize("channel", ["alpha", "red", "green", "blue"])
def test_a_channel_becomes_a_mask(graph: Graph, input_folder: Path, channel: str) -> None:
    Image.fromarray(RGBA).save(input_folder / "x.png")
    place = ("red", "green", "blue", "alpha").index(channel)
    expected = unit(RGBA[:, :, place])[None]
    mask = graph.value(graph.add_class("LoadImageMask", image="x.png", channel=channel))
    assert torch.equal(mask, 1 - expected if channel == "alpha" else expected)


def test_files_in_sub_folders_and_other_folders_are_found(graph: Graph, input_folder: Path) -> None:
    (input_folder / "sub").mkdir()
    Image.fromarray(RGB).save(input_folder / "sub" / "x.png")
    graph.folder.mkdir()
    Image.fromarray(255 - RGB).save(graph.folder / "made.png")
    for name, expected in (("sub/x.png", RGB), ("made.png [output]", 255 - RGB)):
        assert torch.equal(graph.value(graph.add_class("LoadImage", image=name)), unit(expected)[None])


def test_an_override_finds_files_as_the_graph_does(graph: Graph, input_folder: Path) -> None:
    (input_folder / "sub").mkdir()
    Image.fromarray(RGB).save(input_folder / "x.png")
    Image.fromarray(255 - RGB).save(input_folder / "sub" / "y.png")
    node = graph.add_class("LoadImage", image="x.png")
    found = graph.run(node, overrides={"LoadImage.image": "sub/y.png"}).values[node.id]["IMAGE"]
    assert torch.equal(found, unit(255 - RGB)[None])
    with pytest.raises(InvalidWorkflow, match=r"no file 'z\.png'"):
        graph.run(node, overrides={"LoadImage.image": "z.png"})


@pytest.mark.parametrize("name", ["missing.png", "../secret.png", "/etc/passwd", "../../secret.png [temp]"])
@pytest.mark.parametrize("node", ["LoadImage", "LoadImageMask", "LoadLatent"])
def test_a_file_that_cannot_be_is_refused_before_anything_runs(graph: Graph, node: str, name: str) -> None:
    given = {"latent": name} if node == "LoadLatent" else {"image": name}
    more = {"channel": "red"} if node == "LoadImageMask" else {}
    (graph.folder.parent / "secret.png").write_text("secret")
    message = graph.refusal(graph.add_class(node, **given, **more))
    assert ("there is no file" if name == "missing.png" else "leads out") in message
    assert f"({node})" in message and next(iter(given)) in message


@pytest.mark.parametrize("content", [b"no picture", b"\x89PNG\r\n\x1a\n broken", b""])
def test_a_file_that_is_no_picture_says_so(graph: Graph, input_folder: Path, content: bytes) -> None:
    (input_folder / "x.png").write_bytes(content)
    assert "x.png is no picture that can be read" in graph.failure(
        graph.add_class("LoadImage", image="x.png")
    )


def test_half_a_picture_says_so(graph: Graph, input_folder: Path) -> None:
    path = input_folder / "x.png"
    Image.fromarray(DRAW.integers(0, 256, (64, 64, 3), dtype=np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[:4000])
    assert "x.png is no picture that can be read" in graph.failure(
        graph.add_class("LoadImage", image="x.png")
    )


def test_other_content_under_the_same_name_is_loaded_anew(graph: Graph, input_folder: Path) -> None:
    cache = MemoryCache()
    node = graph.add_class("LoadImage", image="x.png")
    found = []
    for picture in (RGB, RGB, 255 - RGB):
        Image.fromarray(picture).save(input_folder / "x.png")
        done = graph.run(node, cache=cache)
        found.append(bool(done.executed))
        assert torch.equal(done.values[node.id]["IMAGE"], unit(picture)[None])
    assert found == [True, False, True]


@about_classes("LoadLatent")
def test_latents_are_loaded_and_old_ones_scaled(graph: Graph, input_folder: Path) -> None:
    samples = torch.randn(2, 4, 3, 5, generator=torch.Generator().manual_seed(0))
    format_mark = {"latent_format_version_0": torch.tensor([])}
    save_file({"latent_tensor": samples, **format_mark}, input_folder / "new.latent")
    save_file({"latent_tensor": samples * 0.18215}, input_folder / "old.latent")
    new, old = (
        graph.value(graph.add_class("LoadLatent", latent=name))["samples"]
        for name in ("new.latent", "old.latent")
    )
    assert torch.equal(new, samples) and torch.allclose(old, samples)


def test_what_holds_no_latents_says_so(graph: Graph, input_folder: Path) -> None:
    (input_folder / "x.latent").write_bytes(b"nothing")
    save_file({"other": torch.zeros(1)}, input_folder / "y.latent")
    for name in ("x.latent", "y.latent"):
        message = graph.failure(graph.add_class("LoadLatent", latent=name))
        assert f"{name} holds no latents that can be read" in message
