"""What a pocket model hears: prompts in its own words, or the vector of a picture."""

from __future__ import annotations

import pytest
import torch
from scorefield.models import library
from scorefield.models.pocket.clip import LENGTH, WIDTH
from scorefield.models.pocket.text import LOUDNESS, picture_condition
from scorefield.models.pocket.word_list import WORD_LIST
from scorefield.training.scenes.captions import WORDS as LEARNT

from .pocket_models import WORDS, pocket_text, write_models

TEXT = pocket_text()


def conditioning(prompt: str) -> list[list[object]]:
    return TEXT.encode_from_tokens_scheduled(TEXT.tokenize(prompt))


def test_each_line_is_a_prompt() -> None:
    [[states, extras]] = conditioning("a cat\n\n  \n  a tree in the desert \n")
    assert states.shape == (2, LENGTH, WIDTH) and extras["pooled_output"].shape == (2, WIDTH)
    for place, prompt in enumerate(("a cat", "a tree in the desert")):
        [[alone, pooled]] = conditioning(prompt)
        assert torch.allclose(states[place], alone[0], atol=1e-5)
        assert torch.allclose(extras["pooled_output"][place], pooled["pooled_output"][0], atol=1e-4)


@pytest.mark.parametrize("nothing", ["", " ", "\n \n"])
def test_no_words_are_one_empty_prompt(nothing: str) -> None:
    assert torch.equal(TEXT.tokenize(nothing), torch.zeros(1, LENGTH, dtype=torch.long))
    [[states, extras]] = conditioning(nothing)
    assert bool(states.isfinite().all()) and bool(extras["pooled_output"].isfinite().all())


def test_capitals_and_punctuation_say_nothing_and_order_does() -> None:
    assert torch.equal(TEXT.tokenize("A cat, in the desert!"), TEXT.tokenize("a cat in the desert"))
    first, second = (conditioning(text)[0][1]["pooled_output"] for text in ("a cat in", "in a cat"))
    assert not torch.allclose(first, second, atol=1e-3)


def test_an_unknown_word_gets_a_suggestion_and_the_list() -> None:
    with pytest.raises(ValueError, match=r"'dessert'\. Did you mean 'desert'\?.*cat, desert, hat"):
        TEXT.tokenize("a cat\na tree in the dessert")
    with pytest.raises(ValueError, match=r"the word 'xylophone'\. It knows"):
        TEXT.embed_texts(["xylophone"])


def test_a_prompt_of_too_many_words_is_refused() -> None:
    TEXT.tokenize("cat " * LENGTH)
    with pytest.raises(ValueError, match=f"{LENGTH + 1} words.*at most {LENGTH}"):
        TEXT.tokenize("cat " * (LENGTH + 1))


def test_embeddings_are_of_unit_length_and_what_is_told_is_louder() -> None:
    texts = TEXT.embed_texts(["a cat", "a tree"])
    pictures = TEXT.embed_pictures(torch.rand(3, 64, 64, 3, generator=torch.Generator().manual_seed(0)))
    for vectors, count in ((texts, 2), (pictures, 3)):
        assert vectors.shape == (count, WIDTH)
        assert torch.allclose(vectors.norm(dim=1), torch.ones(count), atol=1e-5)
    pooled = conditioning("a cat\na tree")[0][1]["pooled_output"]
    assert torch.allclose(pooled, LOUDNESS * texts, atol=1e-4)


def test_of_pictures_the_middle_square_is_seen_at_any_size() -> None:
    tall = torch.rand(1, 128, 64, 3, generator=torch.Generator().manual_seed(0))
    assert torch.equal(TEXT.embed_pictures(tall), TEXT.embed_pictures(tall[:, 32:96]))
    assert torch.equal(
        TEXT.embed_pictures(torch.zeros(1, 8, 300, 4)), TEXT.embed_pictures(torch.zeros(1, 64, 64, 3))
    )


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory):
    folder = write_models(tmp_path_factory.mktemp("weights"))
    return {
        name: library.load(name, "cpu", folder)[0] for name in ("pocket", "pocket-unclip", "pocket-prior")
    }


def test_a_model_says_what_it_is_told_and_what_it_got_instead(models) -> None:
    prompt, picture = conditioning("a cat"), picture_condition(TEXT.embed_texts(["a cat"]))
    for name in ("pocket", "pocket-prior"):
        models[name].given(prompt)
        with pytest.raises(
            ValueError, match="told a prompt, and got the vector of a picture: use Text Encode"
        ):
            models[name].given(picture)
    models["pocket-unclip"].given(picture)
    with pytest.raises(
        ValueError, match="the vector of a picture, and got a prompt: use Embedding Condition"
    ):
        models["pocket-unclip"].given(prompt)


@pytest.mark.parametrize(
    "foreign",
    [
        [],
        [[torch.zeros(1, 77, 768), {"pooled_output": torch.zeros(1, 768)}]],
        [[torch.zeros(1, 24, 128), {}]],
        [["cat", {"pooled_output": torch.zeros(1, 128)}]],
    ],
)
def test_another_models_conditioning_is_refused(models, foreign) -> None:
    for model in models.values():
        with pytest.raises(ValueError, match="another model's text encoder"):
            model.given(foreign)


def test_rows_of_a_condition_share_the_batch_out(models) -> None:
    for name, told in (
        ("pocket", conditioning("a cat\na tree")),
        ("pocket-prior", conditioning("a cat\na tree")),
        ("pocket-unclip", picture_condition(TEXT.embed_texts(["a cat", "a tree"]))),
    ):
        model = models[name]
        level, x = (
            model.schedule.at(0.5),
            torch.randn(4, *model.shape, generator=torch.Generator().manual_seed(0)),
        )
        both = model.given(told).field(x, level).x0
        for row in (0, 1):
            own = [
                [
                    told[0][0][row : row + 1],
                    {**told[0][1], "pooled_output": told[0][1]["pooled_output"][row : row + 1]},
                ]
            ]
            alone = model.given(own).field(x[2 * row : 2 * row + 2], level).x0
            assert torch.allclose(both[2 * row : 2 * row + 2], alone, atol=1e-4)
            assert not torch.allclose(both[2 - 2 * row : 4 - 2 * row], alone, atol=1e-2)
        with pytest.raises(ValueError, match=r"2 prompts.*batch of 3"):
            model.given(told).field(x[:3], level)


def test_a_zero_vector_asks_for_nothing_in_particular(models) -> None:
    model = models["pocket-unclip"]
    x, level = (
        torch.randn(2, *model.shape, generator=torch.Generator().manual_seed(0)),
        model.schedule.at(0.5),
    )
    free = model.given(picture_condition(torch.zeros(1, WIDTH))).field(x, level).x0
    assert torch.equal(free, model.field(x, level).x0)


def test_the_word_list_is_of_words_that_were_learnt() -> None:
    assert set(WORD_LIST) <= set(LEARNT) and len(set(WORD_LIST)) == len(WORD_LIST)
    assert {"hat", "night", "sun", "tree", "desert"} <= set(WORD_LIST)
    assert not {"a", "in", "the", "wearing", "walking"} & set(WORD_LIST)
    assert set(WORDS) <= set(LEARNT)
