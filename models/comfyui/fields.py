"""The fields of a model that ComfyUI has loaded.

They are only named here. What they say is asked inside ComfyUI's own sampling (`inside.py`), which prepares
conditions, hooks and memory for a whole walk; a field that is called on its own gets that for a single look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from torch import Tensor

from ...diffusion.field import Field
from ...diffusion.guidance import GuidedField
from ...diffusion.prediction import Estimate
from ...diffusion.schedule import Level, Schedule

Conditioning = list[list[Any]]


@dataclass(frozen=True, eq=False)
class ToldField:
    """What a MODEL says when told a CONDITIONING.

    Attributes:
        patcher: ComfyUI's MODEL.
        own: its noise levels.
        conditioning: ComfyUI's CONDITIONING, with its areas, masks, hooks and ControlNets.
    """

    patcher: Any
    own: Schedule
    conditioning: Conditioning

    def __call__(self, x: Tensor, level: Level) -> Estimate:
        """The estimate at x, (B, *shape), in our coordinates."""
        from .inside import one_look

        return one_look(self.patcher, self, self.own, x, level)

    def together(self, other: Field, x: Tensor, level: Level) -> tuple[Estimate, Estimate] | None:
        """Both estimates in one batch, where ComfyUI finds that they fit; None for another model's."""
        from .inside import one_look

        if not isinstance(other, ToldField) or other.patcher is not self.patcher:
            return None
        found = one_look(self.patcher, GuidedField(self, other, 2.0), self.own, x, level)
        if found.conditional is None or found.unconditional is None:
            return None
        return found.conditional, found.unconditional


@dataclass(frozen=True, eq=False)
class GuiderField:
    """What a GUIDER says: ComfyUI's own guidance.

    Attributes:
        guider: ComfyUI's GUIDER.
        own: its model's noise levels.
    """

    guider: Any
    own: Schedule

    def __call__(self, x: Tensor, level: Level) -> Estimate:
        """The estimate at x, (B, *shape), in our coordinates."""
        from .inside import one_look

        return one_look(self.guider.model_patcher, self, self.own, x, level)


class UntoldField:
    """What a MODEL says without a CONDITIONING: nothing."""

    def __call__(self, x: Tensor, level: Level) -> Estimate:
        """Refuse.

        Raises:
            ValueError: always.
        """
        raise ValueError(
            "a MODEL of ComfyUI's says nothing before it is told something: connect it to CFG Combine, with "
            "a 'positive' and a 'negative' conditioning; an empty prompt, encoded, is nothing in particular"
        )


def parts_of(field: Any) -> Iterator[ToldField | GuiderField]:
    """The fields of ComfyUI's models that a field is made of, what is asked for before what it is told
    apart from."""
    if isinstance(field, ToldField | GuiderField):
        yield field
    elif is_dataclass(field):
        for each in fields(field):
            yield from parts_of(getattr(field, each.name))


def with_told(field: Any, change: Callable[[ToldField], Field]) -> Any:
    """The same field with others in the places of those that were told something."""
    if isinstance(field, ToldField):
        return change(field)
    if not is_dataclass(field) or isinstance(field, type):
        return field
    old = {each.name: getattr(field, each.name) for each in fields(field) if each.init}
    new = {name: with_told(value, change) for name, value in old.items()}
    changed = {name: value for name, value in new.items() if value is not old[name]}
    return replace(field, **changed) if changed else field
