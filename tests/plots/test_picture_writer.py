"""Files: the workflow inside, the same bytes, whole or not at all, never outside."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image
from scorefield.plots.picture_file import read_workflow
from scorefield.plots.picture_writer import png_bytes, to_bytes, webp_bytes, write_png, write_webp
from torch import Tensor

PROMPT = {"1": {"class_type": "Näme σ 猫", "inputs": {"x": [1, 2.5, None, 'a\n"b"']}}}
WORKFLOW = {"nodes": [], "version": 0.4}
Writer = Callable[[Tensor, Path, str], Path]


def frames(count: int = 3) -> Tensor:
    return torch.rand(count, 24, 32, 3, generator=torch.Generator().manual_seed(count))


WRITERS: list[Writer] = [
    lambda image, folder, prefix: write_png(image[0], folder, prefix),
    lambda image, folder, prefix: write_webp(image, folder, prefix),
]


def test_a_png_carries_its_workflow(tmp_path: Path) -> None:
    path = write_png(frames()[0], tmp_path, "spiral", prompt=PROMPT, workflow=WORKFLOW)
    assert path.name == "spiral_00001_.png"
    with Image.open(path) as picture:
        assert json.loads(picture.info["prompt"]) == PROMPT
        assert json.loads(picture.info["workflow"]) == WORKFLOW
    assert read_workflow(path) == {"prompt": PROMPT, "workflow": WORKFLOW}


def test_a_webp_carries_its_workflow(tmp_path: Path) -> None:
    path = write_webp(frames(), tmp_path, "spiral", prompt=PROMPT, workflow=WORKFLOW, frames_per_second=20)
    with Image.open(path) as picture:
        assert picture.getexif()[0x0110] == "prompt:" + json.dumps(PROMPT)
        assert picture.getexif()[0x010F] == "workflow:" + json.dumps(WORKFLOW)
        assert picture.n_frames == 3
        picture.load()
        assert picture.info["duration"] == 50
    assert read_workflow(path) == {"prompt": PROMPT, "workflow": WORKFLOW}


def test_without_a_workflow_there_is_none(tmp_path: Path) -> None:
    paths = [write(frames(), tmp_path, "plain") for write in WRITERS]
    assert [read_workflow(path) for path in paths] == [{}, {}]


def test_pixels_are_rounded_and_kept(tmp_path: Path) -> None:
    image = frames(2)
    expected = (image * 255).round().byte().numpy()
    with Image.open(write_png(image[0], tmp_path, "a")) as picture:
        assert bytes(picture.tobytes()) == expected[0].tobytes()
    with Image.open(write_webp(image, tmp_path, "a")) as film:
        film.seek(1)
        assert film.convert("RGB").tobytes() == expected[1].tobytes()
    assert to_bytes(torch.tensor([0.0, 0.4999 / 255, 0.5001 / 255]).view(1, 1, 1, 3)).tolist() == [
        [[[0, 0, 1]]]
    ]


def test_what_lies_outside_is_clipped_and_transparency_kept() -> None:
    assert to_bytes(torch.tensor([-1.0, 2.0, float("inf"), 0.0]).view(1, 1, 1, 4)).tolist() == [
        [[[0, 255, 255, 0]]]
    ]


def test_the_same_picture_is_the_same_bytes() -> None:
    assert png_bytes(frames()[0], PROMPT, WORKFLOW) == png_bytes(frames()[0], PROMPT, WORKFLOW)
    assert webp_bytes(frames(), 12, PROMPT, WORKFLOW) == webp_bytes(frames(), 12, PROMPT, WORKFLOW)


def test_counters_go_on_from_the_highest(tmp_path: Path) -> None:
    write_png(frames()[0], tmp_path, "sub/spiral")
    (tmp_path / "sub" / "spiral_00007_.png").touch()
    (tmp_path / "sub" / "spiral_two_00050_.png").touch()
    path = write_webp(frames(), tmp_path, "sub/spiral")
    assert path == (tmp_path / "sub" / "spiral_00008_.webp").resolve()


@pytest.mark.parametrize("write", WRITERS)
def test_nan_is_refused_and_nothing_is_made(tmp_path: Path, write: Writer) -> None:
    image = frames()
    image[0, 0, 0, 0] = float("nan")
    with pytest.raises(ValueError, match="NaN"):
        write(image, tmp_path / "out", "spiral")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("write", WRITERS)
def test_a_failing_write_leaves_nothing(
    tmp_path: Path, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "link", full)
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space left"):
        write(frames(), tmp_path, "spiral")
    assert list(tmp_path.iterdir()) == []


def test_without_links_a_rename_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", unsupported)
    path = write_png(frames()[0], tmp_path, "spiral")
    assert list(tmp_path.iterdir()) == [path]


def test_a_faster_writer_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = os.link

    def raced(source: Path, target: Path) -> None:
        monkeypatch.setattr(os, "link", link)
        target.write_bytes(b"somebody else's")
        link(source, target)

    monkeypatch.setattr(os, "link", raced)
    path = write_png(frames()[0], tmp_path, "spiral")
    assert path.name == "spiral_00002_.png"
    assert (tmp_path / "spiral_00001_.png").read_bytes() == b"somebody else's"


BAD_PREFIXES = [
    "",
    "sub/",
    "..",
    "../out",
    "a/../../b",
    "/etc/passwd",
    "\\\\server\\share",
    "C:\\x",
    "c:x",
    "..\\x",
    "a\0b",
    "a\nb",
]


@pytest.mark.parametrize("prefix", BAD_PREFIXES)
@pytest.mark.parametrize("write", WRITERS)
def test_a_prefix_never_leaves_the_folder(tmp_path: Path, write: Writer, prefix: str) -> None:
    with pytest.raises(ValueError, match="file name prefix"):
        write(frames(), tmp_path / "out", prefix)
    assert list(tmp_path.iterdir()) == []


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ValueError, match="symbolic link"):
        write_png(frames()[0], tmp_path / "out", "link/spiral")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_bad_shapes_and_speeds_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="3 or 4"):
        write_png(torch.zeros(4, 4, 2), tmp_path, "a")
    with pytest.raises(ValueError, match="3 or 4"):
        write_webp(torch.zeros(0, 4, 4, 3), tmp_path, "a")
    with pytest.raises(ValueError, match="frames per second"):
        write_webp(frames(), tmp_path, "a", frames_per_second=0)


def test_a_damaged_part_of_a_picture_is_passed_over_in_silence(tmp_path: Path) -> None:
    picture = Image.new("RGB", (1, 1))
    exif = picture.getexif()
    exif[0x0110] = "prompt:{}"
    picture.save(tmp_path / "a.webp", exif=exif)
    content = (tmp_path / "a.webp").read_bytes()
    place = content.index(b"MM\0*") + 14  # how long the text says it is
    (tmp_path / "a.webp").write_bytes(content[:place] + b"\0\0\xff\xff" + content[place + 4 :])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_workflow(tmp_path / "a.webp") == {}
