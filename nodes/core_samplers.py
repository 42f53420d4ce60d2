"""Our samplers as ComfyUI's SAMPLER."""

from typing import TYPE_CHECKING, Annotated, Any

from ..graph.context import Context
from ..graph.declare import Choice, Float, Out, Socket, node
from .choices import SAMPLER_RULES
from .sampler_walks import walk_planned
from .samplers import From, Model, Outputs, Recorded, Start
from .score_models import as_score_model

if TYPE_CHECKING:
    from torch import Tensor

    from ..models.comfyui.sampler import Walked

CATEGORY = "Scorefield/sample"


@node(
    "ScorefieldSampler",
    title="Sampler",
    category=CATEGORY,
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


@node(
    "ScorefieldSamplerWalk",
    title="Sampler Walk",
    category=CATEGORY,
    aliases=("SamplerCustomAdvanced", "custom sampler", "sampler"),
)
def sampler_walk(
    model: Model,
    sampler: Annotated["Any", Socket("SAMPLER", "How a step is made, from Sampler.")],
    sigmas: Annotated["Tensor", Socket("SIGMAS", "The noise levels to visit, in the model's own unit.")],
    noise: Start = None,
    latent: From = None,
    record: Recorded = "everything",
    *,
    context: Context,
) -> Outputs:
    """ComfyUI's SamplerCustomAdvanced for score models: the rule, the noise and the levels from outside, and
    the way there as a trajectory."""
    from ..models.comfyui.sampler import rule_of

    rule, told = rule_of(sampler), as_score_model(model)
    planned = rule.steps(told.schedule, [float(sigma) for sigma in sigmas])
    return walk_planned(rule.walked(told), planned, noise, latent, record, context)
