"""Files of every kind a workflow comes in, and files that are none."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from scorefield.graph.contract import Definition
from scorefield.graph.errors import InvalidWorkflow
from scorefield.graph.loading import Source, read_file, read_source
from scorefield.plots.film_file import film_bytes
from scorefield.plots.picture_file import read_record, read_workflow

API = {"1": {"class_type": "Number", "inputs": {"value": 5}}}
PAGE = {"nodes": [{"id": 2, "type": "Number", "widgets_values": [7]}], "links": []}
Write = Callable[..., Path]


def png(path: Path, **texts: Any) -> Path:
    info = PngInfo()
    for key, value in texts.items():
        info.add_text(key, value if isinstance(value, str) else json.dumps(value))
    Image.new("RGB", (2, 2)).save(path.with_suffix(".png"), pnginfo=info)
    return path.with_suffix(".png")


def webp(path: Path, **texts: Any) -> Path:
    picture = Image.new("RGB", (2, 2))
    exif = picture.getexif()
    for tag, (key, value) in zip((0x0110, 0x010F), texts.items(), strict=False):
        exif[tag] = f"{key}:{json.dumps(value)}"
    picture.save(path.with_suffix(".webp"), exif=exif)
    return path.with_suffix(".webp")


def film(path: Path, kind: str, **texts: Any) -> Path:
    """Two frames, with texts in the tags as ComfyUI's own Save Video writes them."""
    written = {key: value if isinstance(value, str) else json.dumps(value) for key, value in texts.items()}
    content = film_bytes(np.zeros((2, 16, 16, 3), np.uint8), kind, 8.0, 50, written)
    path.with_suffix(f".{kind}").write_bytes(content)
    return path.with_suffix(f".{kind}")


def mp4(path: Path, **texts: Any) -> Path:
    return film(path, "mp4", **texts)


def webm(path: Path, **texts: Any) -> Path:
    return film(path, "webm", **texts)


CARRIERS = [png, webp, mp4, webm]


def with_chunks(path: Path, *chunks: tuple[bytes, bytes], behind: bool = False) -> Path:
    """A PNG with further chunks before its pixels, or behind them."""
    content = png(path).read_bytes()
    mark = b"IEND" if behind else b"IDAT"
    place = content.index(mark) - 4
    made = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    written = path.with_suffix(".png")
    written.write_bytes(content[:place] + made + content[place:])
    return written


def loaded(path: Path, definitions: dict[str, Definition]) -> Source:
    return read_source(read_file(path, read_workflow), definitions)


def test_json_of_both_formats(tmp_path: Path, definitions: dict[str, Definition]) -> None:
    path = tmp_path / "w.json"
    path.write_text(json.dumps(API))
    assert loaded(path, definitions) == ({"1": ("1", "Number", {"value": 5}, "")}, None)
    path.write_text("\ufeff" + json.dumps(PAGE), encoding="utf-8")
    source = loaded(path, definitions)
    assert source.graph["2"].inputs == {"value": 7, "seed": 0}
    assert source.page == PAGE


@pytest.mark.parametrize("write", CARRIERS)
def test_a_picture_gives_what_ran_and_its_page(
    tmp_path: Path, definitions: dict[str, Definition], write: Write
) -> None:
    source = loaded(write(tmp_path / "both", prompt=API, workflow=PAGE), definitions)
    assert (list(source.graph), source.page) == (["1"], PAGE)


@pytest.mark.parametrize("write", CARRIERS)
def test_a_picture_with_a_page_alone_is_converted(
    tmp_path: Path, definitions: dict[str, Definition], write: Write
) -> None:
    source = loaded(write(tmp_path / "page", workflow=PAGE), definitions)
    assert (list(source.graph), source.page) == (["2"], PAGE)


@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize("kind", ["tEXt", "zTXt", "iTXt", "iTXt packed"])
def test_every_kind_of_text_in_a_png_and_either_side_of_the_pixels(
    tmp_path: Path, definitions: dict[str, Definition], kind: str, behind: bool
) -> None:
    text = json.dumps(PAGE).encode()
    chunk = {
        "tEXt": (b"tEXt", b"workflow\0" + text),
        "zTXt": (b"zTXt", b"workflow\0\0" + zlib.compress(text)),
        "iTXt": (b"iTXt", b"workflow\0\0\0\0\0" + text),
        "iTXt packed": (b"iTXt", b"workflow\0\1\0en\0\0" + zlib.compress(text)),
    }[kind]
    source = loaded(with_chunks(tmp_path / "text", chunk, behind=behind), definitions)
    assert (list(source.graph), source.page) == (["2"], PAGE)


@pytest.mark.parametrize(("tag", "key"), [(0x010F, "workflow"), (0x010E, "Workflow"), (0x0131, "workflow")])
def test_a_webp_may_carry_it_in_any_entry(
    tmp_path: Path, definitions: dict[str, Definition], tag: int, key: str
) -> None:
    picture = Image.new("RGB", (2, 2))
    exif = picture.getexif()
    exif[tag] = f"{key}:{json.dumps(PAGE)}"
    exif[0x0132] = "2031:02:03 04:05:06"
    picture.save(tmp_path / "a.webp", exif=exif)
    assert list(loaded(tmp_path / "a.webp", definitions).graph) == ["2"]


def test_numbers_that_json_has_no_word_for(tmp_path: Path, definitions: dict[str, Definition]) -> None:
    # ComfyUI writes them into its pictures: a node that always runs has NaN beside its inputs.
    prompt = '{"1": {"class_type": "Number", "inputs": {"value": 5}, "is_changed": [NaN, Infinity]}}'
    source = loaded(png(tmp_path / "nan", prompt=prompt, workflow=PAGE), definitions)
    assert (source.graph["1"].inputs, source.page) == ({"value": 5}, PAGE)


def test_plain_words_beside_a_workflow_are_passed_over(
    tmp_path: Path, definitions: dict[str, Definition]
) -> None:
    source = loaded(png(tmp_path / "words", prompt="a cat on a mat", workflow=PAGE), definitions)
    assert list(source.graph) == ["2"]


def test_a_page_that_stands_where_the_prompt_should(
    tmp_path: Path, definitions: dict[str, Definition]
) -> None:
    source = loaded(png(tmp_path / "page", prompt=PAGE), definitions)
    assert (list(source.graph), source.page) == (["2"], PAGE)


@pytest.mark.parametrize("write", CARRIERS)
def test_a_picture_without_a_workflow_is_refused(tmp_path: Path, write: Write) -> None:
    with pytest.raises(InvalidWorkflow, match="carries no workflow"):
        read_file(write(tmp_path / "bare"), read_workflow)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is not JSON"),
        (b"hello", "line 1, column 1"),
        (b'{"1":', "is not JSON"),
        (b"\xff\xd8\xff\xe0 a JPEG", "is not JSON"),
        (b"[" * 200_000, "is not JSON"),
        (b"[" + b"1" * 5000 + b"]", "is not JSON"),
        (b"\x89PNG\r\n\x1a\n cut off", "cannot be read"),
        (b"RIFF\x00\x00\x00\x00WEBP", "cannot be read"),
        (b"\x00\x00\x00\x18ftypisom", "cannot be read: it is damaged"),
        (b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * 20, "cannot be read: it is damaged"),
        (b"\x00\x00\x00\x18ftyp" + b"#EXTM3U\nfile:///etc/passwd\n" * 9, "cannot be read: it is damaged"),
        (b"\x1aE\xdf\xa3", "cannot be read: it is damaged"),
        (b"\x1aE\xdf\xa3" + b"\xff" * 3000, "cannot be read: it is damaged"),
    ],
)
def test_what_is_no_workflow_file_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(InvalidWorkflow, match=says) as refused:
        read_file(path, read_workflow)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("nonsense", ["{broken", "[" * 200_000], ids=["broken", "deep"])
@pytest.mark.parametrize("write", [png, mp4, webm])
def test_what_carries_nonsense_is_refused(tmp_path: Path, write: Write, nonsense: str) -> None:
    with pytest.raises(InvalidWorkflow, match=r"cannot be read as a (picture|film)"):
        read_file(write(tmp_path / "nonsense", prompt=nonsense), read_workflow)


@pytest.mark.parametrize("write", [mp4, webm])
def test_a_film_says_what_made_it(tmp_path: Path, write: Write) -> None:
    assert read_record(write(tmp_path / "made", scorefield={"node": "7"})) == {"node": "7"}
    assert read_record(write(tmp_path / "other", scorefield="words", comment="{}")) is None


@pytest.mark.parametrize("write", [mp4, webm])
def test_a_damaged_film_gives_what_it_carries_or_a_sentence(tmp_path: Path, write: Write) -> None:
    """Cut off anywhere, or with bytes turned over."""
    content = write(tmp_path / "whole", prompt=API, workflow=PAGE).read_bytes()
    draw = Random(5)
    refused = 0
    for number in range(60):
        damaged = bytearray(content if number % 2 else content[: draw.randrange(16, len(content))])
        for _ in range(0 if number % 2 == 0 else draw.choice((1, 8, 64))):
            damaged[draw.randrange(16, len(damaged))] ^= 1 << draw.randrange(8)
        path = tmp_path / "damaged"
        path.write_bytes(damaged)
        try:
            carried = read_file(path, read_workflow)
        except InvalidWorkflow as error:
            assert str(path) in str(error) and "\n" not in str(error)
            refused += 1
        else:
            assert carried.keys() <= {"prompt", "workflow"}
    assert 0 < refused < 60


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.json", tmp_path):
        with pytest.raises(InvalidWorkflow, match="cannot be read"):
            read_file(path, read_workflow)


def test_the_body_of_a_request_is_a_workflow_too(definitions: dict[str, Definition]) -> None:
    assert list(read_source({"prompt": API, "client_id": "x"}, definitions).graph) == ["1"]
    named = {"prompt": {"class_type": "Number"}}
    assert list(read_source(named, definitions).graph) == ["prompt"]
