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
    measures,
    models,
    noise,
    pictures,
    samplers,
    save,
    scenes,
    sweep,
    unclip,
    views,
)

ROOMS = (
    data,
    scenes,
    models,
    conditioning,
    embeddings,
    comparing,
    unclip,
    noise,
    samplers,
    core_samplers,
    decode,
    views,
    film,
    pictures,
    measures,
    sweep,
    save,
)

DEFINITIONS: dict[str, Definition] = {
    value.id: value for room in ROOMS for value in vars(room).values() if isinstance(value, Definition)
}
