"""Networks without weights: built from a configuration, with nothing allocated and nothing drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from .networks import DIFFUSERS, NETWORKS, TRANSFORMERS

_FRESH = (torch.empty, torch.randn, torch.rand, torch.zeros, torch.ones)


def blank(class_name: str, config: Mapping[str, Any], where: str) -> nn.Module:
    """The network of a configuration. Its parameters have shapes and no numbers; what is computed from the
    configuration alone, such as a table of frequencies, is there.

    Args:
        class_name: one of `NETWORKS`.
        config: checked by `config.check_config`.
        where: what errors call the configuration.

    Raises:
        ValueError: no such class is known, or no network of it can be built so.
    """
    build = _builder(class_name)
    try:
        with _without_numbers():
            return build(config)
    except Exception as error:  # whatever a constructor makes of numbers that do not go together
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise ValueError(f"{where} does not describe a {class_name}: {reason[0][:300]}") from error


def _builder(class_name: str) -> Callable[[Mapping[str, Any]], nn.Module]:
    if class_name in TRANSFORMERS:
        import transformers

        network: Any = getattr(transformers, class_name)
        return lambda config: network(network.config_class.from_dict(dict(config)))
    if class_name in DIFFUSERS:
        network = _of_diffusers(class_name)
        return lambda config: network.from_config(dict(config))
    raise ValueError(f"there is no network called {class_name!r} here; known are {', '.join(NETWORKS)}")


def _of_diffusers(class_name: str) -> Any:
    import diffusers

    if class_name == "UnCLIPTextProjModel":
        from diffusers.pipelines.deprecated.unclip.text_proj import UnCLIPTextProjModel

        return UnCLIPTextProjModel
    if class_name == "StableUnCLIPImageNormalizer":
        from diffusers.pipelines.stable_diffusion.stable_unclip_image_normalizer import (
            StableUnCLIPImageNormalizer,
        )

        return StableUnCLIPImageNormalizer
    return getattr(diffusers, class_name)


@contextmanager
def _without_numbers() -> Iterator[None]:
    with torch.random.fork_rng(devices=[]), _FreshOnMeta():
        yield


class _FreshOnMeta(TorchFunctionMode):
    """Tensors that are made to be overwritten have no memory; torch's own means, for the one thread."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        given = kwargs or {}
        if func in _FRESH and given.get("device") is None:
            given = {**given, "device": "meta"}
        return func(*args, **given)
