"""A stand-in for the parts of ComfyUI that a walk of its models touches, as small as they can be.

Its one model has data in one place for each condition: told c it says x̂0 = c + x/10 at every level, in
ComfyUI's coordinates, so that every walk can be written down.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

LATENT_SCALE = 0.5  # the model's latents are half the size of the VAE's
FLOW_SIGMAS = torch.arange(1, 101) / 100
DIFFUSION_SIGMAS = torch.linspace(-3.5, 2.6, 100).exp()


class Interrupted(Exception):  # noqa: N818 - not an error
    """What ComfyUI raises when a person presses stop."""


class Exploding:
    """Samples that grow with the noise."""

    sigmas = DIFFUSION_SIGMAS

    def noise_scaling(self, sigma: Tensor, noise: Tensor, latent: Tensor, most: bool) -> Tensor:
        return noise * (torch.sqrt(1 + sigma**2) if most else sigma) + latent

    def inverse_noise_scaling(self, sigma: Tensor, latent: Tensor) -> Tensor:
        return latent


class ModelSamplingDiscrete(Exploding):
    """Noise in a table."""


class ModelSamplingContinuousEDM(Exploding):
    """Noise of any size."""


class CONST(Exploding):
    """A flow."""

    sigmas = FLOW_SIGMAS

    def noise_scaling(self, sigma: Tensor, noise: Tensor, latent: Tensor, most: bool) -> Tensor:
        return sigma * noise + (1 - sigma) * latent

    def inverse_noise_scaling(self, sigma: Tensor, latent: Tensor) -> Tensor:
        return latent / (1 - sigma)


class Patcher:
    """A MODEL."""

    load_device = torch.device("cpu")

    def __init__(self, sampling: Any) -> None:
        self.model_options: dict[str, Any] = {}
        space = SimpleNamespace(
            latent_channels=4,
            latent_dimensions=2,
            process_in=lambda latent: latent * LATENT_SCALE,
            process_out=lambda latent: latent / LATENT_SCALE,
        )
        self._objects = {"model_sampling": sampling, "latent_format": space}

    def get_model_object(self, name: str) -> Any:
        return self._objects[name]


def told(value: float) -> list[list[Any]]:
    """A CONDITIONING."""
    return [[torch.tensor(value), {}]]


class Comfy:
    """What was done with the stand-in.

    Attributes:
        asked: for each call of the model, which conditions were asked.
        events: "ready" and "given back" around what else happened.
        previews: the steps that were shown.
        stop_after: how many steps until somebody presses stop.
    """

    def __init__(self) -> None:
        self.asked: list[list[float | None]] = []
        self.events: list[str] = []
        self.previews: list[int] = []
        self.stop_after = 10**9
        self.guided_by_core: list[float] = []

    def calc_cond_batch(
        self, model: Any, conds: list[Any], x: Tensor, timestep: Tensor, options: Any
    ) -> list[Tensor]:
        assert timestep.shape == (len(x),)
        values = [None if cond is None else float(cond[0]["cross_attn"]) for cond in conds]
        self.asked.append(values)
        return [torch.zeros_like(x) if value is None else value + x / 10 for value in values]

    def sampling_function(
        self, model: Any, x: Tensor, timestep: Tensor, uncond: Any, cond: Any, scale: float, **more: Any
    ) -> Tensor:
        self.guided_by_core.append(scale)
        found = self.calc_cond_batch(model, [cond, uncond], x, timestep, {})
        return found[1] + (found[0] - found[1]) * scale

    def throw_exception_if_processing_interrupted(self) -> None:
        if len(self.previews) >= self.stop_after:
            raise Interrupted

    def guider(self) -> type:
        """CFGGuider."""
        comfy = self

        class CFGGuider:
            def __init__(self, patcher: Patcher) -> None:
                self.model_patcher, self.model_options, self.cfg = patcher, patcher.model_options, 1.0
                self.original_conds: dict[str, Any] = {}

            def inner_set_conds(self, conds: dict[str, Any]) -> None:
                for role, cond in conds.items():
                    self.original_conds[role] = [{"cross_attn": each[0], **each[1]} for each in cond]

            def __call__(self, x: Tensor, sigma: Tensor, model_options: Any, seed: int | None) -> Tensor:
                return self.predict_noise(x, sigma, model_options, seed)

            def predict_noise(self, x: Tensor, timestep: Tensor, model_options: Any, seed: Any) -> Tensor:
                conds = [self.conds.get("positive"), self.conds.get("negative")]
                found = comfy.calc_cond_batch(self.inner_model, conds, x, timestep, model_options)
                return found[1] + (found[0] - found[1]) * self.cfg

            def sample(
                self, noise: Tensor, latent: Tensor, sampler: Any, sigmas: Tensor, denoise_mask: Any = None,
                callback: Any = None, disable_pbar: bool = False, seed: int | None = None,
            ) -> Tensor:  # fmt: skip
                space = self.model_patcher.get_model_object("latent_format")
                sampling = self.model_patcher.get_model_object("model_sampling")
                self.inner_model, self.conds = SimpleNamespace(model_sampling=sampling), self.original_conds
                comfy.events.append("ready")
                try:
                    found = sampler.sample(
                        self,
                        sigmas,
                        {"model_options": self.model_options, "seed": seed},
                        callback,
                        noise,
                        space.process_in(latent),
                        denoise_mask,
                    )
                finally:
                    comfy.events.append("given back")
                return space.process_out(found)

        return CFGGuider


class Masked:
    """The model as ComfyUI gives it to a sampler function."""

    def __init__(self, guider: Any, noise: Tensor, latent: Tensor) -> None:
        self.inner_model, self.noise, self.latent = guider, noise, latent

    def __call__(
        self, x: Tensor, sigma: Tensor, denoise_mask: Tensor | None, model_options: Any, seed: int | None
    ) -> Tensor:
        if denoise_mask is None:
            return self.inner_model(x, sigma, model_options, seed)
        kept = 1 - denoise_mask
        noised = self.latent + self.noise * sigma.view(-1, 1, 1, 1)
        found = self.inner_model(x * denoise_mask + noised * kept, sigma, model_options, seed)
        return found * denoise_mask + self.latent * kept


class KSAMPLER:
    """A SAMPLER over a sampler function."""

    def __init__(self, sampler_function: Callable[..., Tensor]) -> None:
        self.sampler_function = sampler_function

    def sample(
        self, guider: Any, sigmas: Tensor, extra_args: Any, callback: Any, noise: Tensor, latent: Tensor,
        denoise_mask: Tensor | None = None,
    ) -> Tensor:  # fmt: skip
        sampling = guider.inner_model.model_sampling
        most = bool(sigmas[0] >= sampling.sigmas[-1] * (1 - 1e-5))
        x = sampling.noise_scaling(sigmas[0], noise, latent, most)
        more = {**extra_args, "denoise_mask": denoise_mask}
        found = self.sampler_function(
            Masked(guider, noise, latent), x, sigmas, extra_args=more, callback=callback, disable=True
        )
        return sampling.inverse_noise_scaling(sigmas[-1], found)


def install(monkeypatch: pytest.MonkeyPatch) -> Comfy:
    """Put the stand-in where the modules of ComfyUI are."""
    comfy = Comfy()

    def prepare_callback(patcher: Any, steps: int) -> Callable[..., None]:
        return lambda step, x0, x, total: comfy.previews.append(step)

    members: dict[str, dict[str, Any]] = {
        "comfy": {},
        "comfy.samplers": {
            "CFGGuider": comfy.guider(),
            "KSAMPLER": KSAMPLER,
            "calc_cond_batch": comfy.calc_cond_batch,
            "sampling_function": comfy.sampling_function,
        },
        "comfy.model_sampling": {"CONST": CONST, "ModelSamplingDiscrete": ModelSamplingDiscrete},
        "comfy.model_management": {
            "throw_exception_if_processing_interrupted": comfy.throw_exception_if_processing_interrupted
        },
        "comfy.sample": {"fix_empty_latent_channels": lambda patcher, samples: samples},
        "latent_preview": {"prepare_callback": prepare_callback},
    }
    for name, values in members.items():
        module = ModuleType(name)
        vars(module).update(values)
        monkeypatch.setitem(sys.modules, name, module)
        if "." in name:
            monkeypatch.setattr(sys.modules["comfy"], name.split(".")[1], module, raising=False)
    # A class of ours inherits from a class of ComfyUI's: of this stand-in, not of the last.
    monkeypatch.delitem(sys.modules, "scorefield.models.comfyui.guider", raising=False)
    return comfy
