"""Batches of latents put together, taken apart and divided anew.

A LATENT may bring a `noise_mask` (which parts may change) and a `batch_index` (which noise each sample gets,
so that one taken from a batch gets the noise it had there).
"""

from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

from ...graph.declare import Int, Out, Socket, node
from ...plots.resizing import LARGEST, resized
from ..socket_values import Latent
from .batches import first_of

if TYPE_CHECKING:
    from torch import Tensor

CATEGORY = "model/latent/batch"
Samples = Annotated["Latent", Socket("LATENT", "The batch.")]


@node(
    "LatentFromBatch",
    title="Get Latent From Batch",
    category=CATEGORY,
    needs_widgets=True,
    aliases=("select from batch", "pick latent", "batch subset"),
)
def latent_from_batch(
    samples: Samples,
    batch_index: Annotated[
        int, Int("The first to take, from 0; −1 is the last.", minimum=-LARGEST, maximum=LARGEST)
    ] = 0,
    length: Annotated[int, Int("How many to take.", minimum=1, maximum=64)] = 1,
) -> Annotated["Latent", Out("LATENT", "LATENT", "Those latents; fewer where the batch ends.")]:
    """Some latents of a batch, one after the other. They keep the noise that they had in the batch."""
    count = len(samples["samples"])
    first = first_of(count, batch_index)
    part = slice(first, min(count, first + length))
    masks = samples.get("noise_mask")
    if masks is not None and len(masks) > 1:
        masks = _repeated(masks, count)[part]
    return _latent(samples, samples["samples"][part], masks, _indices(samples)[part])


@node(
    "RepeatLatentBatch",
    title="Repeat Latent Batch",
    category=CATEGORY,
    needs_widgets=True,
    aliases=("duplicate latent", "clone latent"),
)
def repeat_latent_batch(
    samples: Samples,
    amount: Annotated[int, Int("How often.", minimum=1, maximum=64)] = 1,
) -> Annotated["Latent", Out("LATENT", "LATENT", "The whole batch, again and again.")]:
    """Repeat a batch of latents; every copy gets noise of its own."""
    values = samples["samples"]
    masks, indices = samples.get("noise_mask"), samples.get("batch_index")
    if masks is not None and len(masks) > 1:
        masks = _repeated(masks, len(masks) * amount)
    if indices is not None:
        span = max(indices) - min(indices) + 1
        indices = [index + copy * span for copy in range(amount) for index in indices]
    return _latent(samples, _repeated(values, len(values) * amount), masks, indices)


@node(
    "LatentBatch",
    title="Batch Latents (DEPRECATED)",
    category=CATEGORY,
    aliases=("combine latents", "merge latents", "join latents"),
)
def latent_batch(
    samples1: Annotated["Latent", Socket("LATENT", "The first latents; the others get their size.")],
    samples2: Annotated["Latent", Socket("LATENT", "Those that follow.")],
) -> Annotated["Latent", Out("LATENT", "LATENT", "All of them.")]:
    """Put latents into one batch. Those of another size are cut to the proportions of the first and
    resized."""
    import torch

    first, second = samples1["samples"], samples2["samples"]
    if first.shape[1:] != second.shape[1:]:
        second = resized(second, first.shape[-1], first.shape[-2], "bilinear", "center")
    indices = [*_indices(samples1), *_indices(samples2)]
    return _latent(samples1, torch.cat((first, second)), samples1.get("noise_mask"), indices)


@node(
    "RebatchLatents",
    title="Rebatch Latents",
    category=CATEGORY,
    needs_widgets=True,
    input_is_list=True,
    aliases=("split batch", "list of latents"),
)
def rebatch_latents(
    latents: Annotated["list[Latent]", Socket("LATENT", "A batch, or a list of batches.")],
    batch_size: Annotated[
        "list[int]", Int("How many latents in each new batch.", minimum=1, maximum=4096)
    ] = 1,  # type: ignore[assignment]
) -> Annotated[
    "list[Latent]", Out("LATENT", "LATENT", "The new batches; the last may be smaller.", is_list=True)
]:
    """Divide latents into batches of another size: what follows runs once per batch. Only latents of one
    size share a batch; every latent keeps its noise."""
    [size] = batch_size[:1]
    singles: list[Latent] = []
    for latent in latents:
        singles += _singles(latent, len(singles))
    parts = [list(part) for _, part in groupby(singles, key=lambda each: each["samples"].shape[-2:])]
    return [_joined(part[first : first + size]) for part in parts for first in range(0, len(part), size)]


def _singles(latent: Latent, offset: int) -> list[Latent]:
    """Each sample of a batch as a batch of one, with its own mask and index."""
    values, masks = latent["samples"], latent.get("noise_mask")
    indices = latent.get("batch_index", range(offset, offset + len(values)))
    spread = [None] * len(values) if masks is None else list(_repeated(masks, len(values))[:, None])
    return [
        _latent({}, value[None], mask, [index])
        for value, mask, index in zip(values, spread, indices, strict=True)
    ]


def _joined(singles: list[Latent]) -> Latent:
    import torch

    masks = [each.get("noise_mask") for each in singles]
    known = [mask for mask in masks if mask is not None and bool((mask != 1).any())]
    joined = None
    if known:  # a latent without a mask may change everywhere
        joined = torch.cat([torch.ones_like(known[0]) if mask is None else mask for mask in masks])
    indices = [index for each in singles for index in each["batch_index"]]
    return _latent({}, torch.cat([each["samples"] for each in singles]), joined, indices)


def _indices(latent: Latent) -> list[int]:
    return list(latent.get("batch_index", range(len(latent["samples"]))))


def _repeated(batch: "Tensor", count: int) -> "Tensor":
    """The batch again and again, until there are `count`."""
    times = -(-count // len(batch))
    return batch.repeat(times, *[1] * (batch.ndim - 1))[:count]


def _latent(rest: Latent, values: "Tensor", masks: "Tensor | None", indices: "list[int] | None") -> Latent:
    extras: dict[str, Any] = {"noise_mask": masks, "batch_index": indices}
    return {**rest, "samples": values, **{name: value for name, value in extras.items() if value is not None}}
