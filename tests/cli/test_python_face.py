"""`scorefield.run`: values in Python, the same rules as on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import scorefield as package
from scorefield.graph.cache import MemoryCache
from scorefield.graph.errors import InvalidWorkflow, NodeFailed

from_python = package.run
Api = dict[str, Any]


def test_values_come_by_node_and_output_name(known: Api, chain: Api) -> None:
    done = from_python(chain, {"Start.value": 7}, want=["Twice", "1"], definitions=known)
    assert done.values == {"2": {"n": 14}, "1": {"n": 7}}
    assert done.executed == ("1", "2")
    assert list(Path.cwd().iterdir()) == []


def test_output_nodes_are_the_default_and_say_what_they_wrote(known: Api, chain: Api, tmp_path: Path) -> None:
    path = tmp_path / "chain.json"
    path.write_text(json.dumps(chain))
    done = from_python(path, out=tmp_path / "made", definitions=known)
    assert done.values == {"3": {}}
    [image] = done.ui["3"]["images"]
    assert Path(image["path"]).read_text() == "10"
    assert Path(image["path"]).parent == tmp_path / "made"


def test_a_cache_may_be_shared_between_calls(known: Api, chain: Api) -> None:
    cache = MemoryCache()
    from_python(chain, want=["2"], cache=cache, definitions=known)
    again = from_python(chain, {"2.factor": 3}, want=["2"], cache=cache, definitions=known)
    assert (again.executed, again.cached, again.values) == (("2",), ("1",), {"2": {"n": 15}})


def test_a_session_keeps_what_it_made_and_is_no_other_s(known: Api, chain: Api) -> None:
    session = package.Session(definitions=known)
    assert session.run(chain, want=["2"]).executed == ("1", "2")
    again = session.run(chain, {"2.factor": 3}, want=["2"])
    assert (again.executed, again.cached, again.values) == (("2",), ("1",), {"2": {"n": 15}})
    assert package.Session(definitions=known).run(chain, want=["2"]).executed == ("1", "2")


def test_failures_raise_with_their_cause(known: Api, chain: Api) -> None:
    chain["2"]["class_type"] = "ScorefieldFail"
    with pytest.raises(NodeFailed, match='node 2 "Twice"') as failed:
        from_python(chain, definitions=known)
    assert isinstance(failed.value.__cause__, ValueError)


@pytest.mark.parametrize(
    "words", [{"overrides": {"9.x": 1}}, {"overrides": {"1.value": 99}}, {"want": ["9"]}, {"device": "tpu"}]
)
def test_what_is_not_valid_raises_before_anything_runs(known: Api, chain: Api, words: Api) -> None:
    with pytest.raises(InvalidWorkflow):
        from_python(chain, **words, definitions=known)
    assert list(Path.cwd().iterdir()) == []


def test_cuda_is_refused_by_name_where_there_is_none(known: Api, chain: Api) -> None:
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("there is CUDA here")
    with pytest.raises(InvalidWorkflow, match="no CUDA device"):
        from_python(chain, device="cuda", definitions=known)
