"""Command lines: a damaged workflow of small nodes that run at once, and words beside it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from random import Random
from typing import Annotated, Any

from scorefield.graph.context import Context
from scorefield.graph.declare import Boolean, Choice, Float, Int, Out, Socket, String, node

from .damage import JUNK, damaged
from .texts import broken_text

Json = dict[str, Any]


@node("ScorefieldStart", title="Start", category="fuzz")
def start(
    value: Annotated[int, Int("It.", minimum=1, maximum=50)] = 1,
    seed: Annotated[int, Int("Seed.", is_seed=True)] = 0,
) -> Annotated[int, Out("n", "NUMBER", "")]:
    """A number."""
    return value


@node("ScorefieldTimes", title="Times", category="fuzz")
def times(
    number: Annotated[int, Socket("NUMBER", "It.")],
    factor: Annotated[float, Float("Factor.", maximum=9)] = 2,
    mode: Annotated[str, Choice("Mode.", ("up", "down", "fail"))] = "up",
    sign: Annotated[bool, Boolean("Sign.")] = True,
) -> Annotated[float, Out("n", "NUMBER", "")]:
    """A product, if it does not fail."""
    if mode == "fail":
        raise ValueError("it was bound\nto fail")
    return number * factor if sign else -number * factor


@node("ScorefieldShow", title="Show", category="fuzz", output_node=True)
def show(
    value: Annotated[object, Socket("*", "It.")],
    text: Annotated[str, String("Text.")] = "",
    *,
    context: Context,
) -> None:
    """Shows it."""
    context.show(text=[f"{text}{value}"])


SMALL = {definition.id: definition for definition in (start, times, show)}
PROMPT: Json = {
    "1": {"class_type": "ScorefieldStart", "inputs": {"value": 5, "seed": 3}, "_meta": {"title": "Begin"}},
    "2": {"class_type": "ScorefieldTimes", "inputs": {"number": ["1", 0], "factor": 2.5, "mode": "down"}},
    "3": {"class_type": "ScorefieldShow", "inputs": {"value": ["2", 0], "text": "é"}},
    "4": {"class_type": "ScorefieldShow", "inputs": {"value": ["1", 0]}, "_meta": {"title": "Mine"}},
}
PAGE: Json = {
    "nodes": [
        {"id": 1, "type": "ScorefieldStart", "widgets_values": [5, 3, "fixed"], "outputs": [{"links": [1]}]},
        {"id": 7, "type": "Reroute", "inputs": [{"name": "", "type": "*", "link": 1}], "outputs": [{}]},
        {
            "id": 2,
            "type": "ScorefieldTimes",
            "inputs": [{"name": "number", "type": "NUMBER", "link": 2}],
            "outputs": [{"name": "n", "type": "NUMBER", "links": [3]}],
            "widgets_values": [2.5, "down", True],
        },
        {
            "id": 3,
            "type": "ScorefieldShow",
            "inputs": [{"name": "value", "type": "*", "link": 3}],
            "widgets_values": ["é"],
        },
        {"id": 9, "type": "Note", "widgets_values": ["hello"]},
    ],
    "links": [[1, 1, 0, 7, 0, "*"], [2, 7, 0, 2, 0, "*"], [3, 2, 0, 3, 0, "NUMBER"]],
}
_TARGETS = (
    "1.\udcff",
    "1.value",
    "2.factor",
    "Begin.value",
    "Times.mode",
    "3.text",
    "2.number",
    "9.x",
    "value",
    ".",
    "",
)
_VALUES = (
    "\udcff",
    "1",
    "2.5",
    "up",
    "fail",
    "true",
    "nan",
    "-1",
    "1e999",
    "",
    "[1,2]",
    "é",
    "=",
    "9" * 5000,
    "null",
)
_SPECS = (
    "\udcff,1",
    "1,2",
    "1:5",
    "1:5:2",
    "5:1",
    "0:1e9",
    "1:2:0",
    "a,b",
    "",
    ":",
    "1:nan",
    "up,down,fail",
    "1,1",
    "é",
)


def command_line(folder: Path, rng: Random) -> list[str]:
    """The words; the file is written to that folder, which is where results go too."""
    raw = copy.deepcopy(rng.choice((PROMPT, PAGE, {"prompt": PROMPT, "workflow": PAGE})))
    if "2" in raw and rng.random() < 0.4:
        raw["2"]["inputs"]["mode"] = "fail"
    path = folder / rng.choice(("w.json", "ä b.json", "w.png"))
    if rng.random() < 0.2:
        path.write_bytes(broken_text(raw, rng))
    elif rng.random() < 0.8:
        path.write_text(json.dumps(damaged(raw, rng)), encoding="utf-8")
    else:
        path.write_text(json.dumps(raw), encoding="utf-8")
    words = [rng.choice(("run", "run", "check")), str(path)]
    if words[0] == "run":
        words += ["--out", str(folder / "out"), "--no-cache", "--device", "cpu"]
        words += ["--fresh"] if rng.random() < 0.1 else []
        if rng.random() < 0.2:
            words += ["--vary", f"{rng.choice(_TARGETS)}={rng.choice(_SPECS)}"]
    if rng.random() < 0.4:
        value = rng.choice((*_VALUES, str(rng.choice(JUNK)).replace("\0", " ")))
        words += ["--set", f"{rng.choice(_TARGETS)}={value}"]
    return words + (["--json"] if rng.random() < 0.5 else [])
