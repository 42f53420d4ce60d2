"""What WAN hears: a cleaned prompt, 512 tokens, and zeros behind its end."""

from __future__ import annotations

import pytest
import torch
from scorefield.models.wan.network import PROMPT
from scorefield.models.wan.prompt import NEGATIVE, cleaned

from .wan_models import loaded, pipeline


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("  two\t cats \u00a0 fight ", "two cats fight"),
        ("cafÃ© \u2019s", "café 's"),
        ("salt &amp;amp; pepper &lt;3", "salt & pepper <3"),
        ("<b> a &amp;amp; b", "<b> a & b"),
        ("", ""),
    ],
)
def test_a_prompt_is_mended_unescaped_and_its_white_space_folded(typed: str, heard: str) -> None:
    assert cleaned(typed) == heard


@pytest.mark.parametrize(
    "typed", ["  two\t cats ", "cafÃ© \u2019s", "a &amp;amp; b", "<i> &amp;lt;", "色调 x\u3000y", ""]
)
def test_a_prompt_is_cleaned_as_the_pipeline_cleans_it(typed: str) -> None:
    from diffusers.pipelines.wan.pipeline_wan import prompt_clean

    assert cleaned(typed) == prompt_clean(typed)


def test_prompts_stand_one_a_line_each_cleaned_and_blank_lines_are_none() -> None:
    _, text, _ = loaded()
    for typed, meant in (("a cat\n\n  \na &amp; dog\n", "a cat\na & dog"), (" \n ", "")):
        assert torch.equal(text.tokenize(typed).ids, text.tokenize(meant).ids)
    assert len(text.tokenize("a cat\n\n  \na  dog\n").ids) == 2
    assert not torch.equal(*text.tokenize("a & dog\na &amp; cat").ids)


def test_the_default_negative_prompt_is_that_of_wans_configuration() -> None:
    _, text, _ = loaded()
    assert text.default_negative == NEGATIVE
    assert NEGATIVE.startswith("色调艳丽，过曝，静态，") and NEGATIVE.endswith("背景人很多，倒着走")
    assert len(NEGATIVE.split("，")) == 28


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("prompts", [["a tree in the desert"], [""], ["a cat", NEGATIVE], ["horse " * 600]])
def test_states_are_those_of_the_pipeline(prompts: list[str], precision: str) -> None:
    _, text, _ = loaded(precision=precision)
    [[states, extras]] = text.encode_from_tokens_scheduled(text.tokenize("\n".join(prompts)))
    with torch.no_grad():
        expected, _ = pipeline(precision=precision).encode_prompt(prompts, "", False, max_sequence_length=512)
    assert states.dtype == expected.dtype and torch.equal(states, expected)
    assert extras["pooled_output"].shape == (len(prompts), states.shape[-1])


def test_behind_the_end_of_a_prompt_there_are_zeros() -> None:
    _, text, _ = loaded()
    [[states, extras]] = text.encode_from_tokens_scheduled(text.tokenize("a cat\nan astronaut"))
    mask = extras["attention_mask"].bool()
    assert states.shape[:2] == mask.shape == (2, 512)
    assert bool((states[mask].abs().sum(-1) > 0).all()) and not bool(states[~mask].any())
    assert 3 <= int(mask[0].sum()) != int(mask[1].sum()) < 20


def test_nothing_asked_for_is_the_empty_prompt_and_is_encoded_when_it_is_needed() -> None:
    model, text, _ = loaded()
    [[states, _]] = text.encode_from_tokens_scheduled(text.tokenize(""))
    told = model.field.told
    assert list(told) == [PROMPT] and torch.equal(told[PROMPT], states)
    assert told[PROMPT] is told[PROMPT]


def test_a_conditioning_of_another_model_is_refused() -> None:
    model, _, _ = loaded()
    for other in ([[torch.zeros(1, 77, 7), {}]], [[torch.zeros(3, 1), {}]], []):
        with pytest.raises(ValueError, match="another model"):
            model.given(other)
