"""Graphs for a real ComfyUI: each keeps two values that should be the same, by core nodes and by ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

Json = dict[str, Any]
Link = list[Any]
STEPS, SCALE, SEED, SIDE = 6, 5.0, 1234, 96


class Case(NamedTuple):
    """A graph that keeps two values, core's and ours, and how far they may lie apart."""

    name: str
    graph: Json
    kept: tuple[str, str]
    apart: float
    is_latent: bool


class Graph:
    """A graph that is being built, with the tiny model in it."""

    def __init__(self, checkpoint: str = "tiny.safetensors") -> None:
        self.nodes: Json = {}
        loader = self.add("CheckpointLoaderSimple", ckpt_name=checkpoint)
        self.model, self.clip, self.vae = (self.out(loader, place) for place in range(3))

    def add(self, kind: str, **inputs: Any) -> Link:
        """A node; the link to its first output."""
        self.nodes[str(len(self.nodes) + 1)] = {"class_type": kind, "inputs": inputs}
        return [str(len(self.nodes)), 0]

    def out(self, link: Link, place: int) -> Link:
        """Another output of the same node."""
        return [link[0], place]

    def keep(self, name: str, value: Link) -> None:
        """Write a value to the output folder."""
        self.add("ProbeKeep", value=value, name=name)

    def told(self) -> tuple[Link, Link]:
        """What is asked for, and what it is told apart from."""
        return (
            self.add("CLIPTextEncode", clip=self.clip, text="a red square on the left of a lake"),
            self.add("CLIPTextEncode", clip=self.clip, text=""),
        )

    def empty(self, batch: int = 2) -> Link:
        """Nothing to start from, but its size."""
        return self.add("EmptyLatentImage", width=SIDE, height=SIDE - 32, batch_size=batch)

    def picture(self) -> Link:
        """A picture as a latent: an empty one decoded, with an edge in it, and encoded again."""
        one = self.add("EmptyImage", width=SIDE, height=SIDE - 32, batch_size=1, color=0xC04020)
        other = self.add("EmptyImage", width=SIDE // 2, height=SIDE // 2, batch_size=1, color=0x1060F0)
        both = self.add("ImageCompositeMasked", destination=one, source=other, x=16, y=8, resize_source=False)
        return self.add("VAEEncode", pixels=both, vae=self.vae)

    def sigmas(self, model: Link, denoise: float = 1.0) -> Link:
        """Core's noise levels."""
        return self.add("BasicScheduler", model=model, scheduler="normal", steps=STEPS, denoise=denoise)

    def core(self, model: Link, told: tuple[Link, Link], latent: Link, **changes: Any) -> Link:
        """Core's KSampler."""
        given = {"seed": SEED, "steps": STEPS, "cfg": SCALE, "sampler_name": "euler", "scheduler": "normal"}
        given |= {"denoise": 1.0, **changes}
        return self.add(
            "KSampler", model=model, positive=told[0], negative=told[1], latent_image=latent, **given
        )

    def guided(self, model: Link, told: tuple[Link, Link], scale: float = SCALE) -> Link:
        """Our guidance."""
        return self.add(
            "ScorefieldCFGCombine", model=model, positive=told[0], negative=told[1], guidance_scale=scale
        )

    def ours(self, model: Link, latent: Link, sigmas: Link, sampler: str = "DDIM", **more: Any) -> Link:
        """One of our samplers, on core's noise and noise levels."""
        noise = more.pop("noise", None) or self.add("RandomNoise", noise_seed=SEED)
        return self.add(
            f"Scorefield{sampler}Sampler", model=model, noise=noise, latent=latent, sigmas=sigmas, **more
        )


Build = Callable[[Graph], tuple[Link, Link]]


def cases() -> Iterator[Case]:
    """Every comparison."""
    for place, (name, build, apart, checkpoint) in enumerate(CASES):
        graph = Graph(checkpoint)
        core, ours = build(graph)
        kept = f"{place}-core", f"{place}-ours"
        graph.keep(kept[0], core)
        graph.keep(kept[1], ours)
        is_latent = graph.nodes[core[0]]["class_type"] not in ("VAEDecode", "CLIPTextEncode")
        yield Case(name, graph.nodes, kept, apart, is_latent)


def _decoded(graph: Graph, core: Link, ours: Link) -> tuple[Link, Link]:
    return (
        graph.add("VAEDecode", samples=core, vae=graph.vae),
        graph.add("VAEDecode", samples=ours, vae=graph.vae),
    )


def _picture(sampler_name: str) -> Build:
    def build(graph: Graph) -> tuple[Link, Link]:
        told, latent = graph.told(), graph.empty()
        core = graph.core(graph.model, told, latent, sampler_name=sampler_name)
        ours = graph.ours(graph.guided(graph.model, told), latent, graph.sigmas(graph.model))
        return _decoded(graph, core, ours)

    return build


def _our_decode(graph: Graph) -> tuple[Link, Link]:
    told, latent = graph.told(), graph.empty()
    ours = graph.ours(graph.guided(graph.model, told), latent, graph.sigmas(graph.model))
    return (
        graph.add("VAEDecode", samples=graph.core(graph.model, told, latent), vae=graph.vae),
        graph.add("ScorefieldVAEDecode", latent=ours, vae=graph.vae),
    )


def _changed(change: Callable[[Graph, Link], Link], **more: Any) -> Build:
    """Both on a MODEL that a core node has changed."""

    def build(graph: Graph) -> tuple[Link, Link]:
        told, latent, model = graph.told(), graph.empty(), change(graph, graph.model)
        scale = more.get("scale", SCALE)
        core = graph.core(model, told, latent, cfg=scale)
        return core, graph.ours(graph.guided(model, told, scale), latent, graph.sigmas(model))

    return build


def _told(change: Callable[[Graph, Link], Link]) -> Build:
    """Both told a CONDITIONING that a core node has changed."""

    def build(graph: Graph) -> tuple[Link, Link]:
        positive, negative = graph.told()
        told, latent = (change(graph, positive), negative), graph.empty()
        ours = graph.ours(graph.guided(graph.model, told), latent, graph.sigmas(graph.model))
        return graph.core(graph.model, told, latent), ours

    return build


def _latent(change: Callable[[Graph, Link], Link], denoise: float) -> Build:
    """Both from a picture."""

    def build(graph: Graph) -> tuple[Link, Link]:
        told, latent = graph.told(), change(graph, graph.picture())
        core = graph.core(graph.model, told, latent, denoise=denoise)
        ours = graph.ours(graph.guided(graph.model, told), latent, graph.sigmas(graph.model, denoise))
        return core, ours

    return build


def _by_guider(graph: Graph) -> tuple[Link, Link]:
    told, latent = graph.told(), graph.empty()
    guider = graph.add("CFGGuider", model=graph.model, positive=told[0], negative=told[1], cfg=SCALE)
    return graph.core(graph.model, told, latent), graph.ours(guider, latent, graph.sigmas(graph.model))


def _by_one_guider(graph: Graph) -> tuple[Link, Link]:
    told, latent = graph.told(), graph.empty()
    guider = graph.add("BasicGuider", model=graph.model, conditioning=told[0])
    core = graph.core(graph.model, told, latent, cfg=1.0)
    return core, graph.ours(guider, latent, graph.sigmas(graph.model))


def _no_guidance(graph: Graph) -> tuple[Link, Link]:
    told, latent = graph.told(), graph.empty()
    guided = graph.add("ScorefieldCFGCombine", model=graph.model, positive=told[0], guidance_scale=1.0)
    core = graph.core(graph.model, told, latent, cfg=1.0)
    return core, graph.ours(guided, latent, graph.sigmas(graph.model))


def _beyond(graph: Graph) -> tuple[Link, Link]:
    told, latent = graph.told(), graph.empty()
    guided = graph.add(
        "ScorefieldCFGCombine",
        model=graph.model,
        positive=told[0],
        negative=told[1],
        guidance_scale=SCALE - 1,
        convention="beyond cond",
    )
    return graph.core(graph.model, told, latent), graph.ours(guided, latent, graph.sigmas(graph.model))


def _flow_sampler(graph: Graph) -> tuple[Link, Link]:
    """A flow by core's euler, and by our flow sampler at the same shift."""
    told, latent = graph.told(), graph.empty()
    model = graph.add("ModelSamplingSD3", model=graph.model, shift=3.0)
    core = graph.core(model, told, latent)
    return core, graph.ours(graph.guided(model, told), latent, graph.sigmas(model), "Flow")


def _sampler(**options: Any) -> Build:
    """Our SAMPLER in SamplerCustomAdvanced against our own sampler, on our noise."""

    def build(graph: Graph) -> tuple[Link, Link]:
        told, latent = graph.told(), graph.empty()
        noise = graph.add("ScorefieldNoiseSeed", seed=SEED, batch=2)
        sigmas = graph.sigmas(graph.model)
        guider = graph.add("CFGGuider", model=graph.model, positive=told[0], negative=told[1], cfg=SCALE)
        sampler = graph.add("ScorefieldSampler", **options["sampler"])
        inside = graph.add(
            "SamplerCustomAdvanced",
            noise=noise,
            guider=guider,
            sampler=sampler,
            sigmas=sigmas,
            latent_image=latent,
        )
        guided = graph.guided(graph.model, told)
        own = graph.ours(guided, latent, sigmas, options["node"], noise=noise, **options["same"])
        return inside, own

    return build


def _sampler_twice_a_step(graph: Graph) -> tuple[Link, Link]:
    """Our SAMPLER that looks twice a step against our own, on the times of a flow."""
    told, latent = graph.told(), graph.empty()
    noise = graph.add("ScorefieldNoiseSeed", seed=SEED, batch=2)
    inside = graph.add(
        "SamplerCustomAdvanced",
        noise=noise,
        guider=graph.add("CFGGuider", model=graph.model, positive=told[0], negative=told[1], cfg=SCALE),
        sampler=graph.add("ScorefieldSampler", rule="flow heun"),
        sigmas=graph.add("ScorefieldFlowTimes", steps=STEPS, sigma_max=14.614641),
        latent_image=latent,
    )
    guided = graph.guided(graph.model, told)
    own = graph.add(
        "ScorefieldFlowSampler", model=guided, noise=noise, latent=latent, steps=STEPS, solver="heun"
    )
    return inside, own


def _sampler_against_core(graph: Graph) -> tuple[Link, Link]:
    told, latent = graph.told(), graph.empty()
    guider = graph.add("CFGGuider", model=graph.model, positive=told[0], negative=told[1], cfg=SCALE)
    inside = graph.add(
        "SamplerCustomAdvanced",
        noise=graph.add("RandomNoise", noise_seed=SEED),
        guider=guider,
        sampler=graph.add("ScorefieldSampler", rule="ddim"),
        sigmas=graph.sigmas(graph.model),
        latent_image=latent,
    )
    return _decoded(graph, graph.core(graph.model, told, latent, sampler_name="ddim"), inside)


def _sampler_custom(graph: Graph) -> tuple[Link, Link]:
    told, latent = graph.told(), graph.empty()
    inside = graph.add(
        "SamplerCustom",
        model=graph.model,
        add_noise=True,
        noise_seed=SEED,
        cfg=SCALE,
        positive=told[0],
        negative=told[1],
        sampler=graph.add("ScorefieldSampler", rule="flow euler"),
        sigmas=graph.sigmas(graph.model),
        latent_image=latent,
    )
    return graph.core(graph.model, told, latent), inside


def _our_levels(graph: Graph) -> tuple[Link, Link]:
    """Core's sampler on our levels and our noise, against our sampler on them."""
    told, latent = graph.told(), graph.empty()
    levels = graph.add("ScorefieldModelLevels", model=graph.model, steps=STEPS, t_start=1.0)
    noise = graph.add("ScorefieldNoiseSeed", seed=SEED, batch=2)
    guider = graph.add("CFGGuider", model=graph.model, positive=told[0], negative=told[1], cfg=SCALE)
    core = graph.add(
        "SamplerCustomAdvanced",
        noise=noise,
        guider=guider,
        sampler=graph.add("KSamplerSelect", sampler_name="euler"),
        sigmas=levels,
        latent_image=latent,
    )
    return core, graph.ours(graph.guided(graph.model, told), latent, levels, noise=noise)


def _halves(graph: Graph) -> tuple[Link, Link]:
    """The first half by core's sampler, the second by ours, without new noise."""
    told, latent = graph.told(), graph.empty()
    both = graph.sigmas(graph.model)
    split = graph.add("SplitSigmas", sigmas=both, step=3)
    guider = graph.add("CFGGuider", model=graph.model, positive=told[0], negative=told[1], cfg=SCALE)
    first = graph.add(
        "SamplerCustomAdvanced",
        noise=graph.add("RandomNoise", noise_seed=SEED),
        guider=guider,
        sampler=graph.add("KSamplerSelect", sampler_name="euler"),
        sigmas=split,
        latent_image=latent,
    )
    second = graph.add(
        "ScorefieldDDIMSampler",
        model=graph.guided(graph.model, told),
        latent=first,
        sigmas=graph.out(split, 1),
    )
    return graph.core(graph.model, told, latent), second


def _halves_other_way(graph: Graph) -> tuple[Link, Link]:
    """The first half by ours, the second by core's."""
    told, latent = graph.told(), graph.empty()
    split = graph.add("SplitSigmas", sigmas=graph.sigmas(graph.model), step=3)
    first = graph.ours(graph.guided(graph.model, told), latent, split)
    second = graph.add(
        "SamplerCustomAdvanced",
        noise=graph.add("DisableNoise"),
        guider=graph.add("CFGGuider", model=graph.model, positive=told[0], negative=told[1], cfg=SCALE),
        sampler=graph.add("KSamplerSelect", sampler_name="euler"),
        sigmas=graph.out(split, 1),
        latent_image=first,
    )
    return graph.core(graph.model, told, latent), second


def _encoded(node: str, text: str) -> Build:
    def build(graph: Graph) -> tuple[Link, Link]:
        return (
            graph.add("CLIPTextEncode", clip=graph.clip, text=text),
            graph.add(node, clip=graph.clip, text=text),
        )

    return build


def _pocket(graph: Graph) -> tuple[Link, Link, Link, Link]:
    """A small model that ships, its text encoder, its decoder, and what it is told."""
    loader = graph.add("ScorefieldScoreModel", name="pocket")
    clip, vae = graph.out(loader, 1), graph.out(loader, 2)
    told = graph.add("ScorefieldTextEncode", clip=clip, text="a red car")
    return loader, clip, vae, told


def _our_clip(graph: Graph) -> tuple[Link, Link]:
    """Core's node on our CLIP."""
    _, clip, _, told = _pocket(graph)
    return graph.add("CLIPTextEncode", clip=clip, text="a red car"), told


def _our_latent(graph: Graph) -> tuple[Link, Link]:
    """Core's nodes on our LATENT and VAE."""
    loader, _, vae, told = _pocket(graph)
    noise = graph.add("ScorefieldNoiseSeed", seed=SEED, batch=3)
    model = graph.add("ScorefieldCFGCombine", model=loader, positive=told)
    walked = graph.add("ScorefieldDDIMSampler", model=model, noise=noise, steps=STEPS)
    some = graph.add("LatentFromBatch", samples=walked, batch_index=1, length=2)
    return (
        graph.add("VAEDecode", samples=some, vae=vae),
        graph.add("ScorefieldVAEDecode", latent=some, vae=vae),
    )


def _our_sd(graph: Graph) -> tuple[Link, Link, Link]:
    """A Stable Diffusion by our loader, told something; its VAE, and the same VAE by core's loader."""
    loader = graph.add("ScorefieldScoreModel", name="diffusers/tiny-sd")
    told = graph.add("ScorefieldTextEncode", clip=graph.out(loader, 1), text="a photo of a cat")
    model = graph.add("ScorefieldCFGCombine", model=loader, positive=told, guidance_scale=SCALE)
    return model, graph.out(loader, 2), graph.add("VAELoader", vae_name="tiny-sd-vae.safetensors")


def _our_sd_decoded(graph: Graph) -> tuple[Link, Link]:
    """What our loader's model makes, by core's VAE and by ours of the same weights."""
    model, ours, core = _our_sd(graph)
    noise = graph.add("ScorefieldNoiseSeed", seed=SEED, batch=2)
    walked = graph.add("ScorefieldDDIMSampler", model=model, noise=noise, latent=graph.empty(), steps=STEPS)
    return (
        graph.add("VAEDecode", samples=walked, vae=core),
        graph.add("ScorefieldVAEDecode", latent=walked, vae=ours),
    )


def _our_sd_encoded(graph: Graph) -> tuple[Link, Link]:
    """From the middle of our loader's model, from a picture that core's VAE encoded, or ours."""
    model, ours, core = _our_sd(graph)
    pixels = graph.add("EmptyImage", width=SIDE, height=SIDE - 32, batch_size=1, color=0xC04020)
    sigmas = graph.add("ScorefieldModelLevels", model=model, steps=STEPS, t_start=0.5)
    noise = graph.add("ScorefieldNoiseSeed", seed=SEED, batch=1)

    def walked(vae: Link) -> Link:
        latent = graph.add("VAEEncode", pixels=pixels, vae=vae)
        return graph.ours(model, latent, sigmas, noise=noise)

    return walked(core), walked(ours)


def _inpainting(graph: Graph) -> tuple[Link, Link]:
    """An inpainting model, which sees the picture and the mask through further channels."""
    words = graph.add("CheckpointLoaderSimple", ckpt_name="tiny.safetensors")
    graph.clip, graph.vae = graph.out(words, 1), graph.out(words, 2)
    told = graph.told()
    pixels = graph.add("EmptyImage", width=SIDE, height=SIDE - 32, batch_size=1, color=0xC04020)
    mask = graph.add("SolidMask", value=1.0, width=SIDE, height=SIDE - 32)
    conditioned = graph.add(
        "InpaintModelConditioning",
        positive=told[0],
        negative=told[1],
        vae=graph.vae,
        pixels=pixels,
        mask=mask,
        noise_mask=True,
    )
    told, latent = (conditioned, graph.out(conditioned, 1)), graph.out(conditioned, 2)
    ours = graph.ours(graph.guided(graph.model, told), latent, graph.sigmas(graph.model))
    return graph.core(graph.model, told, latent), ours


def _masked(graph: Graph, latent: Link) -> Link:
    left = graph.add("SolidMask", value=1.0, width=SIDE // 2, height=SIDE - 32)
    whole = graph.add("SolidMask", value=0.0, width=SIDE, height=SIDE - 32)
    mask = graph.add("MaskComposite", destination=whole, source=left, x=0, y=0, operation="add")
    return graph.add("SetLatentNoiseMask", samples=latent, mask=mask)


def _area(graph: Graph, positive: Link) -> Link:
    other = graph.add("CLIPTextEncode", clip=graph.clip, text="a mountain")
    there = graph.add("ConditioningSetArea", conditioning=other, width=64, height=64, x=32, y=0, strength=0.8)
    return graph.add("ConditioningCombine", conditioning_1=positive, conditioning_2=there)


def _cond_mask(graph: Graph, positive: Link) -> Link:
    mask = graph.add("SolidMask", value=0.7, width=SIDE, height=SIDE - 32)
    other = graph.add("CLIPTextEncode", clip=graph.clip, text="a mountain")
    there = graph.add(
        "ConditioningSetMask", conditioning=other, mask=mask, strength=1.0, set_cond_area="default"
    )
    return graph.add("ConditioningCombine", conditioning_1=positive, conditioning_2=there)


def _times(graph: Graph, positive: Link) -> Link:
    other = graph.add("CLIPTextEncode", clip=graph.clip, text="a mountain")
    early = graph.add("ConditioningSetTimestepRange", conditioning=positive, start=0.0, end=0.5)
    late = graph.add("ConditioningSetTimestepRange", conditioning=other, start=0.5, end=1.0)
    return graph.add("ConditioningCombine", conditioning_1=early, conditioning_2=late)


def _hooked(graph: Graph, positive: Link) -> Link:
    hook = graph.add(
        "CreateHookLora", lora_name="tiny-lora.safetensors", strength_model=1.0, strength_clip=0.0
    )
    return graph.add(
        "ConditioningSetProperties", cond_NEW=positive, strength=1.0, set_cond_area="default", hooks=hook
    )


def _controlled(graph: Graph) -> tuple[Link, Link]:
    """A ControlNet on what is asked for and on what it is told apart from."""
    told, latent = graph.told(), graph.empty()
    hint = graph.add("EmptyImage", width=SIDE, height=SIDE - 32, batch_size=1, color=0x20C060)
    controlled = graph.add(
        "ControlNetApplyAdvanced",
        positive=told[0],
        negative=told[1],
        control_net=graph.add("ControlNetLoader", control_net_name="tiny-control.safetensors"),
        image=hint,
        strength=0.8,
        start_percent=0.0,
        end_percent=0.7,
    )
    told = controlled, graph.out(controlled, 1)
    ours = graph.ours(graph.guided(graph.model, told), latent, graph.sigmas(graph.model))
    return graph.core(graph.model, told, latent), ours


def _flow_on_sigmas(graph: Graph) -> tuple[Link, Link]:
    """A diffusion model by our flow sampler on core's levels, against core's euler: the same steps."""
    told, latent = graph.told(), graph.empty()
    ours = graph.ours(graph.guided(graph.model, told), latent, graph.sigmas(graph.model), "Flow")
    return graph.core(graph.model, told, latent), ours


def _sampler_walk(graph: Graph) -> tuple[Link, Link]:
    """Our SAMPLER by our own node, against core's euler."""
    told, latent = graph.told(), graph.empty()
    walked = graph.add(
        "ScorefieldSamplerWalk",
        model=graph.guided(graph.model, told),
        sampler=graph.add("ScorefieldSampler", rule="flow euler"),
        sigmas=graph.sigmas(graph.model),
        noise=graph.add("RandomNoise", noise_seed=SEED),
        latent=latent,
    )
    return graph.core(graph.model, told, latent), walked


def _scheduler(name: str, **options: Any) -> Build:
    """A scheduler of diffusers against our DDIM, where both visit the same levels."""

    def build(graph: Graph) -> tuple[Link, Link]:
        told, latent = graph.told(), graph.empty()
        guided, noise = graph.guided(graph.model, told), graph.add("RandomNoise", noise_seed=SEED)
        same = {"model": guided, "noise": noise, "latent": latent, "steps": 5}
        walked = graph.add("ScorefieldSchedulerSampler", scheduler=name, **same, **options)
        return graph.add("ScorefieldDDIMSampler", **same), walked

    return build


def _lora(graph: Graph, model: Link) -> Link:
    return graph.add(
        "LoraLoaderModelOnly", model=model, lora_name="tiny-lora.safetensors", strength_model=1.0
    )


def _sampling(kind: str, **inputs: Any) -> Callable[[Graph, Link], Link]:
    return lambda graph, model: graph.add(kind, model=model, **inputs)


def _same(_graph: Graph, link: Link) -> Link:
    return link


PLAIN = "tiny.safetensors"
CASES: tuple[tuple[str, Build, float, str], ...] = (
    ("picture of ddim", _picture("ddim"), 1e-4, PLAIN),
    ("picture of euler", _picture("euler"), 1e-4, PLAIN),
    ("our VAE Decode", _our_decode, 1e-4, PLAIN),
    (
        "v prediction",
        _changed(_sampling("ModelSamplingDiscrete", sampling="v_prediction", zsnr=False)),
        1e-5,
        PLAIN,
    ),
    (
        "zero terminal SNR",
        _changed(_sampling("ModelSamplingDiscrete", sampling="v_prediction", zsnr=True)),
        1e-4,
        PLAIN,
    ),
    (
        "sample prediction",
        _changed(_sampling("ModelSamplingDiscrete", sampling="x0", zsnr=False)),
        1e-5,
        PLAIN,
    ),
    ("flow (CONST)", _changed(_sampling("ModelSamplingSD3", shift=3.0)), 1e-5, PLAIN),
    ("flow sampler", _flow_sampler, 1e-5, PLAIN),
    (
        "EDM",
        _changed(
            _sampling(
                "ModelSamplingContinuousEDM", sampling="edm_playground_v2.5", sigma_max=80.0, sigma_min=0.002
            )
        ),
        1e-5,
        PLAIN,
    ),
    (
        "continuous v",
        _changed(
            _sampling("ModelSamplingContinuousV", sampling="v_prediction", sigma_max=500.0, sigma_min=0.03)
        ),
        1e-4,
        PLAIN,
    ),
    ("beyond cond", _beyond, 1e-5, PLAIN),
    ("no guidance, no negative", _no_guidance, 1e-5, PLAIN),
    ("GUIDER", _by_guider, 1e-5, PLAIN),
    ("GUIDER of one condition", _by_one_guider, 1e-5, PLAIN),
    ("RescaleCFG", _changed(_sampling("RescaleCFG", multiplier=0.7)), 1e-5, PLAIN),
    ("ControlNet", _controlled, 1e-5, PLAIN),
    ("LoRA", _changed(_lora), 1e-5, PLAIN),
    ("hooks", _told(_hooked), 1e-5, PLAIN),
    ("areas", _told(_area), 1e-5, PLAIN),
    ("condition masks", _told(_cond_mask), 1e-5, PLAIN),
    ("times of conditions", _told(_times), 1e-5, PLAIN),
    ("img2img", _latent(_same, 0.6), 1e-5, PLAIN),
    ("noise mask", _latent(_masked, 1.0), 1e-5, PLAIN),
    ("noise mask, img2img", _latent(_masked, 0.6), 1e-5, PLAIN),
    ("inpainting model", _inpainting, 1e-5, "tiny-inpainting.safetensors"),
    ("second half ours", _halves, 1e-5, PLAIN),
    ("first half ours", _halves_other_way, 1e-5, PLAIN),
    ("our levels and noise in core", _our_levels, 1e-5, PLAIN),
    ("our SAMPLER, picture of ddim", _sampler_against_core, 1e-4, PLAIN),
    ("our SAMPLER in SamplerCustom", _sampler_custom, 1e-5, PLAIN),
    ("our SAMPLER ddpm", _sampler(sampler={"rule": "ddpm"}, node="DDPM", same={}), 1e-5, PLAIN),
    (
        "our SAMPLER ddim 0.5",
        _sampler(sampler={"rule": "ddim", "eta": 0.5}, node="DDIM", same={"eta": 0.5}),
        1e-5,
        PLAIN,
    ),
    ("our SAMPLER heun", _sampler_twice_a_step, 1e-5, PLAIN),
    ("our CLIP in core", _our_clip, 0.0, PLAIN),
    ("our LATENT and VAE in core", _our_latent, 0.0, PLAIN),
    ("our model's LATENT, core's VAE", _our_sd_decoded, 1e-4, PLAIN),
    ("core's VAE Encode, our model", _our_sd_encoded, 1e-4, PLAIN),
    ("Sampler Walk", _sampler_walk, 1e-5, PLAIN),
    ("flow sampler on core's SIGMAS", _flow_on_sigmas, 1e-5, PLAIN),
    ("diffusers' DDIM", _scheduler("DDIM"), 1e-5, PLAIN),
    ("diffusers' Euler", _scheduler("EulerDiscrete"), 1e-5, PLAIN),
    (
        "Text Encode",
        _encoded("ScorefieldTextEncode", "a (very:1.3) large crocodile, BREAK at noon"),
        0.0,
        PLAIN,
    ),
    ("Negative Encode", _encoded("ScorefieldNegativeEncode", "blurry"), 0.0, PLAIN),
)
