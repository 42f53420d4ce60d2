"""Models of the size of SD 2.1 and of WAN 2.1 1.3B on a device: five ways to walk them, as one table."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from paired import seconds
from random_models import SD21, WAN_1_3B, Asked, Model, Size, Walk, ddim
from scorefield.models.tiny.stable_diffusion import Make, write
from scorefield.models.tiny.wan import WAN, write_wan

FLOW = Asked("FlowSampler", {"solver": "euler", "shift": 3.0}, "FlowMatchEulerDiscrete", {"shift": 3.0})
WARMING_UP = 3  # steps
ROUNDS = 3


def table(folder: Path, device: str, small: bool, steps: int) -> None:
    """Measure and print. What is compiled lies in the folder too: a run that was stopped half-way leaves
    nothing torn for the next one."""
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(folder / "compiled")
    print(f"{_name(device)}, torch {torch.__version__}, {'tiny models' if small else 'bfloat16'}\n")
    print("| model | way | it/s | peak GiB |\n|---|---|--:|--:|", flush=True)
    for name, model, asked, size in _cases(folder, device, small):
        for way, make in _ways(model, asked, size):
            print(f"| {name} | {way} | {_measured(make, device, steps)} |", flush=True)


def _cases(folder: Path, device: str, small: bool) -> Iterator[tuple[str, Model, Asked, Size]]:
    precision = "float32" if small else "bfloat16"
    (folder / "sd").mkdir()
    write(folder / "sd", Make() if small else SD21, 1)
    picture = Size.picture(8 if small else 96)
    yield "SD, tiny" if small else "SD 2.1", Model(folder / "sd", device, precision), ddim(), picture
    write_wan(folder / "wan", 1, WAN if small else WAN_1_3B)
    video = Size.video(9, 32, 48) if small else Size.video(81, 480, 832)
    yield "WAN, tiny" if small else "WAN 1.3B", Model(folder / "wan", device, precision, 5.0), FLOW, video


def _ways(model: Model, asked: Asked, size: Size) -> Iterator[tuple[str, Callable[[], Walk]]]:
    yield "pipeline", lambda: model.pipeline(asked, size)
    yield "two passes a step, as ComfyUI's loop", lambda: model.two_passes(size)
    yield "matched", lambda: model.ours(asked, size, "matched")
    yield "optimised, eager", lambda: model.ours(asked, size)
    yield "optimised, compiled", lambda: model.ours(asked, size, compiles=True)


def _measured(make: Callable[[], Walk], device: str, steps: int) -> str:
    """Iterations a second, and the most memory of the device."""
    gc.collect()
    on_gpu = torch.device(device).type == "cuda"
    if on_gpu:
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats(device)
    try:
        walk = make()
        walk(WARMING_UP)
        best = min(seconds(walk, steps, device).busy for _ in range(ROUNDS))
    except Exception as error:
        print(traceback.format_exc(), file=sys.stderr)
        return f"failed: {type(error).__name__} | "
    peak = f"{torch.cuda.max_memory_allocated(device) / 2**30:.2f}" if on_gpu else "–"
    return f"{steps / best:.2f} | {peak}"


def _name(device: str) -> str:
    if torch.device(device).type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"CPU, threads: {torch.get_num_threads()}"
