"""Our samplers for ComfyUI's own sampling nodes."""

from typing import TYPE_CHECKING, Annotated, Any

from ..graph.declare import Choice, Float, Out, node
from .choices import SAMPLER_RULES

if TYPE_CHECKING:
    from ..models.comfyui.sampler import Walked

if TYPE_CHECKING:
    pass


@node(
    "ScorefieldSampler",
    title="Sampler",
    category="Scorefield/sample",
    aliases=("SAMPLER", "KSamplerSelect", "custom sampler", "ddpm", "ddim", "flow"),
)
def sampler(
    rule: Annotated[
        str, Choice("How a step is made: as DDPM, DDIM and Flow Sampler make it.", SAMPLER_RULES)
    ] = "ddim",
    eta: Annotated[
        float, Float("For ddim, how much of DDPM's noise to add: 0 none, 1 all of it.", maximum=1.0)
    ] = 0.0,
    step_scale: Annotated[
        float, Float("Multiplies each step: 1 is the rule itself.", maximum=4.0, step=0.05)
    ] = 1.0,
) -> Annotated["Any", Out("sampler", "SAMPLER", "The rule of the steps, without model, noise and levels.")]:
    """The rule by which DDPM, DDIM or Flow Sampler step, for ComfyUI's SamplerCustom and
    SamplerCustomAdvanced, which bring model, noise and noise levels."""
    from ..models.comfyui.sampler import SamplerRule
    from ..models.comfyui.sampler import sampler as as_sampler

    name = rule.removeprefix("flow ")
    coordinates: Walked = "as the model" if name == rule else "as a flow"
    return as_sampler(SamplerRule(name, eta if name == "ddim" else 0.0, step_scale, coordinates))
