"""How far 20 steps of DDIM end from where many end, by the levels that they visit.

    python benchmarks/levels.py [--scale 1] [--count 16]

From the same noise, for held-out captions: the root mean square of the difference of the latents. "cosine"
are the levels of Nichol & Dhariwal's schedule, "shift s" those of a flow moved towards the noise.
"""

from __future__ import annotations

import argparse

import torch
from scorefield.diffusion.field import ScoreModel
from scorefield.diffusion.noise import NoiseStreams
from scorefield.diffusion.sampling import sample
from scorefield.diffusion.schedule import Schedule, cosine_betas, flow_ratios
from scorefield.diffusion.solver import plan
from scorefield.diffusion.spacing import levels_to_visit
from scorefield.models.library import WEIGHTS
from scorefield.training.judging.bar.bench import described
from scorefield.training.judging.sampling import Painter, Way
from torch import Tensor

FEW, MANY = 20, 120
SCHEDULES = {"cosine": cosine_betas(1000)} | {
    f"shift {shift:g}": flow_ratios(1000, shift) for shift in (1.0, 2.0, 3.0, 5.0)
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", type=float, default=1.0, help="of the guidance")
    parser.add_argument("--count", type=int, default=16, help="pictures")
    given = parser.parse_args()
    captions = [caption for _, caption in described(given.count)]
    model = Painter("pocket", WEIGHTS).told(captions, Way(scale=given.scale))
    ends = walked(model, SCHEDULES["shift 2"], MANY, given.count)
    print(f"| levels | {FEW} steps from {MANY} of shift 2 |\n|---|--:|")
    for name, schedule in SCHEDULES.items():
        apart = (walked(model, schedule, FEW, given.count) - ends).square().flatten(1).mean(dim=1).sqrt()
        print(f"| {name} | {apart.mean():.3f} |", flush=True)


@torch.no_grad()
def walked(model: ScoreModel, schedule: Schedule, steps: int, count: int) -> Tensor:
    """The latents that DDIM ends in, (count, *shape)."""
    streams = NoiseStreams(0, range(count))
    start = streams(torch.zeros(count, *model.shape))
    return sample(model.field, start, plan("ddim", levels_to_visit(schedule, steps)), streams, ())[0]


if __name__ == "__main__":
    main()
