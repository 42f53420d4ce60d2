"""ComfyUI as the host of a model's walks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from ...diffusion.field import Field
from ...diffusion.hosting import HostedStart, Walk
from ...diffusion.sampling import Recorder
from ...diffusion.schedule import Level, Schedule
from .asked import AskedField
from .coordinates import core_scale
from .inside import inside

FITTING = ("downscale_ratio_spacial", "downscale_ratio_temporal")  # ComfyUI's own spelling


@dataclass(frozen=True, eq=False)
class ComfyHost:
    """A `Host`: ComfyUI, with one of its models.

    Attributes:
        patcher: ComfyUI's MODEL.
        own: its noise levels.
    """

    patcher: Any
    own: Schedule

    def fitted(self, samples: Tensor, more: Mapping[str, Any]) -> Tensor:
        """Empty latents in the model's channels, as ComfyUI makes them fit before it samples."""
        from comfy.sample import fix_empty_latent_channels  # type: ignore[import-not-found]

        if getattr(samples, "is_nested", False):
            raise ValueError("latents of several kinds at once (picture and sound) cannot be walked here")
        # Older versions do not know how to shrink, and have no latents that say by how much.
        ratios = [more.get(name) for name in FITTING] if any(name in more for name in FITTING) else []
        fitted: Tensor = fix_empty_latent_channels(self.patcher, samples, *ratios)
        return fitted

    def noised(self, samples: Tensor, noise: Tensor, level: Level) -> Tensor:
        """Latents with noise on them, as ComfyUI hands on those of an unfinished walk."""
        if level.alpha == 0:
            raise ValueError("where there is no signal left there is nothing to hand on: choose a lower t")
        return samples + level.sigma / level.alpha * noise

    def walk(
        self,
        field: Field,
        levels: Sequence[Level],
        start: HostedStart,
        walk: Walk,
        begin: Callable[[Tensor], Recorder],
    ) -> tuple[Tensor, Recorder]:
        """Walk inside ComfyUI's sampling, with its previews and its way to stop."""
        import comfy.model_management  # type: ignore[import-not-found]
        from latent_preview import prepare_callback  # type: ignore[import-not-found]

        total = len(levels) - 1
        shown = prepare_callback(self.patcher, total)
        kept: list[Recorder] = []

        def body(asked: AskedField, x: Tensor) -> Tensor:
            x = x / core_scale(self.own, levels[0])
            kept.append(begin(x))
            for done, state in enumerate(walk(asked, x)):
                kept[0].add(state)
                shown(done, state.estimate.x0, state.x, total)
                comfy.model_management.throw_exception_if_processing_interrupted()
                x = state.x
            return x * core_scale(self.own, levels[-1])

        samples = inside(self.patcher, field, self.own, levels, start, body)
        return samples.cpu().float(), kept[0]
