"""The names that Stable Diffusion's tensors bear in a single file, made of those that diffusers gives."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "time_emb_proj": "emb_layers.1",
    "conv_shortcut": "skip_connection",
}
ENDS = {
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
    "conv_in": "input_blocks.0.0",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
}


def unet(tensors: Mapping[str, Tensor], blocks: int, layers: int) -> dict[str, Tensor]:
    """A UNet's: input blocks and output blocks are counted through, what is sampled between them with."""
    places = {f"{new}.": f"{old}." for new, old in ENDS.items()}
    for block in range(blocks):
        for layer in range(layers):
            at = 1 + block * (layers + 1) + layer
            places[f"down_blocks.{block}.resnets.{layer}."] = f"input_blocks.{at}.0."
            places[f"down_blocks.{block}.attentions.{layer}."] = f"input_blocks.{at}.1."
        places[f"down_blocks.{block}.downsamplers.0.conv."] = (
            f"input_blocks.{(block + 1) * (layers + 1)}.0.op."
        )
        for layer in range(layers + 1):
            at = block * (layers + 1) + layer
            places[f"up_blocks.{block}.resnets.{layer}."] = f"output_blocks.{at}.0."
            places[f"up_blocks.{block}.attentions.{layer}."] = f"output_blocks.{at}.1."
        at = block * (layers + 1) + layers
        attended = any(name.startswith(f"up_blocks.{block}.attentions.") for name in tensors)
        places[f"up_blocks.{block}.upsamplers.0."] = f"output_blocks.{at}.{2 if attended else 1}."
    for place, name in enumerate(("resnets.0", "attentions.0", "resnets.1")):
        places[f"mid_block.{name}."] = f"middle_block.{place}."
    return {f"model.diffusion_model.{_unet_name(name, places)}": tensor for name, tensor in tensors.items()}


def _unet_name(name: str, places: Mapping[str, str]) -> str:
    new = next(new for new in places if name.startswith(new))
    rest = name.removeprefix(new)
    if ".resnets." in name:
        first, _, last = rest.partition(".")
        rest = f"{RESNET[first]}.{last}"
    return places[new] + rest


def vae(tensors: Mapping[str, Tensor], blocks: int) -> dict[str, Tensor]:
    """An autoencoder's: the decoder's blocks are counted backwards, attention is a convolution."""
    found = {}
    for name, tensor in tensors.items():
        changed = name.replace("conv_norm_out", "norm_out").replace("conv_shortcut", "nin_shortcut")
        changed = changed.replace("downsamplers.0", "downsample").replace("upsamplers.0", "upsample")
        for block in range(blocks):
            changed = changed.replace(f"down_blocks.{block}.resnets.", f"down.{block}.block.")
            changed = changed.replace(f"down_blocks.{block}.", f"down.{block}.")
            changed = changed.replace(f"up_blocks.{block}.resnets.", f"up.{blocks - 1 - block}.block.")
            changed = changed.replace(f"up_blocks.{block}.", f"up.{blocks - 1 - block}.")
        if "mid_block.attentions.0" in changed:
            for new, old in {
                "group_norm": "norm",
                "to_q": "q",
                "to_k": "k",
                "to_v": "v",
                "to_out.0": "proj_out",
            }.items():
                changed = changed.replace(f".{new}.", f".{old}.")
            tensor = tensor[:, :, None, None] if tensor.ndim == 2 else tensor
        changed = changed.replace("mid_block.attentions.0", "mid.attn_1")
        for resnet in (0, 1):
            changed = changed.replace(f"mid_block.resnets.{resnet}", f"mid.block_{resnet + 1}")
        found[f"first_stage_model.{changed}"] = tensor
    return found


def text(tensors: Mapping[str, Tensor], prefix: str = "cond_stage_model.transformer.") -> dict[str, Tensor]:
    """CLIP's text encoder as OpenAI's was kept: as transformers had it."""
    return {f"{prefix}text_model.{name.removeprefix('text_model.')}": each for name, each in tensors.items()}


OPEN = {
    "embeddings.position_embedding.weight": "positional_embedding",
    "embeddings.token_embedding.weight": "token_embedding.weight",
    "final_layer_norm.": "ln_final.",
    "encoder.layers.": "transformer.resblocks.",
    "layer_norm1": "ln_1",
    "layer_norm2": "ln_2",
    "mlp.fc1": "mlp.c_fc",
    "mlp.fc2": "mlp.c_proj",
    "self_attn.out_proj": "attn.out_proj",
}


def open_text(tensors: Mapping[str, Tensor], prefix: str = "cond_stage_model.model.") -> dict[str, Tensor]:
    """OpenCLIP's: queries, keys and values are one matrix, and the projection is turned."""
    import torch

    found = {}
    for name, tensor in tensors.items():
        name = name.removeprefix("text_model.")
        if name == "text_projection.weight":
            found[f"{prefix}text_projection"] = tensor.T.contiguous()
            continue
        if ".k_proj." in name or ".v_proj." in name:
            continue
        if ".q_proj." in name:
            whole = [
                tensors[key]
                for each in "qkv"
                for key in tensors
                if key.endswith(name.replace("q_proj", f"{each}_proj"))
            ]
            tensor = torch.cat(whole)
            name = name.replace("self_attn.q_proj.", "attn.in_proj_")
        for new, old in OPEN.items():
            name = name.replace(new, old)
        found[prefix + name] = tensor
    return found
