"""A walk through a space of pictures for the page, which scrubs through it; `web/strip/` reads it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..graph.context import Context
from .shown_files import file_entry

if TYPE_CHECKING:
    from torch import Tensor

    from ..diffusion.sampling import Trajectory
    from ..plots.walk_moments import Decode, Seen
    from ..plots.walk_sheet import WalkSheet

KEY = "scorefield_walk"
MOST_BYTES = 2_000_000
QUALITIES = (90, 75, 60, 40)


def show_walk(
    context: Context,
    trajectory: Trajectory,
    decode: Decode,
    *,
    seen: Seen,
    samples: int,
    wanted: int,
    labels: Sequence[str],
) -> None:
    """Write the walk as a sheet of small pictures and show it with its numbers; nothing where no page looks.

    Args:
        context: the host.
        trajectory, decode, seen, samples, wanted: see `plots.walk_sheet.walk_sheet`.
        labels: what the samples are called; those without one are numbered.
    """
    if not context.has_page:
        return
    from ..plots.picture_writer import publish
    from ..plots.walk_sheet import walk_sheet

    def drawn(most_pixels: int) -> WalkSheet:
        return walk_sheet(
            trajectory, decode, seen=seen, samples=samples, wanted=wanted, most_pixels=most_pixels
        )

    sheet, content = _fitting(drawn)
    path = publish(content, context.temp_folder, "scorefield/walk", ".webp")
    about = _about(trajectory, sheet, labels)
    context.show(**{KEY: [{**file_entry(path, context.temp_folder, "temp"), "about": about}]})


def _fitting(drawn: Callable[[int], WalkSheet]) -> tuple[WalkSheet, bytes]:
    """The largest sheet whose file may be sent, of those with ever fewer pixels, and the file."""
    from ..plots.walk_sheet import MOST_PIXELS

    most = MOST_PIXELS
    while True:
        sheet = drawn(most)
        content = _webp(sheet.picture)
        if len(content) <= MOST_BYTES:
            return sheet, content
        most //= 2


def _about(trajectory: Trajectory, sheet: WalkSheet, labels: Sequence[str]) -> dict[str, Any]:
    """How the page is to cut the sheet up, and what it says beside it."""
    from ..plots.walk_numbers import walk_numbers

    chosen = sheet.chosen
    return {
        "cell": list(chosen.size),
        "columns": sheet.columns,
        "parts": list(sheet.parts),
        "samples": [
            labels[place] if place < len(labels) else str(place + 1) for place in range(chosen.samples)
        ],
        "frames": len(chosen.frames),
        "steps": [moment * trajectory.every for moment in chosen.moments],
        "last": len(trajectory) * trajectory.every,
        "left_out": _left_out(sheet, len(trajectory)),
        **walk_numbers(trajectory, chosen.moments, chosen.samples),
    }


def _webp(picture: Tensor) -> bytes:
    """As good as `MOST_BYTES` allows; the worst may still be larger."""
    from ..plots.picture_writer import webp_bytes

    for quality in QUALITIES:
        content = webp_bytes(picture[None], 1.0, lossless=False, quality=quality)
        if len(content) <= MOST_BYTES:
            break
    return content


def _left_out(sheet: WalkSheet, last: int) -> str:
    """What the page does not get, in words; empty where it gets everything."""
    got, whole = sheet.chosen, sheet.whole
    counts = {
        "moments": (len(got.moments), last + 1),
        "samples": (got.samples, whole.samples),
        "frames": (len(got.frames), len(whole.frames)),
    }
    words = [f"{some} of {every} {name}" for name, (some, every) in counts.items() if some < every]
    if got.size != whole.size:
        words.append(f"at {got.size[0]}×{got.size[1]} instead of {whole.size[0]}×{whole.size[1]} pixels")
    return ", ".join(words)
