"""The schedule a person names by its family, for models of the plane."""

from __future__ import annotations

from ...diffusion.schedule import Schedule, cosine_betas, flow, log_linear


def schedule_of(family: str, levels: int, sigma_min: float, sigma_max: float) -> Schedule:
    """Log-linear for variance exploding, cosine for variance preserving, straight for a flow.

    Args:
        family: "variance exploding", "variance preserving" or "flow".
        levels: how many, ≥ 2.
        sigma_min: noise at t = 0, only for variance exploding.
        sigma_max: noise at t = 1, only for variance exploding.

    Raises:
        ValueError: an unknown family, or levels or sigmas that make no schedule.
    """
    if family == "variance exploding":
        return log_linear(levels, sigma_min, sigma_max)
    if family == "variance preserving":
        return cosine_betas(levels)
    if family == "flow":
        return flow(levels)
    raise ValueError(
        f"unknown schedule family {family!r}: choose variance exploding, variance preserving or flow"
    )
