"""Which scheduler of diffusers the samplers' widgets ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .choices import OWN
from .scheduler_walks import Asked

if TYPE_CHECKING:
    from torch import Tensor

    from ..diffusion.field import ScoreModel

_FLOWS = {"euler": ("FlowMatchEulerDiscrete", "shift"), "unipc": ("UniPCMultistep", "flow_shift")}
_WORDS: dict[str, Any] = {"true": True, "false": False, "none": None}


def own_levels(model: ScoreModel, sigmas: Tensor | None) -> tuple[float, ...] | None:
    """The levels in a SIGMAS socket, for a scheduler.

    Raises:
        ValueError: in matched mode, where the model's pipeline takes none.
    """
    if sigmas is None:
        return None
    if model.is_matched and not (model.reference and model.reference.takes_levels):
        raise ValueError(
            "matched mode repeats this model's pipeline, which takes no levels of one's own: disconnect "
            "'sigmas', or use the mode 'optimised'"
        )
    return tuple(float(sigma) for sigma in sigmas)


def pipeline_spacing(spacing: str, sigmas: Tensor | None) -> dict[str, Any]:
    """The option of a scheduler for a spacing, in matched mode; none where the levels are given.

    Raises:
        ValueError: levels that a pipeline does not visit.
    """
    if spacing == OWN or sigmas is not None:
        return {}
    if spacing == "continuous":
        raise ValueError(
            "matched mode visits the levels of the pipeline, which has no spacing 'continuous': choose "
            f"{OWN!r}, or use the mode 'optimised'"
        )
    return {"timestep_spacing": spacing}


def flow_scheduler(model: ScoreModel, steps: int, solver: str, shift: float, sigmas: Tensor | None) -> Asked:
    """The scheduler of a flow's solver.

    Raises:
        ValueError: a solver that no pipeline has, or levels that it does not visit.
    """
    if model.is_matched and model.schedule.family != "flow":
        raise ValueError(
            "this model is no flow, and its pipeline has no such walk: use another sampler, or the mode "
            "'optimised'"
        )
    if solver not in _FLOWS:
        raise ValueError(
            f"matched mode repeats the pipeline, which has no solver {solver!r}: choose {' or '.join(_FLOWS)}"
        )
    name, option = _FLOWS[solver]
    levels = own_levels(model, sigmas)
    # Levels of one's own are where they should be already.
    return Asked(steps, name, {option: shift if levels is None else 1.0}, sigmas=levels)


def scheduler_options(text: str) -> dict[str, Any]:
    """The options in a text, one a line, as name = value.

    Raises:
        ValueError: a line that is no such thing.
    """
    options: dict[str, Any] = {}
    for line in filter(str.strip, text.splitlines()):
        name, equals, value = (part.strip() for part in line.partition("="))
        if not (equals and name.isidentifier() and value):
            raise ValueError(
                f"{line.strip()!r} is no option: write name = value, as use_karras_sigmas = true"
            )
        options[name] = _value(value)
    return options


def _value(text: str) -> Any:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
