"""The data sets of the plane: the video's spiral, and others to try."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ...diffusion.points import Points

CLASS_NAMES = ("person", "dog", "cat")
CURVE_VERTICES = 1000


def spiral(count: int = 100, classes: int = 1) -> Points:
    """The video's spiral: t·(cos t, sin t)/(5π), t from π/2 over a length of 5π.

    With three classes (person, dog, cat, from the inside out) the borders are floor(3·(t − π/2)/(4.5π)), as
    in the video's notebooks: 30, 30 and 40 of 100 points.

    Args:
        count: how many points, ≥ 2.
        classes: 1 or 3.

    Raises:
        ValueError: fewer than two points, or another number of classes.
    """
    if count < 2 or classes not in (1, 3):
        raise ValueError(f"a spiral needs at least 2 points and 1 or 3 classes, got {count} and {classes}")
    xy, labels = _along_spiral(count)
    curve, curve_labels = _along_spiral(CURVE_VERTICES)
    if classes == 1:
        return Points(xy, curve=curve)
    return Points(xy, labels, CLASS_NAMES, curve, curve_labels)


def _along_spiral(count: int) -> tuple[Tensor, Tensor]:
    t = torch.linspace(math.pi / 2, math.pi / 2 + 5 * math.pi, count, dtype=torch.float64)
    xy = t[:, None] * torch.stack([t.cos(), t.sin()], dim=1) / (5 * math.pi)
    labels = (3 * (t - math.pi / 2) / (4.5 * math.pi)).floor().clamp(max=2)
    return xy.float(), labels.long()


def circle(count: int = 100) -> Points:
    """Points evenly spaced on the unit circle.

    Raises:
        ValueError: fewer than one point.
    """
    if count < 1:
        raise ValueError(f"a circle needs at least one point, got {count}")

    def around(number: int) -> Tensor:
        angle = torch.arange(number, dtype=torch.float64) * (2 * math.pi / number)
        return torch.stack([angle.cos(), angle.sin()], dim=1).float()

    closed = around(CURVE_VERTICES)
    return Points(around(count), curve=torch.cat([closed, closed[:1]]))


def moons(count: int = 200, noise: float = 0.05, generator: torch.Generator | None = None) -> Points:
    """Two half circles that reach into each other, as in scikit-learn's make_moons, with Gaussian noise.

    Raises:
        ValueError: fewer than two points or a negative noise.
    """
    if count < 2 or noise < 0:
        raise ValueError(f"two moons need at least 2 points and noise ≥ 0, got {count} and {noise}")
    upper = count // 2
    first = torch.linspace(0, math.pi, upper, dtype=torch.float64)
    second = torch.linspace(0, math.pi, count - upper, dtype=torch.float64)
    xy = torch.cat([
        torch.stack([first.cos(), first.sin()], dim=1),
        torch.stack([1 - second.cos(), 0.5 - second.sin()], dim=1),
    ])  # fmt: skip
    xy = xy + noise * torch.randn(xy.shape, generator=generator, dtype=xy.dtype)
    labels = (torch.arange(count) >= upper).long()
    return Points(xy.float(), labels, ("upper", "lower"))


def from_text(text: str) -> Points:
    """Points typed in, one a line: `x y`, `x, y`, or with a class name third.

    Raises:
        ValueError: no point, or a line that is not two numbers and perhaps a name; the text says which line.
    """
    rows = [
        (number, line.replace(",", " ").split())
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip()
    ]
    if not rows:
        raise ValueError("no points: type one a line, for example '0.5 -1.2' or '0.5 -1.2 cat'")
    xy = torch.tensor([_typed_point(number, words) for number, words in rows])
    kinds = [words[2] if len(words) > 2 else "" for _, words in rows]
    names = tuple(dict.fromkeys(kinds))
    if names == ("",):
        return Points(xy)
    if "" in names:
        raise ValueError(f"line {rows[kinds.index('')][0]}: no class name, while other lines have one")
    return Points(xy, torch.tensor([names.index(kind) for kind in kinds]), names)


def from_drawing(text: str, names: str) -> Points:
    """Points drawn on the page: `x y x y …; x y …`, one part a class, in the order of its names.

    Args:
        text: the drawing; a part may be empty.
        names: what the classes are called, with commas between.

    Raises:
        ValueError: no point, a part that is not pairs of finite numbers, or more parts than names; the text
            says which part.
    """
    called = [name.strip() for name in names.split(",") if name.strip()]
    parts = [part.replace(",", " ").split() for part in text.split(";")]
    while parts and not parts[-1]:
        parts.pop()
    if not parts:
        raise ValueError("the drawing is empty: draw at least one point")
    if len(parts) > len(called):
        raise ValueError(f"the drawing has {len(parts)} classes and only {len(called)} names for them")
    drawn = [_drawn_points(called[place], words) for place, words in enumerate(parts)]
    labels = [place for place, points in enumerate(drawn) for _ in points]
    xy = torch.tensor([point for points in drawn for point in points])
    return Points(xy, torch.tensor(labels), tuple(called[: len(parts)]))


def _drawn_points(name: str, words: list[str]) -> list[tuple[float, float]]:
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        numbers = [math.nan]
    if len(numbers) % 2 or not all(math.isfinite(number) for number in numbers):
        raise ValueError(f"the drawing of {name!r} is not pairs of finite numbers, x y x y …")
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _typed_point(number: int, words: list[str]) -> tuple[float, float]:
    try:
        if len(words) not in (2, 3):
            raise ValueError
        x, y = float(words[0]), float(words[1])
        if not (math.isfinite(x) and math.isfinite(y)):
            raise ValueError
    except ValueError:
        raise ValueError(
            f"line {number}: expected two finite numbers and perhaps a class name, got {words}"
        ) from None
    return x, y


def from_image(image: Tensor, count: int, generator: torch.Generator, threshold: float = 0.5) -> Points:
    """Points drawn from the dark pixels of a picture, centred, with the longer side from −1 to 1.

    Args:
        image: (H, W, C) in 0 … 1.
        count: how many points; pixels are drawn with replacement and the point lies anywhere inside its
        pixel. generator: which ones.
        threshold: the brightness below which a pixel is dark.

    Raises:
        ValueError: no pixel is dark.
    """
    dark = (image.mean(dim=2) < threshold).nonzero()  # (K, 2) rows and columns
    if len(dark) == 0:
        raise ValueError(
            f"no pixel of the picture is darker than {threshold}: raise the threshold or invert it"
        )
    chosen = dark[torch.randint(len(dark), (count,), generator=generator)].float()
    chosen = chosen + torch.rand(chosen.shape, generator=generator)
    height, width = image.shape[:2]
    centred = torch.stack([chosen[:, 1] - width / 2, height / 2 - chosen[:, 0]], dim=1)
    return Points(centred * (2 / max(height, width)))
