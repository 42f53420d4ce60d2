"""Labels: distinct, and file names on every file system."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from scorefield.graph.sweep.label import labels, short_names

UNSAFE = set('/\\:*?"<>|\0\n\r\t ')


def test_a_label_says_every_value() -> None:
    assert labels(["steps", "scale"], [("20", "3"), ("20", "-1.5e-3")]) == [
        "steps=20,scale=3",
        "steps=20,scale=-1.5e-3",
    ]


def test_equal_values_have_one_label_and_different_ones_have_two() -> None:
    assert labels(["x"], [("a/b",), ("a\\b",), ("a/b",)]) == ["x=a_b", "x=a_b_2", "x=a_b"]


def test_case_and_the_spelling_of_accents_do_not_tell_labels_apart() -> None:
    composed, decomposed = (unicodedata.normalize(form, "é") for form in ("NFC", "NFD"))
    rows = [("cat",), ("Cat",), (composed,), (decomposed,)]
    assert labels(["x"], rows) == ["x=cat", "x=Cat_2", f"x={composed}", f"x={composed}_2"]


def test_a_long_value_leaves_the_others_to_be_seen() -> None:
    [label] = labels(["prompt", "steps"], [("a cat asleep " * 20, "20")])
    assert label.startswith("prompt=a_cat_asleep") and label.endswith(",steps=20")


def test_short_names_stand_for_whole_targets_only_where_they_differ() -> None:
    assert short_names(["A.x", "B.y"]) == ["x", "y"]
    assert short_names(["A.x", "B.x", "C.z"]) == ["A.x", "B.x", "C.z"]


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=8))
def test_any_values_make_safe_and_distinct_names(rows: list[tuple[str, str]]) -> None:
    found = labels(["../a", "b"], rows)
    assert len({label.casefold() for label in found}) == len(set(rows))
    for label in found:
        assert 0 < len(label.encode()) <= 110
        assert not set(label) & UNSAFE
        assert not label.startswith((".", "-", " ")) and not label.endswith((".", " "))
