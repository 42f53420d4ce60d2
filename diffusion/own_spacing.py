"""The spacing that a model was published with: which levels its samplers visit where nobody says otherwise.

diffusers' DDPM goes from each level to the next of the list and ends without noise. Its DDIM goes ⌊N/S⌋
levels down from each, which in a list of another stride is not the next one, and ends where its config
says.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from .schedule import Level, Schedule
from .spacing import End, Spacing, levels_to_visit


@dataclass(frozen=True)
class OwnSpacing:
    """A model's own spacing.

    Attributes:
        spacing: how the steps are spread over the levels.
        offset: added to the indices of the leading spacing.
        end: where walks end.
        ddim_end: where DDIM's walks end.
        strides: whether a DDIM step goes ⌊N/S⌋ levels down, wherever the list goes on.
        noise_at_the_end: whether DDPM with the large variance adds its noise after the last step too, as
            diffusers does.
    """

    spacing: Spacing = "trailing"
    offset: int = 0
    end: End = "lowest level"
    ddim_end: End = "lowest level"
    strides: bool = False
    noise_at_the_end: bool = False


EVENLY = OwnSpacing()


def own_steps(
    schedule: Schedule, steps: int, own: OwnSpacing, is_ddim: bool = False
) -> list[tuple[Level, Level]]:
    """From which level to which each step of a walk goes, noisiest first.

    Raises:
        ValueError: no steps, or more steps than levels.
    """
    end = own.ddim_end if is_ddim else own.end
    levels = levels_to_visit(schedule, steps, own.spacing, end, own.offset)
    if not (is_ddim and own.strides):
        return list(pairwise(levels))
    last, top = levels[-1], len(schedule) - 1
    starts = levels[:-1]
    aims = [round(level.t * top) - len(schedule) // steps for level in starts]
    return [
        (level, schedule.level(aim) if aim >= 0 else last) for level, aim in zip(starts, aims, strict=True)
    ]
