"""From latents to pictures."""

from typing import TYPE_CHECKING, Annotated

from ..graph.declare import Out, Socket, node
from .socket_values import Latent

if TYPE_CHECKING:
    from torch import Tensor

    from ..models.library import Decoder


@node(
    "ScorefieldVAEDecode",
    title="VAE Decode",
    category="Scorefield/sample",
    aliases=("decode", "latent to image"),
)
def vae_decode(
    latent: Annotated["Latent", Socket("LATENT", "What to look at.")],
    vae: Annotated["Decoder", Socket("VAE", "The decoder of the model that made it.")],
) -> Annotated[
    "Tensor",
    Out(
        "image",
        "IMAGE",
        "The pictures; of videos all frames, one video after the other; of a model of the plane, where its "
        "points are.",
    ),
]:
    """Turn latents into pictures. A model of the plane draws its whole batch as one picture of dots."""
    return vae.decode(latent["samples"])
