"""What the sampling loop costs beside the model: one core, a trivial model, a bare loop of its calls.

    python benchmarks/loop.py [--steps 200] [--repeats 15]

Prints µs a step that are not the model's own, and how many times as long as the bare loop the walk takes.
Everything between two calls of the model counts: the prediction's arithmetic, the step, the noise and, where
it says so, the recorded trajectory. diffusers' scheduler, if installed, walks the same model in the same run.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import torch
from scorefield.diffusion.learned import LearnedField
from scorefield.diffusion.noise import NoiseStreams
from scorefield.diffusion.sampling import sample, walk
from scorefield.diffusion.schedule import Level, linear_betas
from scorefield.diffusion.solver import Step, plan
from scorefield.diffusion.spacing import levels_to_visit
from torch import Tensor

TARGET = 100.0  # µs a step
Run = Callable[[Tensor, list[Step]], None]
SHAPES = {"latents (1, 4, 64, 64)": (1, 4, 64, 64), "a point (1, 2)": (1, 2)}


def model(x: Tensor, level: Level | None = None, condition: Tensor | None = None) -> Tensor:
    """A network that costs next to nothing."""
    return x * 0.1


def bare(x: Tensor, steps: list[Step]) -> None:
    """The model's own time: as many calls and nothing else."""
    with torch.no_grad():
        for _ in steps:
            model(x)


def walked(x: Tensor, steps: list[Step]) -> None:
    """The loop as it is."""
    for _ in walk(FIELD, x, steps, NoiseStreams(0, range(len(x)))):
        pass


def recorded(x: Tensor, steps: list[Step]) -> None:
    """The loop with every position kept."""
    sample(FIELD, x, steps, NoiseStreams(0, range(len(x))))


FIELD = LearnedField(model, "epsilon")


def numbers(x: Tensor, steps: list[Step]) -> None:
    """The random numbers alone: what no loop that adds noise can do without."""
    generator = torch.Generator().manual_seed(0)
    for _ in steps:
        torch.randn(x.shape, generator=generator)


def diffusers_walk(row: str) -> Run | None:
    """diffusers' scheduler of that row over as many steps; None where diffusers is not installed."""
    try:
        from diffusers import DDIMScheduler, DDPMScheduler
    except ImportError:
        return None
    scheduler = {"ddim": DDIMScheduler, "ddpm": DDPMScheduler}[row](
        clip_sample=False, timestep_spacing="trailing"
    )

    def run(x: Tensor, steps: list[Step]) -> None:
        generator = torch.Generator().manual_seed(0)
        scheduler.set_timesteps(len(steps))
        with torch.no_grad():
            for t in scheduler.timesteps:
                x = scheduler.step(model(x), t, x, generator=generator).prev_sample

    return run


def seconds(run: Run, x: Tensor, steps: list[Step]) -> float:
    """How long one run takes."""
    started = time.perf_counter()
    run(x, steps)
    return time.perf_counter() - started


def fastest(runs: dict[str, Run], x: Tensor, steps: list[Step], repeats: int) -> dict[str, float]:
    """The fastest of several rounds of each, in turns, so that a busy moment hits all alike."""
    best = dict.fromkeys(runs, float("inf"))
    for _ in range(repeats):
        for name, run in runs.items():
            best[name] = min(best[name], seconds(run, x, steps))
    return best


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args()
    torch.set_num_threads(1)
    steps, missed = options.steps, False
    levels = levels_to_visit(linear_betas(), steps)
    print(f"{'µs a step beside the model':50}{'µs':>8}{'× bare':>10}")
    for what, shape in SHAPES.items():
        x = torch.randn(shape, generator=torch.Generator().manual_seed(0))
        for row in ("ddim", "ddpm"):
            runs = {
                "bare": bare,
                "walk": walked,
                "walk, recorded": recorded,
                "diffusers": diffusers_walk(row),
            }
            runs = {name: run for name, run in runs.items() if run is not None}
            if row == "ddpm":
                runs["the numbers alone"] = numbers
            best = fastest(runs, x, plan(row, levels), options.repeats)
            own = best.pop("bare")
            for name, taken in best.items():
                cost = (taken - (0 if name == "the numbers alone" else own)) / steps * 1e6
                missed |= name == "walk" and cost >= TARGET
                print(f"{row}, {what}, {name:18}".ljust(50) + f"{cost:8.1f}{taken / own:10.1f}")
    print(f"target: walk under {TARGET:.0f} µs a step: {'missed' if missed else 'met'}")


if __name__ == "__main__":
    main()
