"""What is learned from: drawn once, whole, and never what is judged."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations

import numpy
import pytest
import torch
from scorefield.models.pocket.autoencoder import Autoencoder
from scorefield.models.pocket.checkpoint import save
from scorefield.models.pocket.layers import new_weights
from scorefield.training.pocket import data
from scorefield.training.pocket.arrays import Place
from scorefield.training.pocket.latents import digest, latents
from scorefield.training.pocket.rows import Rows, drawn
from scorefield.training.scenes.counterfactual import pair
from scorefield.training.scenes.memory import render, render_walks
from scorefield.training.scenes.scene import scene


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path, scenes=6, pairs=3, walks=2, workers=1)


def said(tokens) -> str:
    return " ".join(data.VOCABULARY.words[token - 1] for token in tokens if token)


def test_no_seed_serves_two_purposes() -> None:
    whole = Place(None)
    purposes = [
        range(whole.scenes),
        range(data.PAIRS_FROM, data.PAIRS_FROM + whole.pairs),
        range(data.WALKS_FROM, data.WALKS_FROM + whole.walks),
        range(data.HELD_OUT_FROM, data.HELD_OUT_FROM + 10_000_000),
    ]
    for one, other in combinations(purposes, 2):
        assert one.stop <= other.start or other.stop <= one.start


def test_the_arrays_are_the_scenes_of_their_seeds(place) -> None:
    assert numpy.array_equal(data.pictures(place), render(range(6))[0])
    walks = range(data.WALKS_FROM, data.WALKS_FROM + 2)
    assert numpy.array_equal(data.clips(place), render_walks(walks)[0])
    assert data.pair_pictures(place).shape == (3, 2, 64, 64, 3)
    assert not data.pictures(place).flags.writeable


def test_the_captions_are_those_of_the_pictures(place) -> None:
    """A caption never names another thing than its scene shows."""
    things = {"tree", "cactus", "house", "cat", "person", "umbrella", "car"}
    more = Place(place.folder, scenes=60, workers=1)
    tokens = data.tokens(more)
    assert tokens.shape[:2] == (60, data.CAPTIONS)
    named = 0
    for seed, captions in enumerate(tokens):
        shown = scene(seed)
        for words in ({*said(each).split()} for each in captions):
            assert words & things <= {shown.thing}, (shown, words)
            named += bool(words & things)
    assert named > 60


def test_a_generator_is_told_the_same_captions_or_nothing(place) -> None:
    more = Place(place.folder, scenes=60, workers=1)
    silent = 0
    for seed, (captions, prompts) in enumerate(zip(data.tokens(more), data.prompts(more), strict=True)):
        told = [said(each) for each in prompts]
        silent += sum(not each for each in told)
        assert scene(seed).shows is None or told[0] == said(captions[0])
        assert scene(seed).shows is None or all(told)
    assert silent > 10


def test_the_captions_of_a_pair_tell_the_two_apart(place) -> None:
    for number, captions in enumerate(data.pair_tokens(place)):
        one, other, _ = pair(data.PAIRS_FROM + number)
        assert one != other
        for two in captions:
            assert said(two[0]) != said(two[1])


def test_an_array_is_drawn_once_and_the_same_by_any_number_of_processes(place, tmp_path) -> None:
    first = data.pictures(place)
    made = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert numpy.array_equal(data.pictures(place), first)
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == made and len(made) == 1


@pytest.mark.slow
def test_many_processes_draw_what_one_draws(tmp_path) -> None:
    alone, many = (Place(tmp_path / str(n), scenes=600, workers=n) for n in (1, 3))
    assert numpy.array_equal(data.pictures(alone), data.pictures(many))


def test_parts_that_do_not_fill_an_array_leave_nothing(place, tmp_path) -> None:
    with pytest.raises(ValueError, match="was to have 5 rows and got 4"):
        place.array("short", 5, lambda: iter([numpy.zeros((2, 3)), numpy.ones((2, 3))]))

    def broken():
        yield numpy.zeros((2, 3))
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        place.array("short", 5, broken)
    assert list(tmp_path.iterdir()) == []
    place.array("short", 2, lambda: iter([numpy.zeros((2, 3))]))
    with pytest.raises(ValueError, match="has 2 rows instead of 5"):
        place.array("short", 5, broken)


def test_of_processes_that_want_an_array_at_once_one_makes_it(tmp_path) -> None:
    words = """
import sys, time, numpy, pathlib
from scorefield.training.pocket.arrays import Place
folder = pathlib.Path(sys.argv[1])
def parts():
    with (folder / "made").open("a") as file: file.write("x")
    for n in range(10):
        time.sleep(0.05)
        yield numpy.full((1, 2), n)
assert Place(folder).array("slow", 10, parts).sum() == 90
"""
    running = [subprocess.Popen([sys.executable, "-c", words, str(tmp_path)]) for _ in range(2)]
    assert [each.wait() for each in running] == [0, 0]
    assert (tmp_path / "made").read_text() == "x"
    assert len(list(tmp_path.iterdir())) == 2


def test_rows_are_those_of_the_array() -> None:
    array = numpy.arange(24).reshape(4, 3, 2)
    rows, chosen, words = Rows(array, "cpu"), torch.tensor([3, 0, 3]), torch.tensor([2, 0, 1])
    assert torch.equal(rows[chosen], torch.from_numpy(array)[chosen])
    assert torch.equal(rows[chosen, words], torch.from_numpy(array)[chosen, words])
    numbers = drawn(4, 1000, torch.Generator().manual_seed(0))
    assert set(numbers.tolist()) == {0, 1, 2, 3}


@pytest.fixture
def autoencoder(tmp_path):
    network = Autoencoder()
    new_weights(network, 0)
    path = tmp_path / "autoencoder.safetensors"
    save(network, path, {}, {})
    return network, path


def test_latents_are_the_autoencoders_of_pictures_and_of_clips(place, autoencoder) -> None:
    network, path = autoencoder
    network.half().float()
    for seen in (data.pictures(place), data.clips(place)):
        found = latents(place, seen, path)
        assert found.dtype == numpy.float16 and found.shape[: seen.ndim - 3] == seen.shape[:-3]
        x = data.as_pictures(seen).flatten(0, -4)
        with torch.no_grad():
            expected = network.encode(x).unflatten(0, seen.shape[:-3])
        assert torch.allclose(torch.from_numpy(found.astype(numpy.float32)), expected, atol=5e-3)


def test_other_weights_make_other_latents_and_another_card_does_not(place, autoencoder, tmp_path) -> None:
    network, path = autoencoder
    before = digest(path)
    save(network, path, {}, {"seconds": 5})
    assert digest(path) == before
    with torch.no_grad():
        network.analysis.bias.add_(1)
    save(network, path, {}, {})
    assert digest(path) != before
    path.write_bytes(b"nothing")
    with pytest.raises(ValueError, match="holds no weights"):
        digest(path)


def test_bytes_as_pictures() -> None:
    seen = numpy.array([[[[0, 255, 51]]]], dtype=numpy.uint8)  # (1, 1, 1, 3)
    assert torch.allclose(data.as_pictures(seen), torch.tensor([-1, 1, -0.6]).view(1, 3, 1, 1))
