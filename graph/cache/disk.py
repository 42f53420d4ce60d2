"""Results on disk, for later processes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from ..execution.out_of_memory import is_out_of_memory
from ..signature import Signature, is_lasting
from . import folder as files
from .entry import FORMAT, packed, unpacked
from .forms import Forms
from .results import NodeResult

# No one result may push out most of the others.
_SHARE = 4
# The folder is looked over after so many writes, or when so large a part of it was written.
_BETWEEN_LOOKS = 16
_LOOKS = 64


class DiskCache:
    """Keeps results that are worth it in a folder, below so many bytes; those used last stay.

    A result is found again by its signature, by `code` and by `place`. What lies in the folder is data and
    nothing else: a file that is damaged, or was never written by us, is a miss and is removed.

    What it cannot keep it leaves out, without a word: values of types that have no form, results of nodes
    that showed files. A folder that cannot be written to is said once, and then left alone.

    Args:
        folder: where; it appears with the first result.
        most_bytes: of all results together.
        forms: the types that can be kept; asked for when the first value is read or written.
        code: what a result depends on beside its signature: the versions of all code that made it.
        place: on what it was computed. Both are asked for only where a result may be found, or is written.
        warn: told, once, that nothing more is kept.
    """

    def __init__(
        self,
        folder: Path,
        most_bytes: int,
        forms: Callable[[], Forms],
        code: Callable[[], str],
        place: Callable[[], str],
        warn: Callable[[str], None],
    ) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._get_forms, self._get_code, self._get_place = forms, code, place
        self._warn = warn
        self._is_given_up = False
        self._unseen_writes = _BETWEEN_LOOKS
        self._unseen_bytes = 0

    @cached_property
    def _forms(self) -> Forms:
        return self._get_forms()

    @cached_property
    def _origin(self) -> str:
        made_by = f"{FORMAT}\0{self._get_code()}\0{self._get_place()}"
        return blake2b(made_by.encode(), digest_size=8).hexdigest()

    @cached_property
    def _names(self) -> set[str]:
        """The files that were there when it was first asked: most nodes need no look at the disk."""
        try:
            return {file.name for file in files.files(self._folder)}
        except OSError as error:
            self._give_up(error)
            return set()

    @cached_property
    def _signatures(self) -> set[Signature]:
        """Those of the files, wherever they come from: where none fits, nobody asks for code or place."""
        return {bytes.fromhex(name.partition("-")[0]) for name in self._names}

    def __contains__(self, signature: Signature) -> bool:
        return self._path(signature) is not None

    def get(self, signature: Signature) -> NodeResult | None:
        """The result under that signature, or None; it counts as used now."""
        path = self._path(signature)
        if path is None:
            return None
        content = files.read(path, self._most_bytes)
        if content is None:
            self._names.discard(path.name)
            return None
        try:
            result = unpacked(path.name, content, self._forms)
        except Exception as error:
            # Whatever is wrong with it, the node can make it again.
            self._names.discard(path.name)
            if not is_out_of_memory(error):
                files.remove(path)
            return None
        files.touch(path)
        return result

    def put(self, signature: Signature, result: NodeResult, keep: bool = False) -> None:
        """Write a result that is worth it, if it can be written."""
        if not keep or self._is_given_up or not is_lasting(signature):
            return
        name = files.file_name(signature, self._origin)
        try:
            content = packed(name, result, self._forms, self._most_bytes // _SHARE)
        except Exception:
            # Unkeepable, mostly; but whatever it is, the node has done its work and the run goes on.
            return
        try:
            files.write(self._folder / name, content)
            self._names.add(name)
            self._signatures.add(signature)
            self._look_around(len(content))
        except OSError as error:
            self._give_up(error)

    def rest(self) -> None:
        """Nothing of it is in memory."""

    def free(self) -> None:
        """Nothing of it is in memory."""

    def _path(self, signature: Signature) -> Path | None:
        if signature not in self._signatures:
            return None
        name = files.file_name(signature, self._origin)
        return self._folder / name if name in self._names else None

    def _look_around(self, written: int) -> None:
        """Make room, now and then: others write to the folder too."""
        self._unseen_writes += 1
        self._unseen_bytes += written
        if self._unseen_writes > _BETWEEN_LOOKS or self._unseen_bytes > self._most_bytes // _LOOKS:
            files.make_room(self._folder, self._most_bytes)
            self._unseen_writes = self._unseen_bytes = 0

    def _give_up(self, error: OSError) -> None:
        if self._is_given_up:
            return
        self._is_given_up = True
        reason = error.strerror or str(error)
        self._warn(f"results are not kept for later runs: {self._folder}: {reason}")
