"""Words on pictures that are drawn pixel by pixel: fonts, lines that are cut, the header."""

from __future__ import annotations

from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from .canvas import as_image, font_file
from .header import CAPTION_BASELINE, HEADER_HEIGHT, TITLE_BASELINE
from .shortening import shortened
from .style import STYLE

MARGIN = 24
LARGEST_SIDE = 4096


@cache
def font(size: float, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Our letters, so many pixels high."""
    return ImageFont.truetype(font_file(bold), size, layout_engine=ImageFont.Layout.BASIC)


def cut(words: str, letters: ImageFont.FreeTypeFont, room: float) -> str:
    """The words, or as much of their beginning as fits."""
    return shortened(words, room, letters.getlength)


def page(width: int, height: int, title: str, caption: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """An empty page with its title and what is to be known of it.

    Raises:
        ValueError: a page that would be too large.
    """
    if max(width, height) > LARGEST_SIDE:
        raise ValueError(
            f"this picture would be {width} × {height} pixels, and {LARGEST_SIDE} are the most: show fewer"
        )
    picture = Image.new("RGB", (width, height), STYLE.page)
    draw = ImageDraw.Draw(picture)
    room = width - 2 * MARGIN
    for words, size, baseline, colour in (
        (title, STYLE.title_size, TITLE_BASELINE, STYLE.text),
        (caption, STYLE.text_size, CAPTION_BASELINE, STYLE.quiet),
    ):
        letters = font(_fitting(words, size, room, colour == STYLE.text), colour == STYLE.text)
        draw.text((MARGIN, baseline), cut(words, letters, room), colour, letters, anchor="ls")
    return picture, draw


def _fitting(words: str, size: float, room: float, bold: bool) -> float:
    """The size, or what of it lets the words fit, down to that of the ticks."""
    return max(
        min(size, STYLE.tick_size), size * min(1.0, room / max(1.0, font(size, bold).getlength(words)))
    )


def top_of(title: str, caption: str) -> int:
    """How many pixels the header takes."""
    return round(HEADER_HEIGHT) if caption else round(TITLE_BASELINE + 16) if title else MARGIN


def image_of(picture: Image.Image) -> Tensor:
    """A page as an IMAGE, (1, H, W, 3)."""
    return as_image(np.array(picture)[None])


def thumbnail(image: Tensor, side: int) -> Image.Image:
    """One picture (H, W, 3) within a square; enlarged pixels stay squares."""
    pixels = image.detach().float().cpu().clamp(0, 1).mul(255).round().byte().numpy()
    picture = Image.fromarray(pixels[..., :3].copy())
    scale = side / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.NEAREST if scale > 1 else Image.Resampling.LANCZOS)
