"""Our values on disk: every type with all of its parts, and every kept node's results, to the bit."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from scorefield.diffusion.guidance import GuidedField
from scorefield.diffusion.schedule import Level
from scorefield.graph.cache.entry import packed, unpacked
from scorefield.graph.cache.forms import Form, Forms
from scorefield.graph.cache.results import NodeResult
from scorefield.kept import disk_cache
from scorefield.models.embedding import Embedding
from scorefield.models.library import load
from scorefield.models.toy.datasets import spiral
from scorefield.nodes.headless import headless_definitions
from scorefield.nodes.kept_forms import FORMS
from torch import Tensor, nn

from ..models.pocket_models import pocket_text, write_models
from .graphs import Graph, about

KNOWN = Forms(FORMS)


def back(value: Any) -> Any:
    """The value after a way to disk and back."""
    content = packed("key", NodeResult(([value],), {}), KNOWN, 1 << 24)
    return unpacked("key", content, KNOWN).outputs[0][0]


def parts_of(value: Any) -> Iterator[Any]:
    """What a value is made of, in order: plain values, and tensors as their type, layout and bytes."""
    if isinstance(value, Tensor):
        yield (value.dtype, value.stride(), value.requires_grad, value.detach().numpy().tobytes())
    elif isinstance(value, nn.Module):
        yield (type(value), value.training)
        for name, tensor in value.state_dict(keep_vars=True).items():
            yield name
            yield from parts_of(tensor)
    elif is_dataclass(value):
        yield type(value)
        for field in fields(value):
            yield from parts_of(getattr(value, field.name))
    elif isinstance(value, list | tuple):
        yield (type(value), len(value))
        for item in value:
            yield from parts_of(item)
    elif isinstance(value, dict):
        yield from parts_of(list(value.items()))
    else:
        yield value


@pytest.mark.parametrize("form", [form for form in FORMS if is_dataclass(form.kind)], ids=lambda f: f.name)
def test_a_form_has_every_field_of_its_type(form: Form) -> None:
    class Everything:
        def __getattr__(self, name: str) -> Any:
            return [Level(1.0, 1.0, 1.0)] if name == "levels" else None

    assert set(form.to_parts(Everything())) == {field.name for field in fields(form.kind)}


def test_names_on_disk_are_given_once() -> None:
    assert len({form.name for form in FORMS}) == len({form.kind for form in FORMS}) == len(FORMS)


@pytest.mark.parametrize("name", ["toy-spiral", "toy-classes", "toy-one-step", "toy-flow"])
def test_a_model_says_the_same_after_a_way_to_disk(name: str) -> None:
    model, clip, vae = load(name)
    again, clip_again, vae_again = back((model, clip, vae))
    assert list(parts_of([again, clip_again, vae_again])) == list(parts_of([model, clip, vae]))
    x, level = torch.randn(7, 2, generator=torch.Generator().manual_seed(0)), model.schedule.level(5)
    assert torch.equal(again.field(x, level).epsilon, model.field(x, level).epsilon)
    asked = clip.encode_from_tokens_scheduled(clip.tokenize(""))
    assert torch.equal(again.given(asked).field(x, level).x0, model.given(asked).field(x, level).x0)
    assert again.condition.field is again.field, "one network, not two"


def test_what_is_made_of_a_model_is_kept_too() -> None:
    from scorefield.diffusion.coordinates import as_flow
    from scorefield.models.toy.closed_form import closed_form

    points = spiral(classes=3)
    model, clip = closed_form(points, "variance exploding", 8, 0.01, 10.0)
    asked = clip.encode_from_tokens_scheduled(clip.tokenize("dog"))
    guided = model.with_field(GuidedField(model.given(asked).field, model.field, [1.0, 2.0]))
    for value in (points, model, guided, as_flow(guided)):
        assert list(parts_of(back(value))) == list(parts_of(value))
    x, level = torch.ones(4, 2), Level(1.0, 0.5, 0.5)
    assert torch.equal(back(guided).field(x, level).x0, guided.field(x, level).x0)


@pytest.mark.parametrize("name", ["pocket", "pocket-unclip", "pocket-prior"])
def test_a_pocket_model_says_the_same_after_a_way_to_disk(name: str, tmp_path: Path) -> None:
    model, clip, vae = load(name, "cpu", write_models(tmp_path))
    again, clip_again, vae_again = back((model, clip, vae))
    assert list(parts_of([again, clip_again, vae_again])) == list(parts_of([model, clip, vae]))
    told = clip.encode_from_tokens_scheduled(clip.tokenize("a cat"))
    assert torch.equal(
        clip_again.encode_from_tokens_scheduled(clip_again.tokenize("a cat"))[0][0], told[0][0]
    )
    x, level = (
        torch.randn(2, *model.shape, generator=torch.Generator().manual_seed(0)),
        model.schedule.at(0.5),
    )
    assert torch.equal(again.field(x, level).x0, model.field(x, level).x0)
    assert again.condition.field is again.field, "one network, not two"
    if name == "pocket":
        assert torch.equal(again.given(told).field(x, level).x0, model.given(told).field(x, level).x0)
        assert torch.equal(vae_again.decode(x), vae.decode(x))


def test_an_embedding_is_kept_with_its_names() -> None:
    embedding = Embedding(torch.randn(2, 5, generator=torch.Generator().manual_seed(0)), ("a cat", "a − b"))
    assert list(parts_of(back(embedding))) == list(parts_of(embedding))


class Halving:
    """A VAE that only makes pictures smaller."""

    def encode(self, pixels: Tensor) -> Tensor:
        return pixels[:, ::2, ::2, :3].movedim(-1, 1)


def kept_nodes(graph: Graph) -> dict[str, Any]:
    """One node of every kept class, in one small graph."""
    points = graph.add("Spiral", classes="3")
    network = graph.add("ToyNetwork", points=points["points"], hidden="8, 8", levels=8)
    train = graph.add("Train", model=network["model"], points=points["points"], steps=20)
    one_step = graph.add("Train", model=network["model"], points=points["points"], steps=5, target="one step")
    ask = graph.add("TextEncode", clip=network["clip"], text="dog")
    avoid = graph.add("NegativeEncode", clip=network["clip"], text="cat")
    noise = graph.add("NoiseSeed", batch=6)
    guided = graph.add(
        "CFGCombine", model=train["model"], positive=ask["conditioning"], negative=avoid["negative"]
    )
    start = {"model": guided["model"], "noise": noise["noise"], "steps": 4}
    return {
        "train": train,
        "one step": one_step,
        "ask": ask,
        "avoid": avoid,
        "ddpm": graph.add("DDPMSampler", **start),
        "ddim": graph.add("DDIMSampler", **start),
        "flow": graph.add("FlowSampler", **start),
        "scheduler": graph.add("SchedulerSampler", **start),
    }


@about(
    "Train",
    "TextEncode",
    "NegativeEncode",
    "DDPMSampler",
    "DDIMSampler",
    "FlowSampler",
    "SchedulerSampler",
)
def test_every_kept_node_is_found_again_and_gives_the_same(graph: Graph, tmp_path: Path) -> None:
    graph.definitions = {**headless_definitions(), **graph.definitions}
    wanted = kept_nodes(graph)
    clip, image = (
        graph.add("ScoreModel", name="toy-classes")["clip"],
        graph.add("TextImage", size=16)["image"],
    )
    wanted["heard"] = graph.add_class("CLIPTextEncode", clip=clip, text="person")
    own, picture = graph.given(pocket_text()), graph.given(torch.rand(1, 8, 8, 3))
    wanted["texts"] = graph.add("CLIPTextEmbed", clip=own, text="a cat")
    wanted["pictures"] = graph.add("CLIPImageEmbed", clip=own, image=picture)
    wanted["encoded"] = graph.add_class("VAEEncode", pixels=image, vae=graph.given(Halving()))
    classes = {graph.nodes[node.id]["class_type"] for node in wanted.values()}
    assert classes == {name for name, definition in headless_definitions().items() if definition.keep}
    folder = tmp_path / "kept"
    first = graph.run(*wanted.values(), cache=disk_cache(folder, device="cpu"), device="cpu")
    again = graph.run(*wanted.values(), cache=disk_cache(folder, device="cpu"), device="cpu")
    assert set(again.cached) == {node.id for node in wanted.values()}
    assert again.executed == ()
    assert list(parts_of(again.values)) == list(parts_of(first.values))


PROCESS = """
import json, sys
import scorefield
from scorefield.kept import disk_cache

graph, folder, out = json.load(open(sys.argv[1])), sys.argv[2], sys.argv[3]
run = scorefield.run(graph, out=out, cache=disk_cache(folder, device="cpu"), device="cpu")
print(json.dumps(run.executed))
"""


def test_another_process_does_only_what_is_not_kept_and_writes_the_same_bytes(
    graph: Graph, tmp_path: Path
) -> None:
    wanted = kept_nodes(graph)
    drawn = graph.add("CloudPlot", samples=wanted["ddpm"]["latent"], size=64)
    saved = graph.add("SaveImage", images=drawn["image"], filename_prefix="a")
    folder, workflow, out = tmp_path / "kept", tmp_path / "graph.json", tmp_path / "out"
    first = graph.run(cache=disk_cache(folder, device="cpu"), device="cpu")
    workflow.write_text(json.dumps(graph.nodes))
    words = [sys.executable, "-c", PROCESS, str(workflow), str(folder), str(out)]
    second = subprocess.run(words, capture_output=True, text=True, check=True)
    assert wanted["train"].id in first.executed
    assert json.loads(second.stdout) == [drawn.id, saved.id]
    assert (out / "a_00001_.png").read_bytes() == (graph.folder / "a_00001_.png").read_bytes()


def test_a_change_runs_what_depends_on_it_and_nothing_else(graph: Graph, tmp_path: Path) -> None:
    wanted, folder = kept_nodes(graph), tmp_path / "kept"
    graph.run(*wanted.values(), cache=disk_cache(folder, device="cpu"), device="cpu")
    changes = {f"{wanted['ddpm'].id}.steps": 5}
    cache = disk_cache(folder, device="cpu")
    changed = graph.run(wanted["ddpm"], overrides=changes, cache=cache, device="cpu")
    assert wanted["ddpm"].id in changed.executed
    assert {wanted[name].id for name in ("train", "ask", "avoid")} <= set(changed.cached)
