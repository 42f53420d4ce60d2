"""Every sample has a stream of its own: the same to the bit whatever stands beside it."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scorefield.diffusion.closed_form import ClosedFormField
from scorefield.diffusion.noise import NoiseStreams, stream
from scorefield.diffusion.sampling import sample
from scorefield.diffusion.schedule import log_linear
from scorefield.diffusion.solver import plan
from scorefield.diffusion.spacing import levels_to_visit
from scorefield.models.toy.checkpoint import new_network
from scorefield.models.toy.network import Shape

SHAPES = [(2,), (3, 8, 8), (4, 16, 16), (1,)]
batches = st.lists(st.integers(0, 10**6), min_size=1, max_size=12)
seeds = st.integers(-(2**70), 2**70)


def drawn(seed, samples, shape, draws):
    """The first draws of each sample, (draws, B, *shape)."""
    streams = NoiseStreams(seed, samples)
    like = torch.empty(len(samples), *shape)
    return torch.stack([streams(like).clone() for _ in range(draws)])


@given(seeds, batches, st.sampled_from(SHAPES), st.integers(1, 6))
def test_a_sample_draws_the_same_numbers_in_any_batch(seed, samples, shape, draws) -> None:
    together = drawn(seed, samples, shape, draws)
    for place, index in enumerate(samples):
        assert torch.equal(together[:, place], drawn(seed, [index], shape, draws)[:, 0])


@given(seeds, st.lists(st.integers(0, 99), min_size=2, max_size=8, unique=True), st.randoms())
def test_the_order_of_the_batch_does_not_matter(seed, samples, random) -> None:
    shuffled = samples.copy()
    random.shuffle(shuffled)
    one, other = drawn(seed, samples, (2,), 3), drawn(seed, shuffled, (2,), 3)
    for place, index in enumerate(samples):
        assert torch.equal(one[:, place], other[:, shuffled.index(index)])


def test_small_samples_draw_the_same_beyond_the_first_block() -> None:
    """Points draw hundreds of steps at once; the next block goes on with the stream."""
    long = drawn(3, [5, 9], (2,), 1200)
    assert torch.equal(long[:, 1], drawn(3, [9], (2,), 1200)[:, 0])
    assert len(long.flatten().unique()) > 0.99 * long.numel()


def test_copies_of_a_sample_are_equal_and_others_are_not() -> None:
    noise = drawn(0, [4, 1, 4], (2,), 50)
    assert torch.equal(noise[:, 0], noise[:, 2])
    assert not torch.equal(noise[:, 0], noise[:, 1])


@pytest.mark.parametrize("neighbours", ["samples", "seeds", "purposes", "steps"])
def test_neighbours_are_uncorrelated_with_unit_variance(neighbours) -> None:
    count = 20_000
    if neighbours == "samples":
        one, other = drawn(0, [7, 8], (count,), 1)[0]
    elif neighbours == "seeds":
        one, other = drawn(7, [0], (count,), 1)[0, 0], drawn(8, [0], (count,), 1)[0, 0]
    elif neighbours == "purposes":
        one, other = (torch.randn(count, generator=stream(0, 0, purpose)) for purpose in ("noise", "start"))
    else:
        one, other = drawn(0, [0], (count,), 2)[:, 0]
    five_errors = 5 / math.sqrt(count)
    assert abs(float((one * other).mean())) < five_errors
    for numbers in (one, other):
        assert abs(float(numbers.mean())) < five_errors
        assert abs(float(numbers.var()) - 1) < five_errors * math.sqrt(2)


def test_a_batch_of_many_samples_is_one_gaussian() -> None:
    """Not only each stream: the first numbers of ten thousand streams are independent too."""
    first = drawn(1, range(10_000), (2,), 1)[0]
    assert abs(float(first.mean())) < 5 / math.sqrt(first.numel())
    assert abs(float(first.var()) - 1) < 5 * math.sqrt(2 / first.numel())
    assert abs(float((first[:-1] * first[1:]).mean())) < 5 / math.sqrt(first.numel())


def test_the_global_random_state_is_untouched() -> None:
    before = torch.get_rng_state()
    drawn(0, range(5), (3, 8, 8), 4)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(1)
    one = drawn(0, range(5), (2,), 4)
    torch.manual_seed(2)
    assert torch.equal(one, drawn(0, range(5), (2,), 4))


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64])
def test_the_noise_has_the_dtype_asked_for_and_the_same_numbers(dtype) -> None:
    noise = NoiseStreams(0, [3])(torch.empty(1, 2, dtype=dtype))
    assert noise.dtype == dtype
    assert torch.equal(noise, drawn(0, [3], (2,), 1)[0].to(dtype))


@pytest.mark.parametrize("batch", [1, 3])
def test_a_batch_of_another_size_or_shape_is_refused(batch) -> None:
    streams = NoiseStreams(0, [1, 2])
    assert len(streams) == 2
    with pytest.raises(ValueError, match=f"2 samples was asked to fill a batch of {batch}"):
        streams(torch.empty(batch, 2))
    streams(torch.empty(2, 2))
    with pytest.raises(ValueError, match="was asked for"):
        streams(torch.empty(2, 3))


@pytest.mark.parametrize("row", ["ddim", "ddpm"])
@pytest.mark.parametrize("kind", ["closed form", "network"])
def test_the_final_samples_do_not_depend_on_the_batch(row, kind) -> None:
    """The arithmetic of a larger batch may round otherwise: to 1e-5, and the noise to the bit."""
    data = torch.randn(20, 2, generator=torch.Generator().manual_seed(1))
    field = ClosedFormField(data) if kind == "closed form" else network_field()
    schedule = log_linear(64)
    steps = plan(row, levels_to_visit(schedule, 64))

    def final(samples):
        streams = NoiseStreams(5, samples)
        return sample(field, 10 * streams(torch.empty(len(samples), 2)), steps, streams, ())[0]

    together = final(range(33))
    assert float((final([32]) - together[32:]).abs().max()) < 1e-5
    assert float((final([8, 30]) - together[[8, 30]]).abs().max()) < 1e-5


def network_field():
    from scorefield.diffusion.learned import LearnedField

    return LearnedField(new_network(Shape(), seed=3), "epsilon")
