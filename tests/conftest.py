"""No test reads or fills the cache of whoever runs it."""

from __future__ import annotations

import pytest
from scorefield.kept import OFF, VARIABLE


@pytest.fixture(autouse=True)
def no_cache_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that wants a cache on disk names its folder."""
    monkeypatch.setenv(VARIABLE, OFF)
