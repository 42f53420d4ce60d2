"""diffusers' schedulers by name, each made anew for every walk: they change while they walk."""

from __future__ import annotations

import difflib
import inspect
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ...diffusion.field import ScoreModel
from ...diffusion.schedule import Schedule

Scheduler = Any  # of diffusers, whose classes share no type that says what they can do
OWN = "model's own"
# By what the models' noise is like: a flow's schedulers are told sigma, the others the place in the table.
DIFFUSIONS = (
    "DDIM",
    "DDPM",
    "DEISMultistep",
    "DPMSolverMultistep",
    "DPMSolverSDE",
    "DPMSolverSinglestep",
    "EulerAncestralDiscrete",
    "EulerDiscrete",
    "HeunDiscrete",
    "KDPM2AncestralDiscrete",
    "KDPM2Discrete",
    "LCM",
    "LMSDiscrete",
    "PNDM",
    "SASolver",
    "TCD",
    "UniPCMultistep",
)
FLOWS = (
    "DEISMultistep",
    "DPMSolverMultistep",
    "DPMSolverSinglestep",
    "FlowMatchEulerDiscrete",
    "FlowMatchHeunDiscrete",
    "FlowMatchLCM",
    "SASolver",
    "UniPCMultistep",
)


def fresh(config: Mapping[str, Any], name: str = OWN, **changes: Any) -> Scheduler:
    """A scheduler of a model's config, under another name and with changes if wanted.

    Args:
        config: the config of the model's own scheduler.
        name: one of the lists above, a class of diffusers, or the model's own.
        changes: options of the scheduler that are not as in the config.

    Raises:
        ValueError: a scheduler that is none or does not walk such a model, or an option that it does not
            have; the text says which there are.
    """
    kind = _class(_full(name, config))
    options = inspect.signature(kind.__init__).parameters
    for option in changes:
        if option not in options:
            known = ", ".join(each for each in options if each != "self")
            raise ValueError(f"{kind.__name__} has no option {option!r}: it has {known}")
    if is_flow(config):
        changes = {**_as_a_flow(config, options), **changes}
    try:
        return kind.from_config(config, **changes)
    except ImportError as error:
        raise ValueError(f"{kind.__name__} needs a library that is not installed: {error}") from None
    except NotImplementedError as error:
        raise ValueError(f"{kind.__name__} cannot be made of this model's config: {error}") from None


def without_noise(config: Mapping[str, Any]) -> Scheduler:
    """diffusers' DDPM, of whose step nothing but the variance term is left out."""
    return _quiet().from_config(config)


def own_config(folder: Path) -> Mapping[str, Any]:
    """The config of the scheduler in a folder, as its pipeline reads it.

    Raises:
        ValueError: there is none, or it is of a class that diffusers does not have.
    """
    path = folder / "scheduler_config.json"
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read as a scheduler's config: {error}") from None
    if not isinstance(read, dict) or "_class_name" not in read:
        raise ValueError(f"{path} does not say which scheduler it is the config of")
    kind = _class(str(read["_class_name"]))
    config: Mapping[str, Any] = kind.from_pretrained(folder, local_files_only=True).config
    return config


def unshifted(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """A scheduler's config without the shift of a flow: for levels that are where they should be already."""
    return {**config, "shift": 1.0, "flow_shift": 1.0} if is_flow(config) else config


def is_flow(config: Mapping[str, Any]) -> bool:
    """Whether a scheduler's config is that of a flow."""
    is_named_so = str(config["_class_name"]).startswith("FlowMatch")
    return is_named_so or bool(config.get("prediction_type") == "flow_prediction")


def config_of(model: ScoreModel) -> Mapping[str, Any]:
    """The config of a model's own scheduler; of a model without one, what its schedule and spacing say."""
    if model.reference is not None:
        return model.reference.scheduler
    if model.schedule.family == "flow":
        return {"_class_name": "FlowMatchEulerDiscreteScheduler"}
    spacing = "linspace" if model.spacing.spacing == "continuous" else model.spacing.spacing
    return {
        "_class_name": "DDIMScheduler",
        "num_train_timesteps": len(model.schedule),
        "trained_betas": betas(model.schedule),
        "clip_sample": False,
        "timestep_spacing": spacing,
        "steps_offset": model.spacing.offset,
    }


def betas(schedule: Schedule) -> list[float]:
    """The β of each level of a diffusion's schedule: ᾱ = 1/(1 + r²) = Π(1 − β)."""
    alphas_cumprod = 1 / (1 + schedule.table**2)
    before = torch.cat([torch.ones(1, dtype=alphas_cumprod.dtype), alphas_cumprod[:-1]])
    betas: list[float] = (1 - alphas_cumprod / before).tolist()
    return betas


def _as_a_flow(config: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """What another scheduler must be told to walk a model's flow: the solvers that were made for diffusion
    know a flow's shift by another name."""
    shift = config.get("shift", config.get("flow_shift", 1.0))
    told = {
        "use_flow_sigmas": True,
        "prediction_type": "flow_prediction",
        "shift": shift,
        "flow_shift": shift,
    }
    return {name: value for name, value in told.items() if name in options}


def _full(name: str, config: Mapping[str, Any]) -> str:
    if name == OWN:
        return str(config["_class_name"])
    short = name.removesuffix("Scheduler")
    fitting = FLOWS if is_flow(config) else DIFFUSIONS
    if short not in fitting:
        kind = "flow" if is_flow(config) else "diffusion model"
        close = difflib.get_close_matches(short, fitting, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise ValueError(f"{name!r} does not walk a {kind}.{hint} These do: {OWN}, {', '.join(fitting)}")
    return f"{short}Scheduler"


def _class(name: str) -> Any:
    import diffusers

    found = getattr(diffusers, name, None)
    if not (isinstance(found, type) and hasattr(found, "from_config") and name.endswith("Scheduler")):
        raise ValueError(f"diffusers has no scheduler called {name!r}, which the model's config asks for")
    return found


@cache
def _quiet() -> Any:
    from diffusers import DDPMScheduler

    class DDPMWithoutNoise(DDPMScheduler):
        """DDPM that draws its noise and multiplies it by nothing."""

        def _get_variance(self, *_: Any, **__: Any) -> Tensor:
            return torch.zeros(())

    return DDPMWithoutNoise
