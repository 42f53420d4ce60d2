"""`scorefield verify`: whether a picture's workflow gives it again, and what differs if not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from safetensors.torch import load_file, save_file
from scorefield.cli import main
from scorefield.cli.verify import recorded_device
from scorefield.graph.device import resolve_device
from scorefield.models import library
from scorefield.nodes import DEFINITIONS
from scorefield.nodes.headless import headless_definitions
from scorefield.plots.picture_file import read_record

from .conftest import Outcome

Verify = Callable[..., Outcome]
Api = dict[str, Any]


def node(class_type: str, **inputs: Any) -> Api:
    return {"class_type": f"Scorefield{class_type}", "inputs": inputs}


PLOT = {
    "1": node("Spiral", count=12),
    "2": node("CloudPlot", samples=["1", 0], size=64),
    "3": node("SaveImage", images=["2", 0], filename_prefix="plot"),
}
FILM = {
    "1": node("Spiral", count=12),
    "2": node("ClosedFormModel", points=["1", 0]),
    "3": node("FieldAnimation", model=["2", 0], frames=3, hold=2, size=64),
    "4": node("SaveAnimation", images=["3", 0], filename_prefix="film"),
    "5": node("SaveImage", images=["3", 0], filename_prefix="frame"),
}
WEIGHED = {
    "1": node("ScoreModel", name="toy-spiral"),
    "2": node("FieldPlot", model=["1", 0], size=64),
    "3": node("SaveImage", images=["2", 0], filename_prefix="field"),
}


@pytest.fixture
def scorefield(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Outcome]:
    """Run the command line with our own nodes in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> Outcome:
        code = main([str(word) for word in words], DEFINITIONS)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err, [])

    return run


def pictures(scorefield: Verify, api: Api, *words: str) -> dict[str, Path]:
    """Run a workflow; the pictures it saved, by name."""
    Path("workflow.json").write_text(json.dumps(api))
    outcome = scorefield("run", "workflow.json", "--device", "cpu", *words)
    assert outcome.code == 0, outcome.stderr
    return {path.name: path for path in Path("output").rglob("*_*.*") if path.suffix in (".png", ".webp")}


def saved_again(path: Path, picture: Image.Image) -> None:
    """Save a picture as an editor does that keeps what it carries."""
    with Image.open(path) as before:
        info = PngInfo()
        for key, text in before.text.items():  # type: ignore[attr-defined]
            info.add_text(key, text)
    picture.save(path, pnginfo=info)


def test_an_untouched_picture_is_the_same(scorefield: Verify) -> None:
    [path] = pictures(scorefield, PLOT).values()
    before = path.read_bytes()
    outcome = scorefield("verify", path)
    assert (outcome.code, outcome.stdout) == (0, "same: all 64 × 64 pixels\n")
    report = scorefield("verify", path, "--json").json()
    assert (report["status"], report["differences"], report["was_changed"]) == ("same", [], False)
    assert (report["pixels"]["total"], report["pixels"]["different"]) == (64 * 64, 0)
    assert path.read_bytes() == before
    assert sorted(each.name for each in Path.cwd().iterdir()) == ["output", "workflow.json"]


def test_of_several_pictures_each_is_compared_with_its_own(scorefield: Verify) -> None:
    found = pictures(scorefield, FILM)
    assert len(found) == 6
    for name, path in found.items():
        report = scorefield("verify", path, "--json").json()
        assert (report["status"], report["was_changed"]) == ("same", False), name
    # The pixels of another picture of the same node are not this one's.
    with Image.open(found["frame_00001_.png"]) as first, Image.open(found["frame_00002_.png"]) as second:
        assert first.tobytes() != second.tobytes()
        saved_again(found["frame_00001_.png"], second)
    assert scorefield("verify", found["frame_00001_.png"]).code == 1


def test_a_tampered_pixel_is_found(scorefield: Verify) -> None:
    [path] = pictures(scorefield, PLOT).values()
    with Image.open(path) as picture:
        picture.load()
        red, green, blue = picture.getpixel((5, 7))  # type: ignore[misc]
        picture.putpixel((5, 7), (red, green + 3, blue))
        saved_again(path, picture)
    outcome = scorefield("verify", path)
    assert outcome.code == 1
    assert outcome.stdout.splitlines() == [
        "different: 1 of 4096 pixels, by at most 3 of 255",
        "  the picture was changed after it was saved: its pixels are not those of its record",
        "  nothing recorded differs: versions, code, device and files are those that made it",
    ]
    report = scorefield("verify", path, "--json").json()
    assert (report["status"], report["was_changed"]) == ("different", True)
    assert (report["pixels"]["different"], report["pixels"]["largest"]) == (1, 3)


def test_a_tampered_frame_is_found(scorefield: Verify) -> None:
    path = pictures(scorefield, FILM)["film_00001_.webp"]
    with Image.open(path) as film:
        exif, frames, durations = film.getexif(), [], []
        for number in range(film.n_frames):
            film.seek(number)
            film.load()
            durations.append(film.info["duration"])
            frames.append(film.convert("RGB"))
    frames[1].paste((255, 255, 255), (3, 4, 5, 6))
    more = {"save_all": True, "append_images": frames[1:], "duration": durations, "lossless": True}
    frames[0].save(path, exif=exif, **more)
    outcome = scorefield("verify", path)
    assert outcome.code == 1
    assert outcome.stdout.startswith("different: 4 of 12288 pixels in 1 of 3 frames, by at most ")


def test_another_speed_is_told(scorefield: Verify) -> None:
    path = pictures(scorefield, FILM)["film_00001_.webp"]
    with Image.open(path) as film:
        more = {"save_all": True, "duration": 100, "lossless": True, "exif": film.getexif()}
        film.save(path, **more)
    outcome = scorefield("verify", path)
    assert outcome.code == 1
    assert "(a frame shown for 100 ms against 67 ms)" in outcome.stdout


@pytest.mark.parametrize(
    ("is_there", "recorded", "device"),
    [
        (True, "cpu: AVX2", "cpu"),
        (True, "cuda:0: a card", "cuda"),
        (True, None, "cuda"),
        (False, "cuda: a card", "cpu"),
        (False, "abacus", "cpu"),
    ],
)
def test_it_runs_on_the_device_that_made_the_picture_if_that_is_here(
    monkeypatch: pytest.MonkeyPatch, is_there: bool, recorded: str | None, device: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: is_there)
    record = {} if recorded is None else {"device": recorded}
    assert resolve_device(recorded_device(record)) == device


def test_another_size_is_told(scorefield: Verify) -> None:
    [path] = pictures(scorefield, PLOT).values()
    with Image.open(path) as picture:
        saved_again(path, picture.resize((32, 64)))
    outcome = scorefield("verify", path)
    assert outcome.code == 1
    assert "do not have the same shape (32 × 64 pixels against 64 × 64)" in outcome.stdout


def test_a_changed_weight_is_named(
    scorefield: Verify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weight = tmp_path / "weights" / "toy-spiral.safetensors"
    weight.parent.mkdir()
    shutil.copy(library.WEIGHTS / weight.name, weight)
    metadata = _metadata(weight)
    monkeypatch.setattr(library, "WEIGHTS", weight.parent)
    [path] = pictures(scorefield, WEIGHED).values()
    then = (read_record(path) or {})["files"]["toy-spiral.safetensors"]
    assert scorefield("verify", path).code == 0
    tensors = {name: 1.5 * tensor for name, tensor in load_file(weight).items()}
    save_file(tensors, weight, metadata)
    outcome = scorefield("verify", path)
    assert outcome.code == 1
    difference, reason = outcome.stdout.splitlines()
    assert difference.startswith("different: ")
    assert reason.startswith(f"  file toy-spiral.safetensors was {then[:32]} and is ")
    [found] = scorefield("verify", path, "--json").json()["differences"]
    assert (found["what"], found["then"]) == ("file toy-spiral.safetensors", then)
    weight.unlink()
    outcome = scorefield("verify", path)
    assert outcome.code == 2
    assert "there is no model called 'toy-spiral'" in outcome.stderr


def test_what_the_record_says_and_here_is_otherwise_is_told(scorefield: Verify) -> None:
    [path] = pictures(scorefield, PLOT).values()
    record = read_record(path)
    assert record is not None
    record["versions"]["torch"] = "1.0"
    record["device"] = "cuda:0: a card"
    with Image.open(path) as picture:
        info = PngInfo()
        info.add_text("prompt", picture.text["prompt"])  # type: ignore[attr-defined]
        info.add_text("scorefield", json.dumps(record))
        picture.save(path, pnginfo=info)
    outcome = scorefield("verify", path, "--device", "cpu")
    assert outcome.code == 0
    same, *others = outcome.stdout.splitlines()
    assert same == "same: all 64 × 64 pixels"
    assert others[0] == f"  torch was 1.0 and is {torch.__version__}"
    assert others[1].startswith("  device was cuda:0: a card and is cpu")


def test_a_picture_without_a_record_is_compared_with_what_is_most_alike(scorefield: Verify) -> None:
    path = pictures(scorefield, FILM)["frame_00002_.png"]
    with Image.open(path) as picture:
        info = PngInfo()
        info.add_text("prompt", picture.text["prompt"])  # type: ignore[attr-defined]
        picture.save(path, pnginfo=info)
    outcome = scorefield("verify", path)
    assert (outcome.code, outcome.stdout.splitlines()[1]) == (
        0,
        "  the picture has no record of what made it",
    )


def test_a_node_that_only_others_need_may_be_missing(scorefield: Verify) -> None:
    api = {**PLOT, "8": node("Spiral"), "9": node("CloudPlot", samples=["8", 0], size=64)}
    api["10"] = node("SaveImage", images=["9", 0], filename_prefix="other")
    path = pictures(scorefield, api)["plot_00001_.png"]
    with Image.open(path) as picture:
        prompt = json.loads(picture.text["prompt"])  # type: ignore[attr-defined]
        prompt["9"]["class_type"] = "NotInstalled"
        info = PngInfo()
        info.add_text("prompt", json.dumps(prompt))
        info.add_text("scorefield", picture.text["scorefield"])  # type: ignore[attr-defined]
        picture.save(path, pnginfo=info)
    assert scorefield("verify", path).code == 0


def test_a_picture_of_a_sweep_is_the_same(scorefield: Verify) -> None:
    found = pictures(scorefield, PLOT, "--vary", "Spiral.count=5,9", "--vary", "2.extent=1,2")
    assert len(found) == 4
    for path in found.values():
        assert scorefield("verify", path).code == 0


def prompt_of(path: Path, change: Callable[[Api], object]) -> None:
    with Image.open(path) as picture:
        prompt = json.loads(picture.text["prompt"])  # type: ignore[attr-defined]
        change(prompt)
        info = PngInfo()
        info.add_text("prompt", json.dumps(prompt))
        picture.save(path, pnginfo=info)


def bare(path: Path) -> None:
    with Image.open(path) as picture:
        picture.save(path)


def broken(path: Path) -> None:
    with Image.open(path) as picture:
        info = PngInfo()
        info.add_text("prompt", '{"1": ')
        picture.save(path, pnginfo=info)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (bare, "carries no workflow"),
        (broken, "cannot be read as a picture"),
        (lambda path: path.write_bytes(path.read_bytes()[:-300]), "cannot be read as a picture"),
        (lambda path: path.write_text('{"1": {"class_type": "X"}}'), "is a workflow, not a picture"),
        (lambda path: path.unlink(), "cannot be read: No such file"),
        (
            lambda path: prompt_of(path, lambda prompt: prompt["2"].update(class_type="NotInstalled")),
            "no node of the class 'NotInstalled'",
        ),
        (
            lambda path: prompt_of(path, lambda prompt: prompt["2"]["inputs"].update(size=1)),
            "below the minimum",
        ),
        (
            lambda path: prompt_of(path, lambda prompt: prompt["3"].update(node("ShowText", text=["4", 0]))),
            "which does not exist",
        ),
        (
            lambda path: prompt_of(path, lambda prompt: prompt["3"]["inputs"].update(filename_prefix="..")),
            "node 3",
        ),
    ],
)
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_what_cannot_be_verified_is_refused_readably(
    scorefield: Verify, spoil: Callable[[Path], object], says: str, more: list[str]
) -> None:
    [path] = pictures(scorefield, PLOT).values()
    spoil(path)
    outcome = scorefield("verify", path, *more)
    assert outcome.code == 2
    assert says in outcome.stderr and "Traceback" not in outcome.stderr
    assert outcome.stdout == "" or outcome.json()["errors"]


@pytest.mark.parametrize("kind", ["mp4", "webm"])
def test_a_film_runs_again_and_is_no_picture_to_verify(scorefield: Verify, kind: str) -> None:
    """A codec rounds what it shows, so that its pixels say nothing of what made them."""
    save = node("SaveVideo", images=["3", 0], filename_prefix="seen", kind=kind)
    pictures(scorefield, {name: FILM[name] for name in "123"} | {"4": save})
    again = scorefield("run", f"output/seen_00001_.{kind}", "--device", "cpu", "--json").json()
    [shown] = again["outputs"]["4"]["images"]
    first = Path(f"output/seen_00001_.{kind}").read_bytes()
    assert Path(shown["path"]).name == f"seen_00002_.{kind}"
    assert Path(shown["path"]).read_bytes()[:8] == first[:8]
    outcome = scorefield("verify", f"output/seen_00001_.{kind}")
    assert outcome.code == 2 and "is a film" in outcome.stderr and "Traceback" not in outcome.stderr


def _metadata(weight: Path) -> dict[str, str]:
    from safetensors import safe_open

    with safe_open(weight, "pt") as file:
        return dict(file.metadata() or {})


@pytest.mark.parametrize(
    ("save", "widgets"),
    [
        ("SaveImage", {}),
        ("SaveAnimatedWEBP", {"fps": 6, "lossless": False, "quality": 80, "method": "default"}),
        ("SaveAnimatedPNG", {"fps": 6, "compress_level": 4}),
    ],
)
def test_what_the_core_nodes_save_is_the_same(scorefield: Verify, save: str, widgets: Api) -> None:
    core = {"class_type": save, "inputs": {"images": ["3", 0], "filename_prefix": "core", **widgets}}
    api = {name: FILM[name] for name in "123"} | {"4": core}
    Path("workflow.json").write_text(json.dumps(api))
    known = headless_definitions()
    assert main(["run", "workflow.json", "--device", "cpu"], known) == 0
    found = sorted(Path("output").iterdir())
    assert len(found) == (5 if save == "SaveImage" else 1)
    assert [(read_record(path) or {})["index"] for path in found] == list(range(len(found)))
    assert [main(["verify", str(path)], known) for path in found] == [0] * len(found)


def test_of_a_list_each_picture_is_compared_with_its_own(scorefield: Verify) -> None:
    api = {
        "1": node("Sweep", values="0.5, 1, 2"),
        "2": node("Spiral", count=12),
        "3": node("CloudPlot", samples=["2", 0], size=64, extent=["1", 0]),
        "4": node("SaveImage", images=["3", 0], filename_prefix="plot"),
    }
    found = pictures(scorefield, api)
    calls = [(read_record(found[name]) or {})["call"] for name in sorted(found)]
    assert calls == [0, 1, 2]
    for path in found.values():
        assert scorefield("verify", path).code == 0
    with Image.open(found["plot_00002_.png"]) as second:
        second.load()
        saved_again(found["plot_00001_.png"], second)
    assert scorefield("verify", found["plot_00001_.png"]).code == 1
