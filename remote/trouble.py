"""What can go wrong between us and a server, in the words that a run's result and its reports use."""

from __future__ import annotations

from ..graph.errors import NodeFailed, Problem


class ServerTrouble(Exception):  # noqa: N818 - becomes a refusal or a failed run, by when it happened
    """The server answered in a way that is of no use."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


class ServerGone(ServerTrouble):
    """The server does not answer at all."""


class SaidByServer(Exception):  # noqa: N818 - what a server reports is not raised here
    """What a server said of a failure. Its traceback, where it sent one, is among the notes."""


class RemoteFailure(NodeFailed):
    """A part of a run that failed on the server, or on the way back; it may concern no single node."""

    def __init__(self, problem: Problem, traceback: str = "") -> None:
        self._problem = problem
        cause = SaidByServer(problem.message)
        if traceback:
            cause.add_note("\n".join(_harmless(line) for line in traceback.splitlines()))
        super().__init__(problem.node_id or "", problem.title or "", problem.class_type or "", cause)

    def problem(self) -> Problem:
        """What failed, where, as the server named it."""
        return self._problem


def _harmless(line: str) -> str:
    """A line of a stranger's without what would steer a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in line)
