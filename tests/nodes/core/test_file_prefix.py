"""The words between percent signs in a file name prefix."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from scorefield.nodes.core.file_prefix import filled_in

NOW = datetime(2031, 2, 3, 4, 5, 6)
PROMPT: dict[str, Any] = {
    "1": {"class_type": "EmptyLatentImage", "inputs": {"width": 640, "mode": "a/b:c", "on": True}},
    "2": {
        "class_type": "KSampler",
        "inputs": {"seed": 7, "model": ["1", 0]},
        "_meta": {"title": "My sampler"},
    },
    "3": {"class_type": "KSampler", "inputs": {"seed": 8}, "_meta": {"title": "EmptyLatentImage"}},
}


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("plain", "plain"),
        ("%width%x%height%", "30x20"),
        ("%year%-%month%-%day% %hour%.%minute%.%second%", "2031-02-03 04.05.06"),
        ("%date:yyyy-MM-dd%/x", "2031-02-03/x"),
        ("%date:yy M d hh m ss%", "31 2 3 04 5 06"),
        ("%EmptyLatentImage.width%", "640"),
        ("%EmptyLatentImage.mode%", "a_b_c"),
        ("%EmptyLatentImage.on%", "true"),
        ("%My sampler.seed%", "7"),
        ("%KSampler.seed%", "7"),
        ("%KSampler.model%", "%KSampler.model%"),
        ("%Nobody.seed% %nothing% 100%", "%Nobody.seed% %nothing% 100%"),
        ("%batch_num%", "%batch_num%"),
    ],
)
def test_words_are_replaced_where_they_say_something(prefix: str, expected: str) -> None:
    assert filled_in(prefix, 30, 20, NOW, PROMPT) == expected


def test_a_graph_is_not_needed() -> None:
    assert filled_in("%A.b% %width%", 3, 4, NOW) == "%A.b% 3"
