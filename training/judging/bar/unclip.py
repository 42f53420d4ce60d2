"""Pictures of a picture's CLIP vector: how near they are to it."""

from __future__ import annotations

from collections.abc import Iterator

from ..sampling import Way
from .bench import Bench, described, renders
from .lines import Line, at_least, figure

WAY = Way(steps=20, scale=2.0)


def lines(bench: Bench) -> Iterator[Line]:
    """Cosines of source pictures with their variations, with others', and with pictures of their captions."""
    told = described(bench.count(256))
    painter, worded = bench.painter("pocket-unclip"), bench.painter("pocket")
    source = painter.text.embed_pictures(renders([each for each, _ in told]))
    varied = painter.text.embed_pictures(painter.paint_like(source, WAY))
    said = painter.text.embed_pictures(worded.paint([caption for _, caption in told], WAY))
    own = float((source * varied).sum(dim=1).mean())
    cosines = source @ varied.T
    others = float((cosines.sum() - cosines.diagonal().sum()) / (len(told) * (len(told) - 1)))
    captioned = float((source * said).sum(dim=1).mean())
    note = f"({own:.3f} ÷ {others:.3f})"
    # Where random pairs point away from each other, any likeness is more than 1.5 times theirs.
    ratio = own / others if others > 0 else float("inf")
    yield at_least("unCLIP: cosine of source and variation ÷ of random pairs", ratio, 1.5, note)
    yield at_least("unCLIP: the same ÷ of pictures of its caption", own / captioned, 1, f"({captioned:.3f})")


def prior_lines(bench: Bench) -> Iterator[Line]:
    """How near to a picture's vector the prior comes from its caption, and its caption's own vector."""
    told = described(bench.count(256))
    prior = bench.painter("pocket-prior")
    source = prior.text.embed_pictures(renders([each for each, _ in told]))
    captions = [caption for _, caption in told]
    found = prior.vectors(captions, WAY)
    plain = prior.text.embed_texts(captions)
    note = f"(the caption's own vector: {float((source * plain).sum(dim=1).mean()):.3f})"
    yield figure("prior: cosine with the picture's vector", float((source * found).sum(dim=1).mean()), note)
