"""The small trainings beside the tests, and property tests that are the same every time."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))

settings.register_profile("scorefield", deadline=None, derandomize=True)
settings.load_profile("scorefield")
