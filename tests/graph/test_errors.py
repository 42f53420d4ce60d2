"""Problems as people read them."""

from __future__ import annotations

import pytest
from scorefield.graph.errors import Problem


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("t", "it is\nso", "or\n\tso"), "it is so; or so"),
        (Problem("t", "wrong", "", "4", "Kind", "A\ntitle", "a"), 'node 4 "A title" (Kind), input a: wrong'),
        (Problem("t", "wrong", "", "\n", "Kind"), "node '\\n' (Kind): wrong"),
        (Problem("t", "wrong", "", "", "Kind"), "node '' (Kind): wrong"),
        (Problem("t", "wrong", "", "1 ", None, None, "\x1b[2J"), "node '1 ', input '\\x1b[2J': wrong"),
    ],
)
def test_a_problem_is_one_line_that_names_its_place(problem: Problem, text: str) -> None:
    assert str(problem) == text
