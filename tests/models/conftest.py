"""Property tests of the models: no deadline, and the same examples every time."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("scorefield", deadline=None, derandomize=True)
settings.load_profile("scorefield")
