"""The weights that `scorefield train` makes, in the order in which they need each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..models.pocket.names import AUTOENCODER, CLIP

POCKET_ALL = "pocket-all"


@dataclass(frozen=True)
class Weight:
    """One file of weights.

    Attributes:
        summary: what it is, in a line.
        rate: how many samples a second one core learns from; of a toy, how many steps.
        needs: the weights that have to be there before it.
    """

    summary: str
    rate: int = 1500
    needs: tuple[str, ...] = ()


_BOTH = (AUTOENCODER, CLIP)
CATALOGUE: dict[str, Weight] = {
    "toy-spiral": Weight("the spiral, trained to the end"),
    "toy-spiral-15k": Weight("the spiral, trained as long as in the video"),
    "toy-spiral-near": Weight("the spiral from sigma 1, as in the DDIM chapter"),
    "toy-with-time": Weight("told the noise level"),
    "toy-without-time": Weight("not told the noise level"),
    "toy-total-noise": Weight("learns the whole noise"),
    "toy-one-step": Weight("learns the noise of the last step"),
    "toy-classes": Weight("person, dog and cat from sigma 10"),
    "toy-classes-near": Weight("person, dog and cat from sigma 1"),
    "toy-flow": Weight("the velocity of a flow"),
    AUTOENCODER: Weight("pictures as latents, and back", 65),
    CLIP: Weight("pictures and texts in one space", 260),
    "pocket": Weight("text to picture, by diffusion", 55, _BOTH),
    "pocket-flow": Weight("text to picture, by flow matching", 55, (*_BOTH, "pocket")),
    "pocket-unclip": Weight("a picture's CLIP vector to a picture", 55, (*_BOTH, "pocket")),
    "pocket-prior": Weight("a text's CLIP vector to a picture's", 2000, _BOTH),
    "pocket-video": Weight("text to video, by flow matching", 7, (*_BOTH, "pocket-flow")),
}


def is_pocket(name: str) -> bool:
    """Whether it is a pocket model rather than a toy."""
    return name.startswith("pocket")


def all_needs(name: str) -> tuple[str, ...]:
    """The weights that have to be there before it, and before those, in the order in which they are made."""
    needs = {other for need in CATALOGUE[name].needs for other in (*all_needs(need), need)}
    return tuple(other for other in CATALOGUE if other in needs)


def in_order(names: Iterable[str]) -> list[str]:
    """These weights, each once and after those it needs; `pocket-all` stands for the whole family.

    Raises:
        KeyError: a name that is none.
    """
    asked = set(names)
    if POCKET_ALL in asked:
        asked = asked - {POCKET_ALL} | {name for name in CATALOGUE if is_pocket(name)}
    for name in asked - CATALOGUE.keys():
        raise KeyError(name)
    return [name for name in CATALOGUE if name in asked]
