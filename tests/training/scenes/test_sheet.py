"""The contact sheet command."""

from __future__ import annotations

import pytest
from PIL import Image
from scorefield.training.scenes.sheet import KINDS, main


@pytest.mark.parametrize("kind", KINDS)
def test_a_sheet_is_written(kind, tmp_path, monkeypatch):
    out = tmp_path / "sheet.png"
    monkeypatch.setattr("sys.argv", ["sheet", str(out), "--kind", kind, "--seed", "7"])
    main()
    sheet = Image.open(out)
    assert min(sheet.size) > 500 and len(sheet.convert("RGB").getcolors(1 << 24) or ()) > 200
