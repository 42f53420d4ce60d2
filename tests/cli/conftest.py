"""Nodes that write files, wait and fail, and a way to run the command line on them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import pytest
from scorefield.cli import main
from scorefield.graph.context import Context
from scorefield.graph.contract import Definition
from scorefield.graph.declare import Int, Out, Socket, String, node

RAN: list[str] = []


@node("ScorefieldStart", title="Start", category="test")
def start(
    value: Annotated[int, Int("It.", minimum=1, maximum=50)] = 1,
) -> Annotated[int, Out("n", "NUMBER", "")]:
    """A number."""
    RAN.append(f"start {value}")
    print("a node that talks")
    return value


@node("ScorefieldTimes", title="Times", category="test")
def times(
    number: Annotated[int, Socket("NUMBER", "It.")], factor: Annotated[int, Int("Factor.", maximum=9)] = 2
) -> Annotated[int, Out("n", "NUMBER", "")]:
    """A product."""
    RAN.append(f"times {factor}")
    return number * factor


@node("ScorefieldSave", title="Save Text", category="test", output_node=True)
def save(
    number: Annotated[int, Socket("NUMBER", "It.")],
    name: Annotated[str, String("File name.")] = "result",
    *,
    context: Context,
) -> None:
    """Writes a file and shows it."""
    (context.output_folder / f"{name}.txt").write_text(str(number))
    context.show(images=[{"filename": f"{name}.txt", "subfolder": "", "type": "output"}], text=[str(number)])


@node("ScorefieldSaveBeside", title="Save Beside", category="test", output_node=True)
def save_beside(number: Annotated[int, Socket("NUMBER", "It.")], *, context: Context) -> None:
    """Writes a file and does not say so."""
    (context.output_folder / "deep").mkdir()
    (context.output_folder / "deep" / "note.txt").write_text(str(number))


@node("ScorefieldFail", title="Fail", category="test")
def fail(number: Annotated[int, Socket("NUMBER", "It.")]) -> Annotated[int, Out("n", "NUMBER", "")]:
    """Raises."""
    raise ValueError("it was bound to fail")


@node("ScorefieldFailOnce", title="Fail Once", category="test")
def fail_once(number: Annotated[int, Socket("NUMBER", "It.")]) -> Annotated[int, Out("n", "NUMBER", "")]:
    """Raises while there is trouble."""
    if Path("trouble").exists():
        raise ValueError("there is trouble")
    return number


DEFINITIONS: dict[str, Definition] = {d.id: d for d in (start, times, save, save_beside, fail, fail_once)}


class Outcome(NamedTuple):
    """What a command did: its exit code and what it wrote, and which nodes ran."""

    code: int
    stdout: str
    stderr: str
    ran: list[str]

    def json(self) -> Any:
        """The one object on stdout."""
        assert self.stdout.count("\n") == 1
        return json.loads(self.stdout)


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Definition]:
    """The small nodes, for use in an empty folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return dict(DEFINITIONS)


@pytest.fixture
def scorefield(capsys: pytest.CaptureFixture[str], known: dict[str, Definition]) -> Callable[..., Outcome]:
    """Run the command line in an empty folder."""

    def run(*words: object) -> Outcome:
        RAN.clear()
        code = main([str(word) for word in words], known)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err, list(RAN))

    return run


@pytest.fixture
def workflow(tmp_path: Path) -> Callable[[Any], Path]:
    """Write a workflow file, outside the folder where commands run."""

    def write(content: Any) -> Path:
        path = tmp_path / "workflow.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


@pytest.fixture
def chain() -> dict[str, Any]:
    """Start → Times → Save."""
    return {
        "1": {"class_type": "ScorefieldStart", "inputs": {"value": 5}},
        "2": {"class_type": "ScorefieldTimes", "inputs": {"number": ["1", 0]}, "_meta": {"title": "Twice"}},
        "3": {"class_type": "ScorefieldSave", "inputs": {"number": ["2", 0]}},
    }
