"""What can be wrong with a workflow, told so that a person can put it right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where.

    `type` follows ComfyUI's names (required_input_missing, return_type_mismatch, …), `message` says
    what is wrong and `details` what would be valid.
    """

    type: str
    message: str
    details: str = ""
    node_id: str | None = None
    class_type: str | None = None
    title: str | None = None
    input_name: str | None = None

    @property
    def place(self) -> str:
        """The node's id, title and class and the input, as far as they are known."""
        parts = []
        if self.node_id is not None:
            title = f' "{self.title}"' if self.title else ""
            kind = f" ({self.class_type})" if self.class_type and self.class_type != self.title else ""
            parts.append(f"node {_as_shown(self.node_id)}{title}{kind}")
        if self.input_name is not None:
            parts.append(f"input {_as_shown(self.input_name)}")
        return ", ".join(parts)

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}" if self.place else self.message
        # One line, whatever a title or a node's own words hold.
        return " ".join((f"{text}; {self.details}" if self.details else text).split())

    def as_dict(self) -> dict[str, Any]:
        """The problem as JSON; keys that say nothing are left out."""
        fields = {
            "type": self.type,
            "message": self.message,
            "details": self.details,
            "node_id": self.node_id,
            "class_type": self.class_type,
            "title": self.title,
            "input": self.input_name,
        }
        return {key: value for key, value in fields.items() if value not in (None, "")}


class InvalidWorkflow(ValueError):  # noqa: N818 - names the state of the workflow
    """A workflow, or what was asked of it, cannot run. `problems` holds everything that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class NodeFailed(RuntimeError):  # noqa: N818 - names what happened
    """A node raised while it ran; `cause` is what it raised."""

    def __init__(self, node_id: str, title: str, class_type: str, cause: BaseException) -> None:
        self.node_id = node_id
        self.title = title
        self.class_type = class_type
        self.cause = cause
        super().__init__(str(self.problem()))

    def problem(self) -> Problem:
        """The failure in the form of a problem, for reports."""
        text = " ".join(str(self.cause).split())
        message = f"{type(self.cause).__name__}: {text}" if text else type(self.cause).__name__
        return Problem(
            "node_failed", message, node_id=self.node_id, class_type=self.class_type, title=self.title
        )


def refuse(type: str, message: str, details: str = "") -> InvalidWorkflow:
    """An `InvalidWorkflow` of one problem that concerns no single node."""
    return InvalidWorkflow([Problem(type, message, details)])


def valid_names(wrong: str, names: Iterable[str], limit: int = 8) -> str:
    """Say what `wrong` may have meant: the names close to it, or else the first few of all names."""
    known = list(names)
    close = _closest(wrong, known)
    if close:
        return "did you mean " + " or ".join(close) + "?"
    if not known:
        return "there are none"
    more = f" and {len(known) - limit} more" if len(known) > limit else ""
    return "valid are " + ", ".join(known[:limit]) + more


def _closest(wrong: str, known: Sequence[str]) -> list[str]:
    close = difflib.get_close_matches(wrong, known, n=3, cutoff=0.6)
    # Names with a common prefix are all alike: only those nearly as close as the closest are meant.
    alike = [difflib.SequenceMatcher(None, name, wrong).ratio() for name in close]
    return [name for name, ratio in zip(close, alike, strict=True) if ratio > alike[0] - 0.06]


def _as_shown(name: str) -> str:
    return name if name and name.isprintable() and name == name.strip() else brief(name)


def brief(value: Any, limit: int = 60) -> str:
    """A value as it may stand in a message: one line, cut where it is long."""
    try:
        text = repr(value)
    except ValueError:  # an integer too long to print
        return "a very large number"
    return text if len(text) <= limit else text[: limit - 1] + "…"
