"""Lines that are drawn anew below others that stay: nothing is torn, nothing that was printed is lost."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scorefield.cli.live_region import Above, Line, LiveRegion, harmless

from .terminal import screen

WORDS = st.text(alphabet="abc ", min_size=1, max_size=8)


@given(st.lists(st.tuples(st.lists(WORDS, max_size=4), st.lists(WORDS, max_size=3)), min_size=1, max_size=8))
def test_what_was_printed_stands_above_the_last_drawing(drawings: list[tuple[list[str], list[str]]]) -> None:
    stream = io.StringIO()
    region = LiveRegion(stream)
    printed: list[str] = []
    for lines, above in drawings:
        printed += above
        region.draw(
            [Line(f"#{text}", len(text) + 1) for text in lines], "".join(f"{t}\n" for t in above), 80, 24
        )
    last = [f"#{text}" for text in drawings[-1][0]]
    assert screen(stream.getvalue()) == [*printed, *last, ""]


@pytest.mark.parametrize(("width", "height", "up"), [(80, 24, 3), (30, 24, 4), (7, 24, 15), (7, 10, 9)])
def test_a_terminal_that_became_narrow_has_wrapped_what_is_replaced(width: int, height: int, up: int) -> None:
    stream = io.StringIO()
    region = LiveRegion(stream)
    region.draw([Line("x" * cells, cells) for cells in (60, 30, 1)], "", 80, 24)
    before = len(stream.getvalue())
    region.draw([], "", width, height)
    assert stream.getvalue()[before:] == f"\r\x1b[{up}A\x1b[J"


def test_whole_lines_are_taken_and_the_rest_waits() -> None:
    above = Above(io.StringIO())
    stream = above.as_text()
    stream.write("one\ntw")
    assert above.take() == "one\n"
    stream.write("o\nthree ü")
    stream.buffer.write("漢".encode()[:2])
    assert above.take() == "two\n"
    stream.buffer.write("漢".encode()[2:])
    assert (above.take(), above.take(is_last=True), above.take(is_last=True)) == ("", "three ü漢\n", "")


def test_who_still_holds_the_stream_at_the_end_writes_on() -> None:
    terminal = io.StringIO()
    above = Above(terminal)
    stream = above.as_text()
    above.finish()
    print("late", file=stream)
    assert terminal.getvalue() == "late\n"
    assert (stream.isatty(), stream.writable()) == (False, True)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("plain ü 漢 and\ttab", "plain ü 漢 and\ttab"),
        ("\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m\x1b[0m"),
        ("a\x1b[2J\x1b[1;1Hb\x1b[?25lc", "abc"),
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]0;title\x1b\\b", "ab"),
        ("a\x1bPq#0\x1b\\b\x1bc", "ab"),
        ("10%\r50%\r100%", "100%"),
        ("100%\r", "100%"),
        ("a\a\b\x7f\x9bb", "ab"),
        ("cut\x1b", "cut"),
        ("cut\x1b[3", "cut"),
    ],
)
def test_a_printed_line_keeps_its_colours_and_steers_nothing(line: str, shown: str) -> None:
    assert harmless(line) == shown
