"""Random graphs of everything the contract allows give what a plain recursive evaluator says."""

from __future__ import annotations

from hypothesis import given, settings

from .agreement import agrees, agrees_with_a_cache
from .graphs import Case, cases


@settings(max_examples=150, deadline=None)
@given(cases())
def test_a_run_gives_what_the_oracle_says(case: Case) -> None:
    agrees(case)


@settings(max_examples=75, deadline=None)
@given(cases(most=8), cases(most=8))
def test_a_cache_changes_no_value(first: Case, second: Case) -> None:
    agrees_with_a_cache(first, second)
