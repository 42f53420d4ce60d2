"""A pack for ComfyUI that looks on: keeps values, counts calls of a model, tells what is loaded."""

import gc
import time
from pathlib import Path

import comfy.model_management
import folder_paths
import torch
from aiohttp import web
from comfy.model_base import BaseModel
from safetensors.torch import save_file
from server import PromptServer


def _folder() -> Path:
    return Path(folder_paths.get_output_directory())


class Keep:
    """Writes a LATENT, an IMAGE or a CONDITIONING to the output folder, number for number."""

    RETURN_TYPES = ()
    OUTPUT_NODE = True
    FUNCTION = "keep"
    CATEGORY = "probe"

    @classmethod
    def INPUT_TYPES(cls):
        return {
            "required": {
                "value": ("LATENT,IMAGE,CONDITIONING,SIGMAS", {}),
                "name": ("STRING", {"default": ""}),
            }
        }

    def keep(self, value, name):
        if isinstance(value, dict):
            value = value["samples"]
        found = {"value": value}
        if isinstance(value, list):
            [[states, extras]] = value
            found = {"value": states, **{k: v for k, v in extras.items() if isinstance(v, torch.Tensor)}}
        found = {key: tensor.detach().cpu().float().contiguous().clone() for key, tensor in found.items()}
        save_file(found, _folder() / f"{name}.safetensors")
        return {"ui": {"text": [name]}}


class Counted:
    """The same MODEL, with a line written for each time it is asked."""

    RETURN_TYPES = ("MODEL",)
    FUNCTION = "counted"
    CATEGORY = "probe"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"model": ("MODEL", {}), "name": ("STRING", {"default": ""})}}

    def counted(self, model, name):
        path = _folder() / f"{name}.txt"
        path.write_text("")

        def call(apply_model, given):
            with path.open("a") as lines:
                lines.write(f"{time.time()} {len(given['input'])}\n")
            return apply_model(given["input"], given["timestep"], **given["c"])

        counted = model.clone()
        counted.set_model_unet_function_wrapper(call)
        return (counted,)


@PromptServer.instance.routes.get("/probe/loaded")
async def loaded(_request):
    gc.collect()
    return web.json_response(
        {
            "loaded": len(comfy.model_management.current_loaded_models),
            "alive": sum(isinstance(each, BaseModel) for each in gc.get_objects()),
        }
    )


NODE_CLASS_MAPPINGS = {"ProbeKeep": Keep, "ProbeCounted": Counted}
