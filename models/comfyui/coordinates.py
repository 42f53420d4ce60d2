"""Where ComfyUI's samplers walk, and where ours do.

ComfyUI's sigma is our schedules' table value, and its x is x/alpha, the signal at full size, except in flows,
where it is our x. What lies in a LATENT is that x, scaled as the VAE wants it.

| its model_sampling             | our family          |
|--------------------------------|---------------------|
| CONST                          | flow                |
| discrete (a table of betas)    | variance preserving |
| continuous in sigma (EDM, …)   | variance exploding  |
"""

from __future__ import annotations

from typing import Any

from ...diffusion.schedule import Family, Level, Schedule


def schedule_of(model_sampling: Any) -> Schedule:
    """The noise levels of ComfyUI's `model_sampling`."""
    import comfy.model_sampling as kinds  # type: ignore[import-not-found]

    sigmas = model_sampling.sigmas.detach().cpu().double()
    # Some tables are clamped at their ends, and repeat themselves there; float32 may pass 1 by a last bit.
    if isinstance(model_sampling, kinds.CONST):
        return Schedule("flow", sigmas.clamp(max=1.0).unique())
    is_table = isinstance(model_sampling, kinds.ModelSamplingDiscrete)
    family: Family = "variance_preserving" if is_table else "variance_exploding"
    return Schedule(family, sigmas.unique())


def core_sigma(own: Schedule, level: Level) -> float:
    """ComfyUI's sigma of a level of any family, for a model whose schedule is `own`."""
    return level.sigma / (level.alpha + level.sigma) if own.family == "flow" else level.ratio


def core_scale(own: Schedule, level: Level) -> float:
    """What our x at a level is multiplied by to be ComfyUI's."""
    return 1.0 if own.family == "flow" else 1 / level.alpha
