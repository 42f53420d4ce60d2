"""Pictures, batches and masks: what each node does to the values."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from ..graphs import Graph, about_classes


def noise(*shape: int) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(5))


@about_classes("ImageInvert", "InvertMask")
def test_inverting_twice_changes_nothing_and_once_everything(graph: Graph) -> None:
    for node, name, values in (
        ("ImageInvert", "image", noise(2, 3, 4, 3)),
        ("InvertMask", "mask", noise(1, 3, 4)),
    ):
        once = graph.add_class(node, **{name: graph.given(values)})
        assert torch.equal(graph.value(once), 1 - values)


@about_classes("EmptyImage")
def test_a_colour_is_red_green_and_blue(graph: Graph) -> None:
    node = graph.add_class("EmptyImage", width=5, height=2, batch_size=3, color=0xFF8000)
    found = graph.value(node)
    assert found.shape == (3, 2, 5, 3)
    assert torch.allclose(found, torch.tensor([1.0, 128 / 255, 0.0]))


@about_classes("ImageCrop")
@pytest.mark.parametrize(
    ("x", "y", "width", "height"), [(1, 2, 3, 2), (4, 3, 100, 100), (0, 0, 1, 1), (50, 50, 9, 9)]
)
def test_a_crop_is_the_part_that_is_there(graph: Graph, x: int, y: int, width: int, height: int) -> None:
    image = noise(2, 6, 8, 3)
    given = {"x": x, "y": y, "width": width, "height": height}
    found = graph.value(graph.add_class("ImageCrop", image=graph.given(image), **given))
    left, top = min(x, 7), min(y, 5)
    assert torch.equal(found, image[:, top : top + height, left : left + width]) and found.numel()


@about_classes("ImagePadForOutpaint")
def test_margins_are_grey_and_the_mask_says_where(graph: Graph) -> None:
    image = noise(2, 20, 24, 3)
    sides = {"left": 8, "top": 0, "right": 16, "bottom": 5}
    node = graph.add_class("ImagePadForOutpaint", image=graph.given(image), feathering=4, **sides)
    values = graph.run(node).values[node.id]
    padded, mask = values["IMAGE"], values["MASK"]
    assert padded.shape == (2, 25, 48, 3) and mask.shape == (1, 25, 48)
    assert torch.equal(padded[:, :20, 8:32], image)
    assert (padded[:, :, :8] == 0.5).all() and (padded[:, 20:] == 0.5).all()
    assert (mask[0, :, :8] == 1).all() and (mask[0, 20:] == 1).all() and (mask[0, :, 32:] == 1).all()
    # Inside, (4 − d)/4 squared at d pixels from the left margin, and one pixel further from the right one's.
    assert mask[0, 2, 8:14].tolist() == [1, 0.5625, 0.25, 0.0625, 0, 0]
    assert mask[0, 2, 27:32].tolist() == [0, 0, 0.0625, 0.25, 0.5625]
    assert (mask[0, :10, 12:28] == 0).all()  # nothing fades at the top, which got no margin


@pytest.mark.parametrize("side", ["left", "top", "right", "bottom"])
def test_the_mask_fades_only_towards_the_sides_with_a_margin(graph: Graph, side: str) -> None:
    image = graph.given(noise(1, 20, 20, 3))
    sides = {name: 8 if name == side else 0 for name in ("left", "top", "right", "bottom")}
    node = graph.add_class("ImagePadForOutpaint", image=image, feathering=4, **sides)
    mask = graph.run(node).values[node.id]["MASK"][0]
    line = mask.mean(dim=0) if side in ("left", "right") else mask.mean(dim=1)
    towards = line if side in ("left", "top") else line.flip(0)
    nearest = 0.5625 if side in ("right", "bottom") else 1  # a pixel further from the margin's first
    assert towards[:8].tolist() == [1] * 8 and towards[8] == nearest
    assert (towards[12:] == 0).all() and (towards.diff() <= 0).all()


def test_a_picture_too_small_to_fade_does_not(graph: Graph) -> None:
    image = graph.given(noise(1, 8, 20, 3))
    node = graph.add_class("ImagePadForOutpaint", image=image, left=8, top=0, right=0, bottom=0, feathering=4)
    assert not graph.run(node).values[node.id]["MASK"][0, :, 8:].any()


@about_classes("GetImageSize")
def test_a_size_is_width_height_and_count(graph: Graph) -> None:
    node = graph.add_class("GetImageSize", image=graph.given(noise(3, 4, 5, 3)))
    assert graph.run(node).values[node.id] == {"width": 5, "height": 4, "batch_size": 3}


@about_classes("ImageBatch")
def test_pictures_of_another_size_get_that_of_the_first(graph: Graph) -> None:
    first, second = noise(2, 4, 4, 3), noise(1, 4, 8, 3)
    node = graph.add_class("ImageBatch", image1=graph.given(first), image2=graph.given(second))
    found = graph.value(node)
    assert torch.equal(found[:2], first)
    assert torch.allclose(found[2], second[0, :, 2:6])  # the middle of a picture twice as wide


@pytest.mark.parametrize("channels", [(3, 4), (4, 3)])
def test_pictures_without_transparency_become_opaque(graph: Graph, channels: tuple[int, int]) -> None:
    images = [noise(1, 4, 4, count) for count in channels]
    found = graph.value(
        graph.add_class("ImageBatch", image1=graph.given(images[0]), image2=graph.given(images[1]))
    )
    plain = channels.index(3)
    assert found.shape == (2, 4, 4, 4)
    assert torch.equal(found[plain, ..., :3], images[plain][0]) and (found[plain, ..., 3] == 1).all()


@about_classes("ImageFromBatch")
@pytest.mark.parametrize(
    ("index", "length", "expected"),
    [(0, 1, [0]), (1, 2, [1, 2]), (3, 9, [3, 4]), (90, 3, [4]), (-1, 1, [4]), (-2, 9, [3, 4]), (-90, 1, [0])],
)
def test_some_of_a_batch(graph: Graph, index: int, length: int, expected: list[int]) -> None:
    batch = noise(5, 2, 2, 3)
    node = graph.add_class("ImageFromBatch", image=graph.given(batch), batch_index=index, length=length)
    assert torch.equal(graph.value(node), batch[expected])


@about_classes("RepeatImageBatch")
def test_a_batch_again_and_again(graph: Graph) -> None:
    batch = noise(2, 3, 4, 3)
    node = graph.add_class("RepeatImageBatch", image=graph.given(batch), amount=3)
    assert torch.equal(graph.value(node), batch[[0, 1, 0, 1, 0, 1]])


@about_classes("RebatchImages")
@pytest.mark.parametrize(("size", "sizes"), [(1, [1] * 5), (2, [2, 2, 1]), (5, [5]), (99, [5])])
def test_pictures_are_divided_anew_and_what_follows_runs_once_per_batch(
    graph: Graph, size: int, sizes: list[int]
) -> None:
    batch = noise(5, 2, 2, 3)
    rebatched = graph.add_class("RebatchImages", images=graph.given(batch), batch_size=size)
    counted = graph.counted(rebatched["IMAGE"])
    end = graph.add_class("RebatchImages", images=counted, batch_size=5)
    joined = graph.value(end)
    assert [len(each) for each in graph.calls] == sizes
    assert torch.equal(joined[0], batch)


@about_classes("ImageToMask", "MaskToImage", "SolidMask")
def test_a_mask_is_a_channel_and_a_channel_is_grey(graph: Graph) -> None:
    image = noise(2, 3, 4, 3)
    mask = graph.add_class("ImageToMask", image=graph.given(image), channel="blue")
    assert torch.equal(graph.value(mask), image[..., 2])
    back = graph.add_class("MaskToImage", mask=mask["MASK"])
    assert torch.equal(graph.value(back), image[..., 2:].expand(2, 3, 4, 3))
    solid = graph.value(graph.add_class("SolidMask", value=0.25, width=4, height=3))
    assert torch.equal(solid, torch.full((1, 3, 4), 0.25))


def test_a_channel_that_is_not_there_says_so(graph: Graph) -> None:
    message = graph.failure(
        graph.add_class("ImageToMask", image=graph.given(noise(1, 2, 2, 3)), channel="alpha")
    )
    assert "no channel alpha: they have red, green, blue" in message


@about_classes(
    "PrimitiveInt", "PrimitiveFloat", "PrimitiveString", "PrimitiveStringMultiline", "PrimitiveBoolean"
)
@pytest.mark.parametrize(
    ("node", "value"),
    [
        ("PrimitiveInt", -(2**62)),
        ("PrimitiveFloat", 0.1),
        ("PrimitiveString", "ü"),
        ("PrimitiveStringMultiline", "a\nb"),
        ("PrimitiveBoolean", True),
    ],
)
def test_a_single_value_goes_on_as_it_is(graph: Graph, node: str, value: Any) -> None:
    names = (
        "PrimitiveInt",
        "PrimitiveFloat",
        "PrimitiveString",
        "PrimitiveStringMultiline",
        "PrimitiveBoolean",
    )
    nodes = {name: graph.add_class(name, value="1" if "String" in name else 1) for name in names}
    graph.run(*nodes.values())
    found = graph.value(graph.add_class(node, value=value))
    assert found == value and type(found) is type(value)


@about_classes("PreviewAny")
@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\nb", "a\nb"),
        (3, "3"),
        (True, "True"),
        ({"ü": [1]}, '{\n    "ü": [\n        1\n    ]\n}'),
        (1j, "1j"),
    ],
)
def test_any_value_can_be_read(graph: Graph, value: Any, text: str) -> None:
    node = graph.add_class("PreviewAny", source=graph.given(value))
    done = graph.run(node)
    assert done.ui[node.id] == {"text": [text]} and done.values[node.id] == {"STRING": text}
