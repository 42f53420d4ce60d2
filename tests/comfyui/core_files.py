"""Files of every kind that core_parity.py gives to LoadImage and LoadLatent, by name."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save

ORIENTATION = 0x0112


def pictures() -> dict[str, bytes]:
    """Files that LoadImage may meet, by name."""
    draw = np.random.default_rng(1)
    rgb = Image.fromarray(draw.integers(0, 256, (20, 31, 3), dtype=np.uint8))
    rgba = Image.fromarray(draw.integers(0, 256, (20, 31, 4), dtype=np.uint8))
    deep = Image.fromarray(draw.integers(0, 65536, (20, 31), dtype=np.uint16))
    palette = rgb.quantize(16)
    frames = [Image.fromarray(draw.integers(0, 256, (12, 17, 3), dtype=np.uint8)) for _ in range(4)]
    film = {"save_all": True, "append_images": frames[1:], "duration": 100}
    files = {
        "rgb.png": _file(rgb),
        "rgba.png": _file(rgba),
        "grey.png": _file(rgb.convert("L")),
        "grey-alpha.png": _file(rgba.convert("LA")),
        "one-bit.png": _file(rgb.convert("1")),
        "grey-16.png": _file(deep),
        "palette.png": _file(palette),
        "palette-see-through.png": _file(palette, transparency=3),
        "rgb-see-through.png": _file(rgb, transparency=rgb.getpixel((0, 0))),
        "lossless.webp": _file(rgba, "WEBP", lossless=True, exact=True),
        "photo.jpg": _file(rgb, "JPEG", quality=95, subsampling=0),
        "cmyk.jpg": _file(rgb.convert("CMYK"), "JPEG", quality=95),
        "frames.png": _file(frames[0], **film),
        "frames.gif": _file(frames[0], "GIF", **film),
        "frames.webp": _file(frames[0], "WEBP", lossless=True, **film),
    }
    for turn in (3, 6, 7):
        exif = Image.Exif()
        exif[ORIENTATION] = turn
        files[f"turned-{turn}.jpg"] = _file(rgb, "JPEG", exif=exif, quality=95, subsampling=0)
        files[f"turned-{turn}.png"] = _file(rgb, exif=exif)
    return files


def latents() -> dict[str, bytes]:
    """Files for LoadLatent: pictures, a larger batch, a video; with zeros, parallel and opposite vectors."""
    draw = torch.Generator().manual_seed(2)
    picture = torch.randn(2, 4, 12, 20, generator=draw)
    picture[0, :, 3, 5] = 0
    picture[0, :, 4, 6] = picture[0, :, 4, 5] * 2
    picture[0, :, 5, 6] = -picture[0, :, 5, 5]
    batch, video = torch.randn(5, 4, 12, 20, generator=draw), torch.randn(1, 16, 3, 12, 20, generator=draw)
    return {"a.latent": _latent(picture), "b.latent": _latent(batch), "video.latent": _latent(video)}


def _file(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def _latent(samples: torch.Tensor) -> bytes:
    return save({"latent_tensor": samples, "latent_format_version_0": torch.tensor([])})
