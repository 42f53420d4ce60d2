"""Which folders are CLIPs, and what is said of those that are not whole."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file
from scorefield.models import library
from scorefield.models.clip.folders import files, find, read_json
from scorefield.models.clip.words import GROUPS, every_word, words_of_things

from .clips import clip_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of models that holds one CLIP by itself and one with its maker's name before it."""
    for name in ("tiny-clip", "maker/clip"):
        shutil.copytree(clip_folder(0) / "tiny-clip", tmp_path / name)
    return tmp_path


def edit(path: Path, **changes: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_clips_are_found_by_what_is_in_their_config(folder: Path) -> None:
    for name in ("text-only", "no-weights", "broken", "list"):
        shutil.copytree(folder / "tiny-clip", folder / name)
    edit(folder / "text-only" / "config.json", vision_config=None)
    (folder / "no-weights" / "model.safetensors").rename(folder / "no-weights" / "pytorch_model.bin")
    (folder / "broken" / "config.json").write_text("{")
    (folder / "list" / "config.json").write_text("[1]")
    assert list(find(folder)) == ["tiny-clip", "maker/clip"] and find(folder / "nowhere") == {}
    assert library.clips(folder) == ("tiny-clip", "maker/clip")
    assert {path.name for path in library.files_of_clip("maker/clip", folder)} == {
        *("config.json", "model.safetensors", "preprocessor_config.json"),
        *("tokenizer.json", "tokenizer_config.json"),
    }
    assert library.files_of_clip("text-only", folder) == ()
    assert library.load_clip("maker/clip", "cpu", folder).embed_texts(["a"]).shape == (1, 24)


def test_a_clip_that_is_not_whole_is_refused(folder: Path) -> None:
    path = folder / "tiny-clip" / "model.safetensors"
    tensors = load_file(path)
    del tensors["visual_projection.weight"]
    path.unlink()
    save_file(tensors, path, metadata={"format": "pt"})
    with pytest.raises(ValueError, match=r"tiny-clip is no whole CLIP: 1 .*visual_projection\.weight"):
        library.load_clip("tiny-clip", "cpu", folder)


def test_weights_that_are_cut_off_are_refused(folder: Path) -> None:
    path = folder / "tiny-clip" / "model.safetensors"
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(ValueError, match="tiny-clip is no CLIP that can be read"):
        library.load_clip("tiny-clip", "cpu", folder)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("preprocessor_config.json", '{"size": "large"}', "size"),
        ("preprocessor_config.json", "[]", "a JSON object was expected"),
        (
            "config.json",
            '{"model_type": "clip", "text_config": {"hidden_size": "a"}, "vision_config": {}}',
            "CLIP",
        ),
        ("tokenizer.json", "{}", "no tokenizer of a CLIP"),
    ],
)
def test_settings_that_are_none_are_refused_by_name(folder: Path, name: str, content: str, said: str) -> None:
    (folder / "tiny-clip" / name).write_text(content)
    with pytest.raises(ValueError, match=said) as refused:
        library.load_clip("tiny-clip", "cpu", folder)
    assert "Traceback" not in str(refused.value)


def test_a_missing_tokenizer_is_named_and_a_precision_is_one_of_the_list(folder: Path) -> None:
    with pytest.raises(ValueError, match="float64"):
        library.load_clip("tiny-clip", "cpu", folder, "float64")
    (folder / "tiny-clip" / "tokenizer.json").unlink()
    with pytest.raises(ValueError, match=r"tokenizer\.json is expected"):
        library.load_clip("tiny-clip", "cpu", folder)


def test_settings_as_large_as_weights_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    with path.open("wb") as file:
        file.truncate(10 << 30)
    with pytest.raises(ValueError, match="far larger"):
        read_json(path)
    assert files(tmp_path) == (path,)


def test_the_video_s_list_has_its_groups_and_its_words() -> None:
    counts = {name: len(words) for name, words in GROUPS.items()}
    assert list(counts.values()) == [48, 33, 29, 20, 20, 20, 18, 20] and sum(counts.values()) == 208
    entries = [word for words in GROUPS.values() for word in words]
    assert {word for word in entries if entries.count(word) > 1} == {"mouse", "orange", "tie"}
    assert len(every_word()) == len(set(every_word())) == 205
    seen = GROUPS["objects"] + GROUPS["animals"] + GROUPS["clothing"]
    assert len(seen) == 110 and set(words_of_things()) == set(seen)
    shown = "hat cap helmet angry roughness exercising tense writing hate frisbee table cat tiger socks mouse"
    more = "boots person rat necklace sneakers dog snowboard bicycle serious aqua gray joyful maroon scarf"
    two = {"tennis racket", "sports ball", "teddy bear"}
    assert {*shown.split(), *more.split(), "traditional"} | two <= set(entries)
