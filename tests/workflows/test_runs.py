"""The saved workflows run: the same bytes every time, and what their notes say is so.

Numbers are those of the note; thresholds have slack for other machines' rounding.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import scorefield
import torch
from scorefield.diffusion.quality import distance_to_data
from scorefield.graph.errors import InvalidWorkflow, NodeFailed
from scorefield.models.library import load
from scorefield.workflows import LARGE, every_large_demo, small
from torch.nn.functional import avg_pool2d, normalize

from .conftest import FOLDER, NAMES, page, texts

# Those of WAN run in `test_wan`, where their films are looked at.
FILMS = tuple(LARGE["WAN"])
QUICK = ["random-walk-one-point", "image-to-point", "cfg-conventions"]


def written(name: str, out: Path, photos: Path = Path("input")) -> dict[str, bytes]:
    """What a workflow writes: the bytes of every file by its place in the output folder."""
    scorefield.run(FOLDER / f"{name}.json", small(name), out=out, input_folder=photos)
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*.*"))}


@pytest.mark.parametrize("name", QUICK)
def test_it_gives_the_same_bytes_twice(name: str, tmp_path: Path) -> None:
    first, second = (written(name, tmp_path / folder) for folder in ("first", "second"))
    assert first and first == second
    assert all(path.startswith(f"{name}/") for path in first)


@pytest.mark.parametrize("name", [name for name in every_large_demo() if name not in FILMS])
def test_those_that_need_a_checkpoint_run_on_a_stand_in(
    name: str, tmp_path: Path, photos: Path, stand_ins: Path
) -> None:
    files = written(name, tmp_path, photos)
    assert files and all(path.startswith(f"{name}/") for path in files)


@pytest.mark.parametrize("name", [name for name in every_large_demo() if name not in LARGE["Your own"]])
def test_and_say_what_they_need_where_it_is_not(name: str, tmp_path: Path, photos: Path) -> None:
    with pytest.raises(InvalidWorkflow, match="input name"):
        scorefield.run(FOLDER / f"{name}.json", out=tmp_path, input_folder=photos)
    assert not any(tmp_path.iterdir())


def test_ones_own_pictures_are_asked_for_by_their_folder(tmp_path: Path) -> None:
    own, empty = FOLDER / "your-own-pictures.json", tmp_path / "input"
    with pytest.raises(NodeFailed, match=r"no folder .*input, where"):
        scorefield.run(own, out=tmp_path / "out", input_folder=empty)
    empty.mkdir()
    with pytest.raises(NodeFailed, match="no folder 'scorefield'"):
        scorefield.run(own, out=tmp_path / "out", input_folder=empty)


def test_every_walk_over_ones_own_pictures_ends_at_one_of_them(tmp_path: Path, photos: Path) -> None:
    done = scorefield.run(
        FOLDER / "your-own-pictures.json",
        want=["ScorefieldLoadImages", "ScorefieldVAEDecode"],
        out=tmp_path,
        input_folder=photos,
    )
    own, made = (next(iter(values.values())) for values in done.values.values())
    distances = (made[:, None] - own[None]).flatten(2).pow(2).mean(2).sqrt()
    assert len(own) == 3 and float(distances.amin(1).max()) < 0.02


def test_a_linear_map_of_the_latents_shows_what_the_decoder_shows(tmp_path: Path) -> None:
    wanted = [f"Scorefield{kind}" for kind in ("DDIMSampler", "LatentPreview")]
    walk, preview = scorefield.run(FOLDER / "cheap-previews.json", want=wanted, out=tmp_path).values.values()
    _, _, decoder = load("pocket")
    for x0 in walk["trajectory"].records["x0"][3:]:  # (B, 4, 16, 16); the first are estimates of nothing yet
        decoded = avg_pool2d(decoder.decode(x0).movedim(-1, 1), 4).movedim(1, -1)  # (B, 16, 16, 3)
        both = torch.stack([decoded.flatten(), preview["vae"].decode(x0).flatten()])
        assert float(torch.corrcoef(both)[0, 1]) > 0.95


@pytest.mark.slow
def test_what_there_is_is_decided_before_where_it_is(tmp_path: Path) -> None:
    done = scorefield.run(FOLDER / "two-prompts.json", want=["ScorefieldVAEDecode"], out=tmp_path)
    [[of_changes]] = [values.values() for values in done.values.values()]
    _, clip, _ = load("pocket")
    names = [f"a {thing} in the {place}" for thing in ("tree", "house") for place in ("desert", "snow")]
    words = normalize(clip.embed_texts(names))
    seen = [(normalize(clip.embed_pictures(each)) @ words.T).argmax(1) for each in of_changes]
    houses, snow = [int((each // 2).sum()) for each in seen], [int((each % 2).sum()) for each in seen]
    assert houses == sorted(houses) and houses[0] <= 1 and houses[-2:] == [6, 6]
    assert houses[2] <= 1 and snow[2] == 6  # at 0.7 it is too late for a house, and not for the snow
    assert snow[0] == 0 and snow[1] >= 5


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if name not in (*QUICK, *every_large_demo())])
def test_every_workflow_runs_and_gives_the_same_bytes_twice(name: str, tmp_path: Path) -> None:
    test_it_gives_the_same_bytes_twice(name, tmp_path)


def test_a_saved_picture_runs_again(tmp_path: Path) -> None:
    first = written("image-to-point", tmp_path / "first")
    again = tmp_path / "again"
    scorefield.run(tmp_path / "first" / "image-to-point" / "point_00001_.png", out=again)
    assert (again / "image-to-point" / "point_00001_.png").read_bytes() == first[
        "image-to-point/point_00001_.png"
    ]


def test_an_override_changes_the_picture(tmp_path: Path) -> None:
    done = [
        scorefield.run(
            FOLDER / "image-to-point.json", overrides, want=["ScorefieldPixelsToPoint"], out=tmp_path
        )
        for overrides in ({}, {"ScorefieldTextImage.text": "O"})
    ]
    first, second = (next(iter(each.values.values()))["text"] for each in done)
    assert first != second
    with pytest.raises(InvalidWorkflow, match="txet"):
        scorefield.run(FOLDER / "image-to-point.json", {"ScorefieldTextImage.txet": "O"}, out=tmp_path)


def test_the_text_of_image_to_point_is_the_dot(tmp_path: Path) -> None:
    done = scorefield.run(FOLDER / "image-to-point.json", want=["ScorefieldPixelsToPoint"], out=tmp_path)
    [values] = done.values.values()
    x, y = values["points"].xy[0].tolist()
    assert f"({x:.3f}, {y:.3f})" in values["text"] and x != y


def test_the_two_conventions_are_one_field(tmp_path: Path) -> None:
    [found] = texts("cfg-conventions", "CompareSamples", tmp_path).values()
    assert found["largest difference"] == 0


def test_flow_is_ddim_on_its_times(tmp_path: Path) -> None:
    [found] = texts("flow-matching", "CompareSamples", tmp_path).values()
    assert found["largest difference"] < 1e-4
    [trained] = texts("flow-matching", "Measures", tmp_path).values()
    assert trained["on curve"] > 0.9 and trained["coverage"] == 1


def test_both_fields_turn_near_four_tenths(tmp_path: Path) -> None:
    nodes = [
        str(node["id"]) for node in page("field-vs-t-transition")["nodes"] if "TurnChart" in node["type"]
    ]
    done = scorefield.run(FOLDER / "field-vs-t-transition.json", want=nodes, out=tmp_path).values
    for node_id in nodes:
        t = float(done[node_id]["text"].splitlines()[1].split()[-1])
        assert 0.34 <= t <= 0.42
    assert len(nodes) == 2


def test_ddpm_lands_on_the_spiral(tmp_path: Path) -> None:
    [found] = texts("ddpm-2d-many-paths", "Measures", tmp_path).values()
    assert found["on curve"] > 0.99 and found["coverage"] == 1
    assert found["spread"] == pytest.approx(found["data spread"], rel=0.1)


def test_without_its_noise_ddpm_collapses_but_not_to_the_mean(tmp_path: Path) -> None:
    found = texts("ddpm-no-noise-collapse", "Measures", tmp_path)
    kept, left_out = found["With noise"], found["Without noise"]
    assert left_out["spread"] < 0.15 * left_out["data spread"] and left_out["coverage"] < 0.3
    assert left_out["energy distance"] > 30 * kept["energy distance"]
    assert left_out["distance"] < kept["distance"]  # why distance must not be the measure
    assert 0.1 < left_out["mean offset"] < 0.13


def test_on_a_circle_nothing_collapses(tmp_path: Path) -> None:
    [found] = texts("ddpm-no-noise-circle", "Measures", tmp_path).values()
    assert found["coverage"] > 0.95 and found["spread"] > 0.9 and found["distance"] < 0.01


def test_a_step_scale_of_one_is_best_and_distance_misleads(tmp_path: Path) -> None:
    found = texts("ddim-step-scale", "Measures", tmp_path)
    by_scale = {float(title.rpartition("=")[2]): numbers for title, numbers in found.items()}
    for name in ("energy distance", "MMD x1000"):
        assert min(by_scale, key=lambda scale: by_scale[scale][name]) == 1.0
    distances = [by_scale[scale]["distance"] for scale in sorted(by_scale)]
    assert distances == sorted(distances, reverse=True)
    assert by_scale[2.0]["spread"] < 0.05


def test_fewer_steps_hold_for_the_exact_field_and_not_for_the_trained_one(tmp_path: Path) -> None:
    found = texts("ddim-few-steps", "Measures", tmp_path)
    for steps in (10, 5):
        ddpm, ddim = (found[f"{name}, exact, steps: {steps}"]["MMD x1000"] for name in ("DDPM", "DDIM"))
        assert ddim < 0.6 * ddpm
    for steps in (20, 10, 5):
        ddpm, ddim = (found[f"{name}, trained, steps: {steps}"]["distance"] for name in ("DDPM", "DDIM"))
        assert ddpm <= ddim


def test_ddpm_and_ddim_have_one_distribution(tmp_path: Path) -> None:
    [found] = texts("ddpm-ddim-same-distribution", "CompareSamples", tmp_path).values()
    assert found["energy distance"] < 0.004
    assert found["median difference"] > 0.3
    for numbers in texts("ddpm-ddim-same-distribution", "Measures", tmp_path).values():
        assert numbers["MMD x1000"] < 1


def test_the_whole_noise_is_the_better_target(tmp_path: Path) -> None:
    [target] = texts("one-step-vs-total-noise", "TargetChart", tmp_path).values()
    assert target["smallest ratio, one step : total"] > 5
    found = texts("one-step-vs-total-noise", "Measures", tmp_path)
    whole, one_step = found["Learnt the whole noise"], found["Learnt one step"]
    assert one_step["distance"] > 3 * whole["distance"]
    assert whole["on curve"] > 0.85 and one_step["on curve"] < 0.3


def test_time_is_needed(tmp_path: Path) -> None:
    [without] = texts("field-without-time", "Measures", tmp_path).values()
    [told] = texts("field-with-time", "Measures", tmp_path).values()
    assert without["spread"] > 1.3 and told["spread"] < 1


def test_longer_training_is_crisper(tmp_path: Path) -> None:
    found = texts("sample-quality-check", "Measures", tmp_path)
    assert found["15,000 training steps"]["distance"] > found["33,000 training steps"]["distance"]
    assert found["33,000 training steps"]["distance"] < 0.02


def test_guidance_brings_everybody_home(tmp_path: Path) -> None:
    [alone] = texts("cond-class-2d", "Measures", tmp_path).values()
    [guided] = texts("cfg-2d-all-classes", "Measures", tmp_path).values()
    assert alone["right class"] > 0.95 and alone["on own arc"] < 1
    assert guided["right class"] >= 0.995 and guided["on own arc"] >= 0.99


def test_too_much_guidance_hurts(tmp_path: Path) -> None:
    found = texts("cfg-2d-scales", "Measures", tmp_path)
    by_scale = {float(title.rpartition("=")[2]): numbers for title, numbers in found.items()}
    assert list(by_scale) == [1, 1.1, 1.5, 2, 3, 4, 6, 11]
    assert by_scale[2]["on own arc"] >= by_scale[1]["on own arc"]
    assert by_scale[11]["own arc distance"] > 5 * by_scale[2]["own arc distance"]


def test_the_followed_path_misses_and_is_rescued(tmp_path: Path) -> None:
    nodes = page("cfg-2d-one-path")["nodes"]
    [plot] = [node for node in nodes if node["type"] == "ScorefieldTrajectoryPlot"]
    done = scorefield.run(
        FOLDER / "cfg-2d-one-path.json", want=["Unguided", "Guided", "ScorefieldSpiral"], out=tmp_path
    ).values
    unguided, guided = (
        each["latent"]["samples"][plot["widgets_values"][0]] for each in done.values() if "latent" in each
    )
    [cats] = [each["points"].of_class(2) for each in done.values() if "points" in each]
    missed, reached = distance_to_data(torch.stack([unguided, guided]), cats).tolist()
    assert missed > 0.1 and reached < 0.05


def test_a_negative_prompt_moves_away_and_off_the_arc(tmp_path: Path) -> None:
    for numbers in texts("cfg-2d-negative", "Measures", tmp_path).values():
        assert numbers["right class"] > 0.9 and 0.05 < numbers["on own arc"] < 0.2


def test_your_own_points_come_back(tmp_path: Path) -> None:
    [found] = texts("your-own-points", "Measures", tmp_path).values()
    assert found["on curve"] == found["coverage"] == 1


def ranked(name: str, out: Path) -> dict[str, list[tuple[str, float]]]:
    """What the rankings of a workflow say: by what was asked, the words with their numbers, best first."""
    kinds = ("ScorefieldRankWords", "ScorefieldZeroShot")
    nodes = [str(node["id"]) for node in page(name)["nodes"] if node["type"] in kinds]
    done = scorefield.run(FOLDER / f"{name}.json", want=nodes, out=out)
    found: dict[str, list[tuple[str, float]]] = {}
    for node_id in nodes:
        for line in done.values[node_id]["text"].splitlines()[1:]:
            if not line.startswith("  "):
                found[line] = last = []
            else:
                word, value = line.rsplit(maxsplit=1)
                last.append((word.strip(), float(value)))
    return found


def test_texts_find_their_pictures(tmp_path: Path) -> None:
    kind = "ScorefieldSimilarityMatrix"
    nodes = [str(node["id"]) for node in page("clip-contrastive-matrix")["nodes"] if node["type"] == kind]
    done = scorefield.run(FOLDER / "clip-contrastive-matrix.json", want=nodes, out=tmp_path).values
    three, many = (done[node_id]["text"].splitlines()[-1] for node_id in nodes)
    assert three == "the diagonal is highest in 3 of 3 rows, 3 of 3 columns"
    rows, columns = (int(count) for count in re.findall(r"(\d+) of 250", many))
    assert rows > 150 and columns > 150


def test_with_a_hat_minus_without_is_a_hat(tmp_path: Path) -> None:
    found = ranked("clip-hat-arithmetic", tmp_path)
    assert len(found) == 6
    assert {words[0][0] for words in found.values()} == {"hat"}
    for name in ("64 pictures with − 64 without", "64 captions with − 64 without"):
        assert found[name][0][1] - found[name][1][1] > 0.1
    assert found["64 captions with − 64 without"][1][1] < 0


def test_a_scene_of_a_thing_is_labelled_so(tmp_path: Path) -> None:
    found = ranked("clip-zero-shot", tmp_path)
    for name in ("a tree on the beach", "a person in the desert", "an umbrella in the snow"):
        label, share = found[name][0]
        assert name.startswith(label) and share > 0.9
    assert found["the beach"][0][1] < 0.6
    assert [word for word, _ in found["an orange cat in the meadow"][:2]] == ["cat", "meadow"]


@pytest.mark.slow
def test_training_in_the_graph_finds_the_spiral(tmp_path: Path) -> None:
    [found] = texts("train-in-the-graph", "Measures", tmp_path).values()
    assert found["on curve"] > 0.85 and found["coverage"] > 0.95
