"""Running the page's modules in node, where it is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

WEB = Path(__file__).parents[2] / "web"


def in_node(script: str, *arguments: str) -> Any:
    """What a script of ES modules prints as JSON. `web("canvas/palette.js")` imports one of ours."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    head = f"const web = (path) => import({json.dumps(WEB.as_uri() + '/')} + path);\n"
    command = [node, "--input-type=module", "--eval", head + script, "--", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
