"""How good the toy models that ship are: the table of models/weights/README.md.

python benchmarks/toys.py
"""

from __future__ import annotations

import torch
from scorefield.diffusion.coordinates import as_flow
from scorefield.diffusion.field import ScoreModel
from scorefield.diffusion.guidance import GuidedField
from scorefield.diffusion.noise import NoiseStreams
from scorefield.diffusion.quality import class_quality, quality
from scorefield.diffusion.sampling import sample
from scorefield.diffusion.solver import plan
from scorefield.diffusion.spacing import levels_to_visit
from scorefield.models.library import load
from scorefield.models.toy.datasets import spiral
from scorefield.training.recipes import TOYS

SAMPLES = 2000
STEPS = 64


def drawn(model: ScoreModel, rule: str, samples: int = SAMPLES) -> torch.Tensor:
    """Samples of a model, (samples, 2), from the noise of seed 0."""
    steps = min(STEPS, len(model.schedule))
    spacing = "continuous" if model.schedule.family == "flow" else "trailing"
    levels = levels_to_visit(model.schedule, steps, spacing)
    streams = NoiseStreams(0, range(samples))
    start = model.schedule.initial_scale(levels[0]) * streams(torch.zeros(samples, 2))
    return sample(model.field, start, plan(rule, levels), streams, ())[0]


def plain_row(name: str, model: ScoreModel, rule: str) -> str:
    """The quality of an unconditional model under one sampler."""
    found = quality(drawn(model, rule), spiral(), torch.Generator().manual_seed(1))
    numbers = " | ".join(f"{found[key]:.3f}" for key in ("distance", "on curve", "spread", "coverage"))
    return f"| {name} | {rule} | {numbers} | {found['MMD x1000']:.2f} |"


def class_row(name: str, model: ScoreModel, encoder: object, scale: float) -> str:
    """Whether a conditional model gives what was asked for, at one guidance scale."""
    conditioning = encoder.encode_from_tokens_scheduled(encoder.tokenize("person, dog, cat"))  # type: ignore[attr-defined]
    guided = model.with_field(GuidedField(model.given(conditioning).field, model.field, scale))
    asked = torch.arange(3).repeat_interleave(600)
    found = class_quality(drawn(guided, "ddim", 1800), spiral(classes=3), asked)
    return f"| {name} | {scale:g} | " + " | ".join(f"{value:.4f}" for value in found.values()) + " |"


def main() -> None:
    """Print both tables."""
    print(
        "| model | sampler, 64 steps | distance | on curve | spread | coverage | MMD ×1000 |\n|" + "---|" * 7
    )
    for name, recipe in TOYS.items():
        model, encoder, _ = load(name)
        if not recipe.shape.classes:
            flow = model.schedule.family == "flow"
            for rule in ("euler",) if flow else ("ddpm", "ddim"):
                print(plain_row(name, as_flow(model) if flow else model, rule))
    print("\n| model | α (DDIM, 64 steps) | right class | on own arc | own arc distance |\n|" + "---|" * 5)
    for name, recipe in TOYS.items():
        model, encoder, _ = load(name)
        for scale in (1.0, 2.0, 11.0) if recipe.shape.classes else ():
            print(class_row(name, model, encoder, scale))


if __name__ == "__main__":
    main()
