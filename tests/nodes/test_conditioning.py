"""What a model is told, and how strongly it listens."""

from __future__ import annotations

import pytest
import torch
from scorefield.diffusion.schedule import Level

from .graphs import Graph, Node, about

LEVEL = Level(1.0, 0.4, 0.5)


def classes(graph: Graph) -> Node:
    points = graph.add("Spiral", classes="3")
    return graph.add("ClosedFormModel", points=points["points"])


def told(graph: Graph, model: Node, text: str) -> list[object]:
    return graph.add("TextEncode", clip=model["clip"], text=text)["conditioning"]


@about("TextEncode")
def test_a_class_name_becomes_its_class(graph: Graph) -> None:
    model = classes(graph)
    asked = graph.value(graph.add("TextEncode", clip=model["clip"], text="cat, , person"))
    [[tokens, extras]] = asked
    assert tokens.flatten().tolist() == [2, -1, 0] and extras == {}


def test_an_unknown_class_is_refused_with_those_there_are(graph: Graph) -> None:
    message = graph.failure(graph.add("TextEncode", clip=classes(graph)["clip"], text="cta"))
    assert "person, dog, cat" in message and "Did you mean 'cat'?" in message


def test_a_model_without_classes_understands_only_the_empty_text(graph: Graph) -> None:
    model = graph.add("ClosedFormModel", points=graph.add("Circle")["points"])
    graph.value(graph.add("TextEncode", clip=model["clip"], text=""))
    assert "no classes" in graph.failure(graph.add("TextEncode", clip=model["clip"], text="cat"))


@about("NegativeEncode")
def test_an_empty_negative_is_the_models_default(graph: Graph) -> None:
    class Encoder:
        default_negative = "ugly"

        def tokenize(self, text: str) -> str:
            return text

        def encode_from_tokens_scheduled(self, tokens: str) -> list[list[object]]:
            return [[tokens, {}]]

    foreign = graph.given(Encoder())
    assert graph.value(graph.add("NegativeEncode", clip=foreign)) == [["ugly", {}]]
    assert graph.value(graph.add("NegativeEncode", clip=foreign, text="grey")) == [["grey", {}]]
    assert graph.value(graph.add("TextEncode", clip=foreign)) == [["", {}]]
    plane = graph.value(graph.add("NegativeEncode", clip=classes(graph)["clip"]))
    assert plane[0][0].flatten().tolist() == [-1]


def fields(graph: Graph, **inputs: object) -> tuple[torch.Tensor, ...]:
    """ε̂ of (guided, conditional, unconditional) at some places."""
    model = classes(graph)
    node = graph.add("CFGCombine", model=model["model"], positive=told(graph, model, "cat"), **inputs)
    x = torch.tensor([[0.2, 0.1], [-0.5, 0.4], [0.0, -0.8], [0.6, 0.6]])
    done = graph.run(node, model).values
    alone = done[model.id]["model"]
    guided = done[node.id]["model"].field(x, LEVEL).epsilon
    cat = [[torch.tensor([2.0]).view(1, 1, 1), {}]]
    return guided, alone.given(cat).field(x, LEVEL).epsilon, alone.field(x, LEVEL).epsilon


@about("CFGCombine")
@pytest.mark.parametrize("scale", [0.0, 1.0, 2.0, 7.5])
def test_the_two_conventions(graph: Graph, scale: float) -> None:
    guided, conditional, unconditional = fields(graph, guidance_scale=scale)
    assert torch.allclose(guided, unconditional + scale * (conditional - unconditional), atol=1e-5)
    beyond, *_ = fields(graph, guidance_scale=scale, convention="beyond cond")
    assert torch.allclose(beyond, conditional + scale * (conditional - unconditional), atol=1e-5)


def test_alpha_is_one_and_w(graph: Graph) -> None:
    first, *_ = fields(graph, guidance_scale=3.5)
    second, *_ = fields(graph, guidance_scale=2.5, convention="beyond cond")
    assert torch.equal(first, second)


def test_no_guidance_is_conditioning_alone(graph: Graph) -> None:
    guided, conditional, unconditional = fields(graph, guidance_scale=1.0)
    assert torch.equal(guided, conditional) and not torch.allclose(conditional, unconditional, atol=1e-2)


def test_several_scales_share_the_batch_out(graph: Graph) -> None:
    guided, conditional, unconditional = fields(graph, scales="1, 3", guidance_scale=99.0)
    scale = torch.tensor([1.0, 1, 3, 3])[:, None]
    assert torch.allclose(guided, unconditional + scale * (conditional - unconditional), atol=1e-5)


@pytest.mark.parametrize("scales", ["1, two", "1; 2", "nan", "1, inf", ","])
def test_scales_that_are_no_numbers_are_refused(graph: Graph, scales: str) -> None:
    model = classes(graph)
    message = graph.failure(
        graph.add("CFGCombine", model=model["model"], positive=told(graph, model, "cat"), scales=scales)
    )
    assert "numbers" in message


def test_scales_must_divide_the_batch(graph: Graph) -> None:
    model = classes(graph)
    guided = graph.add(
        "CFGCombine", model=model["model"], positive=told(graph, model, "cat"), scales="1, 2, 3"
    )
    noise = graph.add("NoiseSeed", batch=4)
    message = graph.failure(graph.add("DDIMSampler", model=guided["model"], noise=noise["noise"]))
    assert "3 guidance scales" in message and "batch of 4" in message


@pytest.mark.parametrize(
    ("start", "end", "is_on"), [(1, 0, True), (0.5, 0.5, True), (0.4, 0, False), (1, 0.6, False)]
)
def test_guidance_is_on_between_its_times(graph: Graph, start: float, end: float, is_on: bool) -> None:
    guided, conditional, _ = fields(graph, guidance_scale=4.0, start=start, end=end)
    assert torch.equal(guided, conditional) is not is_on


def test_a_negative_takes_the_place_of_nothing(graph: Graph) -> None:
    model = classes(graph)
    dog = graph.add("NegativeEncode", clip=model["clip"], text="dog")
    node = graph.add(
        "CFGCombine",
        model=model["model"],
        positive=told(graph, model, "cat"),
        negative=dog["negative"],
        guidance_scale=2.0,
    )
    done = graph.run(node, model).values
    x = torch.tensor([[0.2, 0.1], [0.5, 0.5]])
    cat, dog_field = (
        done[model.id]["model"].given([[torch.tensor([kind]).view(1, 1, 1), {}]]).field(x, LEVEL).epsilon
        for kind in (2.0, 1.0)
    )
    assert torch.allclose(done[node.id]["model"].field(x, LEVEL).epsilon, 2 * cat - dog_field, atol=1e-5)


def test_another_models_conditioning_is_refused(graph: Graph) -> None:
    foreign = graph.given([[torch.zeros(1, 77, 768), {"pooled_output": None}]])
    message = graph.failure(graph.add("CFGCombine", model=classes(graph)["model"], positive=foreign))
    assert "another model's text encoder" in message


def test_a_guided_field_cannot_be_guided_again(graph: Graph) -> None:
    model = classes(graph)
    cat = told(graph, model, "cat")
    once = graph.add("CFGCombine", model=model["model"], positive=cat)
    assert "takes no condition" in graph.failure(graph.add("CFGCombine", model=once["model"], positive=cat))
