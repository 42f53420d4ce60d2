"""Words in lines: nothing is lost, and nothing is wider than there is room."""

from __future__ import annotations

from itertools import pairwise

import torch
from hypothesis import given
from hypothesis import strategies as st
from scorefield.plots.grid import image_grid, magnified
from scorefield.plots.wrapping import wrapped

WORDS = st.lists(st.text("abcd", min_size=1, max_size=6), min_size=1, max_size=8).map(" ".join)


@given(WORDS, st.integers(6, 40))
def test_lines_hold_all_words_in_order(words: str, room: int) -> None:
    lines = wrapped(words, room, 100, len)
    assert " ".join(lines) == words
    assert all(len(line) <= room for line in lines)
    # No line could have taken the next one's first word.
    assert all(len(f"{line} {after.split(' ')[0]}") > room for line, after in pairwise(lines))


@given(WORDS, st.integers(3, 20), st.integers(1, 3))
def test_what_does_not_fit_is_cut_at_the_end(words: str, room: int, most: int) -> None:
    lines = wrapped(words, room, most, len)
    assert len(lines) <= most and all(len(line) <= room for line in lines)
    assert " ".join(lines) == words or any(line.endswith("…") for line in lines)


def test_a_line_break_is_one() -> None:
    assert wrapped("step 3\nt 0.50", 40, 3, len) == ["step 3", "t 0.50"]


def test_a_label_of_two_lines_makes_room_for_itself() -> None:
    pictures = torch.rand(2, 64, 64, 3)
    one, two = (image_grid(pictures, column_labels=[label, "b"]) for label in ("step 3", "step 3\nt 0.50"))
    more = two.shape[1] - one.shape[1]
    assert more > 8 and torch.equal(two[:, -72:], one[:, -72:])


def test_the_first_line_stands_above_the_second() -> None:
    def ink_above(label: str) -> float:
        page = image_grid(torch.zeros(1, 64, 64, 3), column_labels=[label])[0, :-72]
        ink = (page - page[0, 0]).abs().sum(dim=(1, 2))
        return float(ink[: len(ink) // 2].sum() / ink.sum())

    assert ink_above("MMM\n.") > 0.8 > 0.2 > ink_above(".\nMMM")


def test_small_pictures_are_enlarged_by_whole_pixels_and_large_ones_fit() -> None:
    assert magnified(torch.zeros(8, 8, 3), 3, 1, 1) == 24
    assert magnified(torch.zeros(60, 50, 3), 0, 1, 1) == 180
    assert magnified(torch.zeros(700, 500, 3), 0, 1, 1) == 256
    assert magnified(torch.zeros(700, 500, 3), 1, 1, 1) == 700
    assert magnified(torch.zeros(64, 64, 3), 8, 1, 20) == 192
    assert magnified(torch.zeros(700, 500, 3), 1, 1, 20) is None


def test_a_long_title_takes_more_lines_instead_of_being_cut() -> None:
    pictures = torch.rand(4, 64, 64, 3)
    one, more = (image_grid(pictures, 2, title=title) for title in ("short", "a title of many words " * 2))
    assert more.shape[1] > one.shape[1] + 8 and torch.equal(more[:, -144:], one[:, -144:])
