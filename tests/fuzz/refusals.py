"""What holds whatever is in a file: it is planned, or refused by name."""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scorefield.cli import main
from scorefield.graph.cache import MemoryCache
from scorefield.graph.contract import Definition
from scorefield.graph.errors import InvalidWorkflow, Problem
from scorefield.graph.execution.executor import execute
from scorefield.graph.host import Host
from scorefield.graph.loading import read_source
from scorefield.graph.run import prepare
from scorefield.graph.signature import sign

Definitions = Mapping[str, Definition]
Tally = Counter[str]
# Those that concern the whole file, or something in it that has no id.
_OF_THE_FILE = frozenset({"not_json", "unreadable_file", "no_workflow", "prompt_no_outputs"})
_OF_AN_INPUT = frozenset(
    {"value_smaller_than_min", "value_bigger_than_max", "value_not_in_list", "return_type_mismatch"}
)


def check_values(raw: Any, definitions: Definitions, tally: Tally) -> None:
    """JSON values are planned, or refused by name."""
    try:
        sign(prepare(read_source(raw, definitions), definitions).plan)
        tally["planned"] += 1
    except InvalidWorkflow as invalid:
        assert invalid.problems
        for problem in invalid.problems:
            tally[problem.type] += 1
            names_its_place(problem)


def check_run(raw: Any, definitions: Definitions, tally: Tally) -> None:
    """JSON values are refused by name, or run to an end; what fails is named too."""
    try:
        planned = prepare(read_source(raw, definitions), definitions).plan
    except InvalidWorkflow:
        check_values(raw, definitions, tally)
        return
    result = execute(planned, Host(Path("never written")), cache=MemoryCache())
    tally[f"ran: {result.status}"] += 1
    ended = {*result.executed, *result.cached, *result.blocked, *result.skipped}
    ended |= {failure.node_id for failure in result.failures}
    assert ended >= set(planned.targets), "a target is forgotten"
    for failure in result.failures:
        names_its_place(failure.problem())


def names_its_place(problem: Problem) -> None:
    """A problem says what is wrong and where, in one line that can be written down."""
    assert problem.type and problem.message, "a problem says what is wrong"
    assert "\n" not in str(problem), "in one line"
    json.loads(json.dumps(problem.as_dict()))
    if problem.node_id is None:
        is_entry = re.search(r"\b(entry|JSON object|link|subgraph)\b", problem.message) is not None
        assert problem.type in _OF_THE_FILE or is_entry, f"no place: {problem}"
    if problem.type in _OF_AN_INPUT:
        assert problem.input_name, f"no input: {problem}"


def check_command(words: list[str], definitions: Definitions, tally: Tally) -> None:
    """The command line ends with a code, and says why and where in lines for people."""
    code, stdout, stderr = command(words, definitions)
    tally[f"exit {code}"] += 1
    assert code in (0, 1, 2), code
    assert "Traceback" not in stderr and "internal_error" not in stdout, stderr
    assert not re.search(r"^error: \w+(Error|Exception)\b", stderr, re.MULTILINE), stderr
    if "--json" in words:
        report = json.loads(stdout)
        assert (report["status"] == "invalid") is (code == 2), report["status"]
    if code == 2:
        lines = stderr.splitlines()
        assert lines and all(line.startswith("error: ") for line in lines), stderr
        assert all(_names_a_place(line, words) for line in lines), stderr


def _names_a_place(line: str, words: list[str]) -> bool:
    """Whether a refusal says which node, which file or which word it is about, or that it is the whole."""
    name = Path(words[1]).name.encode("ascii", "backslashreplace").decode()
    whole = "the workflow has no|JSON object|entry|no output was asked|subgraph|… and|\\\\u2026 and"
    if re.search(f"node |{re.escape(name)}|{whole}", line):
        return True
    given = [part for word in words[2:] for part in (word, *word.split("=", 1)) if part]
    shown = [repr(part)[1:20].encode("ascii", "backslashreplace").decode().rstrip("'") for part in given]
    return any(part in line for part in shown)


def command(words: list[str], definitions: Definitions) -> tuple[int, str, str]:
    """Run the command line in this process; what it prints has to be encoded, as on a console."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="ascii") for _ in range(2)]
    with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
        code = main(words, definitions)
        written = []
        for stream in streams:
            stream.flush()
            assert isinstance(stream.buffer, io.BytesIO)
            written.append(stream.buffer.getvalue().decode("ascii"))
    return code, written[0], written[1]
