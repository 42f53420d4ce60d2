"""Texts into conditions, pictures into latents and back, by whatever CLIP and VAE are connected."""

from typing import TYPE_CHECKING, Annotated, Any

from ...graph.declare import Float, Out, Socket, String, node
from ..socket_values import Latent

if TYPE_CHECKING:
    from torch import Tensor

    from ...models.library import Decoder, TextEncoder

Conditioning = list[list[Any]]
COMBINING = "model/conditioning/transform"
To = Annotated[Conditioning, Socket("CONDITIONING", "The condition that is changed.")]
From = Annotated[Conditioning, Socket("CONDITIONING", "What it is changed with; only the first part counts.")]
Condition = Annotated[Conditioning, Out("CONDITIONING", "CONDITIONING", "The condition.")]


@node(
    "CLIPTextEncode",
    title="CLIP Text Encode (Prompt)",
    category="model/conditioning",
    needs_widgets=True,
    keep=True,
    aliases=("prompt", "text prompt", "encode text"),
)
def clip_text_encode(
    text: Annotated[str, String("What to ask for.", multiline=True, more={"dynamicPrompts": True})],
    clip: Annotated["TextEncoder", Socket("CLIP", "The text encoder of the model that is to be told.")],
) -> Annotated[Conditioning, Out("CONDITIONING", "CONDITIONING", "The text as the model hears it.")]:
    """A prompt as a condition."""
    if clip is None:
        raise ValueError("there is no text encoder: the model that it should come with has none")
    conditioning: Conditioning = clip.encode_from_tokens_scheduled(clip.tokenize(text))
    return conditioning


@node("VAEDecode", title="VAE Decode", category="model/latent", aliases=("decode", "latent to image"))
def vae_decode(
    samples: Annotated["Latent", Socket("LATENT", "What to look at.")],
    vae: Annotated["Decoder", Socket("VAE", "The decoder of the model that made it.")],
) -> Annotated["Tensor", Out("IMAGE", "IMAGE", "The pictures; of a video, its frames.")]:
    """Turn latents into pictures."""
    images = vae.decode(samples["samples"])
    return images.flatten(0, -4) if images.ndim > 4 else images


@node(
    "VAEEncode",
    title="VAE Encode",
    category="model/latent",
    keep=True,
    aliases=("encode", "image to latent"),
)
def vae_encode(
    pixels: Annotated["Tensor", Socket("IMAGE", "The pictures, or the frames of a video.")],
    vae: Annotated[Any, Socket("VAE", "The encoder of the model that is to take them.")],
) -> Annotated["Latent", Out("LATENT", "LATENT", "The pictures as latents.")]:
    """Turn pictures into latents."""
    if not hasattr(vae, "encode"):
        raise ValueError("this VAE turns latents into pictures only: it has no encoder")
    return {"samples": vae.encode(pixels)}


@node(
    "ConditioningCombine",
    title="Conditioning (Combine)",
    category=COMBINING,
    aliases=("combine prompts", "merge conditioning"),
)
def conditioning_combine(
    conditioning_1: Annotated[Conditioning, Socket("CONDITIONING", "One condition.")],
    conditioning_2: Annotated[Conditioning, Socket("CONDITIONING", "Another.")],
) -> Condition:
    """Ask for two things at once: a sampler of ComfyUI averages what the model predicts for each."""
    return [*conditioning_1, *conditioning_2]


@node("ConditioningConcat", title="Conditioning (Concat)", category=COMBINING, aliases=("join prompts",))
def conditioning_concat(conditioning_to: To, conditioning_from: From) -> Condition:
    """One text behind another: the model hears the tokens of both."""
    import torch

    more = conditioning_from[0][0]
    return [[torch.cat((tokens, more), dim=1), dict(extras)] for tokens, extras in conditioning_to]


@node(
    "ConditioningAverage",
    title="Conditioning (Average)",
    category=COMBINING,
    needs_widgets=True,
    aliases=("blend prompts", "mix prompts"),
)
def conditioning_average(
    conditioning_to: To,
    conditioning_from: From,
    conditioning_to_strength: Annotated[
        float,
        Float("How much of conditioning_to; the rest is the other.", maximum=1.0, step=0.01, is_rounded=True),
    ] = 1.0,
) -> Condition:
    """A condition between two: token by token the weighted mean."""
    tokens_from, extras_from = conditioning_from[0]
    return [
        [
            _mean(tokens, _as_long(tokens_from, tokens), conditioning_to_strength),
            _pooled_mean(extras, extras_from, conditioning_to_strength),
        ]
        for tokens, extras in conditioning_to
    ]


def _mean(one: "Tensor", other: "Tensor", share: float) -> "Tensor":
    return one * share + other * (1 - share)


def _as_long(tokens: "Tensor", like: "Tensor") -> "Tensor":
    """As many tokens as `like` has: cut, or filled up with zeros."""
    from torch.nn.functional import pad

    return pad(tokens[:, : like.shape[1]], (0, 0, 0, max(0, like.shape[1] - tokens.shape[1])))


def _pooled_mean(extras: dict[str, Any], extras_from: dict[str, Any], share: float) -> dict[str, Any]:
    pooled_from = extras_from.get("pooled_output")
    if pooled_from is None:
        return dict(extras)
    pooled = extras.get("pooled_output")
    mean = pooled_from if pooled is None else _mean(pooled, pooled_from, share)
    return {**extras, "pooled_output": mean}


@node(
    "ConditioningZeroOut",
    title="Conditioning Zero Out",
    category=COMBINING,
    aliases=("null conditioning", "clear conditioning"),
)
def conditioning_zero_out(
    conditioning: Annotated[Conditioning, Socket("CONDITIONING", "The condition whose place is wanted.")],
) -> Condition:
    """Zeros in place of a condition: what some models take for no condition at all."""
    import torch

    return [[torch.zeros_like(tokens), _without_content(extras)] for tokens, extras in conditioning]


def _without_content(extras: dict[str, Any]) -> dict[str, Any]:
    import torch

    emptied = ("pooled_output", "conditioning_lyrics", "conditioning_scale")
    zeros = {name: torch.zeros_like(extras[name]) for name in emptied if extras.get(name) is not None}
    return {**extras, **zeros}
