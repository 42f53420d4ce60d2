"""ComfyUI's own nodes that shared workflows lean on, under its ids, for runs where there is no ComfyUI.

Inputs, outputs and results are those of ComfyUI 0.33 (tests/comfyui/core_nodes.py and core_parity.py compare
them with a running one). They are never given to ComfyUI, which has its own.
"""

from dataclasses import replace

from ...graph.contract import Definition
from . import (
    batches,
    encoding,
    images,
    latent_batches,
    latents,
    masks,
    noise,
    primitives,
    saving,
    scaling,
)
from .folders import Folders
from .loading import loading_nodes

ROOMS = (images, scaling, batches, masks, latents, latent_batches, encoding, noise, primitives, saving)


def core_definitions(folders: Folders) -> dict[str, Definition]:
    """The nodes by id; those that read files read them from these folders."""
    declared = [value for room in ROOMS for value in vars(room).values() if isinstance(value, Definition)]
    # Pages of theirs are read as the official page reads them: no pack's script has added to them.
    return {each.id: replace(each, module="nodes") for each in (*loading_nodes(folders), *declared)}


CORE_DEFINITIONS = core_definitions(Folders())
