"""WAN's transformers as one network over videos, and what it is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import Tensor

from ...diffusion.schedule import Level
from ..network_field import NetworkField, Told
from ..prompts import of_another_encoder

if TYPE_CHECKING:
    from .text import WanText

PROMPT = "encoder_hidden_states"
TRAINED_TIMES = 1000


@dataclass(frozen=True, eq=False)
class WanNetwork:
    """The transformers of a WAN, asked as diffusers' pipeline asks them.

    Attributes:
        transformer: the only one, or the one at high noise.
        late: the one at low noise (WAN 2.2), or None.
        boundary: of t/1000 below which the late one answers.
        dtype: in which they compute.
    """

    transformer: Any
    late: Any | None = None
    boundary: float = 0.0
    dtype: torch.dtype = torch.float32

    def timestep(self, level: Level) -> float:
        """The level's noise fraction in thousandths."""
        return TRAINED_TIMES * level.sigma

    def at(self, timestep: float | Tensor) -> Any:
        """The transformer that answers at that time."""
        is_late = self.late is not None and timestep < self.boundary * TRAINED_TIMES
        return self.late if is_late else self.transformer

    def __call__(self, x: Tensor, timestep: float | Tensor, told: Told) -> Tensor:
        """The velocity (B, C, T, H, W) at x, in the network's dtype."""
        times = torch.as_tensor(timestep, device=x.device).expand(len(x))
        given = {"hidden_states": x.to(self.dtype), "timestep": times, PROMPT: told[PROMPT]}
        return cast(Tensor, self.at(timestep)(**given, return_dict=False)[0])


@dataclass(frozen=True, eq=False)
class Prompts:
    """What makes the field of a conditioning: `ScoreModel.condition` of a WAN.

    Attributes:
        network: what is told.
        width: of the text encoder's states that it understands.
        device: where it computes.
    """

    network: WanNetwork
    width: int
    device: str

    def __call__(self, conditioning: list[list[Any]]) -> NetworkField:
        """The field of what is in it.

        Raises:
            ValueError: a conditioning of another model.
        """
        states = conditioning[0][0] if conditioning else None
        if not isinstance(states, Tensor) or states.ndim != 3 or states.shape[-1] != self.width:
            raise of_another_encoder()
        return NetworkField(self.network, "flow", {PROMPT: states.to(self.device, self.network.dtype)})


class NoPrompt(Mapping[str, Tensor]):
    """What a model is told where nothing is asked for: the empty prompt, encoded when it is first needed."""

    def __init__(self, text: WanText, prompts: Prompts) -> None:
        self._text = text
        self._prompts = prompts

    @cached_property
    def _states(self) -> Tensor:
        conditioning = self._text.encode_from_tokens_scheduled(self._text.tokenize(""))
        return self._prompts(conditioning).told[PROMPT]

    def __getitem__(self, name: str) -> Tensor:
        if name != PROMPT:
            raise KeyError(name)
        return self._states

    def __iter__(self) -> Iterator[str]:
        return iter((PROMPT,))

    def __len__(self) -> int:
        return 1
