"""A file's hash: that of its content, and of the content it has now."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from scorefield.graph.files import content_hash


def test_it_is_the_sha256_of_the_content_whatever_the_name(tmp_path: Path) -> None:
    content = bytes(range(256)) * 9000
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(content)
        assert content_hash(tmp_path / name) == hashlib.sha256(content).hexdigest()


def test_a_changed_file_has_another_even_where_size_and_time_are_put_back(tmp_path: Path) -> None:
    path = tmp_path / "weights"
    path.write_bytes(b"first")
    first, state = content_hash(path), path.stat()
    path.write_bytes(b"other")
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert content_hash(path) != first


def test_an_unchanged_file_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "weights"
    path.write_bytes(b"once")
    found = content_hash(path)
    monkeypatch.setattr(hashlib, "file_digest", None)
    assert content_hash(path) == found


@pytest.mark.parametrize("name", [".", "missing"])
def test_what_is_no_file_has_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError):
        content_hash(tmp_path / name)
