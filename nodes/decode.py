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


@node(
    "ScorefieldLatentPreview",
    title="Latent Preview",
    category="Scorefield/view",
    aliases=("latent to rgb", "fast decode", "taesd", "preview"),
)
def latent_preview(
    latent: Annotated[
        "Latent", Socket("LATENT", "Finished latents that show something: where a walk ended.")
    ],
    vae: Annotated["Decoder", Socket("VAE", "Their own decoder; it is asked once.")],
) -> Annotated[
    "Decoder",
    Out("vae", "VAE", "A decoder that costs nothing: a pixel for each place of a latent, in its colour."),
]:
    """A fast decoder for the steps of a walk: the colours that best fit what the real one made of these
    latents, channel by channel. Its pictures are small, and a little off in colour."""
    from ..models.latent_preview import fit_preview

    return fit_preview(latent["samples"], vae)
