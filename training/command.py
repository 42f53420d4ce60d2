"""`scorefield train NAME`: rebuild a weight that ships."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch

from ..models.toy.checkpoint import ToyModel, new_network, save
from .recipes import TOYS, ToyRecipe
from .toy import train

Progress = Callable[[int, int, float], None]


def build(
    recipe: ToyRecipe, seed: int, progress: Progress = lambda step, total, loss: None
) -> tuple[ToyModel, float]:
    """Train one toy model from nothing: the model and its mean loss over the last 500 steps."""
    data = recipe.data()
    schedule = recipe.schedule()
    network = new_network(recipe.shape, seed)
    losses = []
    for step, loss in enumerate(train(network, data, schedule, recipe.prediction, recipe.recipe, seed), 1):
        losses.append(loss)
        progress(step, recipe.recipe.steps, loss)
    last = losses[-500:]
    model = ToyModel(network, recipe.prediction, schedule, data.names, recipe.recipe.target == "one step")
    return model, sum(last) / len(last)


def rebuild(name: str, folder: Path, seed: int | None = None) -> Path:
    """Train the named model and write it to `folder`, whole or not at all; progress goes to stderr.

    Raises:
        ValueError: a name without a recipe.
    """
    if name not in TOYS:
        raise ValueError(f"nothing is called {name!r}: choose one of {', '.join(TOYS)}")
    recipe = TOYS[name]
    seed = recipe.seed if seed is None else seed
    started = time.monotonic()
    model, loss = build(recipe, seed, _line)
    card = {
        "name": name,
        "summary": recipe.summary,
        "seed": seed,
        "steps": recipe.recipe.steps,
        "decay_steps": recipe.recipe.decay_steps,
        "learning_rate": recipe.recipe.learning_rate,
        "target": recipe.recipe.target,
        "final_loss": round(loss, 4),
        "torch": torch.__version__,
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.safetensors"
    part = folder / f".{name}.{os.getpid()}.part"
    try:
        save(model, part, card)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    print(f"{name}: loss {loss:.4f}, {time.monotonic() - started:.0f} s, {path}", file=sys.stderr)
    return path


def _line(step: int, total: int, loss: float) -> None:
    if step % 1000 == 0 or step == total:
        print(f"step {step}/{total}  loss {loss:.4f}", file=sys.stderr, flush=True)
