"""Vectors of the shared space as what a model is told, and what a prior makes as such vectors."""

from typing import TYPE_CHECKING, Annotated, Any

from ..graph.declare import Out, Socket, String, node
from .line_names import names_for
from .socket_values import Latent

if TYPE_CHECKING:
    from ..models.embedding import Embedding

CATEGORY = "Scorefield/unclip"


@node(
    "ScorefieldEmbeddingCondition",
    title="Embedding Condition",
    category=CATEGORY,
    aliases=("unclip conditioning", "image prompt", "variations"),
)
def embedding_condition(
    embedding: Annotated[
        "Embedding", Socket("EMBEDDING", "What the picture is to mean; rows share the batch.")
    ],
) -> Annotated[
    "list[list[Any]]", Out("conditioning", "CONDITIONING", "The vectors as the model hears them.")
]:
    """Ask a model for pictures with a given meaning, as DALL·E 2's decoder is asked: by a vector of the
    shared space instead of a prompt. Only its direction counts."""
    from ..models.embedding import unit
    from ..models.pocket.text import picture_condition

    return picture_condition(unit(embedding.vectors))


@node(
    "ScorefieldLatentEmbedding",
    title="Latent Embedding",
    category=CATEGORY,
    aliases=("prior output", "latent to embedding", "image embedding"),
)
def latent_embedding(
    latent: Annotated["Latent", Socket("LATENT", "What a sampler made of a prior: one vector a sample.")],
    names: Annotated[
        str,
        String(
            "What to call them, one name a line; a single name is numbered. Empty: sample 1, sample 2, …",
            multiline=True,
        ),
    ] = "",
) -> Annotated["Embedding", Out("embedding", "EMBEDDING", "The vectors, each of length 1.")]:
    """The vectors that a prior made of a text: what pictures of it could mean."""
    from ..models.embedding import Embedding, unit

    samples = latent["samples"]
    if samples.ndim != 2:
        raise ValueError(
            f"these are latents of pictures, {tuple(samples.shape[1:])} each, and no vectors: "
            "connect what a sampler made of a prior"
        )
    return Embedding(unit(samples.float().cpu()), names_for(len(samples), names, "sample"))
