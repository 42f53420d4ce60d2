"""Texts and pictures as vectors of the space that a CLIP gives them, and arithmetic there."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from ..graph.context import Context
from ..graph.declare import Choice, Out, Socket, String, node
from .choices import EMBEDDING_OPERATIONS
from .line_names import lines_of, names_for

if TYPE_CHECKING:
    from torch import Tensor

    from ..models.embedding import Embedding
    from ..models.two_towers import TwoTowers

CATEGORY = "Scorefield/clip"
WORD_LISTS = ("pocket",)
PLACE = "{}"
Encoder = Annotated["TwoTowers", Out("clip", "CLIP", "The CLIP: its two ways into the shared space.")]
Vectors = Annotated["Embedding", Out("embedding", "EMBEDDING", "Vectors with names, each of length 1.")]


def present() -> tuple[str, ...]:
    """The names of the CLIPs that are there now."""
    from ..models.library import clips

    return clips()


def known(name: str | None) -> str | None:
    """Whether it is known which file will be read: a name that comes by a link is not, so it always runs."""
    return None if name is None else ""


def weights(name: str | None) -> tuple[Path, ...]:
    """The files that a CLIP's weights lie in."""
    from ..models.library import files_of_clip

    return () if name is None else files_of_clip(name)


@node(
    "ScorefieldCLIPModel",
    title="CLIP Model",
    category=CATEGORY,
    fingerprint=known,
    files=weights,
    aliases=("load clip", "text encoder", "image encoder"),
)
def clip_model(
    name: Annotated[str, Choice("Which CLIP to load.", present)] = "pocket-clip",
    *,
    context: Context,
) -> Encoder:
    """A CLIP alone, without the model that it may be the text encoder of: it sees pictures and reads texts,
    and gives both a place in one space."""
    from ..models.library import load_clip

    return load_clip(name, context.device)


@node(
    "ScorefieldCLIPTextEmbed",
    title="CLIP Text Embed",
    category=CATEGORY,
    keep=True,
    aliases=("text embedding", "text features", "text vector"),
)
def clip_text_embed(
    clip: Annotated[Any, Socket("CLIP", "The CLIP: a pocket model's, or any that gives a vector per text.")],
    text: Annotated[str, String("What to embed, one text a line.", multiline=True)] = "a cat",
) -> Vectors:
    """Texts as points of the space that pictures have a place in too. Each line is one vector."""
    from ..models.embedding import Embedding
    from ..models.two_towers import text_vectors

    texts = lines_of(text)
    if not texts:
        raise ValueError("there is no text to embed: write at least one line")
    return Embedding(text_vectors(clip, texts), tuple(texts))


@node(
    "ScorefieldCLIPImageEmbed",
    title="CLIP Image Embed",
    category=CATEGORY,
    keep=True,
    aliases=("image embedding", "image features", "picture vector", "clip vision"),
)
def clip_image_embed(
    clip: Annotated[Any, Socket("CLIP,CLIP_VISION", "The CLIP that is to see them.")],
    image: Annotated["Tensor", Socket("IMAGE", "The pictures.")],
    names: Annotated[
        str,
        String(
            "What to call them, one name a line; a single name is numbered. Empty: picture 1, picture 2, …",
            multiline=True,
        ),
    ] = "",
) -> Vectors:
    """Pictures as points of the space that texts have a place in too."""
    from ..models.embedding import Embedding
    from ..models.two_towers import picture_vectors

    return Embedding(picture_vectors(clip, image), names_for(len(image), names, "picture"))


@node(
    "ScorefieldEmbeddingArithmetic",
    title="Embedding Arithmetic",
    category=CATEGORY,
    aliases=("subtract embeddings", "king - man + woman", "vector arithmetic", "difference"),
)
def embedding_arithmetic(
    a: Annotated["Embedding", Socket("EMBEDDING", "One side.")],
    b: Annotated[
        "Embedding | None", Socket("EMBEDDING", "The other side, for the operations that name it.")
    ] = None,
    operation: Annotated[
        str,
        Choice(
            "Row by row; one row serves all of the other side. Means are over all rows.",
            EMBEDDING_OPERATIONS,
        ),
    ] = "a - b",
    names: Annotated[
        str,
        String(
            "What to call the results, one name a line; a single name is numbered. Empty: what was done.",
            multiline=True,
        ),
    ] = "",
) -> Annotated["Embedding", Out("embedding", "EMBEDDING", "The result, named by what was done.")]:
    """Add, subtract and average vectors: what two pictures differ in is itself a direction, and words can be
    near it."""
    from ..models.embedding import Embedding, calculated

    found = calculated(operation, a, b)
    if not names.strip():
        return found
    return Embedding(found.vectors, names_for(len(found), names, ""))


@node("ScorefieldWordList", title="Word List", category=CATEGORY, aliases=("vocabulary", "words", "labels"))
def word_list(
    words: Annotated[
        str, Choice("pocket: what the pocket CLIP can see: places, things, colours, the sky.", WORD_LISTS)
    ] = "pocket",
    template: Annotated[
        str, String("A sentence around each word, in the place of its two braces; empty for the bare word.")
    ] = "",
) -> Annotated[str, Out("text", "STRING", "The words, one a line.")]:
    """Words to rank: each is one line, ready to be embedded."""
    from ..models.pocket.word_list import WORD_LIST

    if template.strip() and PLACE not in template:
        raise ValueError(f"the template {template!r} has no {PLACE} for the word")
    return "\n".join(template.strip().replace(PLACE, word) or word for word in WORD_LIST)
