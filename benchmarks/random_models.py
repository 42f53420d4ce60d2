"""Large models with random weights: diffusers' pipeline of each, and our nodes on the same folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from scorefield.diffusion.own_spacing import own_steps
from scorefield.graph.host import Host
from scorefield.models.checkpoints.places import places_in
from scorefield.models.library import load
from scorefield.models.tiny.stable_diffusion import SD2_SCHEDULER, Make
from scorefield.models.tiny.wan import WanShape
from scorefield.models.walking.schedulers import fresh, own_config
from scorefield.nodes import DEFINITIONS
from torch import Tensor

PROMPT, NEGATIVE, SEED = "a lone tree standing in the desert", "a dog", 13
MIDDLING = Make(widths=(160, 320, 512), states=768, size=32)  # its UNet has 60.8 M parameters
SD21 = Make((320, 640, 1280, 1280), 2, (5, 10, 20, 20), 1024, 23, 96, "!", dict(SD2_SCHEDULER))
WAN_1_3B = WanShape(12, 128, 30, 8960, 4096, 2, 256)
Walk = Callable[[int], Tensor]  # of so many steps, to its latents


@dataclass(frozen=True)
class Asked:
    """One way to walk, as a node of ours and as a scheduler of diffusers.

    Attributes:
        node: without our prefix.
        widgets: of it.
        scheduler: the class of diffusers that it has to be like.
        options: of that.
        eta: which the pipeline is given.
    """

    node: str
    widgets: Mapping[str, Any] = field(default_factory=dict)
    scheduler: str = "DDIM"
    options: Mapping[str, Any] = field(default_factory=dict)
    eta: float = 0.0


def ddim(eta: float = 0.0) -> Asked:
    """By DDIM."""
    return Asked("DDIMSampler", {"eta": eta}, eta=eta)


def ddpm(variance: str = "small") -> Asked:
    """By DDPM."""
    return Asked("DDPMSampler", {"variance": variance}, "DDPM", {"variance_type": f"fixed_{variance}"})


def scheduler(name: str) -> Asked:
    """By any scheduler of diffusers."""
    return Asked("SchedulerSampler", {"scheduler": name}, name)


@dataclass(frozen=True)
class Size:
    """What is walked: latents (1, *shape), and what the pipeline has to be told to make as large ones."""

    shape: tuple[int, ...]
    words: Mapping[str, int]

    @staticmethod
    def picture(side: int) -> Size:
        """Latents of a square picture."""
        return Size((4, side, side), {"height": 8 * side, "width": 8 * side})

    @staticmethod
    def video(frames: int, height: int, width: int) -> Size:
        """Latents of a video; the lengths are those of its pixels."""
        words = {"num_frames": frames, "height": height, "width": width}
        return Size((16, (frames - 1) // 4 + 1, height // 8, width // 8), words)


@dataclass(frozen=True)
class Model:
    """A folder with a model in it, and where and in what it computes."""

    folder: Path
    device: str = "cpu"
    precision: str = "float32"
    scale: float = 7.5

    def ours(
        self, asked: Asked, size: Size, mode: str = "optimised", free: bool = False, compiles: bool = False
    ) -> Walk:
        """Our sampler's node on the guided model; a free one has a network that costs nothing."""
        model, positive, negative = self._told(mode)
        for network in networks_of(model.field.network):
            if free:
                network.forward = nothing
            if compiles:
                network.compile_repeated_blocks()
        named = {"model": model, "positive": positive, "negative": negative, "guidance_scale": self.scale}
        [guided] = _call("CFGCombine", **named)
        [noise] = _call("NoiseSeed", seed=SEED, batch=1, copies=1, draws="one generator")
        latent = {"samples": torch.zeros(1, *size.shape)}

        def walk(steps: int) -> Tensor:
            given = {"model": guided, "noise": noise, "latent": latent, "steps": steps, "record": "nothing"}
            walked: Tensor = _call(asked.node, **given, **asked.widgets)[0]["samples"]
            return walked

        return walk

    def two_passes(self, size: Size) -> Walk:
        """The plain loop: the network with the prompt, the network without, a step of Euler."""
        model, positive, negative = self._told("matched")
        fields = model.given(positive).field, model.given(negative).field
        noise = torch.randn(1, *size.shape, generator=torch.Generator().manual_seed(SEED)).to(self.device)

        def walk(steps: int) -> Tensor:
            x, rows = noise, own_steps(model.schedule, steps, model.spacing)
            for level, after in rows:
                asked, unasked = (field(x, level) for field in fields)
                x0 = unasked.x0 + self.scale * (asked.x0 - unasked.x0)
                epsilon = unasked.epsilon + self.scale * (asked.epsilon - unasked.epsilon)
                x = after.alpha * x0 + after.sigma * epsilon
            return x.cpu()

        return walk

    def _told(self, mode: str) -> tuple[Any, Any, Any]:
        """The model, and what it is asked for and to keep away from."""
        places = places_in([self.folder.parent])
        model, text, _ = load(self.folder.name, self.device, None, mode, self.precision, places)
        told = (text.encode_from_tokens_scheduled(text.tokenize(words)) for words in (PROMPT, NEGATIVE))
        return model, *told

    def pipeline(self, asked: Asked, size: Size, free: bool = False) -> Walk:
        """diffusers' pipeline, its prompts encoded beforehand as ours are."""
        pipeline, scale = self._loaded(), {"guidance_scale": self.scale}
        if free:
            (pipeline.transformer if self.is_wan else pipeline.unet).forward = nothing
        length = {"max_sequence_length": 512} if self.is_wan else {}
        told = pipeline.encode_prompt(
            prompt=PROMPT,
            negative_prompt=NEGATIVE,
            device=self.device,
            do_classifier_free_guidance=True,
            **({"num_videos_per_prompt": 1} if self.is_wan else {"num_images_per_prompt": 1}),
            **length,
        )
        words = {"prompt_embeds": told[0], "negative_prompt_embeds": told[1], **size.words, **scale}
        more = {} if self.is_wan else {"eta": asked.eta}

        def walk(steps: int) -> Tensor:
            pipeline.scheduler = fresh(self._scheduler(), asked.scheduler, **asked.options)
            generator = torch.Generator().manual_seed(SEED)
            made = pipeline(
                num_inference_steps=steps, generator=generator, output_type="latent", **words, **more
            )
            walked: Tensor = made[0]
            return walked.float().cpu()

        return walk

    @property
    def is_wan(self) -> bool:
        """Whether it makes videos."""
        return (self.folder / "transformer").exists()

    def _scheduler(self) -> Mapping[str, Any]:
        return own_config(self.folder / "scheduler")

    def _loaded(self) -> Any:
        from diffusers import StableDiffusionPipeline

        dtype = getattr(torch, self.precision)
        if self.is_wan:
            pipeline = wan_pipeline(self.folder, dtype)
        else:
            pipeline = StableDiffusionPipeline.from_pretrained(
                self.folder, dtype=dtype, local_files_only=True, low_cpu_mem_usage=False
            )
        pipeline.set_progress_bar_config(disable=True)
        return pipeline.to(self.device)


def wan_pipeline(folder: Path, dtype: torch.dtype) -> Any:
    """diffusers' pipeline of a WAN, made of its components: diffusers' own loader wants a library more."""
    from diffusers import AutoencoderKLWan, WanPipeline, WanTransformer3DModel
    from safetensors.torch import load_file
    from transformers import AutoTokenizer, UMT5EncoderModel

    transformer = WanTransformer3DModel.from_config(WanTransformer3DModel.load_config(folder / "transformer"))
    transformer.load_state_dict(load_file(folder / "transformer" / "diffusion_pytorch_model.safetensors"))
    kept = set(WanTransformer3DModel._keep_in_fp32_modules)
    for name, parameter in transformer.named_parameters():
        if not kept & set(name.split(".")):
            parameter.data = parameter.data.to(dtype)
    return WanPipeline(
        tokenizer=AutoTokenizer.from_pretrained(folder / "tokenizer", local_files_only=True),
        text_encoder=UMT5EncoderModel.from_pretrained(
            folder / "text_encoder", dtype=dtype, local_files_only=True
        ),
        vae=AutoencoderKLWan.from_pretrained(folder / "vae", local_files_only=True),
        scheduler=None,
        transformer=transformer.eval(),
    )


def networks_of(network: Any) -> list[Any]:
    """The networks of diffusers within one of ours."""
    names = ("unet", "transformer", "late")
    return [part for part in (getattr(network, name, None) for name in names) if part is not None]


def nothing(*given: Tensor, **named: Any) -> tuple[Tensor]:
    """What costs nothing in the place of a network: it says what it is shown."""
    return (given[0] if given else named["hidden_states"],)


def _call(node: str, **inputs: Any) -> tuple[Any, ...]:
    definition = DEFINITIONS[f"Scorefield{node}"]
    context = Host(Path("never written")).context("0")
    found: tuple[Any, ...] = definition.call(context, **inputs)
    return found
