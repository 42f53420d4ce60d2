"""Pictures reach a CLIP as transformers' own PIL preprocessing brings them there, to the bit."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scorefield.models.clip.preprocessing import preprocessing

PROCESSORS = st.fixed_dictionaries(
    {},
    optional={
        "size": st.one_of(
            st.integers(1, 40),
            st.builds(lambda side: {"shortest_edge": side}, st.integers(1, 40)),
            st.builds(lambda high, wide: {"height": high, "width": wide}, *[st.integers(1, 40)] * 2),
        ),
        "crop_size": st.one_of(
            st.integers(1, 50),
            st.builds(lambda high, wide: {"height": high, "width": wide}, *[st.integers(1, 50)] * 2),
        ),
        "resample": st.integers(0, 5),
        "do_resize": st.booleans(),
        "do_center_crop": st.booleans(),
        "do_rescale": st.just(True),
        "do_normalize": st.booleans(),
        "rescale_factor": st.sampled_from((1 / 255, 0.00392156862745098, 1 / 127.5)),
        "image_mean": st.just([0.5, 0.25, 0.1]),
        "image_std": st.just([0.5, 0.26130258, 0.3]),
    },
)


@settings(max_examples=80)
@given(PROCESSORS, st.integers(1, 70), st.integers(1, 70), st.integers(0, 9))
def test_it_is_what_transformers_does(said: dict[str, Any], height: int, width: int, seed: int) -> None:
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    expected = CLIPImageProcessorPil(**said)(Image.fromarray(pixels), return_tensors="pt").pixel_values
    found = preprocessing(said)(torch.from_numpy(pixels)[None].float() / 255)
    assert found.dtype == expected.dtype and torch.equal(found, expected)


def test_the_long_side_is_rounded_down_and_the_middle_is_kept() -> None:
    pixels = torch.zeros(1, 10, 29, 3)
    pixels[:, :, 14] = 1
    uncut = preprocessing({"size": 7, "do_center_crop": False})(pixels)
    assert uncut.shape == (1, 3, 7, math.floor(7 * 29 / 10))
    cut = preprocessing({"size": 10, "crop_size": 9, "do_normalize": False})(pixels)
    assert cut.shape == (1, 3, 9, 9) and cut.argmax(dim=-1).unique().tolist() == [4]


def test_a_fourth_channel_is_not_seen_and_a_network_says_its_own_side() -> None:
    pixels = torch.rand(2, 12, 9, 4, generator=torch.Generator().manual_seed(0))
    found = preprocessing({}, side=16)(pixels)
    assert found.shape == (2, 3, 16, 16)
    assert torch.equal(found, preprocessing({}, side=16)(pixels[..., :3]))


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"size": "large"}, "size"),
        ({"size": {"longest_edge": 3}}, "size"),
        ({"size": 10**9}, "4096"),
        ({"size": {"shortest_edge": True}}, "size"),
        ({"crop_size": [224, 224]}, "crop_size"),
        ({"crop_size": {"height": -1, "width": 2}}, "crop_size"),
        ({"do_resize": "yes"}, "do_resize"),
        ({"resample": 3.5}, "resample"),
        ({"rescale_factor": None}, "rescale_factor"),
        ({"image_mean": [0.5]}, "image_mean"),
        ({"image_std": ["a", "b", "c"]}, "image_std"),
    ],
)
def test_settings_of_a_wrong_kind_are_named(said: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        preprocessing(said)


def test_what_a_person_reads_is_what_is_written(tmp_path: Path) -> None:
    """A picture from a file, by Pillow as transformers opens it, and as our LoadImage gives it."""
    from scorefield.plots.picture_reader import read_pictures
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    pixels = np.random.default_rng(1).integers(0, 256, (33, 51, 3), dtype=np.uint8)
    path = tmp_path / "photo.png"
    Image.fromarray(pixels).save(path)
    said = json.loads('{"size": 20, "crop_size": 16}')
    expected = CLIPImageProcessorPil(**said)(Image.open(path), return_tensors="pt").pixel_values
    assert torch.equal(preprocessing(said)(read_pictures(path)[0]), expected)
