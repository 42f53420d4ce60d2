"""A component's configuration: every field that sizes a network is what it has to be, before one is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .json_text import brief, named, read_json

MOST = 2**20  # the largest whole number in any known configuration is a vocabulary of 256,384
MOST_LAYERS = 512
MOST_ITEMS = 1024
MOST_LETTERS = 20_000
DEEPEST = 8
_ATTENTIONS = (None, "eager", "sdpa")
_FOREIGN_CODE = {
    "auto_map": "its class is code that comes with the model, and none of that is run",
    "quantization_config": "quantised weights are not supported: take the model in float32, bfloat16 or float16",
}

Check = Callable[[Any], bool]


def read_config(path: Path) -> dict[str, Any]:
    """The configuration in a config.json, a scheduler_config.json or a model_index.json.

    Raises:
        ValueError: it is no JSON object, or a field is of a kind, a size or a depth that no model has; the text
            names the file and the field.
    """
    config = read_json(path)
    check_config(config, named(path))
    return config


def check_config(config: Mapping[str, Any], where: str) -> None:
    """Refuse a configuration that no model has.

    Raises:
        ValueError: as above; `where` is what the text calls the file.
    """
    for name, value in config.items():
        _check(name, value, where, 1)


def _check(name: str, value: Any, where: str, depth: int) -> None:
    field = name.rsplit(".", 1)[-1]
    if field in _FOREIGN_CODE and value:
        raise ValueError(f"{where}: {brief(name)} is set: {_FOREIGN_CODE[field]}")
    if field.endswith("attn_implementation") and value not in _ATTENTIONS:
        raise ValueError(f"{where}: {name} is {brief(value)}: attention is chosen by us, and never fetched")
    if depth > DEEPEST:
        raise ValueError(f"{where}: {brief(name)} is nested deeper than any configuration")
    expected = FIELDS.get(field)
    if expected is not None and value is not None and not expected[0](value):
        raise ValueError(f"{where}: {name} is {brief(value)} and has to be {expected[1]}")
    if isinstance(value, dict):
        _check_length(name, value, where)
        for key, each in value.items():
            _check(f"{name}.{key}", each, where, depth + 1)
    elif isinstance(value, list):
        _check_length(name, value, where)
        for each in value:
            _check(name, each, where, depth + 1) if isinstance(each, list | dict) else _check_plain(
                name, each, where
            )
    else:
        _check_plain(name, value, where)


def _check_length(name: str, value: Any, where: str) -> None:
    if len(value) > MOST_ITEMS:
        raise ValueError(f"{where}: {brief(name)} has {len(value):,} items, and no configuration has")


def _check_plain(name: str, value: Any, where: str) -> None:
    field = name.rsplit(".", 1)[-1]
    if isinstance(value, str) and len(value) > MOST_LETTERS:
        raise ValueError(f"{where}: {brief(name)} is a text of {len(value):,} letters")
    if type(value) is int and abs(value) > MOST:
        raise ValueError(f"{where}: {brief(name)} is {brief(value)}, and no model has more than {MOST:,}")
    if type(value) is int and ("layers" in field or "blocks" in field) and value > MOST_LAYERS:
        raise ValueError(
            f"{where}: {brief(name)} is {value:,}, and no model has more than {MOST_LAYERS} layers"
        )


def _is_count(value: Any) -> bool:
    return type(value) is int and 1 <= value <= MOST


def _are_counts(value: Any) -> bool:
    return isinstance(value, list) and 0 < len(value) <= 16 and all(map(_is_count_or_counts, value))


def _is_count_or_counts(value: Any) -> bool:
    return _is_count(value) or _are_counts(value)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and 0 < len(value) <= 16 and all(isinstance(each, str) for each in value)


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


_NAMES: Mapping[tuple[Check, str], str] = {
    (_is_count, f"a whole number from 1 to {MOST:,}"): (
        "in_channels out_channels latent_channels hidden_size intermediate_size num_hidden_layers "
        "num_attention_heads vocab_size max_position_embeddings projection_dim norm_num_groups num_layers num_heads "
        "d_model d_kv d_ff text_dim freq_dim ffn_dim z_dim base_dim dim embedding_dim num_embeddings "
        "num_train_timesteps image_size clip_embeddings_dim time_embed_dim additional_embeddings "
        "num_decoder_layers relative_attention_num_buckets addition_time_embed_dim num_channels rope_max_seq_len "
        "cross_attention_hidden_dim clip_extra_context_tokens projection_class_embeddings_input_dim"
    ),
    (_is_count_or_counts, f"a whole number from 1 to {MOST:,}, or a list of such"): (
        "sample_size cross_attention_dim layers_per_block attention_head_dim patch_size transformer_layers_per_block "
        "reverse_transformer_layers_per_block"
    ),
    (_are_counts, "a list of whole numbers from 1 on"): "block_out_channels dim_mult",
    (_are_texts, "a list of names"): "down_block_types up_block_types",
    (_is_number, "a number"): (
        "scaling_factor beta_start beta_end shift flow_shift layer_norm_eps norm_eps eps dropout attention_dropout "
        "boundary_ratio shift_factor initializer_factor layer_norm_epsilon logit_scale_init_value"
    ),
    (_is_flag, "true or false"): (
        "center_input_sample flip_sin_to_cos use_linear_projection upcast_attention clip_sample set_alpha_to_one "
        "rescale_betas_zero_snr use_dynamic_shifting force_upcast thresholding tie_word_embeddings expand_timesteps"
    ),
    (_is_text, "a name"): (
        "_class_name _diffusers_version act_fn hidden_act prediction_type beta_schedule timestep_spacing "
        "variance_type model_type mid_block_type algorithm_type solver_type qk_norm time_embedding_type"
    ),
}
FIELDS: Mapping[str, tuple[Check, str]] = {
    name: expected for expected, names in _NAMES.items() for name in names.split()
}
