"""One walk of a Stable Diffusion, by a graph of nodes and by diffusers' pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import torch
from scorefield.models.tiny.stable_diffusion import SD2_SCHEDULER, SD_SCHEDULER, SDXL_SCHEDULER, Make
from scorefield.models.walking.schedulers import OWN
from scorefield.nodes.headless import headless_definitions
from torch import Tensor

from ...nodes.graphs import Graph, Node

PROMPTS = ("a lone tree standing in the desert", "a photo of a cat", "an astronaut riding a horse", "42 §!")


@dataclass(frozen=True)
class Walk:
    """What is asked of both.

    Attributes:
        model: its name in the folder of models.
        sampler: the node, and its widgets.
        scheduler: the class of diffusers that it has to be like, and its options.
        eta: what the pipeline is given.
        levels: the levels to visit that the pipeline is given, by its word for them.
    """

    model: str
    sampler: str = "DDIMSampler"
    widgets: dict[str, Any] = field(default_factory=dict)
    scheduler: str = "DDIM"
    options: dict[str, Any] = field(default_factory=dict)
    eta: float = 0.0
    levels: dict[str, Any] = field(default_factory=dict)
    precision: str = "float32"
    mode: str = "matched"
    prompts: tuple[str, ...] = PROMPTS[:1]
    negative: str | None = None
    scale: float = 7.5
    steps: int = 4
    seed: int = 13
    height: int = 64
    width: int = 64

    def with_(self, **changes: Any) -> Walk:
        """The same with changes."""
        return replace(self, **changes)


def ddim(model: str, eta: float = 0.0, spacing: str = OWN, **more: Any) -> Walk:
    """By DDIM."""
    options = {} if spacing == OWN else {"timestep_spacing": spacing}
    return Walk(model, "DDIMSampler", {"eta": eta, "spacing": spacing}, "DDIM", options, eta=eta, **more)


def ddpm(model: str, variance: str = "small", **more: Any) -> Walk:
    """By DDPM."""
    options = {"variance_type": f"fixed_{variance}"}
    return Walk(model, "DDPMSampler", {"variance": variance}, "DDPM", options, **more)


def scheduler(model: str, name: str, options: dict[str, Any] | None = None, **more: Any) -> Walk:
    """By any scheduler of diffusers."""
    lines = "\n".join(f"{option} = {value}" for option, value in (options or {}).items())
    widgets = {"scheduler": name, "options": lines}
    return Walk(model, "SchedulerSampler", widgets, name, options or {}, **more)


def by_nodes(graph: Graph, walk: Walk) -> tuple[Tensor, Tensor]:
    """The latents and the pictures of a graph of nodes."""
    built, decoded = nodes(graph, walk)
    done = graph.run(built, decoded).values
    return done[built.id]["latent"]["samples"], done[decoded.id]["image"]


def nodes(graph: Graph, walk: Walk) -> tuple[Node, Node]:
    """The sampler and the decoder of a walk, in a graph."""
    graph.definitions = {**headless_definitions(), **graph.definitions}
    model = graph.add("ScoreModel", name=walk.model, mode=walk.mode, precision=walk.precision)
    ask = graph.add("TextEncode", clip=model["clip"], text="\n".join(walk.prompts))
    guided = {"model": model["model"], "positive": ask["conditioning"], "guidance_scale": walk.scale}
    if walk.negative is not None:
        text = "\n".join([walk.negative] * len(walk.prompts))
        guided["negative"] = graph.add("NegativeEncode", clip=model["clip"], text=text)["negative"]
    count = len(walk.prompts)
    noise = graph.add("NoiseSeed", seed=walk.seed, batch=count, draws="one generator")
    size = {"width": walk.width, "height": walk.height, "batch_size": count}
    sampler = graph.add(
        walk.sampler,
        model=graph.add("CFGCombine", **guided)["model"],
        noise=noise["noise"],
        latent=graph.add_class("EmptyLatentImage", **size)["LATENT"],
        steps=walk.steps,
        **walk.widgets,
    )
    return sampler, graph.add("VAEDecode", latent=sampler["latent"], vae=model["vae"])


def by_pipeline(folder: Path, walk: Walk) -> tuple[Tensor, Tensor]:
    """The latents of diffusers' pipeline, as it hands them to its autoencoder, and its pictures."""
    pipeline = _pipeline(folder / walk.model, walk.precision)
    pipeline.scheduler = _scheduler(pipeline.scheduler.config, walk)
    latents: list[Tensor] = []

    def keep(_: Any, __: int, ___: Any, given: dict[str, Any]) -> dict[str, Any]:
        latents.append(given["latents"])
        return given

    count = len(walk.prompts)
    pictures = pipeline(
        list(walk.prompts),
        negative_prompt=None if walk.negative is None else [walk.negative] * count,
        height=walk.height,
        width=walk.width,
        num_inference_steps=walk.steps,
        guidance_scale=walk.scale,
        eta=walk.eta,
        generator=torch.Generator().manual_seed(walk.seed),
        output_type="np",
        callback_on_step_end=keep,
        **walk.levels,
    ).images
    scaled = latents[-1] / pipeline.vae.config.scaling_factor
    return scaled.float(), torch.from_numpy(pictures)


def _pipeline(folder: Path, precision: str) -> Any:
    """diffusers' pipeline of a folder, with the scheduler that it comes with."""
    pipeline, own = _read(folder, precision)
    pipeline.scheduler = own
    return pipeline


@lru_cache(maxsize=8)
def _read(folder: Path, precision: str) -> tuple[Any, Any]:
    from diffusers import DiffusionPipeline

    dtype = getattr(torch, precision)
    kept = {"local_files_only": True, "low_cpu_mem_usage": False}
    pipeline = DiffusionPipeline.from_pretrained(folder, dtype=dtype, **kept)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline, pipeline.scheduler


def _scheduler(own: Mapping[str, Any], walk: Walk) -> Any:
    """The walk's scheduler as a reader of diffusers' documentation makes it: nothing of ours is asked."""
    import diffusers

    name = own["_class_name"] if walk.scheduler == OWN else f"{walk.scheduler}Scheduler"
    return getattr(diffusers, name).from_config(own, **walk.options)


def bytes_of(pictures: Tensor) -> Tensor:
    """Pictures as files hold them."""
    return (pictures * 255).round().to(torch.uint8)


def random_make(random: Random) -> Make:
    """A Stable Diffusion of any make."""
    kind = random.choice(("1", "2", "xl"))
    base = {"1": SD_SCHEDULER, "2": SD2_SCHEDULER, "xl": SDXL_SCHEDULER}[kind]
    config = {
        **base,
        "prediction_type": random.choice(("epsilon", "v_prediction")),
        "timestep_spacing": random.choice(("leading", "trailing", "linspace")),
        "steps_offset": random.choice((0, 1)),
        "set_alpha_to_one": random.random() < 0.5,
        "beta_schedule": random.choice(("linear", "scaled_linear")),
    }
    return Make(
        widths=random.choice(((16, 32), (32, 32, 64), (32, 64))),
        layers=random.choice((1, 2)),
        heads=random.choice((2, 4, 8)),
        states=random.choice((16, 32, 48)),
        text_layers=random.choice((2, 3)),
        pad=random.choice(("!", "<|endoftext|>")),
        scheduler=config,
        is_xl=kind == "xl",
    )


def random_walk(random: Random, model: str) -> Walk:
    """Anything that can be asked of a model."""
    eta = random.choice((0.0, 0.5, 1.0))
    made = random.choice(
        (
            ddim(model, eta),
            ddpm(model, random.choice(("small", "large"))),
            scheduler(model, random.choice((OWN, "DPMSolverMultistep", "UniPCMultistep", "EulerDiscrete"))),
        )
    )
    return made.with_(
        precision=random.choice(("float32", "bfloat16")),
        prompts=tuple(random.sample(PROMPTS, random.choice((1, 1, 2)))),
        negative=random.choice((None, "a dog")),
        scale=random.choice((1.0, 2.5, 7.5, round(random.uniform(1, 12), 2))),
        steps=random.randint(2, 9),
        seed=random.randrange(2**32),
        height=8 * random.choice((8, 10, 16)),
        width=8 * random.choice((8, 12)),
    )
