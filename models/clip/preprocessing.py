"""Pictures as a CLIP sees them: what `CLIPImageProcessorPil` of transformers does, to the bit.

The short side is resized (the long one follows, rounded down), the middle is cut out, and each colour is
shifted and scaled, all as the model's preprocessor_config.json says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor

from ..checkpoints.config import read_config

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Radford et al. 2021: of the pictures that OpenAI's CLIPs learnt from, by colour.
MEAN = (0.48145466, 0.4578275, 0.40821073)
STD = (0.26862954, 0.26130258, 0.27577711)
BICUBIC = 3  # Pillow's number for it, and the one in the settings
LARGEST_SIDE = 4096
SETTINGS = "preprocessor_config.json"


class Size(NamedTuple):
    """Height and width in pixels."""

    height: int
    width: int


@dataclass(frozen=True)
class Preprocessing:
    """How pictures are brought to what the network takes.

    Attributes:
        short_side: the length that the short side is resized to; None if `size` says both, or nothing is
            resized.
        size: height and width to resize to, whatever the picture's shape.
        crop: what is cut out of the middle, on black where the picture is smaller; None for nothing.
        resample: Pillow's number of the filter.
        scale: what pixels in 0 … 255 are multiplied by.
        mean: what each colour is shifted by, after that; None for no shift and no division.
        std: what each colour is divided by then.
    """

    short_side: int | None
    size: Size | None
    crop: Size | None
    resample: int
    scale: float
    mean: tuple[float, ...] | None
    std: tuple[float, ...]

    def __call__(self, pictures: Tensor) -> Tensor:
        """Pictures (N, H, W, 3 or more channels) in 0 … 1 → what the network takes, (N, 3, height, width)."""
        pixels = (pictures[..., :3].float().cpu() * 255).round().clamp(0, 255).to(torch.uint8).numpy()
        return torch.stack([torch.from_numpy(self._seen(each)) for each in pixels])

    def _seen(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        import numpy as np

        cut = self._cut(self._resized(pixels))
        scaled = (cut.astype(np.float64) * self.scale).astype(np.float32)
        if self.mean is not None:
            mean, std = (np.array(each, dtype=np.float32) for each in (self.mean, self.std))
            scaled = (scaled - mean) / std
        return np.ascontiguousarray(np.moveaxis(scaled, -1, 0))

    def _resized(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        import numpy as np
        from PIL import Image

        size = self.size or _by_short_side(pixels.shape, self.short_side)
        if size is None:
            return pixels
        return np.array(Image.fromarray(pixels).resize((size.width, size.height), self.resample))

    def _cut(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        import numpy as np

        if self.crop is None:
            return pixels
        spare = [max(0, wanted - there) for wanted, there in zip(self.crop, pixels.shape, strict=False)]
        if any(spare):
            before = [(each + 1) // 2 for each in spare]
            around = [(one, each - one) for one, each in zip(before, spare, strict=True)]
            pixels = np.pad(pixels, [*around, (0, 0)])
        top, left = ((there - wanted) // 2 for wanted, there in zip(self.crop, pixels.shape, strict=False))
        return pixels[top : top + self.crop.height, left : left + self.crop.width]


def _by_short_side(shape: tuple[int, ...], short_side: int | None) -> Size | None:
    if short_side is None:
        return None
    height, width = shape[:2]
    long_side = int(short_side * max(height, width) / min(height, width))
    return Size(long_side, short_side) if width <= height else Size(short_side, long_side)


def read_preprocessing(folder: Path | None, side: int) -> Preprocessing:
    """What the preprocessor_config.json in a folder says; without one, what CLIPs usually do.

    Args:
        folder: of a CLIP, or of a picture processor alone; None if there is none.
        side: of the pictures that the network takes.

    Raises:
        ValueError: it holds no settings, or such as no CLIP has.
    """
    path = folder / SETTINGS if folder is not None else None
    return preprocessing(read_config(path) if path is not None and path.is_file() else {}, side)


def preprocessing(settings: Mapping[str, Any], side: int = 224) -> Preprocessing:
    """What a preprocessor_config.json says.

    Args:
        settings: the JSON object in it; empty if there is no such file.
        side: of the pictures that the network takes, where nothing is said.

    Raises:
        ValueError: a setting of a wrong kind, or a way of resizing that CLIPs do not have.
    """
    said: dict[str, Any] = {"size": {"shortest_edge": side}, "crop_size": side, **settings}
    short_side, size = _resizing(said["size"]) if _is_on(said, "do_resize") else (None, None)
    crop = _square(said["crop_size"], "crop_size") if _is_on(said, "do_center_crop") else None
    normalises = _is_on(said, "do_normalize")
    return Preprocessing(
        short_side=short_side,
        size=size,
        crop=crop,
        resample=_whole(said.get("resample", BICUBIC), "resample", 0, 5),
        scale=_number(said.get("rescale_factor", 1 / 255), "rescale_factor")
        if _is_on(said, "do_rescale")
        else 1.0,
        mean=_colours(said.get("image_mean", MEAN), "image_mean") if normalises else None,
        std=_colours(said.get("image_std", STD), "image_std"),
    )


def _resizing(said: Any) -> tuple[int | None, Size | None]:
    """The short side, or height and width."""
    if isinstance(said, int):
        return _whole(said, "size"), None
    if isinstance(said, dict) and set(said) == {"shortest_edge"}:
        return _whole(said["shortest_edge"], "size"), None
    return None, _square(said, "size")


def _square(said: Any, name: str) -> Size:
    if isinstance(said, int):
        return Size(_whole(said, name), _whole(said, name))
    if isinstance(said, dict) and set(said) == {"height", "width"}:
        return Size(_whole(said["height"], name), _whole(said["width"], name))
    raise ValueError(f"{name} is a number of pixels, or says height and width, and is {said!r}")


def _is_on(said: Mapping[str, Any], name: str) -> bool:
    value = said.get(name, True)
    if not isinstance(value, bool):
        raise ValueError(f"{name} is true or false, and is {value!r}")
    return value


def _whole(value: Any, name: str, low: int = 1, high: int = LARGEST_SIDE) -> int:
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"{name} is a whole number from {low} to {high}, and is {value!r}")
    return value


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{name} is a number, and is {value!r}")
    return float(value)


def _colours(value: Any, name: str) -> tuple[float, ...]:
    if not isinstance(value, (list, tuple)) or len(value) != 3:
        raise ValueError(f"{name} is three numbers, one a colour, and is {value!r}")
    return tuple(_number(each, name) for each in value)
