"""Class names as text: what is understood, and what a condition may be shared out into."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scorefield.models.toy.text import ClassText, classes_of

TEXT = ClassText(("person", "dog", "cat"))


@given(st.lists(st.sampled_from(["", "person", "dog", "cat"]), min_size=1, max_size=6))
def test_what_is_written_is_what_is_asked_for(words) -> None:
    conditioning = TEXT.encode_from_tokens_scheduled(TEXT.tokenize(" , ".join(words)))
    assert classes_of(conditioning).tolist() == [
        {"": -1, "person": 0, "dog": 1, "cat": 2}[word] for word in words
    ]


def test_a_near_miss_gets_a_suggestion() -> None:
    with pytest.raises(ValueError, match=r"person, dog, cat, not 'catt'\. Did you mean 'cat'\?"):
        TEXT.tokenize("catt")
    with pytest.raises(ValueError, match=r"person, dog, cat, not 'xylophone'\.$"):
        TEXT.tokenize("dog, xylophone")


def test_a_model_without_classes_understands_only_silence() -> None:
    assert ClassText(()).tokenize("") == [-1]
    with pytest.raises(ValueError, match="no classes"):
        ClassText(()).tokenize("cat")


@pytest.mark.parametrize(
    "conditioning", [[], [[torch.zeros(1, 77, 768), {}]], [["cat", {}]], [[torch.zeros(2), {}]]]
)
def test_another_models_conditioning_is_refused(conditioning) -> None:
    with pytest.raises(ValueError, match="another model's text encoder"):
        classes_of(conditioning)
