"""Pictures of fields, walks and clouds: that each input does to them what its tooltip says."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from scorefield.plots.style import STYLE
from torch import Tensor

from .graphs import Graph, Node, about

SIZE = 160  # small pictures are drawn fast


def field(graph: Graph, classes: str = "3") -> tuple[Node, Node]:
    points = graph.add("Spiral", classes=classes)
    return points, graph.add("ClosedFormModel", points=points["points"])


def guided(graph: Graph, model: Node) -> Node:
    text = graph.add("TextEncode", clip=model["clip"], text="cat")
    return graph.add("CFGCombine", model=model["model"], positive=text["conditioning"])


def walk(graph: Graph, model: Node, **inputs: object) -> Node:
    noise = graph.add("NoiseSeed", batch=20)
    return graph.add("DDPMSampler", model=model["model"], noise=noise["noise"], steps=12, **inputs)


def is_picture(image: Tensor, frames: int = 1, size: int = SIZE, width: int | None = None) -> bool:
    right = tuple(image.shape) == (frames, size, width or size, 3)
    return right and float(image.min()) >= 0 and float(image.max()) <= 1


def holds(image: Tensor, colour: str, within: float = 0.05) -> bool:
    """Whether the picture has a pixel of a colour #rrggbb."""
    wanted = torch.tensor([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return bool(((image - wanted).abs().amax(dim=-1) < within).any())


@about("FieldPlot")
def test_a_field_is_another_at_another_time(graph: Graph) -> None:
    points, model = field(graph)
    plots = [
        graph.value(graph.add("FieldPlot", model=model["model"], points=points["points"], t=t, size=SIZE))
        for t in (0.9, 0.9, 0.1)
    ]
    assert all(is_picture(plot) for plot in plots)
    assert torch.equal(plots[0], plots[1]) and not torch.equal(plots[0], plots[2])


@pytest.mark.parametrize(
    "change",
    [{"arrows": "x0 - x"}, {"length": "true"}, {"extent": 1.0}, {"size": SIZE + 1}, {"title": "At last"}],
)
def test_every_setting_of_a_field_plot_is_seen(graph: Graph, change: dict[str, object]) -> None:
    points = graph.add("Spiral")
    # In a flow x̂0 − x has another direction than −ε̂; where alpha is 1 it has the same.
    model = graph.add("ClosedFormModel", points=points["points"], family="flow")
    plain, changed = (
        graph.value(graph.add("FieldPlot", model=model["model"], **{"size": SIZE, **inputs}))
        for inputs in ({}, change)
    )
    assert not torch.equal(plain, changed)


def test_the_parts_of_a_guided_field_have_their_colours(graph: Graph) -> None:
    _, model = field(graph)
    both = guided(graph, model)["model"]
    apart = graph.value(graph.add("FieldPlot", model=both, parts=True, size=480))
    assert all(holds(apart, colour) for colour in (STYLE.unconditional, STYLE.conditional, STYLE.guided))
    together = graph.value(graph.add("FieldPlot", model=both, size=480))
    assert not holds(together, STYLE.guided)


def test_a_label_is_written_behind_the_title(graph: Graph) -> None:
    _, model = field(graph)
    label = graph.given("t = 0.4")
    apart = graph.add("FieldPlot", model=model["model"], size=SIZE, title="Field", label=label)
    whole = graph.add("FieldPlot", model=model["model"], size=SIZE, title="Field  t = 0.4")
    assert torch.equal(graph.value(apart), graph.value(whole))


@about("FieldAnimation")
def test_a_field_animation_goes_from_its_start_to_its_end(graph: Graph) -> None:
    _, model = field(graph)
    film = graph.add(
        "FieldAnimation", model=model["model"], t_start=0.8, t_end=0.2, frames=3, hold=2, size=SIZE
    )
    frames = graph.value(film)
    assert is_picture(frames, frames=5)
    assert torch.equal(frames[2], frames[3]) and torch.equal(frames[3], frames[4])
    assert not torch.equal(frames[0], frames[1]) and not torch.equal(frames[1], frames[2])
    one = graph.add("FieldAnimation", model=model["model"], t_start=0.2, frames=1, hold=0, size=SIZE)
    assert is_picture(graph.value(one))


@about("TrajectoryPlot")
def test_a_followed_path_is_drawn_in_two_strokes(graph: Graph) -> None:
    _, model = field(graph, "1")
    everything, positions = (walk(graph, model, record=record) for record in ("everything", "positions"))
    strokes, thick = (
        graph.value(
            graph.add("TrajectoryPlot", trajectory=each["trajectory"], follow=3, others=False, size=480)
        )
        for each in (everything, positions)
    )
    assert is_picture(strokes, size=480)
    assert holds(strokes, STYLE.conditional) and not holds(thick, STYLE.conditional)


def test_two_walks_are_grey_and_green(graph: Graph) -> None:
    _, model = field(graph, "1")
    first, second = (walk(graph, model, add_noise=added)["trajectory"] for added in (True, False))
    plot = graph.add("TrajectoryPlot", trajectory=first, compare=second, labels="with, without", size=480)
    image = graph.value(plot)
    assert holds(image, STYLE.unconditional) and holds(image, STYLE.guided)


def test_a_path_that_is_not_there_cannot_be_followed(graph: Graph) -> None:
    _, model = field(graph)
    plot = graph.add("TrajectoryPlot", trajectory=walk(graph, model)["trajectory"], follow=20)
    message = graph.failure(plot)
    assert "sample 20" in message and "0 to 19" in message


@pytest.mark.parametrize("view", ["TrajectoryPlot", "TrajectoryAnimation", "SpreadChart"])
def test_a_walk_that_kept_nothing_cannot_be_drawn(graph: Graph, view: str) -> None:
    points, model = field(graph)
    nothing = walk(graph, model, record="nothing")["trajectory"]
    message = graph.failure(graph.add(view, trajectory=nothing, points=points["points"]))
    assert "recorded" in message


@about("TrajectoryAnimation")
def test_samples_move_from_the_first_frame_to_the_last(graph: Graph) -> None:
    points, model = field(graph)
    steps = walk(graph, model)["trajectory"]
    film = graph.add(
        "TrajectoryAnimation", trajectory=steps, points=points["points"], frames=4, hold=2, size=SIZE
    )
    frames = graph.value(film)
    assert is_picture(frames, frames=6)
    assert torch.equal(frames[3], frames[5]) and not torch.equal(frames[0], frames[3])
    above = graph.add(
        "TrajectoryAnimation",
        trajectory=steps,
        points=points["points"],
        frames=4,
        hold=2,
        size=SIZE,
        model=model["model"],
    )
    assert not torch.equal(graph.value(above), frames)


@about("CloudPlot")
def test_a_cloud_is_where_its_samples_are(graph: Graph) -> None:
    latent = graph.given({"samples": torch.tensor([[0.75, 0.0]])})
    image = graph.value(graph.add("CloudPlot", samples=latent, extent=1.5, size=SIZE))
    nothing = graph.value(
        graph.add(
            "CloudPlot", samples=graph.given({"samples": torch.full((1, 2), 9.0)}), extent=1.5, size=SIZE
        )
    )
    assert is_picture(image)
    changed = ((image - nothing).abs().amax(dim=-1)[0] > 0.3).nonzero().float()
    # Right of the middle and, below the title, at middle height.
    assert len(changed) > 0
    assert float(changed[:, 1].mean()) > 0.55 * SIZE
    assert float(changed.std(dim=0).max()) < 0.05 * SIZE


def test_points_are_samples_too(graph: Graph) -> None:
    points, _ = field(graph)
    image = graph.value(graph.add("CloudPlot", samples=points["points"], size=SIZE))
    assert is_picture(image) and holds(image, STYLE.sample, within=0.2)


def test_two_clouds_stand_side_by_side(graph: Graph) -> None:
    points, _ = field(graph)
    other = graph.add("Circle")
    image = graph.value(
        graph.add("CloudPlot", samples=points["points"], compare=other["points"], labels="a, b", size=SIZE)
    )
    assert image.shape[0] == 1 and image.shape[1] >= SIZE and image.shape[2] > 1.8 * SIZE


def test_what_was_asked_for_colours_the_samples(graph: Graph) -> None:
    _, model = field(graph)
    samples = graph.given({"samples": torch.rand(40, 2) - 0.5})
    text = graph.add("TextEncode", clip=model["clip"], text="person, cat")
    image = graph.value(graph.add("CloudPlot", samples=samples, asked=text["conditioning"], size=480))
    person, dog, cat = STYLE.classes[:3]
    assert holds(image, person) and holds(image, cat) and not holds(image, dog)


def test_classes_must_divide_the_samples(graph: Graph) -> None:
    _, model = field(graph)
    text = graph.add("TextEncode", clip=model["clip"], text="person, cat, dog")
    samples = graph.given({"samples": torch.zeros(4, 2)})
    message = graph.failure(graph.add("CloudPlot", samples=samples, asked=text["conditioning"]))
    assert "3 classes" in message and "batch of 4" in message


def test_an_extent_of_0_fits_every_sample(graph: Graph) -> None:
    far = graph.given({"samples": torch.tensor([[30.0, 30.0], [-30.0, -30.0]])})
    fitted, cut = (
        graph.value(graph.add("CloudPlot", samples=far, extent=extent, size=SIZE)) for extent in (0.0, 1.5)
    )
    assert holds(fitted, STYLE.sample, within=0.2) and not torch.equal(fitted, cut)


@about("FieldPlot", "TrajectoryAnimation", "CloudPlot", "TrajectoryPlot", "FieldAnimation")
def test_a_page_is_given_numbers_to_look_at_and_a_run_without_one_none(graph: Graph) -> None:
    points = graph.add("Spiral", classes="3")
    model = graph.add("ClosedFormModel", points=points["points"], levels=20)
    noise = graph.add("NoiseSeed", batch=5)
    walk = graph.add("DDIMSampler", model=model["model"], noise=noise["noise"], steps=4, record="positions")
    small = {"points": points["points"], "size": 64}
    nodes = [
        graph.add("FieldPlot", model=model["model"], **small),
        graph.add("FieldAnimation", model=model["model"], frames=2, hold=0, **small),
        graph.add(
            "TrajectoryPlot", trajectory=walk["trajectory"], follow=1, compare=walk["trajectory"], **small
        ),
        graph.add(
            "TrajectoryAnimation",
            trajectory=walk["trajectory"],
            model=model["model"],
            frames=2,
            hold=0,
            **small,
        ),
        graph.add("CloudPlot", samples=walk["latent"], **small),
    ]
    shown = graph.run(*nodes, has_page=True).ui
    assert list(shown) == [node.id for node in nodes]
    for ui in shown.values():
        assert [Path(entry["path"]).stat().st_size > 500 for entry in ui["scorefield_field"]] == [True]
    assert not graph.run(*nodes).ui


@about("FieldPlot")
def test_a_view_that_cannot_be_made_costs_no_picture(graph: Graph) -> None:
    """Eight scales share out the 16² places of this picture, but not the 30² of the viewer."""
    points = graph.add("Spiral", classes="3")
    model = graph.add("ClosedFormModel", points=points["points"], levels=20)
    asked = graph.add("TextEncode", clip=model["clip"], text="dog")
    scales = "1, 2, 3, 4, 5, 6, 7, 8"
    guided = graph.add("CFGCombine", model=model["model"], positive=asked["conditioning"], scales=scales)
    plot = graph.add("FieldPlot", model=guided["model"], parts=True, size=64)
    done = graph.run(plot, has_page=True)
    assert done.values[plot.id]["image"].shape == (1, 64, 64, 3)
    assert "scorefield_field" not in done.ui[plot.id] and "scales" in done.ui[plot.id]["scorefield_note"][0]
