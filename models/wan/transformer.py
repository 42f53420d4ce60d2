"""WAN's transformer, which computes once what stays the same over a walk.

That is, of each prompt its projection and every block's cross-attention keys and values, and of each size of
video the rotations of its places. A prompt's padding is one token 512 − n times over: it is heard once, with
log(512 − n) added to its attention, which is the same softmax. The network is that of Wan Team 2025,
arXiv:2503.20314, and its weights and layers are diffusers'.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import torch
from diffusers import WanTransformer3DModel
from diffusers.models.transformers.transformer_wan import WanRotaryPosEmbed
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.weak import WeakTensorKeyDictionary

from ...diffusion.batch import shared_out

SINGLE = ("rope", "time_embedder", "scale_shift_table", "norm1", "norm2", "norm3")


class Heard:
    """One prompt tensor (L, S, D) as a transformer hears it: what is computed of it once.

    Attributes:
        states: (L, S', W) the projected tokens.
        bias: (L, 1, 1, S') added to the attention, or None where every token counts once.
    """

    def __init__(self, states: Tensor, bias: Tensor | None) -> None:
        self.states = states
        self.bias = bias
        self._known: dict[int, tuple[Tensor, Tensor]] = {}

    def keys_and_values(self, attention: Any) -> tuple[Tensor, Tensor]:
        """Those of one cross-attention, each (L, heads, S', width of a head)."""
        known = self._known.get(id(attention))
        if known is None:
            keys = attention.norm_k(attention.to_k(self.states))
            values = attention.to_v(self.states)
            known = tuple(each.unflatten(2, (attention.heads, -1)).transpose(1, 2) for each in (keys, values))
            self._known[id(attention)] = known
        return known


class Hearing:
    """What a batch is told: prompts, each for as many consecutive samples."""

    def __init__(self, prompts: Sequence[Heard], batch: int) -> None:
        self._prompts = prompts
        self._each = batch // len(prompts)
        self._longest = max(prompt.states.shape[1] for prompt in prompts)
        self.bias = self._bias()

    def keys_and_values(self, attention: Any) -> tuple[Tensor, Tensor]:
        """Of the whole batch, each (B, heads, S', width of a head)."""
        known = [prompt.keys_and_values(attention) for prompt in self._prompts]
        keys, values = (self._joined(list(each), 2) for each in zip(*known, strict=True))
        return keys, values

    def _bias(self) -> Tensor | None:
        if all(prompt.bias is None for prompt in self._prompts):
            return None
        given = [
            prompt.states.new_zeros(len(prompt.states), 1, 1, prompt.states.shape[1])
            if prompt.bias is None
            else prompt.bias
            for prompt in self._prompts
        ]
        return self._joined(given, 3, -torch.inf)

    def _joined(self, parts: list[Tensor], axis: int, padding: float = 0.0) -> Tensor:
        """Each prompt's part for its samples, all as long as the longest along an axis."""
        even = [_padded(part, axis, self._longest, padding) for part in parts]
        return torch.cat([shared_out(part, self._each, "prompts") for part in even])


def _padded(value: Tensor, axis: int, length: int, padding: float) -> Tensor:
    missing = length - value.shape[axis]
    if not missing:
        return value
    return functional.pad(value, (0, 0) * (value.ndim - 1 - axis) + (0, missing), value=padding)


class PromptAttention:
    """Cross-attention to keys and values that are known already; the processor of a block's `attn2`."""

    def __call__(self, attention: Any, hidden_states: Tensor, hearing: Hearing, *_: Any, **__: Any) -> Tensor:
        """The attention's output, (B, N, W)."""
        queries = attention.norm_q(attention.to_q(hidden_states))
        queries = queries.unflatten(2, (attention.heads, -1)).transpose(1, 2)
        keys, values = hearing.keys_and_values(attention)
        heard = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=hearing.bias)
        return cast(Tensor, attention.to_out[0](heard.transpose(1, 2).flatten(2, 3)))


class Prompted(WanTransformer3DModel):  # type: ignore[misc]
    """The transformer, told prompts that it may have heard before. A prompt is known by its tensor, and
    forgotten with it."""

    def prepare(self) -> None:
        """Make room for what is computed once."""
        for block in self.blocks:
            block.attn2.set_processor(PromptAttention())
        self._heard = WeakTensorKeyDictionary()
        self._rotations: tuple[torch.Size, tuple[Tensor, Tensor]] | None = None

    def forward(self, x: Tensor, timestep: Tensor, prompts: Sequence[Tensor]) -> Tensor:
        """The velocity (B, C, T, H, W) at x, all samples at one time, a tensor of no dimension; each of the
        prompts (L, S, D) is for as many consecutive samples."""
        hearing = Hearing([self._hear(prompt) for prompt in prompts], len(x))
        rotations = self._rotation(x)
        tokens = self.patch_embedding(x).flatten(2).transpose(1, 2).contiguous()
        embedded, projected = self._time(timestep, tokens.dtype)
        for block in self.blocks:
            tokens = block(tokens, hearing, projected, rotations)
        shift, scale = (self.scale_shift_table + embedded[:, None]).chunk(2, dim=1)
        tokens = (self.norm_out(tokens.float()) * (1 + scale) + shift).type_as(tokens)
        return self._as_video(self.proj_out(tokens), x.shape)

    def _hear(self, prompt: Tensor) -> Heard:
        heard = self._heard.get(prompt)
        if heard is None:
            text = self.condition_embedder.text_embedder
            heard = self._heard[prompt] = hear(prompt.to(text.linear_1.weight), text)
        return heard

    def _time(self, timestep: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
        """The time as the last norm and as the blocks are told it, (1, W) and (1, 6, W)."""
        told = self.condition_embedder
        waves = told.timesteps_proj(timestep[None])
        embedded = told.time_embedder(waves.to(told.time_embedder.linear_1.weight.dtype)).to(dtype)
        return embedded, told.time_proj(told.act_fn(embedded)).unflatten(1, (6, -1))

    def _rotation(self, x: Tensor) -> tuple[Tensor, Tensor]:
        if self._rotations is None or self._rotations[0] != x.shape[2:]:
            self._rotations = x.shape[2:], self.rope(x)
        return self._rotations[1]

    def _as_video(self, tokens: Tensor, shape: torch.Size) -> Tensor:
        sides = self.config.patch_size
        places = [length // side for length, side in zip(shape[2:], sides, strict=True)]
        patches = tokens.reshape(shape[0], *places, *sides, -1).permute(0, 7, 1, 4, 2, 5, 3, 6)
        return patches.flatten(6, 7).flatten(4, 5).flatten(2, 3)


def hear(prompt: Tensor, text: nn.Module) -> Heard:
    """A prompt tensor (L, S, D), projected; its padding once, where the network is exact enough for that."""
    lengths = [int(row.any(dim=-1).nonzero().max()) + 1 if bool(row.any()) else 0 for row in prompt]
    longest, whole = max(lengths), prompt.shape[1]
    if longest + 1 >= whole or prompt.dtype != torch.float32:
        return Heard(text(prompt), None)
    # Everything up to the longest prompt, and one more token for all the padding after it.
    bias = prompt.new_zeros(len(prompt), 1, 1, longest + 1)
    bias[..., -1] = torch.tensor(whole - longest, dtype=torch.float64).log().to(bias)
    return Heard(text(prompt[:, : longest + 1]), bias)


def built(kind: type[WanTransformer3DModel], config: dict[str, Any]) -> WanTransformer3DModel:
    """A transformer without weights, but with the rotations of its places, which stand in no file."""
    with torch.device("meta"):
        network = kind.from_config(config)
    network.rope = WanRotaryPosEmbed(
        network.config.attention_head_dim, network.config.patch_size, network.config.rope_max_seq_len
    )
    return network
