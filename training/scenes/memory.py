"""Many pictures at once, drawn by several processes: training is fed from memory."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .draw import draw
from .scene import Scene, scene
from .walks import Walk, draw_walk, walk

Pixels = NDArray[np.uint8]
Shown = TypeVar("Shown")
_CHUNK = 512


def render(seeds: range, workers: int = 1) -> tuple[Pixels, list[Scene]]:
    """Pictures (N, 64, 64, 3) of the scenes of these seeds, the same whatever the number of workers."""
    scenes = [scene(seed) for seed in seeds]
    return render_scenes(scenes, workers), scenes


def render_walks(seeds: range, workers: int = 1) -> tuple[Pixels, list[Walk]]:
    """Clips (N, 8, 64, 64, 3) of the walks of these seeds, the same whatever the number of workers."""
    walks = [walk(seed) for seed in seeds]
    return _spread(_clips, walks, workers), walks


def render_scenes(scenes: list[Scene], workers: int = 1) -> Pixels:
    """Pictures (N, 64, 64, 3) of these scenes."""
    return _spread(_pictures, scenes, workers)


def _pictures(scenes: list[Scene]) -> Pixels:
    return np.stack([np.asarray(draw(scene)) for scene in scenes])


def _clips(walks: list[Walk]) -> Pixels:
    return np.stack([np.stack([np.asarray(frame) for frame in draw_walk(walk)]) for walk in walks])


def _spread(work: Callable[[list[Shown]], Pixels], shown: list[Shown], workers: int) -> Pixels:
    """`work` over chunks of what is shown.

    Raises:
        ValueError: there is nothing to draw.
    """
    if not shown:
        raise ValueError("nothing to draw: give at least one seed")
    # At least a chunk for each worker, and none larger than _CHUNK.
    size = min(_CHUNK, -(-len(shown) // max(1, workers)))
    chunks = [shown[start : start + size] for start in range(0, len(shown), size)]
    if workers <= 1:
        return np.concatenate([work(chunk) for chunk in chunks])
    # Spawned, not forked: a process with torch's threads in it must not be copied.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        return np.concatenate(list(pool.map(work, chunks)))
