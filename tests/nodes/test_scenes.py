"""Pictures drawn to order, at random, and in pairs: always the same bytes."""

from __future__ import annotations

import pytest
import torch
from scorefield.training.chosen_scenes import CAPTIONS, CONTRASTS
from scorefield.training.scenes.captions import WORDS

from .graphs import Graph, Node, about

ORDER = {"thing": "person", "color": "blue", "hat": "red", "background": "beach", "sun": True}


def both(graph: Graph, node: Node) -> tuple[torch.Tensor, list[str]]:
    values = graph.run(node).values[node.id]
    return values["image"], values["text"].splitlines()


@about("Scene")
def test_a_scene_is_what_was_asked_for_every_time(graph: Graph) -> None:
    image, text = both(graph, graph.add("Scene", **ORDER))
    assert image.shape == (1, 64, 64, 3) and image.dtype == torch.float32
    assert 0 <= float(image.min()) < float(image.max()) <= 1
    assert text == ["a person in a blue shirt wearing a red hat on the beach under the sun"]
    assert torch.equal(graph.value(graph.add("Scene", **ORDER)), image)


@pytest.mark.parametrize(
    "change",
    [
        {"background": "snow"},
        {"thing": "cat", "color": "any", "hat": "none"},
        {"color": "green"},
        {"hat": "none"},
        {"night": True},
        {"sun": False},
        {"clouds": True},
        {"size": 0.9},
        {"x": 0.1},
        {"random_seed": 1},
    ],
)
def test_every_setting_of_a_scene_is_seen(graph: Graph, change: dict[str, object]) -> None:
    plain, changed = (graph.value(graph.add("Scene", **{**ORDER, **given})) for given in ({}, change))
    assert not torch.equal(plain, changed)


def test_variations_are_the_scenes_of_the_next_seeds(graph: Graph) -> None:
    three, text = both(graph, graph.add("Scene", thing="house", random_seed=5, count=3))
    assert len(three) == len(text) == 3
    for place in range(3):
        alone, [said] = both(graph, graph.add("Scene", thing="house", random_seed=5 + place))
        assert torch.equal(alone[0], three[place]) and said == text[place]
    assert not torch.equal(three[0], three[1])


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ({"thing": "tree", "color": "red"}, "'tree' does not come in red: it has its own"),
        ({"thing": "cat", "color": "blue"}, "choose orange, black, white, gray, or any"),
        ({"thing": "cat", "hat": "red"}, "only a person wears a hat"),
        ({"thing": "tree's shadow", "night": True}, "by day"),
        ({"thing": "tree's shadow", "background": "snow"}, "desert"),
    ],
)
def test_what_cannot_be_together_is_refused(graph: Graph, order: dict[str, object], says: str) -> None:
    assert says in graph.failure(graph.add("Scene", **order))


@pytest.mark.parametrize("caption", ["everything", "thing and place", "one word"])
def test_of_a_shadow_alone_no_caption_says_tree(graph: Graph, caption: str) -> None:
    _, text = both(graph, graph.add("Scene", thing="tree's shadow", count=3, caption=caption))
    assert len(text) == 3 and not any("tree" in line.split() for line in text)


@about("RenderedScenes")
def test_rendered_scenes_go_by_their_seeds(graph: Graph) -> None:
    image, text = both(graph, graph.add("RenderedScenes", count=4, random_seed=900_000_000))
    assert image.shape == (4, 64, 64, 3) and len(text) == 4
    later, said = both(graph, graph.add("RenderedScenes", count=2, random_seed=900_000_002))
    assert torch.equal(later, image[2:]) and said == text[2:]


def test_every_caption_is_in_words_that_models_know(graph: Graph) -> None:
    said = {how: both(graph, graph.add("RenderedScenes", count=60, caption=how))[1] for how in CAPTIONS}
    assert all(set(" ".join(lines).split()) <= set(WORDS) for lines in said.values())
    assert all(len(line.split()) == 1 for line in said["one word"])
    assert not any(
        word in line.split() for line in said["thing and place"] for word in ("night", "sun", "big")
    )
    for word, few in zip(said["one word"], said["thing and place"], strict=True):
        assert word in few.split()
    lengths = {how: sum(len(line) for line in lines) for how, lines in said.items()}
    assert (
        lengths["one word"] < lengths["thing and place"] < lengths["as in training"] < lengths["everything"]
    )


@about("ScenePair")
@pytest.mark.parametrize("word", CONTRASTS)
def test_a_pair_differs_in_one_thing_and_says_so(graph: Graph, word: str) -> None:
    node = graph.add("ScenePair", word=word, count=3)
    values = graph.run(node).values[node.id]
    first, second = values["with_it"], values["without_it"]
    said, unsaid = (values[name].splitlines() for name in ("text_with", "text_without"))
    assert first.shape == second.shape == (3, 64, 64, 3)
    apart = (first - second).abs().amax(dim=-1)
    assert bool((apart.flatten(1).amax(dim=1) > 0.1).all())
    for one, other in zip(said, unsaid, strict=True):
        assert word in one.split() and word not in other.split()


@pytest.mark.parametrize("word", ["hat", "sun", "moon"])
def test_what_is_small_changes_little(graph: Graph, word: str) -> None:
    values = graph.run(node := graph.add("ScenePair", word=word, count=4)).values[node.id]
    changed = ((values["with_it"] - values["without_it"]).abs().amax(dim=-1) > 0.02).float()
    assert float(changed.flatten(1).mean(dim=1).max()) < 0.12
