"""The nodes: typed functions that name their sockets and call one thing below. They import no torch."""

from ..graph.contract import Definition
from . import (
    comparing,
    conditioning,
    core_samplers,
    data,
    decode,
    embeddings,
    film,
    loading,
    measures,
    models,
    noise,
    pictures,
    samplers,
    save,
    scenes,
    sweep,
    unclip,
    videos,
    views,
    walks,
)

ROOMS = (
    data,
    scenes,
    loading,
    models,
    conditioning,
    embeddings,
    comparing,
    unclip,
    noise,
    videos,
    samplers,
    core_samplers,
    decode,
    views,
    walks,
    film,
    pictures,
    measures,
    sweep,
    save,
)

DEFINITIONS: dict[str, Definition] = {
    value.id: value for room in ROOMS for value in vars(room).values() if isinstance(value, Definition)
}
