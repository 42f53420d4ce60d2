"""Between the stages of unCLIP: a prior's vectors, what a decoder is told, and what comes after it."""

from typing import TYPE_CHECKING, Annotated, Any

from ..graph.declare import Int, Out, Socket, String, node
from .line_names import names_for
from .socket_values import Latent, Noise

if TYPE_CHECKING:
    from ..models.embedding import Embedding

CATEGORY = "Scorefield/unclip"
Conditioning = Annotated[
    "list[list[Any]]", Out("conditioning", "CONDITIONING", "The vectors as the model hears them.")
]


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
    text: Annotated[
        "list[list[Any]] | None",
        Socket("CONDITIONING", "A text beside it, for the large decoders; without it, the empty one."),
    ] = None,
    noise_level: Annotated[
        int,
        Int(
            "How much noise is put on the vectors, for Stable unCLIP: the more, the further pictures stray.",
            maximum=999,
        ),
    ] = 0,
    noise: Annotated[
        "Noise | None", Socket("NOISE", "Which noise, for Stable unCLIP; without it none is put on them.")
    ] = None,
) -> tuple[
    Conditioning,
    Annotated[
        "Noise | None",
        Out("noise", "NOISE", "The noise for the sampler: what comes after that on the vectors."),
    ],
]:
    """Ask a model for pictures with a given meaning, as DALL·E 2's decoder is asked: by a vector of the
    shared space instead of a prompt. To a pocket model only its direction counts; large ones hear its length
    too."""
    from ..models.embedding import unit
    from ..models.pocket.text import picture_condition
    from .continued_noise import noise_for_vectors

    [[states, extras]] = picture_condition(unit(embedding.vectors.float()))
    told = {**extras, "image_embeds": embedding.vectors, "text": text, "noise_level": noise_level}
    drawn, following = noise_for_vectors(noise, embedding.vectors)
    return [[states, {**told, "noise": drawn}]], following


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
    vae: Annotated[
        Any, Socket("VAE", "That of the prior: a large prior's knows how long its vectors are.")
    ] = None,
) -> Annotated[
    "Embedding",
    Out("embedding", "EMBEDDING", "The vectors: of a large prior of their own length, else of length 1."),
]:
    """The vectors that a prior made of a text: what pictures of it could mean."""
    from ..models.embedding import Embedding, unit

    samples = latent["samples"]
    if samples.ndim != 2:
        raise ValueError(
            f"these are latents of pictures, {tuple(samples.shape[1:])} each, and no vectors: "
            "connect what a sampler made of a prior"
        )
    own = getattr(vae, "vectors", None)
    vectors = unit(samples.float().cpu()) if own is None else own(samples.cpu())
    return Embedding(vectors, names_for(len(samples), names, "sample"))


@node(
    "ScorefieldLatentCondition",
    title="Latent Condition",
    category=CATEGORY,
    aliases=("super resolution", "upscale", "small picture"),
)
def latent_condition(
    latent: Annotated[
        "Latent", Socket("LATENT", "What a decoder of pixels made, or VAE Encode of a picture.")
    ],
) -> Annotated[
    "list[list[Any]]", Out("conditioning", "CONDITIONING", "The latents as the next stage hears them.")
]:
    """Tell a stage what the one before it made: super-resolution makes a large picture of a small one."""
    samples = latent["samples"]
    return [[samples.flatten(1)[:, None], {"pooled_output": None, "latent": samples}]]


@node(
    "ScorefieldNoiseAfter",
    title="Noise After",
    category="Scorefield/noise",
    aliases=("continue noise", "one generator", "next stage"),
)
def noise_after(
    noise: Annotated["Noise", Socket("NOISE", "What the walk before began with.")],
    latent: Annotated["Latent", Socket("LATENT", "Where that walk ended.")],
) -> Annotated["Noise", Out("noise", "NOISE", "The noise for the walk that comes next.")]:
    """Noise for the next of several stages. One generator goes on where the walk before stopped drawing, as
    in the pipelines; samples with streams of their own get those of the next seed."""
    from .continued_noise import noise_after_walk

    return noise_after_walk(noise, latent)
