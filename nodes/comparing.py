"""How alike embeddings are: as a matrix, as a ranking, as probabilities."""

from typing import TYPE_CHECKING, Annotated, Any

from ..graph.context import Context
from ..graph.declare import Float, Int, Out, Socket, String, node

if TYPE_CHECKING:
    from torch import Tensor

    from ..models.embedding import Embedding

CATEGORY = "Scorefield/clip"
MOST_WRITTEN = 1024  # cosines of one matrix in a text
Chart = Annotated["Tensor", Out("image", "IMAGE", "The numbers as a picture.")]
Text = Annotated[str, Out("text", "STRING", "The numbers, one thing a line.")]
Title = Annotated[str, String("Written above the picture.")]
Most = Annotated[int, Int("At most so many bars for each.", minimum=1, maximum=100)]


@node(
    "ScorefieldSimilarityMatrix",
    title="Similarity Matrix",
    category=CATEGORY,
    output_node=True,
    aliases=("cosine similarity", "contrastive matrix", "heat map"),
)
def similarity_matrix(
    a: Annotated["Embedding", Socket("EMBEDDING", "The rows.")],
    b: Annotated["Embedding", Socket("EMBEDDING", "The columns.")],
    title: Title = "",
    a_images: Annotated[
        "Tensor | None", Socket("IMAGE", "The pictures of the rows, drawn beside them.")
    ] = None,
    b_images: Annotated[
        "Tensor | None", Socket("IMAGE", "The pictures of the columns, drawn above them.")
    ] = None,
    *,
    context: Context,
) -> tuple[Chart, Text]:
    """The cosine of every row with every column. Where texts and pictures belong together in order, the
    diagonal should win; what is highest of its row and of its column is framed."""
    from ..models.embedding import cosines, winners
    from ..plots.similarity_matrix import similarity_matrix as draw

    found = cosines(a, b)
    won = winners(found)
    caption = f"cosines from {_signed(float(found.min()))} (dark) to {_signed(float(found.max()))} (light)"
    if won is not None:
        caption = f"the diagonal is highest in {won.rows} of {won.of} rows, {won.columns} of {won.of} columns"
    image = draw(
        found, a.names, b.names, title=title, caption=caption, row_images=a_images, column_images=b_images
    )
    lines = _table(a.names, b.names, found.tolist()) if found.numel() <= MOST_WRITTEN else []
    if won is not None or not lines:
        lines.append(caption)
    return image, _shown(context, title, lines)


@node(
    "ScorefieldRankWords",
    title="Rank Words",
    category=CATEGORY,
    output_node=True,
    aliases=("nearest words", "closest", "cosine ranking"),
)
def rank_words(
    embedding: Annotated[
        "Embedding", Socket("EMBEDDING", "What to find words for: one ranking for each row.")
    ],
    candidates: Annotated[
        "Embedding", Socket("EMBEDDING", "What to choose from, as CLIP Text Embed gives it.")
    ],
    most: Most = 10,
    title: Title = "",
    images: Annotated["Tensor | None", Socket("IMAGE", "The picture of each row, drawn beside it.")] = None,
    *,
    context: Context,
) -> tuple[Chart, Text]:
    """The words nearest to a vector, by cosine: what a picture shows, or what two pictures differ in."""
    from ..models.embedding import ranking

    found = [
        (name, [(each.name, each.cosine) for each in row])
        for name, row in zip(embedding.names, ranking(embedding, candidates), strict=True)
    ]
    image = _bars(found, most, images, title, f"the nearest of {len(candidates)}, by cosine", "{:.3f}", None)
    return image, _shown(context, title, _listed(found, most, "{:.4f}"))


@node(
    "ScorefieldZeroShot",
    title="Zero-Shot",
    category=CATEGORY,
    output_node=True,
    aliases=("classify", "classification", "label pictures"),
)
def zero_shot(
    pictures: Annotated["Embedding", Socket("EMBEDDING", "The pictures, as CLIP Image Embed gives them.")],
    labels: Annotated["Embedding", Socket("EMBEDDING", "What they may be, as CLIP Text Embed gives it.")],
    scale: Annotated[
        float, Float("Cosines are multiplied by it before the softmax; 100 is what OpenAI's CLIPs learnt.")
    ] = 100.0,
    most: Most = 5,
    title: Title = "",
    images: Annotated["Tensor | None", Socket("IMAGE", "The pictures, drawn beside their bars.")] = None,
    clip: Annotated[
        "Any", Socket("CLIP", "The CLIP: if it knows its own scale, that takes the place of the one typed.")
    ] = None,
    *,
    context: Context,
) -> tuple[Chart, Text]:
    """Which label each picture has, without any training for it: the softmax of the scaled cosines."""
    from ..models.embedding import probabilities

    own = float(getattr(clip, "scale", scale))
    found = []
    for name, row in zip(pictures.names, probabilities(pictures, labels, own).tolist(), strict=True):
        pairs = sorted(zip(labels.names, row, strict=True), key=lambda pair: -pair[1])
        found.append((name, pairs))
    caption = f"softmax over {len(labels)} labels of {own:.4g} · cosine"
    image = _bars(found, most, images, title, caption, "{:.1%}", 1.0)
    return image, _shown(context, title, _listed(found, most, "{:.4f}"))


Found = list[tuple[str, list[tuple[str, float]]]]


def _bars(
    found: Found,
    most: int,
    images: "Tensor | None",
    title: str,
    caption: str,
    written: str,
    highest: float | None,
) -> "Tensor":
    from ..plots.bar_panels import BarPanel, bar_panels

    if images is not None and len(images) != len(found):
        raise ValueError(f"{len(images)} pictures do not fit {len(found)} vectors: connect one for each")
    panels = [
        BarPanel(name, pairs[:most], None if images is None else images[place])
        for place, (name, pairs) in enumerate(found)
    ]
    return bar_panels(panels, title=title, caption=caption, written=written.format, highest=highest)


def _listed(found: Found, most: int, written: str) -> list[str]:
    """A line for each asked, then one for each of its candidates."""
    lines = []
    for name, pairs in found:
        width = max(len(candidate) for candidate, _ in pairs[:most])
        lines.append(name)
        lines += [f"  {candidate:<{width}}  {written.format(value)}" for candidate, value in pairs[:most]]
    return lines


def _table(rows: tuple[str, ...], columns: tuple[str, ...], values: list[list[float]]) -> list[str]:
    """A line of the columns' names, then one for each row."""
    widths = [max(len(name), 7) for name in columns]
    first = max(len(name) for name in rows)
    lines = [
        "  ".join([" " * first, *(f"{name:>{width}}" for name, width in zip(columns, widths, strict=True))])
    ]
    for name, row in zip(rows, values, strict=True):
        cells = (f"{value:>{width}.4f}" for value, width in zip(row, widths, strict=True))
        lines.append("  ".join([f"{name:<{first}}", *cells]))
    return lines


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _shown(context: Context, title: str, lines: list[str]) -> str:
    text = "\n".join([title, *lines] if title else lines)
    context.show(text=[text])
    return text
