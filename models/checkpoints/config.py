"""A component's configuration: every field that sizes a network is what it has to be, before one is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .json_text import brief, named, read_json

MOST = 2**20  # the largest whole number in any known configuration is a vocabulary of 256,384
MOST_LAYERS = 128
MOST_ITEMS = 1024
MOST_LETTERS = 20_000
DEEPEST = 8
_ATTENTIONS = (None, "eager", "sdpa")
_FOREIGN = {
    "auto_map": "its class is code that comes with the model, and none of that is run",
    "quantization_config": "quantised weights are not supported: take them in float32, bfloat16 or float16",
}
_DEPTHS = ("layers_per_block", "transformer_layers_per_block", "num_layers", "num_hidden_layers")


def read_config(path: Path) -> dict[str, Any]:
    """The configuration in a config.json, a scheduler_config.json or a model_index.json.

    Raises:
        ValueError: it is no JSON object, or a field is of a kind, a size or a depth that no model has; the
            text names the file and the field.
    """
    config = read_json(path)
    for name, value in config.items():
        _check(name, value, named(path), 1)
    return config


def depth(config: Mapping[str, Any]) -> int:
    """How many layers a configuration asks for, roughly: what to build it takes grows with it."""
    own = len(config["block_out_channels"]) if isinstance(config.get("block_out_channels"), list) else 1
    for name in _DEPTHS:
        own *= max([1, *_numbers(config.get(name))])
    return own + sum(depth(value) for value in config.values() if isinstance(value, dict))


def _numbers(value: Any) -> list[int]:
    if isinstance(value, list):
        return [number for each in value for number in _numbers(each)]
    return [value] if type(value) is int else []


def _check(name: str, value: Any, where: str, nested: int) -> None:
    field = name.rsplit(".", 1)[-1]
    if field in _FOREIGN and value:
        raise ValueError(f"{where}: {name} is set: {_FOREIGN[field]}")
    if field.endswith("attn_implementation") and value not in _ATTENTIONS:
        raise ValueError(f"{where}: {name} is {brief(value)}: attention is chosen here, and never fetched")
    if nested > DEEPEST:
        raise ValueError(f"{where}: {brief(name)} is nested deeper than any configuration")
    expected = FIELDS.get(field)
    if expected is not None and value is not None and not expected.holds(value):
        raise ValueError(f"{where}: {name} is {brief(value)} and has to be {expected.words}")
    _check_size(name, field, value, where)
    if isinstance(value, dict):
        for key, each in value.items():
            _check(f"{name}.{key}", each, where, nested + 1)
    elif isinstance(value, list):
        for each in value:
            _check(f"{name}.item", each, where, nested + 1)


def _check_size(name: str, field: str, value: Any, where: str) -> None:
    if isinstance(value, dict | list) and len(value) > MOST_ITEMS:
        raise ValueError(f"{where}: {brief(name)} has {len(value):,} items, and no configuration has as many")
    if isinstance(value, str) and len(value) > MOST_LETTERS:
        raise ValueError(f"{where}: {brief(name)} is a text of {len(value):,} letters")
    if type(value) is int and abs(value) > MOST:
        raise ValueError(f"{where}: {brief(name)} is {brief(value)}, and no model goes beyond {MOST:,}")
    if type(value) is int and ("layers" in field or "blocks" in field) and value > MOST_LAYERS:
        raise ValueError(f"{where}: {brief(name)} is {value:,}, and no model has over {MOST_LAYERS} layers")


class _Kind:
    """What a field has to be, and the words for it."""

    def __init__(self, words: str, holds: Callable[[Any], bool]) -> None:
        self.words, self.holds = words, holds


def _count(most: int = MOST) -> _Kind:
    return _Kind(f"a whole number from 1 to {most:,}", lambda value: _is_count(value, most))


def _counts(most: int = MOST) -> _Kind:
    words = f"a whole number from 1 to {most:,}, or a list of such"
    return _Kind(words, lambda value: _is_count(value, most) or _are_counts(value, most))


def _is_count(value: Any, most: int) -> bool:
    return type(value) is int and 1 <= value <= most


def _are_counts(value: Any, most: int) -> bool:
    return (
        isinstance(value, list)
        and 0 < len(value) <= 16
        and all(_is_count(each, most) or _are_counts(each, most) for each in value)
    )


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and 0 < len(value) <= 16 and all(isinstance(each, str) for each in value)


def _is_size(value: Any) -> bool:
    sizes = list(value.values()) if isinstance(value, dict) else [value]
    return bool(sizes) and all(_is_count(each, 2048) for each in sizes)


_NAMES: Mapping[_Kind, str] = {
    _count(): (
        "in_channels out_channels latent_channels hidden_size intermediate_size num_attention_heads "
        "vocab_size max_position_embeddings "
        "projection_dim norm_num_groups num_heads d_model d_kv d_ff text_dim freq_dim "
        "ffn_dim z_dim base_dim dim embedding_dim clip_embeddings_dim time_embed_dim num_channels "
        "relative_attention_num_buckets addition_time_embed_dim projection_class_embeddings_input_dim"
    ),
    _count(MOST_LAYERS): "num_layers num_hidden_layers num_decoder_layers",
    # What these size is computed, not read: tables of frequencies, masks, latents.
    _count(8192): "rope_max_seq_len",
    _count(4096): "num_embeddings additional_embeddings clip_extra_context_tokens",
    _count(2048): "image_size",
    _count(100_000): "num_train_timesteps",
    _counts(MOST_LAYERS): (
        "layers_per_block transformer_layers_per_block reverse_transformer_layers_per_block"
    ),
    _counts(8192): "sample_size patch_size",
    _counts(1024): "attention_head_dim num_attention_heads_per_block",
    _counts(): "cross_attention_dim",
    _Kind("a list of whole numbers from 1 on", lambda value: _are_counts(value, MOST)): (
        "block_out_channels dim_mult"
    ),
    _Kind("a list of names", _are_texts): "down_block_types up_block_types",
    _Kind("a size of at most 2,048", _is_size): "crop_size",
    _Kind("a number", lambda value: type(value) in (int, float)): (
        "scaling_factor shift_factor beta_start beta_end shift flow_shift layer_norm_eps norm_eps eps "
        "dropout "
        "attention_dropout boundary_ratio initializer_factor layer_norm_epsilon logit_scale_init_value"
    ),
    _Kind("true or false", lambda value: isinstance(value, bool)): (
        "center_input_sample flip_sin_to_cos use_linear_projection upcast_attention clip_sample force_upcast "
        "set_alpha_to_one rescale_betas_zero_snr use_dynamic_shifting thresholding expand_timesteps"
    ),
    _Kind("a name", lambda value: isinstance(value, str)): (
        "_class_name _diffusers_version act_fn hidden_act prediction_type beta_schedule timestep_spacing "
        "variance_type model_type mid_block_type algorithm_type solver_type qk_norm time_embedding_type"
    ),
}
FIELDS: Mapping[str, _Kind] = {name: kind for kind, names in _NAMES.items() for name in names.split()}
