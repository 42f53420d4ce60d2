"""A small picture of some text."""

from __future__ import annotations

import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from .canvas import font_file

MARGIN = 0.08  # of the picture's side


def text_image(text: str, size: int) -> Tensor:
    """Black text on white, as large as fits, (1, size, size, 3) in 0 … 1.

    Raises:
        ValueError: a text without anything to see.
    """
    if not text.strip():
        raise ValueError("an empty text has no picture: write a letter or a word")
    picture = Image.new("L", (size, size), 255)
    draw = ImageDraw.Draw(picture)
    trial = ImageFont.truetype(str(font_file(bold=True)), 100)
    left, top, right, bottom = draw.multiline_textbbox((0, 0), text, font=trial)
    room = size * (1 - 2 * MARGIN)
    font = ImageFont.truetype(str(font_file(bold=True)), 100 * room / max(right - left, bottom - top, 1))
    draw.multiline_text((size / 2, size / 2), text, font=font, fill=0, anchor="mm", align="center")
    pixels = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8).view(1, size, size, 1)
    return (pixels.float() / 255).expand(-1, -1, -1, 3).contiguous()
