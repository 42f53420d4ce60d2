"""Texts and pictures as vectors of the space that a CLIP gives them, and arithmetic there."""

from typing import TYPE_CHECKING, Annotated, Any

from ..graph.declare import Boolean, Choice, Out, Socket, String, node
from .choices import EMBEDDING_OPERATIONS, WORD_LISTS
from .line_names import lines_of, names_for

if TYPE_CHECKING:
    from torch import Tensor

    from ..models.embedding import Embedding

CATEGORY = "Scorefield/clip"
PLACE = "{}"
Vectors = Annotated["Embedding", Out("embedding", "EMBEDDING", "Vectors with names, each of length 1.")]


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
    normalise: Annotated[
        bool,
        Boolean("Bring them to length 1. Off for a decoder of unCLIP, which is told their length as well."),
    ] = True,
) -> Annotated["Embedding", Out("embedding", "EMBEDDING", "Vectors with names.")]:
    """Pictures as points of the space that texts have a place in too."""
    from ..models.embedding import Embedding
    from ..models.two_towers import picture_vectors

    return Embedding(picture_vectors(clip, image, normalise), names_for(len(image), names, "picture"))


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
            "Row by row; one row serves all of the other side. Means are over all rows; then puts rows after "
            "rows.",
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
        str,
        Choice(
            "pocket: what the pocket CLIP can see. video: 8 groups as in the video, from things to feelings; "
            "or only its things, animals and clothing.",
            WORD_LISTS,
        ),
    ] = "pocket",
    template: Annotated[
        str, String("A sentence around each word, in the place of its two braces; empty for the bare word.")
    ] = "",
) -> Annotated[str, Out("text", "STRING", "The words, one a line.")]:
    """Words to rank: each is one line, ready to be embedded."""
    if template.strip() and PLACE not in template:
        raise ValueError(f"the template {template!r} has no {PLACE} for the word")
    return "\n".join(template.strip().replace(PLACE, word) or word for word in _words(words))


def _words(name: str) -> tuple[str, ...]:
    from ..models.clip.words import every_word, words_of_things
    from ..models.pocket.word_list import WORD_LIST

    return {"pocket": WORD_LIST, "video": every_word(), "video things": words_of_things()}[name]
