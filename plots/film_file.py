"""Frames into a film that browsers play, with the workflow inside, whole or not at all.

| kind | codec                | where the workflow is                        |
|------|----------------------|----------------------------------------------|
| mp4  | H.264 (libx264)      | tags `prompt`, `workflow` and `scorefield`   |
| webm | VP9 (libvpx-vp9)     | the same; Matroska writes them in capitals   |

Both keep colour at half the resolution of brightness (4:2:0, the only form that every browser plays), in the
colours of BT.709, and say so. The same frames give the same bytes.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from .picture_writer import Json, publish, to_bytes

if TYPE_CHECKING:
    from av import VideoFrame, VideoStream

Kind = Literal["mp4", "webm"]
KINDS: tuple[str, ...] = get_args(Kind)
BT709 = 1  # the number that both containers have for it
VIDEO_RANGE = 1  # brightness from 16 to 235
# A codec that shares a frame out among threads cuts it up by their number: a fixed one keeps the bytes.
THREADS = 4


@dataclass(frozen=True)
class Codec:
    """How a kind of film is coded.

    Attributes:
        name: of the encoder.
        coarsest: the constant rate factor of quality 0.
        finest: that of quality 100.
        options: the encoder's own.
        container: the container's own.
    """

    name: str
    coarsest: int
    finest: int
    options: Mapping[str, str] = field(default_factory=dict)
    container: Mapping[str, str] = field(default_factory=dict)


CODECS: dict[str, Codec] = {
    # With frames between others libx264 reads memory that it never wrote, on processors with AVX-512.
    "mp4": Codec("libx264", 40, 10, {"bf": "0"}, {"movflags": "use_metadata_tags"}),
    "webm": Codec("libvpx-vp9", 55, 10, {"b": "0", "deadline": "good", "cpu-used": "4", "row-mt": "1"}),
}


def write_film(
    frames: Tensor,
    folder: Path,
    prefix: str,
    *,
    kind: str = "mp4",
    frames_per_second: float = 16.0,
    quality: int = 80,
    prompt: Json | None = None,
    workflow: Json | None = None,
    record: Json | None = None,
) -> Path:
    """Write a film.

    Args:
        frames: (B, H, W, 3 or 4) in 0 … 1; transparency is left out, and the last row or column of an odd
            side is repeated once, because colour is kept in squares of two pixels.
        folder: as in `picture_writer.write_png`; so are prefix, prompt and workflow.
        kind: see the module.
        frames_per_second: > 0, at most 1000.
        quality: 0 … 100; nothing keeps every pixel.
        record: what made the film beside the workflow.

    Returns:
        The file's path, `{folder}/{prefix}_{counter:05}_.{kind}`, with symbolic links resolved.

    Raises:
        ValueError: NaN in a frame, no frames, an unknown kind, a number out of range, or a prefix that leads
            out of the folder.
        OSError: the file cannot be written; nothing is left behind.
    """
    inside = {"prompt": prompt, "workflow": workflow, "scorefield": record}
    texts = {name: json.dumps(value) for name, value in inside.items() if value is not None}
    content = film_bytes(to_bytes(frames)[..., :3], kind, frames_per_second, quality, texts)
    return publish(content, folder, prefix, f".{kind}")


def film_bytes(
    frames: NDArray[np.uint8], kind: str, frames_per_second: float, quality: int, texts: Mapping[str, str]
) -> bytes:
    """The content of the film of frames (B, H, W, 3), with texts by name (see `write_film`)."""
    import av

    if kind not in CODECS:
        raise ValueError(f"unknown kind of film {kind!r}: choose one of {', '.join(KINDS)}")
    if not 0 < frames_per_second <= 1000 or not 0 <= quality <= 100:
        raise ValueError(
            f"needs 0 < frames per second ≤ 1000 and quality 0 … 100, got {frames_per_second}, {quality}"
        )
    codec, even, stream = CODECS[kind], _even(frames), io.BytesIO()
    # Without bitexact a container bears a random number and the versions of what wrote it.
    options = {**codec.container, "fflags": "+bitexact"}
    with av.open(stream, "w", format=kind, options=options) as container:
        container.metadata.update(texts)
        rate = Fraction(frames_per_second).limit_denominator(1001)
        factor = round(codec.coarsest + (codec.finest - codec.coarsest) * quality / 100)
        options = {**codec.options, "crf": str(factor)}
        film = cast("VideoStream", container.add_stream(codec.name, rate=rate, options=options))
        _describe(film, even)
        for picture in _pictures(even):
            container.mux(film.encode(picture))
        container.mux(film.encode())
    return stream.getvalue()


def _describe(film: VideoStream, frames: NDArray[np.uint8]) -> None:
    film.height, film.width = frames.shape[1:3]
    film.pix_fmt = "yuv420p"
    coding = film.codec_context
    coding.thread_count = THREADS
    coding.color_range = VIDEO_RANGE
    coding.colorspace = coding.color_primaries = coding.color_trc = BT709


def _pictures(frames: Iterable[NDArray[np.uint8]]) -> Iterator[VideoFrame]:
    """The frames as the encoder takes them."""
    import av

    for frame in frames:
        colours = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")
        yield colours.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")


def _even(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Frames (B, H, W, 3) of even sides."""
    high, wide = (side % 2 for side in frames.shape[1:3])
    return np.pad(frames, ((0, 0), (0, high), (0, wide), (0, 0)), mode="edge") if high or wide else frames
