"""Models of one kind by their names: those that ship, and large ones from the folders of a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .checkpoints.opening import Hash, parted, sha256
from .checkpoints.places import Places, places_in
from .large import files_of_large, state_of_large


@dataclass(frozen=True)
class Shelf:
    """What is known of models by their names, before one of them is loaded. Where no places are given, large
    ones are looked for where a run without ComfyUI looks.

    Attributes:
        ours: gives the names of those that ship.
        files_of_ours: gives the files that such a one is made of.
        large: gives the names of the large ones in such places.
        check_large: sees that a large one is there and whole.
    """

    ours: Callable[[], tuple[str, ...]]
    files_of_ours: Callable[[str], tuple[Path, ...]]
    large: Callable[[Places], tuple[str, ...]]
    check_large: Callable[[str, Places, Hash], None]

    def names(self, places: Places | None = None) -> tuple[str, ...]:
        """The names of those that are there."""
        return (*self.ours(), *self.large(places or places_in([])))

    def files_of(self, name: str, places: Places | None = None) -> tuple[Path, ...]:
        """The files that a model is made of, those of a large one as far as it takes little to hash them.

        There are none if there is no such model.
        """
        if name in self.ours():
            return self.files_of_ours(name)
        return files_of_large(name, places or places_in([]))

    def state_of(self, name: str, places: Places | None = None) -> str:
        """What else a model is made of, by sizes and times; nothing where `files_of` are all of it."""
        return "" if name in self.ours() else state_of_large(name, places or places_in([]))

    def check(self, name: str, places: Places | None = None, hash_of: Hash = sha256) -> None:
        """See that a model is there and whole, before anything of it is loaded.

        Args:
            name: one of `names`, or a pinned one.
            places: where large models lie.
            hash_of: gives the sha256 of a file, for a pinned name.

        Raises:
            ValueError: it is not; the text says what is wrong with which file.
        """
        if name not in self.ours():
            self.check_large(name, where_is(name, self.ours(), places), hash_of)


def where_is(name: str, ours: tuple[str, ...], places: Places | None) -> Places:
    """The places in which a large model lies.

    Raises:
        ValueError: it does not; the text says which there are, those of ours among them.
    """
    found, (bare, _) = places or places_in([]), parted(name)
    if not found.has(bare):
        raise found.missing(bare, ours)
    return found
