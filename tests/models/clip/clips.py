"""Small CLIPs of random shapes in folders, and what transformers makes of them."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from scorefield.models.tiny.clip import CLIP, ClipShape, write_clip

# Whatever the machine's temporary folder is, it is emptied at the end of the tests.
_FOLDERS = TemporaryDirectory(prefix="clip-models-")
WORDS = ("cat", "dog", "hat", "a photo of a tree", "tennis racket", "A man, walking; 3 o'clock!", "x" * 200)


def shape_of(seed: int) -> ClipShape:
    """A shape that the seed draws."""
    draw = random.Random(seed)
    patch = draw.choice((4, 8))
    return ClipShape(
        width=4 * draw.randint(2, 10),
        layers=draw.randint(1, 3),
        heads=draw.choice((1, 2, 4)),
        sight=4 * draw.randint(2, 12),
        side=patch * draw.randint(2, 5),
        patch=patch,
        shared=draw.randint(3, 40),
        length=draw.choice((16, 77)),
    )


@cache
def clip_folder(seed: int = 0) -> Path:
    """A folder of models with one CLIP in it, `tiny-clip`."""
    folder = Path(_FOLDERS.name) / str(seed)
    write_clip(folder / "tiny-clip", seed, CLIP if seed == 0 else shape_of(seed))
    return folder


def texts_of(seed: int, count: int) -> list[str]:
    """Texts that the seed draws, one of them perhaps too long for the network."""
    draw = random.Random(seed)
    return [draw.choice(WORDS) + draw.choice(("", "!", " and a hat")) for _ in range(count)]


def pictures_of(seed: int, count: int) -> torch.Tensor:
    """Pictures of a size that the seed draws, as files hold them: whole 255ths."""
    draw = random.Random(seed)
    size = (count, draw.randint(9, 90), draw.randint(9, 90), 3)
    pixels = torch.randint(0, 256, size, generator=torch.Generator().manual_seed(seed))
    return pixels.float() / 255


def reference(folder: Path, precision: str = "float32") -> Any:
    """transformers' own model, tokenizer and PIL preprocessing of that folder."""
    from transformers import CLIPModel, CLIPTokenizer
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    model = CLIPModel.from_pretrained(folder, dtype=getattr(torch, precision), local_files_only=True).eval()
    return (
        model,
        CLIPTokenizer.from_pretrained(folder),
        CLIPImageProcessorPil.from_pretrained(folder),
    )
