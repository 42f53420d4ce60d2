"""WAN's transformer, which computes once what stays the same over a walk.

That is, of each prompt its projection and every block's cross-attention keys and values, and of each size of
video the rotations of its places. A prompt's padding is one token 512 − n times over: it is heard once, with
log(512 − n) added to its attention, which is the same softmax. The network is that of Wan Team 2025,
arXiv:2503.20314, and its weights and layers are diffusers'.
"""

from __future__ import annotations

import math
from typing import Any, cast

import torch
from diffusers import WanTransformer3DModel
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.weak import WeakTensorKeyDictionary


class Heard:
    """A tensor of prompts (B, S, D) as a transformer hears it: what is computed of it once.

    Attributes:
        states: (B, S', W) the projected tokens.
        bias: (1, 1, 1, S') added to the attention, or None where every token counts once.
    """

    def __init__(self, states: Tensor, bias: Tensor | None) -> None:
        self.states = states
        self.bias = bias
        self._known: dict[int, tuple[Tensor, Tensor]] = {}

    def keys_and_values(self, attention: Any) -> tuple[Tensor, Tensor]:
        """Those of one cross-attention, each (B, heads, S', width of a head)."""
        known = self._known.get(id(attention))
        if known is None:
            keys = attention.norm_k(attention.to_k(self.states))
            known = _by_heads(attention, keys), _by_heads(attention, attention.to_v(self.states))
            self._known[id(attention)] = known
        return known


class PromptAttention:
    """Cross-attention to keys and values that are known already; the processor of a block's `attn2`."""

    def __call__(self, attention: Any, hidden_states: Tensor, heard: Heard, *_: Any, **__: Any) -> Tensor:
        """The attention's output, (B, N, W)."""
        queries = _by_heads(attention, attention.norm_q(attention.to_q(hidden_states)))
        keys, values = heard.keys_and_values(attention)
        found = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=heard.bias)
        return cast(Tensor, attention.to_out[0](found.transpose(1, 2).flatten(2)))


class Prompted(WanTransformer3DModel):
    """The transformer, told prompts that it may have heard before. A prompt is known by its tensor, and
    forgotten with it."""

    # What diffusers makes of the config; it does not say of which types.
    blocks: Any
    condition_embedder: Any
    config: Any
    norm_out: Any
    patch_embedding: Any
    proj_out: Any
    rope: Any
    scale_shift_table: Any

    def prepare(self) -> None:
        """Make room for what is computed once."""
        for block in self.blocks:
            block.attn2.set_processor(PromptAttention())
        self._heard: Any = WeakTensorKeyDictionary()
        self._rotations: tuple[torch.Size, tuple[Tensor, Tensor]] | None = None

    def forward(
        self,
        hidden_states: Tensor,
        timestep: Tensor,
        encoder_hidden_states: Tensor,
        return_dict: bool = False,
    ) -> tuple[Tensor]:
        """The velocity at hidden_states (B, C, T, H, W), all of them at one time, (B,) times the same."""
        heard = self._hear(encoder_hidden_states)
        rotations = self._rotation(hidden_states)
        tokens = self.patch_embedding(hidden_states).flatten(2).transpose(1, 2).contiguous()
        embedded, projected = self._time(timestep[:1], tokens.dtype)
        for block in self.blocks:
            tokens = block(tokens, heard, projected, rotations)
        shift, scale = (self.scale_shift_table + embedded[:, None]).chunk(2, dim=1)
        tokens = (self.norm_out(tokens.float()) * (1 + scale) + shift).type_as(tokens)
        return (self._as_video(self.proj_out(tokens), hidden_states.shape),)

    def _hear(self, prompts: Tensor) -> Heard:
        heard = self._heard.get(prompts)
        if heard is None:
            heard = self._heard[prompts] = hear(prompts, self.condition_embedder.text_embedder)
        return cast(Heard, heard)

    def _time(self, timestep: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
        """The time as the last norm and as the blocks are told it, (1, W) and (1, 6, W)."""
        told = self.condition_embedder
        waves = told.timesteps_proj(timestep).to(told.time_embedder.linear_1.weight.dtype)
        embedded = told.time_embedder(waves).to(dtype)
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


def hear(prompts: Tensor, text: nn.Module) -> Heard:
    """Prompts (B, S, D), projected; the padding after the longest once, where the network is exact enough."""
    spoken = prompts.ne(0).any(dim=2).any(dim=0).nonzero()
    longest, whole = int(spoken.max()) + 1 if len(spoken) else 0, prompts.shape[1]
    if longest + 1 >= whole or prompts.dtype != torch.float32:
        return Heard(text(prompts), None)
    bias = prompts.new_zeros(1, 1, 1, longest + 1)
    bias[..., -1] = math.log(whole - longest)
    return Heard(text(prompts[:, : longest + 1]), bias)


def _by_heads(attention: Any, joined: Tensor) -> Tensor:
    """(B, N, heads·width) → (B, heads, N, width)."""
    return joined.unflatten(2, (attention.heads, -1)).transpose(1, 2)
