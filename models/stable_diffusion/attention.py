"""Cross-attention that computes the keys and values of a prompt once for all steps of a walk."""

from __future__ import annotations

from typing import Any

from torch import Tensor
from torch.nn import functional


class PromptAttention:
    """A processor of one cross-attention layer. It remembers the keys and values of the last prompt that it
    was told: as long as the same tensor is told, they are the same."""

    def __init__(self) -> None:
        self._last: tuple[Tensor, Tensor, Tensor] | None = None

    def __call__(
        self,
        attn: Any,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor,
        attention_mask: Tensor | None = None,
        temb: Tensor | None = None,
        **_: Any,
    ) -> Tensor:
        """Attention of pictures (B, S, D) to prompts (B, T, E), (B, S, D)."""
        key, value = self._keys_and_values(attn, encoder_hidden_states)
        query = _by_heads(attn, attn.to_q(hidden_states))
        seen = functional.scaled_dot_product_attention(query, key, value)
        joined: Tensor = attn.to_out[0](seen.transpose(1, 2).flatten(2))
        return joined

    def _keys_and_values(self, attn: Any, told: Tensor) -> tuple[Tensor, Tensor]:
        last = self._last
        if last is None or last[0] is not told:
            last = (told, _by_heads(attn, attn.to_k(told)), _by_heads(attn, attn.to_v(told)))
            self._last = last
        return last[1], last[2]


def remember_prompts(unet: Any) -> None:
    """Let every plain cross-attention layer of a UNet remember its prompt."""
    for module in unet.modules():
        attention = getattr(module, "attn2", None)
        if attention is not None and _is_plain(attention):
            attention.set_processor(PromptAttention())


def _is_plain(attention: Any) -> bool:
    from diffusers.models.attention_processor import AttnProcessor2_0

    parts = ("spatial_norm", "group_norm", "norm_cross", "norm_q", "norm_k", "added_kv_proj_dim")
    return (
        type(attention.processor) is AttnProcessor2_0
        and not attention.residual_connection
        and attention.rescale_output_factor == 1
        and attention.is_cross_attention
        and not any(getattr(attention, part, None) for part in parts)
    )


def _by_heads(attn: Any, joined: Tensor) -> Tensor:
    """(B, S, H·D) → (B, H, S, D)."""
    return joined.view(*joined.shape[:2], int(attn.heads), -1).transpose(1, 2)
