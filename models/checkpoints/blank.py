"""Networks without weights: built from a configuration, with nothing allocated and nothing drawn."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from .networks import NETWORKS, TRANSFORMERS

_ELSEWHERE = {  # what diffusers does not give by its name alone
    "UnCLIPTextProjModel": "diffusers.pipelines.deprecated.unclip.text_proj.UnCLIPTextProjModel",
    "StableUnCLIPImageNormalizer": (
        "diffusers.pipelines.stable_diffusion.stable_unclip_image_normalizer.StableUnCLIPImageNormalizer"
    ),
}
_FRESH = (torch.empty, torch.randn, torch.rand, torch.zeros, torch.ones)


def blank(network: Any, config: Mapping[str, Any], where: str) -> nn.Module:
    """The network of a configuration. Its parameters have shapes and no numbers; what is computed from the
    configuration alone, such as a table of frequencies, is there.

    Args:
        network: a class of diffusers or transformers, such as `network_class` gives.
        config: what it is built from, as `config.read_config` gives it.
        where: what errors call the configuration.

    Raises:
        ValueError: no network can be built so.
    """
    try:
        with _FreshOnMeta():
            made: nn.Module = (
                network(network.config_class.from_dict(dict(config)))
                if hasattr(network, "config_class")
                else network.from_config(dict(config))
            )
            return made
    except Exception as error:  # whatever a constructor makes of numbers that do not go together
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise ValueError(f"{where} does not describe a {network.__name__}: {reason[0][:300]}") from error


def network_class(name: str) -> Any:
    """The class of that name.

    Raises:
        ValueError: it is none of `networks.NETWORKS`.
    """
    if name not in NETWORKS:
        raise ValueError(f"there is no network called {name!r} here; known are {', '.join(NETWORKS)}")
    module, _, attribute = _ELSEWHERE.get(name, "").rpartition(".")
    library = "transformers" if name in TRANSFORMERS else "diffusers"
    return getattr(importlib.import_module(module or library), attribute or name)


class _FreshOnMeta(TorchFunctionMode):
    """Tensors that are made to be overwritten have no memory; torch's own means, for the one thread."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        given = kwargs or {}
        if (
            getattr(func, "__module__", "") == nn.init.__name__
        ):  # first numbers, of which there will be others
            return given.get("tensor", args[0] if args else None)
        if func in _FRESH and given.get("device") is None:
            given = {**given, "device": "meta"}
        return func(*args, **given)
