"""Progress: what stands on a terminal and in a log, whatever the run, its titles and its nodes do."""

from __future__ import annotations

import io
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from rich.cells import cell_len
from scorefield.cli.durations import clock, speed, steps, took
from scorefield.cli.progress import Progress
from scorefield.cli.progress_rows import counts, rows
from scorefield.cli.progress_state import RunState
from scorefield.cli.progress_tree import ASCII, UNICODE, ProgressTree, glyphs_for
from scorefield.graph.errors import NodeFailed
from scorefield.graph.events import (
    BranchFailed,
    Event,
    NodeBlocked,
    NodeCached,
    NodeDone,
    NodeProgress,
    NodeStarted,
    RunDone,
    RunStarted,
)

from .terminal import Terminal, screen


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Terminal]]:
    """Make terminals."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    yield Terminal


def failed(node_id: str, *skipped: str) -> BranchFailed:
    return BranchFailed(NodeFailed(node_id, "Bad", "Bad", ValueError("no")), skipped)


EVERYTHING: list[Event] = [
    RunStarted(("1", "2", "3", "4", "5", "6", "7")),
    NodeCached("1", {}),
    NodeStarted("2", "Walk"),
    NodeProgress("2", 1, 4),
    NodeDone("2", {}),
    NodeStarted("3", "Bad"),
    failed("3", "4"),
    NodeBlocked("5"),
    NodeStarted("6", "Still"),
    NodeProgress("6", 3, 12),
]


def shown(events: list[Event], most: int = 20) -> list[tuple[str, str, str]]:
    state = RunState({"7": "Later"})
    for event in events:
        state.take(event)
    return [(row.kind, row.node_id, row.title) for row in rows(state, time.perf_counter(), most)]


def test_every_node_stands_in_its_place_with_what_became_of_it() -> None:
    assert shown(EVERYTHING) == [
        ("cached", "1", ""),
        ("done", "2", "Walk"),
        ("failed", "3", "Bad"),
        ("skipped", "4", ""),
        ("blocked", "5", ""),
        ("running", "6", "Still"),
        ("waiting", "7", "Later"),
    ]
    state = RunState()
    for event in EVERYTHING:
        state.take(event)
    assert counts(state, state.started_at + 75) == (
        "5/7 nodes  1 cached  1 blocked  1 failed  1 skipped  1:15"
    )


def test_nodes_of_an_expansion_stand_below_the_node_that_shows_them() -> None:
    inner = [NodeStarted("2.1", "Inner", "2"), NodeDone("2.1", {}), NodeStarted("2.2", "Next", "2")]
    state = RunState()
    for event in [*EVERYTHING[:3], *inner]:
        state.take(event)
    found = [(row.node_id, row.depth, row.kind) for row in rows(state, 0.0, 20)]
    assert found[:4] == [("1", 0, "cached"), ("2", 0, "running"), ("2.1", 1, "done"), ("2.2", 1, "running")]
    assert state.finished == 1


def test_of_very_many_nodes_those_that_matter_stand() -> None:
    ids = tuple(str(number) for number in range(5000))
    events: list[Event] = [RunStarted(ids)]
    for node_id in ids[:3000]:
        events += [NodeStarted(node_id, "N"), NodeDone(node_id, {})]
    events += [failed(ids[3000]), *(NodeStarted(node_id, "R") for node_id in ids[4000:4003])]
    assert shown(events, 8) == [
        ("failed", "3000", ""),
        ("done", "2998", "N"),
        ("done", "2999", "N"),
        *[("running", str(number), "R") for number in range(4000, 4003)],
    ]
    everything_runs = [*events, *(NodeStarted(node_id, "R") for node_id in ids[4003:])]
    for most in (1, 2, 5):
        assert len(shown(everything_runs, most)) == most


def test_steps_have_a_speed_and_a_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("scorefield.cli.progress_state.time.perf_counter", lambda: now[0])
    state = RunState()
    state.take(RunStarted(("1",)))
    state.take(NodeStarted("1", "Walk"))
    for second in range(5):
        now[0] = 100.0 + 2 * second
        state.take(NodeProgress("1", 10 * second, 100))
    [row] = rows(state, now[0], 5)
    assert (row.note, row.share) == ("40/100  5.0/s  0:12 left", 0.4)
    state.take(NodeProgress("1", 1, 50))
    assert rows(state, now[0], 5)[0].note == "1/50", "a second loop begins anew"


@pytest.mark.parametrize(
    ("said", "as_text"),
    [
        (clock(7), "0:07"),
        (clock(3723), "1:02:03"),
        (took(0.0042), "0.004 s"),
        (took(1.26), "1.3 s"),
        (took(75), "1:15"),
        (speed(2.5), "2.5/s"),
        (speed(0.25), "4.0 s/step"),
        (steps(3, 10, 0.0), "3/10"),
        (steps(10, 10, 2.0), "10/10  2.0/s"),
    ],
)
def test_times_as_people_read_them(said: str, as_text: str) -> None:
    assert said == as_text


def drive(terminal: Terminal, events: list[Event], label: str = "", runs: int = 1) -> str:
    with Progress(terminal.stream, runs).of_run(label=label) as listener:
        for event in events:
            listener(event)
        time.sleep(0.2)
    return terminal.close()


def test_a_terminal_shows_a_tree_that_stays_as_it_ended(terminal: Callable[..., Terminal]) -> None:
    text = drive(terminal(), [*EVERYTHING, NodeDone("6", {}), RunDone("failed", 1.0)])
    lines = screen(text)
    assert [line.split("  ")[0] for line in lines] == [
        "≡ 1",
        "✓ Walk (2)",
        "✗ Bad (3)",
        "– 4",
        "⊘ 5",
        "✓ Still (6)",
        "· 7",
        "",
        "",
    ]
    assert lines[-2].strip().startswith("6/7 nodes  1 cached  1 blocked  1 failed  1 skipped  0:0")
    assert "\x1b[?25l" not in text, "the cursor is never hidden"
    assert "\x1b[32m" in text


def test_a_running_node_has_a_bar_where_there_is_room(terminal: Callable[..., Terminal]) -> None:
    assert "▸ Still (6)  ━━━━━───────────────  3/12" in screen(drive(terminal(100), EVERYTHING))
    assert "━" not in drive(terminal(40), EVERYTHING)


def test_a_sweep_shows_the_run_and_the_whole_and_clears_it(terminal: Callable[..., Terminal]) -> None:
    text = drive(terminal(100), EVERYTHING, "scale=4\x1b[2J", runs=4)
    drawn = screen(text.rpartition("\r")[0])
    assert drawn[-2].startswith("  (1/4 scale=4?[2J)  ━━━─────────────────  0:0")
    assert screen(text) == [""]


@pytest.mark.parametrize(("width", "height"), [(20, 5), (8, 4), (3, 3), (1, 2), (200, 60)])
def test_no_line_is_wider_and_no_picture_higher_than_the_terminal(
    terminal: Callable[..., Terminal], width: int, height: int
) -> None:
    made = terminal(width, height)
    state = RunState({"1": "漢字" * 30, "2": "long " * 40})
    for event in EVERYTHING:
        state.take(event)
    texts = ProgressTree(state, made.stream)._texts(width, height)
    assert 0 < len(texts) < height
    assert all(cell_len(text.plain) <= max(1, width - 1) for text in texts)
    made.close()


def test_what_nodes_print_stands_above_the_tree_and_whole(terminal: Callable[..., Terminal]) -> None:
    made, before = terminal(), (sys.stdout, sys.stderr)
    with Progress(made.stream).of_run() as listener:
        for event in EVERYTHING:
            listener(event)
        for number in range(50):
            print("to stdout", number)
            print("to stderr", number, file=sys.stderr)
            time.sleep(0.01)
        sys.stdout.write("without an end")
    assert (sys.stdout, sys.stderr) == before
    lines = screen(made.close())
    printed = [f"to {name} {number}" for number in range(50) for name in ("stdout", "stderr")]
    assert lines[:101] == [*printed, "without an end"]
    assert len(lines) == 101 + 7 + 2


def test_titles_steer_nothing_and_letters_the_terminal_lacks_are_spelled_out(
    terminal: Callable[..., Terminal],
) -> None:
    made = terminal()
    made.stream.reconfigure(encoding="ascii", errors="backslashreplace")
    events = [
        RunStarted(("\x1b[1m",)),
        NodeStarted("\x1b[1m", "a\x1b[2J\rü\u202e"),
        NodeProgress("\x1b[1m", 1, 2),
    ]
    text = drive(made, events)
    assert screen(text)[0] == "> a?[2J?\\xfc? (?[1m)  ##########----------  1/2"
    assert "\x1b[2J" not in text and text.isascii()


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1", None, "unheard"])
def test_signs_are_those_the_encoding_has(encoding: str | None) -> None:
    assert glyphs_for(encoding) is (UNICODE if encoding == "utf-8" else ASCII)
    "".join([*ASCII.kinds.values(), *ASCII[1:]]).encode("ascii")


def test_no_color_is_heeded(terminal: Callable[..., Terminal], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text = drive(terminal(), EVERYTHING)
    assert "✓ Walk" in text
    assert not any(f"\x1b[{colour}m" in text for colour in (31, 32, 34, 36))


def test_a_terminal_that_cannot_draw_gets_lines(
    terminal: Callable[..., Terminal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    text = drive(terminal(), EVERYTHING)
    assert ("\x1b" in text, text.splitlines()[0]) == (False, "[2/7] Walk (2)")


def test_a_terminal_that_goes_away_does_not_stop_the_run(terminal: Callable[..., Terminal]) -> None:
    made = terminal()
    with Progress(made.stream).of_run() as listener:
        listener(EVERYTHING[0])
        time.sleep(0.15)
        made.close()
        listener(EVERYTHING[1])
        time.sleep(0.15)


def test_whatever_ends_a_run_gives_the_terminal_back(terminal: Callable[..., Terminal]) -> None:
    before, threads = (sys.stdout, sys.stderr), threading.active_count()
    made = terminal()
    with pytest.raises(KeyboardInterrupt), Progress(made.stream).of_run() as listener:
        listener(EVERYTHING[0])
        raise KeyboardInterrupt
    made.close()
    assert (sys.stdout, sys.stderr) == before
    assert threading.active_count() == threads


def test_a_node_that_was_stopped_does_not_look_as_if_it_ran(terminal: Callable[..., Terminal]) -> None:
    text = drive(terminal(), [*EVERYTHING, RunDone("interrupted", 1.0)])
    assert [line for line in screen(text) if "Still" in line] == ["– Still (6)  stopped"]


def lines_of(events: list[Event], prefix: str = "") -> list[str]:
    stream = io.StringIO()
    with Progress(stream, 3 if prefix else 1).of_run(label=prefix) as listener:
        for event in events:
            listener(event)
    return stream.getvalue().splitlines()


def test_a_log_has_a_line_for_each_of_a_few_nodes() -> None:
    assert lines_of(EVERYTHING) == ["[2/7] Walk (2)", "[3/7] Bad (3)", "[6/7] Still (6)"]
    assert lines_of(EVERYTHING, "scale=4")[0] == "(1/3 scale=4) [2/7] Walk (2)"


def test_a_log_of_very_many_nodes_is_short() -> None:
    ids = tuple(str(number) for number in range(4_000))
    events: list[Event] = [RunStarted(ids)]
    for node_id in ids:
        events += [NodeStarted(node_id, "N"), NodeProgress(node_id, 1, 2), NodeDone(node_id, {})]
    found = lines_of(events)
    assert found[:2] == ["[1/4000] N (0)", "[2/4000] N (1)"]
    assert 20 <= len(found) <= 25


def test_a_log_names_a_long_node_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scorefield.cli.progress_lines._SILENT", 0.05)
    stream = io.StringIO()
    ids = tuple(str(number) for number in range(50))
    with Progress(stream).of_run() as listener:
        listener(RunStarted(ids))
        for node_id in ids[:40]:
            listener(NodeStarted(node_id, "Quick"))
            listener(NodeDone(node_id, {}))
        listener(NodeStarted("40", "Long"))
        time.sleep(0.3)
    assert [line for line in stream.getvalue().splitlines() if "Long" in line] == ["[41/50] Long (40)"]


def test_steps_in_a_log_are_spaced_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scorefield.cli.progress_lines._BETWEEN_STEPS", 0.0)
    events: list[Event] = [RunStarted(("1",)), NodeStarted("1", "Walk"), NodeProgress("1", 3, 9)]
    assert lines_of(events) == ["[1/1] Walk (1)", "[1/1] Walk (1)  3/9"]
    monkeypatch.setattr("scorefield.cli.progress_lines._BETWEEN_STEPS", 60.0)
    assert lines_of(events) == ["[1/1] Walk (1)"]


def test_events_of_an_unknown_kind_are_ignored() -> None:
    state = RunState()
    state.take("something new")  # type: ignore[arg-type]
    assert rows(state, 0.0, 5) == []
