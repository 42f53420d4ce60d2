"""The cache on disk: what is found again, what goes first, and what damage, strangers and full disks do."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save
from scorefield.graph.cache import DiskCache, LayeredCache, MemoryCache
from scorefield.graph.cache import folder as folder_module
from scorefield.graph.cache.folder import clear, files

from .conftest import FORMS, Box, Pair, result, same

Open = Callable[..., DiskCache]
KEY = b"k" * 16


def kept_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.safetensors"))


def test_a_later_process_finds_what_was_worth_keeping(open_cache: Open, tmp_path: Path) -> None:
    value = result(torch.arange(3), Pair(1, "a"), text=["shown"])
    cache = open_cache()
    assert KEY not in cache and cache.get(KEY) is None
    assert not (tmp_path / "kept").exists(), "looking creates nothing"
    cache.put(KEY, value, keep=True)
    cache.put(b"other", value)
    for each in (cache, open_cache()):
        assert (KEY in each, b"other" in each) == (True, False)
        found = each.get(KEY)
        assert found is not None and found.ui == {"text": ["shown"]}
        assert same(list(found.outputs), list(value.outputs))
    assert len(kept_files(tmp_path / "kept")) == 1


def test_other_code_and_other_machines_find_nothing(open_cache: Open) -> None:
    open_cache().put(KEY, result(1), keep=True)
    assert open_cache().get(KEY) == result(1)
    assert open_cache(code="2").get(KEY) is None
    assert open_cache(place="cuda").get(KEY) is None


def test_what_cannot_be_kept_is_left_out_without_a_word(open_cache: Open, warnings: list[str]) -> None:
    class Bad:
        pass

    cache = open_cache()
    cache.put(b"1", result(Bad()), keep=True)
    cache.put(b"2", result(Box(Bad())), keep=True)
    cache.put(b"3", result(1, images=[{"filename": "a.png"}]), keep=True)
    cache.put(b"4", result(torch.zeros(1 << 18)), keep=True)
    assert [key in cache for key in (b"1", b"2", b"3", b"4")] == [False] * 4
    assert warnings == []


def test_what_was_used_longest_ago_goes_first(open_cache: Open, tmp_path: Path) -> None:
    number = 20_000  # each result is a little over 80 kB, a third of what may stay
    cache = open_cache(most_bytes=330_000)
    for index, name in enumerate((b"a", b"b", b"c")):
        cache.put(name, result(torch.full((number,), float(index))), keep=True)
        for path in kept_files(tmp_path / "kept"):
            os.utime(path, (time.time() - 1000, path.stat().st_mtime - 100))
    assert open_cache().get(b"a") is not None  # used now
    for name in (b"d", b"e"):
        cache.put(name, result(torch.zeros(number)), keep=True)
    later = open_cache()
    assert b"b" not in later
    assert b"a" in later and b"e" in later
    assert sum(file.size for file in files(tmp_path / "kept")) <= 330_000


def test_very_many_small_results_are_bounded_too(
    open_cache: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_module, "MOST_FILES", 40)
    cache = open_cache()
    for index in range(120):
        cache.put(str(index).encode(), result(index), keep=True)
    assert 20 <= len(files(tmp_path / "kept")) <= 40 + 17
    assert b"119" in open_cache()


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "cut short": lambda content: content[:-1],
    "cut in its header": lambda content: content[:40],
    "longer": lambda content: content + b"\0",
    "a flipped bit in the numbers": lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    "another text": lambda content: content.replace(b"hello", b"jello"),
    "a header of ten gigabytes": lambda content: (10 << 30).to_bytes(8, "little") + content[8:],
    "a tensor of ten gigabytes": lambda content: content.replace(b'"shape":[100]', b'"shape":[9999999999]'),
    "no header of ours": lambda content: save({"0": torch.zeros(1)}),
    "noise": lambda content: random.Random(0).randbytes(len(content)),
    "a pickle": lambda content: b"\x80\x04cos\nsystem\n(S'touch pwned'\ntR.",
}


@pytest.mark.parametrize("damage", sorted(DAMAGES))
def test_a_damaged_entry_is_a_miss_and_is_removed(open_cache: Open, tmp_path: Path, damage: str) -> None:
    open_cache().put(KEY, result(torch.arange(100), "hello"), keep=True)
    [path] = kept_files(tmp_path / "kept")
    whole = path.read_bytes()
    path.write_bytes(DAMAGES[damage](whole))
    assert path.read_bytes() != whole
    cache = open_cache()
    assert cache.get(KEY) is None
    assert not path.exists() and KEY not in cache
    cache.put(KEY, result(2), keep=True)
    assert cache.get(KEY) == result(2)


def forged(path: Path, **changes: Any) -> None:
    """Write an entry with a right digest over what no encoder writes."""
    from scorefield.graph.cache.entry import _digest

    numbers = [torch.arange(100)]
    value = {"outputs": {"tuple": [[1]]}, "ui": {"dict": []}, "tensors": [["int64", "cpu", [100], [1]]]}
    text = json.dumps({**value, **changes})
    header = {"scorefield.result": text, "scorefield.digest": _digest(path.name, text, numbers)}
    path.write_bytes(save({"0": numbers[0]}, metadata=header))


FORGERIES: dict[str, dict[str, Any]] = {
    "no outputs": {"outputs": None},
    "outputs that are no lists": {"outputs": {"tuple": [1]}},
    "a display that is a number": {"ui": 3},
    "tensors that are no list": {"outputs": {"tuple": [[{"tensor": 0}]]}, "tensors": 7},
    "an unknown type": {"outputs": {"tuple": [[{"form": ["os.system", "ls"]}]]}},
    "an unknown kind": {"outputs": {"tuple": [[{"code": "1+1"}]]}},
    "two keys at once": {"outputs": {"tuple": [[{"tuple": [], "dict": []}]]}},
    "a tensor that is not there": {"outputs": {"tuple": [[{"tensor": 5}]]}},
    "one tensor many times": {"outputs": {"tuple": [[{"tensor": 0}] * 1000]}},
    "a reference to nothing": {"outputs": {"tuple": [[{"same": 3}]]}},
    "a list as a key": {"outputs": {"tuple": [[{"dict": [[[], 1]]}]]}},
    "far too deep": {"outputs": json.loads("[" * 900 + "]" * 900)},
    **{
        f"a tensor that is {name}": {"outputs": {"tuple": [[{"tensor": 0}]]}, "tensors": [description]}
        for name, description in {
            "of another type": ["float32", "cpu", [100], [1]],
            "of no type": ["__class__", "cpu", [100], [1]],
            "elsewhere": ["int64", "meta", [100], [1]],
            "larger than its numbers": ["int64", "cpu", [1 << 40], [1]],
            "spread over a terabyte": ["int64", "cpu", [100], [1 << 34]],
            "folded onto itself": ["int64", "cpu", [10, 10], [1, 1]],
            "of negative size": ["int64", "cpu", [-100], [1]],
            "of a shape in words": ["int64", "cpu", ["100"], [1]],
            "half described": ["int64", "cpu"],
        }.items()
    },
}


@pytest.mark.parametrize("forgery", sorted(FORGERIES))
def test_a_forged_entry_is_a_miss_and_is_removed(open_cache: Open, tmp_path: Path, forgery: str) -> None:
    open_cache().put(KEY, result(1), keep=True)
    [path] = kept_files(tmp_path / "kept")
    forged(path)
    assert open_cache().get(KEY) == result(1), "a right digest over right values is believed"
    forged(path, **FORGERIES[forgery])
    assert open_cache().get(KEY) is None
    assert not path.exists()


def test_random_damage_never_raises_and_never_gives_other_values(open_cache: Open, tmp_path: Path) -> None:
    value = result(torch.arange(50.0), Pair([1, 2.5, None], {"a": "b"}))
    open_cache().put(KEY, value, keep=True)
    [path] = kept_files(tmp_path / "kept")
    whole, rng = path.read_bytes(), random.Random(1)
    for _ in range(300):
        content = bytearray(whole)
        for _ in range(rng.choice((1, 1, 3))):
            content[rng.randrange(len(content))] = rng.randrange(256)
        path.write_bytes(content)
        found = open_cache().get(KEY)
        assert found is None or same(list(found.outputs), list(value.outputs))


def test_only_files_of_ours_are_read_or_deleted(open_cache: Open, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    open_cache().put(KEY, result(1), keep=True)
    [own] = kept_files(folder)
    strangers = [folder / "notes.txt", folder / "model.safetensors", folder / f".{own.name}"]
    for path in strangers:
        path.write_text("mine")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(own.read_bytes())
    link = folder / f"0123{own.name}"
    link.symlink_to(elsewhere)
    assert [file.name for file in files(folder)] == [own.name]
    assert len(clear(folder)) == 1
    assert sorted(folder.iterdir()) == sorted([*strangers, link])


def test_parts_of_killed_processes_go_and_those_of_living_ones_stay(open_cache: Open, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    stem = f"{'0' * 32}-{'0' * 16}"
    old, new = (folder / f".{stem}.{name}.part" for name in ("aa", "bb"))
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 7200,) * 2)
    open_cache().put(KEY, result(1), keep=True)
    assert (old.exists(), new.exists()) == (False, True)


def test_a_folder_that_cannot_be_written_is_said_once(
    tmp_path: Path, warnings: list[str], open_cache: Open
) -> None:
    (tmp_path / "file").write_text("not a folder")
    cache = open_cache(tmp_path / "file" / "kept")
    for key in (b"1", b"2"):
        cache.put(key, result(1), keep=True)
        assert cache.get(key) is None
    [warning] = warnings
    assert str(tmp_path / "file" / "kept") in warning and "\n" not in warning


def test_a_full_disk_is_said_once_and_leaves_nothing_half_written(
    tmp_path: Path, warnings: list[str], open_cache: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> None:
        with path.open("wb") as file:
            file.write(content[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    cache = open_cache()
    for key in (b"1", b"2"):
        cache.put(key, result(1), keep=True)
    assert warnings == [f"results are not kept for later runs: {tmp_path / 'kept'}: No space left on device"]
    assert list((tmp_path / "kept").iterdir()) == []


def test_an_entry_that_goes_while_it_is_wanted_is_a_miss(open_cache: Open, tmp_path: Path) -> None:
    open_cache().put(KEY, result(1), keep=True)
    cache = open_cache()
    assert KEY in cache
    clear(tmp_path / "kept")
    assert cache.get(KEY) is None
    assert KEY not in cache


HAMMER = """
import random, sys
from pathlib import Path
import torch
from scorefield.graph.cache import DiskCache, NodeResult
from scorefield.graph.cache.forms import Forms

folder, seed = Path(sys.argv[1]), int(sys.argv[2])
rng = random.Random(seed)
found = 0
for _ in range(200):
    cache = DiskCache(folder, 60_000, Forms, lambda: "1", lambda: "cpu", sys.exit)
    key = rng.randrange(12)
    result = cache.get(bytes([key]))
    if result is None:
        cache.put(bytes([key]), NodeResult(([torch.full((1000,), key), key],), {}), keep=True)
    else:
        tensor, number = result.outputs[0]
        assert number == key and torch.equal(tensor, torch.full((1000,), key))
        found += 1
print(found)
"""


def test_processes_that_write_read_and_evict_at_once_see_whole_results_only(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HAMMER, str(tmp_path / "kept")]
    processes = [
        subprocess.Popen([*command, str(seed)], stdout=subprocess.PIPE, text=True) for seed in range(2)
    ]
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert all(int(output) > 0 for output in outputs)
    # Each process looks after its own first write: the bound holds up to what one of them added since.
    assert sum(file.size for file in files(tmp_path / "kept")) <= 60_000 + 2 * 10_000
    assert not list((tmp_path / "kept").glob(".*"))


def test_memory_comes_before_disk(open_cache: Open) -> None:
    value = result(Pair(1, 2))
    layered = LayeredCache(MemoryCache(), open_cache())
    layered.put(b"kept", value, keep=True)
    layered.put(b"held", value)
    assert layered.get(b"kept") is value
    layered.free()
    assert (b"kept" in layered, b"held" in layered) == (True, False)
    again = layered.get(b"kept")
    assert again is not None and again is layered.get(b"kept"), "read once"
    layered.drop(b"kept")
    assert b"kept" in layered


def test_nobody_is_asked_for_code_or_place_where_nothing_can_be_found(
    tmp_path: Path, open_cache: Open, warnings: list[str]
) -> None:
    def asked() -> str:
        raise AssertionError("it takes long to find out")

    open_cache().put(KEY, result(1), keep=True)
    cache = DiskCache(tmp_path / "kept", 1 << 20, lambda: FORMS, asked, asked, warnings.append)
    assert cache.get(b"another") is None and b"another" not in cache
    cache.put(b"another", result(1))
    with pytest.raises(AssertionError, match="takes long"):
        cache.get(KEY)


def test_a_result_that_only_this_process_can_vouch_for_is_not_written(
    open_cache: Open, tmp_path: Path
) -> None:
    open_cache().put(KEY + b"!", result(1), keep=True)
    assert kept_files(tmp_path / "kept") == []
