"""Which folders are CLIPs, and what is said of those that are not whole."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file, save_file
from scorefield.models import library
from scorefield.models.checkpoints.opening import digest_of, open_model, sha256
from scorefield.models.checkpoints.places import places_in
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


def load(folder: Path, name: str = "tiny-clip", precision: str = "auto") -> Any:
    return library.load_clip(name, "cpu", precision=precision, places=places_in([folder], {}))


def test_clips_are_found_by_what_is_in_their_config(folder: Path) -> None:
    for name in ("text-only", "broken", "list"):
        shutil.copytree(folder / "tiny-clip", folder / name)
    edit(folder / "text-only" / "config.json", model_type="clip_text_model")
    (folder / "broken" / "config.json").write_text("{")
    (folder / "list" / "config.json").write_text("[1]")
    places = places_in([folder], {})
    assert library.CLIPS.names(places) == ("pocket-clip", "maker/clip", "tiny-clip")
    assert "tiny-clip" not in library.MODELS.names(places)
    assert {path.name for path in library.CLIPS.files_of("maker/clip", places)} == {
        *("config.json", "model.safetensors", "preprocessor_config.json"),
        *("tokenizer.json", "tokenizer_config.json"),
    }
    assert library.CLIPS.files_of("text-only", places) == ()
    assert load(folder, "maker/clip").embed_texts(["a"]).shape == (1, 24)


def test_a_clip_may_be_pinned(folder: Path) -> None:
    places = places_in([folder], {})
    digest = digest_of(folder / "tiny-clip", open_model("tiny-clip", places), sha256)
    assert load(folder, f"tiny-clip@sha256:{digest}").embed_texts(["a"]).shape == (1, 24)
    path = folder / "tiny-clip" / "preprocessor_config.json"
    path.write_text(path.read_text() + " ")
    with pytest.raises(ValueError, match="is not the model that was meant"):
        library.CLIPS.check(f"tiny-clip@sha256:{digest}", places)
    with pytest.raises(ValueError, match="is not the model that was meant"):
        load(folder, f"tiny-clip@sha256:{digest}")


def test_a_clip_that_is_not_whole_is_refused(folder: Path) -> None:
    path = folder / "tiny-clip" / "model.safetensors"
    tensors = load_file(path)
    del tensors["visual_projection.weight"]
    path.unlink()
    save_file(tensors, path, metadata={"format": "pt"})
    with pytest.raises(ValueError, match=r"tiny-clip: 1 tensor \(visual_projection\.weight\) of .* missing"):
        load(folder)
    path.unlink()
    (folder / "tiny-clip" / "pytorch_model.bin").write_bytes(b"pickled")
    with pytest.raises(ValueError, match=r"pytorch_model\.bin"):
        library.CLIPS.check("tiny-clip", places_in([folder], {}))


def test_weights_that_are_cut_off_are_refused(folder: Path) -> None:
    path = folder / "tiny-clip" / "model.safetensors"
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(ValueError, match=r"tiny-clip: model\.safetensors"):
        load(folder)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("preprocessor_config.json", '{"size": "large"}', "size"),
        ("preprocessor_config.json", "[]", "is no JSON object"),
        (
            "config.json",
            '{"model_type": "clip", "text_config": {"hidden_size": "a"}, "vision_config": {}}',
            "hidden_size",
        ),
        ("tokenizer.json", "{}", "no tokenizer of a CLIP"),
    ],
)
def test_settings_that_are_none_are_refused_by_name(folder: Path, name: str, content: str, said: str) -> None:
    (folder / "tiny-clip" / name).write_text(content)
    with pytest.raises(ValueError, match=said) as refused:
        load(folder)
    assert "Traceback" not in str(refused.value)


def test_a_missing_tokenizer_is_named_and_a_precision_is_one_of_the_list(folder: Path) -> None:
    with pytest.raises(ValueError, match="float64"):
        load(folder, precision="float64")
    (folder / "tiny-clip" / "tokenizer.json").unlink()
    with pytest.raises(ValueError, match=r"expected tokenizer\.json"):
        load(folder)


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
