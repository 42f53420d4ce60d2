"""What widgets offer, by name: written out here, because the rooms that define it import torch."""

from __future__ import annotations

FAMILIES = ("variance exploding", "variance preserving", "flow")
PREDICTIONS = ("epsilon", "v", "sample", "flow")
SPACINGS = ("trailing", "leading", "linspace", "continuous")
MODES = ("optimised", "matched")
PRECISIONS = ("auto", "float32", "bfloat16", "float16")
OWN = "model's own"
MODEL_SPACINGS = (OWN, *SPACINGS)
DRAWS = ("each sample its own", "one generator")
CONVENTIONS = ("from uncond", "beyond cond")
TARGETS = ("total noise", "one step")
ARROW_KINDS = ("-epsilon", "score", "x0 - x")
ARROW_LENGTHS = ("unit", "true")
EMBEDDING_OPERATIONS = (
    "a - b",
    "a + b",
    "a then b",
    "between a and b",
    "mean of a",
    "mean of a - mean of b",
    "normalised a",
)
SEEN = ("x", "x0", "both")
FILMS = ("mp4", "webm")
WORD_LISTS = ("pocket", "video", "video things")
SCHEDULERS = (
    OWN,
    "DDIM",
    "DDPM",
    "DEISMultistep",
    "DPMSolverMultistep",
    "DPMSolverSDE",
    "DPMSolverSinglestep",
    "EulerAncestralDiscrete",
    "EulerDiscrete",
    "FlowMatchEulerDiscrete",
    "FlowMatchHeunDiscrete",
    "FlowMatchLCM",
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
SAMPLER_RULES = (
    "ddpm",
    "ddpm large",
    "ddpm without noise",
    "ddim",
    "flow euler",
    "flow heun",
    "flow midpoint",
    "flow stochastic",
)
