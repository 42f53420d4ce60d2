"""How fast large models walk here and by diffusers' own pipelines, and how far both modes are apart.

    python benchmarks/real_models.py [--rounds 9] [--threads 1] [--only times,beside,apart]
    python benchmarks/real_models.py --device cuda            # instead: SD 2.1 and WAN 1.3B in size, bfloat16
    python benchmarks/real_models.py --device cpu --small     # the same table on tiny models

All models have random weights. Ours are the nodes, theirs the pipelines, on the same folders and by turns; a
ratio is the median of paired rounds. On a CPU seconds are those that this process had, and beside them
stands the ratio by the clock, in which others on the machine are too. Prompts are encoded beforehand,
latents are not decoded. Beside the model is what a step costs whose network costs nothing; the fewest of all
rounds stand in brackets.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

import torch
from large_on_device import table as table_on_device
from paired import Pair, paired, paired_steps
from random_models import MIDDLING, Asked, Model, Size, ddim, ddpm, scheduler
from scorefield.models.tiny.stable_diffusion import Make, write
from scorefield.models.tiny.wan import WAN, write_wan

MOST_OF_SD, MOST_OF_WAN, MOST_BESIDE, MOST_APART = 1.0, 0.75, 100e-6, 1e-5
EULER = Asked("FlowSampler", {"solver": "euler", "shift": 3.0}, "FlowMatchEulerDiscrete", {"shift": 3.0})
UNIPC = Asked("FlowSampler", {"solver": "unipc", "shift": 3.0}, "UniPCMultistep")
SMALL, VIDEO = Size.picture(8), Size.video(9, 32, 48)
ROWS = {
    "DDIM, η = 0": ddim(),
    "DDIM, η = 0.5": ddim(0.5),
    "DDIM, η = 1": ddim(1.0),
    "DDPM": ddpm(),
    "DDPM, large variance": ddpm("large"),
    **{
        name: scheduler(name)
        for name in ("UniPCMultistep", "DPMSolverMultistep", "EulerDiscrete", "HeunDiscrete", "PNDM")
    },
}
Row = tuple[str, ...]
HEADING = "| | ours | diffusers | ratio | by the clock | bar | holds |\n|---|--:|--:|--:|--:|--:|---|"


def times(folder: Path, rounds: int) -> Iterator[Row]:
    """Whole walks."""
    middling, large = Model(folder / "middling"), Size.picture(32)
    found = paired(middling.ours(ddim(), large), middling.pipeline(ddim(), large), 2, 3 * rounds)
    yield _timed("SD, UNet of 60.8 M, 32×32, DDIM, ms a step", found, 1e3, MOST_OF_SD)
    wan = Model(folder / "wan", scale=5.0)
    for name, asked in (("Euler", EULER), ("UniPC", UNIPC)):
        found = paired(wan.ours(asked, VIDEO), wan.pipeline(asked, VIDEO), 20, 2 * rounds)
        yield _timed(f"WAN, tiny, {name}, ms a step", found, 1e3, MOST_OF_WAN)


def beside(folder: Path, rounds: int) -> Iterator[Row]:
    """What a step costs beside the model."""
    sd, wan = Model(folder / "sd"), Model(folder / "wan", scale=5.0)
    cases = (
        ("SD, DDIM", sd, ddim(), SMALL),
        ("SD, DDPM", sd, ddpm(), SMALL),
        ("SD, UniPC", sd, scheduler("UniPCMultistep"), SMALL),
        ("WAN, Euler", wan, EULER, VIDEO),
        ("WAN, UniPC", wan, UNIPC, VIDEO),
    )
    for name, model, asked, size in cases:
        walks = model.ours(asked, size, free=True), model.pipeline(asked, size, free=True)
        found = paired_steps(*walks, few=20, many=120, rounds=2 * rounds)
        ours = f"{found.ours * 1e6:.0f} ({found.fewest * 1e6:.0f})"
        cells = ours, f"{found.theirs * 1e6:.0f}", f"{found.ratio:.2f}", f"{found.clock_ratio:.2f}"
        bar = f"< {MOST_BESIDE * 1e6:.0f} µs", _holds(found.ours < MOST_BESIDE)
        yield (f"beside the model, {name}, µs a step", *cells, *bar)


def apart(folder: Path, _: int) -> Iterator[Row]:
    """How far optimised and matched mode are apart, of the size of the latents, over 10 steps."""
    sd, wan = Model(folder / "sd"), Model(folder / "wan", scale=5.0)
    cases = [("SD", sd, name, asked, SMALL) for name, asked in ROWS.items()]
    cases += [("WAN", wan, "Euler", EULER, VIDEO), ("WAN", wan, "UniPC", UNIPC, VIDEO)]
    for what, model, name, asked, size in cases:
        matched, optimised = (model.ours(asked, size, mode)(10) for mode in ("matched", "optimised"))
        found = float((optimised - matched).norm() / matched.norm())
        bar = f"≤ {MOST_APART:.0e}", _holds(found <= MOST_APART)
        yield (f"optimised from matched, {what}, {name}", f"{found:.1e}", "", "", "", *bar)


def _timed(what: str, found: Pair, unit: float, most: float) -> Row:
    cells = f"{found.ours * unit:.2f}", f"{found.theirs * unit:.2f}"
    return (
        what,
        *cells,
        f"{found.ratio:.3f}",
        f"{found.clock_ratio:.3f}",
        f"≤ {most:.2f}",
        _holds(found.ratio <= most),
    )


def _holds(does: bool) -> str:
    return "yes" if does else "no"


PARTS = {"times": times, "beside": beside, "apart": apart}


def build(folder: Path, with_middling: bool) -> None:
    """The models, with random weights; the one of middling size takes a while."""
    for name, make in (("sd", Make()), *([("middling", MIDDLING)] if with_middling else [])):
        (folder / name).mkdir()
        write(folder / name, make, 1)
    write_wan(folder / "wan", 1, WAN)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=9, help="how often each pair is timed")
    parser.add_argument("--threads", type=int, default=1, help="of a CPU")
    parser.add_argument("--only", default=",".join(PARTS), help="some of the parts, with commas between")
    parser.add_argument("--device", help="also the table of large models, on this device")
    parser.add_argument("--small", action="store_true", help="that table with tiny models")
    parser.add_argument("--steps", type=int, default=20, help="of the walks in that table")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if options.device:
            table_on_device(folder, options.device, options.small, options.steps)
            return
        build(folder, with_middling="times" in options.only)
        print(HEADING, flush=True)
        for name in options.only.split(","):
            for row in PARTS[name](folder, options.rounds):
                print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
