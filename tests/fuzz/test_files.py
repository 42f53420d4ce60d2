"""Damaged workflow files: planned, or refused by name, whatever is in them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .damage import damaged
from .pack import DEFINITIONS, SAMPLE
from .refusals import Tally, check_command, check_run, check_values
from .texts import broken_picture, broken_text
from .words import SMALL, command_line
from .workflows import any_of_them, definitions, pages, prompts

SEEDS = st.integers(0, 2**32 - 1)
quick = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(SEEDS)
def test_damaged_values_are_planned_or_refused_by_name(seed: int) -> None:
    rng = Random(seed)
    check_values(damaged(any_of_them(rng), rng), definitions(), Counter())


@quick
@given(SEEDS)
def test_damaged_graphs_of_v1_nodes_are_refused_or_run_to_an_end(seed: int) -> None:
    check_run(damaged(SAMPLE, Random(seed)), DEFINITIONS, Counter())


@settings(quick, max_examples=50)
@given(SEEDS)
def test_a_broken_file_ends_in_lines_for_people(tmp_path: Path, seed: int) -> None:
    rng, path = Random(seed), tmp_path / "workflow.json"
    path.write_bytes(broken_text(any_of_them(rng), rng))
    check_command(["check", str(path)], definitions(), Counter())


@settings(quick, max_examples=50)
@given(SEEDS)
def test_so_does_a_broken_picture(tmp_path: Path, seed: int) -> None:
    rng, path = Random(seed), tmp_path / "workflow.png"
    number = rng.randrange(len(pages()))
    carried = {"prompt": prompts()[number], "workflow": pages()[number]}
    path.write_bytes(broken_picture(carried, rng))
    check_command(["check", str(path)], definitions(), Counter())


@settings(quick, max_examples=80)
@given(SEEDS)
def test_a_run_of_what_is_damaged_ends_in_lines_for_people(tmp_path: Path, seed: int) -> None:
    check_command(command_line(tmp_path, Random(seed)), SMALL, Counter())


def test_damage_is_neither_harmless_nor_total() -> None:
    tally: Tally = Counter()
    for seed in range(100):
        rng = Random(seed)
        check_values(damaged(any_of_them(rng), rng), definitions(), tally)
    assert 5 < tally["planned"] < 95
