"""The order in which nodes can run: parents before children, without recursion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

Parents = Callable[[str], Iterable[str]]


class Cycle(Exception):  # noqa: N818 - a finding, turned into a problem by the caller
    """Nodes that depend on themselves; `path` starts and ends with the same id."""

    def __init__(self, path: Sequence[str]) -> None:
        self.path = tuple(path)
        super().__init__(" → ".join(self.path))


def ancestors_first(targets: Iterable[str], parents: Parents) -> list[str]:
    """The targets and all they depend on, every node after its parents.

    The order is depth first, so that a branch is finished, and its values are free, before the next.

    Raises:
        Cycle: some node depends on itself.
    """
    finished: dict[str, None] = {}
    for target in targets:
        if target not in finished:
            _visit(target, parents, finished)
    return list(finished)


def _visit(target: str, parents: Parents, finished: dict[str, None]) -> None:
    path, on_path, unseen = [target], {target}, [iter(parents(target))]
    while path:
        for parent in unseen[-1]:
            if parent in finished:
                continue
            if parent in on_path:
                raise Cycle([*path[path.index(parent) :], parent])
            path.append(parent)
            on_path.add(parent)
            unseen.append(iter(parents(parent)))
            break
        else:
            unseen.pop()
            done = path.pop()
            on_path.discard(done)
            finished[done] = None


def reachable(targets: Iterable[str], parents: Parents) -> list[str]:
    """The targets and all they depend on, in no promised order; cycles do no harm."""
    seen = dict.fromkeys(targets)
    waiting = list(seen)
    while waiting:
        for parent in parents(waiting.pop()):
            if parent not in seen:
                seen[parent] = None
                waiting.append(parent)
    return list(seen)
