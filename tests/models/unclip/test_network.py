"""The networks of unCLIP as a sampler asks them, step after step."""

from __future__ import annotations

import sys
from typing import Any

import pytest
import torch

from .pipelines import stage

STAGES = (
    "tiny-karlo/prior",
    "tiny-karlo/decoder",
    "tiny-karlo/super-resolution",
    "tiny-stable-unclip/decoder",
)


@pytest.mark.parametrize("name", STAGES)
def test_we_look_once_where_a_network_computes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network of diffusers goes through its weights to say its type; what it asks itself is its own."""
    from diffusers.models.modeling_utils import ModelMixin

    model, _, _ = stage(name, "float32")
    x = torch.randn(1, *model.shape, generator=torch.Generator().manual_seed(0))
    model.field(x, model.schedule.at(0.8))
    asking: list[str] = []

    def watched(own: Any) -> property:
        def get(network: Any) -> Any:
            asking.append(sys._getframe(1).f_globals["__name__"])
            return own.fget(network)

        return property(get)

    for what in ("device", "dtype"):
        monkeypatch.setattr(ModelMixin, what, watched(getattr(ModelMixin, what)))
    for t in (0.6, 0.4):
        model.field(x, model.schedule.at(t))
    assert not [each for each in asking if each.startswith("scorefield")]
