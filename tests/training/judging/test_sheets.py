"""Sample sheets: what a prompt means as a render, and a page that shows it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PIL import Image
from scorefield.training.judging.bar.bench import renders
from scorefield.training.judging.classifier import KINDS
from scorefield.training.judging.sheets import PROMPTS, SHEETS
from scorefield.training.judging.told import scenes_of
from scorefield.training.scenes.scene import BACKGROUNDS, THINGS

from .untrained import write_family


@pytest.mark.parametrize("prompt", PROMPTS)
def test_renders_of_a_prompt_show_it(prompt, judge):
    shown = scenes_of(prompt, 6)
    assert len({each.seed for each in shown}) == 6
    seen = judge(renders(shown))
    words = set(prompt.split())
    thing = next((KINDS.index(name) for name in THINGS if name in words), KINDS.index("nothing"))
    assert (seen.thing.argmax(dim=1) == thing).all()
    assert (seen.night > 0.5).all() == ("night" in words)
    assert not (seen.night > 0.5).any() or "night" in words
    assert seen.wears_hat().all() == ("hat" in words)
    for place in BACKGROUNDS:
        assert seen.is_in(place).all() == (place in words)


def test_a_word_that_no_scene_has_is_refused():
    with pytest.raises(ValueError, match="does not know the word 'dragon'"):
        scenes_of("a dragon in the desert", 1)


def test_the_command_draws_what_it_can_and_names_what_it_cannot(tmp_path):
    weights = tmp_path / "weights"
    weights.mkdir()
    write_family(weights, ("pocket-flow",))
    words = [str(tmp_path / "out"), "--weights", str(weights), "--only", "reconstructions,videos,prompts"]
    command = [sys.executable, "-m", "scorefield.training.judging.sheets", *words]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "videos: not there: pocket-video" in done.stderr
    assert "prompts: not there: pocket" in done.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["reconstructions.png"]
    assert Image.open(tmp_path / "out" / "reconstructions.png").size == (12 * 130, 8 * 143 + 20)


def test_every_sheet_has_a_name_of_its_own():
    assert {"prompts", "scales", "samplers", "steps", "videos", "variations"} <= set(SHEETS)
