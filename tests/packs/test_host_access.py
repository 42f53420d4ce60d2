"""How packs reach their host: progress, stopping, who runs, the device, the server, other nodes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import pytest
from scorefield.graph.context import Context
from scorefield.graph.declare import Int, Out, node
from scorefield.graph.events import Event, NodeProgress, NodeStarted
from scorefield.graph.execution.executor import execute
from scorefield.graph.host import Host
from scorefield.graph.validation import plan
from scorefield.graph.workflow import read_api
from scorefield.packs.stand_ins.comfy_types import IO

from .conftest import Load, WritePack, one_node, shown

Api = dict[str, Any]
API: Api = {"n": {"class_type": "N", "inputs": {}}}


def reports(events: list[Event]) -> list[tuple[str, int, int]]:
    return [(event.node_id, event.value, event.total) for event in events if isinstance(event, NodeProgress)]


BAR = """
def work(value):
    bar = ProgressBar(4)
    bar.update(1)
    bar.update_absolute(3, preview=("JPEG", None, 512))
    bar.update_absolute(9, 5)
"""
THREAD = """
def work(value):
    bar = ProgressBar(2)
    thread = threading.Thread(target=bar.update, args=(1,))
    thread.start(), thread.join()
"""
SYNC = "def work(value): ComfyAPISync().execution.set_progress(0.25, 1.0, preview_image=None)"
AWAITED = """
import asyncio
def work(value): asyncio.run(ComfyAPI().execution.set_progress(value=1, max_value=3))
"""


@pytest.mark.parametrize(
    ("work", "told"),
    [
        (BAR, [("n", 1, 4), ("n", 3, 4), ("n", 5, 5)]),
        (THREAD, [("n", 1, 2)]),
        (SYNC, [("n", 250, 1000)]),
        (AWAITED, [("n", 1, 3)]),
    ],
)
def test_progress_reaches_who_listens(
    write_pack: WritePack, load: Load, run_packs: Callable[..., Any], work: str, told: list[Any]
) -> None:
    above = """
    import threading
    from comfy.utils import ProgressBar
    from comfy_api.v0_0_2 import ComfyAPI, ComfyAPISync
    """
    write_pack("pack", one_node("N", work, above))
    events: list[Event] = []
    run_packs(load(), API, listener=events.append)
    assert reports(events) == told


STOPPING = {
    "bar": "from comfy.utils import ProgressBar\ndef work(value): ProgressBar(2).update(1)",
    "question": """
        import comfy.model_management as mm
        def work(value): mm.throw_exception_if_processing_interrupted()
    """,
    "own": """
        import comfy.model_management as mm
        def work(value):
            if mm.processing_interrupted(): raise mm.InterruptProcessingException()
    """,
    "deaf": "def work(value): pass",
}


@pytest.mark.parametrize(("way", "ran"), [("bar", []), ("question", []), ("own", []), ("deaf", ["n"])])
def test_a_run_that_is_asked_to_stop_stops_the_node_where_it_asks(
    write_pack: WritePack, load: Load, tmp_path: Path, way: str, ran: list[str]
) -> None:
    write_pack("pack", one_node("N", STOPPING[way]))
    packs = load()
    stop = threading.Event()

    def listener(event: Event) -> None:
        if isinstance(event, NodeStarted):
            stop.set()

    with packs.offered():
        planned = plan(read_api(API), packs.definitions)
        host = Host(tmp_path, device="cpu", stop=stop)
        assert execute(planned, host).status == "done"
        assert execute(planned, host, listener=listener).executed == ran


def test_a_node_can_ask_who_runs(write_pack: WritePack, load: Load, run_packs: Callable[..., Any]) -> None:
    work = """
    def work(value):
        own = get_executing_context()
        with CurrentNodeContext("p", "other", 3):
            inner = get_executing_context()
        return [(c.node_id, c.list_index) for c in (own, inner, get_executing_context())]
    """
    above = "from comfy_execution.utils import CurrentNodeContext, get_executing_context"
    write_pack("pack", one_node("N", work, above))
    assert shown(run_packs(load(), API)) == ["[('n', 0), ('other', 3), ('n', 0)]"]


def test_the_device_is_the_run_s(write_pack: WritePack, load: Load, run_packs: Callable[..., Any]) -> None:
    work = "def work(value): return mm.get_torch_device(), mm.intermediate_device(), mm.soft_empty_cache()"
    write_pack("pack", one_node("N", work, "import comfy.model_management as mm"))
    assert shown(run_packs(load(), API)) == ["(device(type='cpu'), device(type='cpu'), None)"]


def test_routes_and_messages_go_nowhere_quietly(
    write_pack: WritePack, load: Load, run_packs: Callable[..., Any]
) -> None:
    above = """
    from server import PromptServer

    @PromptServer.instance.routes.get("/mine")
    async def mine(request):
        raise AssertionError("nobody asks")

    PromptServer.instance.add_on_prompt_handler(lambda prompt: prompt)
    """
    work = "def work(value): return PromptServer.instance.send_sync('x', {}), mine.__name__"
    write_pack("pack", one_node("N", work, above))
    assert shown(run_packs(load(), API)) == ["(None, 'mine')"]


@node("ScorefieldDouble", title="Double", category="test")
def double(
    number: Annotated[int, Int("It.")] = 1, *, context: Context
) -> Annotated[int, Out("n", "NUMBER", "")]:
    """Twice a number."""
    context.show(text=[context.node_id])
    return 2 * number


def test_a_node_may_call_one_of_ours_by_its_id(
    write_pack: WritePack, load: Load, run_packs: Callable[..., Any]
) -> None:
    work = """
    def work(value):
        found = ALL["ScorefieldDouble"]
        return getattr(found(), found.FUNCTION)(number=4), sorted(ALL)
    """
    write_pack("pack", one_node("N", work, "from nodes import MAX_RESOLUTION, NODE_CLASS_MAPPINGS as ALL"))
    result = run_packs(load({"ScorefieldDouble": double}), API)
    assert shown(result) == ["({'ui': {'text': ['n']}, 'result': (8,)}, ['N', 'ScorefieldDouble'])"]


@pytest.mark.parametrize(
    ("one", "other", "are_unlike"),
    [
        ("*", "LATENT", False),
        ("LATENT", "*", False),
        ("FLOAT,INT", "INT", False),
        ("INT", "FLOAT,INT", False),
        ("IMAGE", "LATENT", True),
        ("FLOAT,INT", "INT,STRING", True),
        ("IMAGE", 5, True),
    ],
)
def test_socket_names_compare_as_unions_and_wildcards(one: str, other: object, are_unlike: bool) -> None:
    assert (IO(one) != other) is are_unlike


def test_a_socket_name_is_a_text() -> None:
    assert (str(IO.NUMBER), IO.IMAGE == "IMAGE", {IO.IMAGE: 1}["IMAGE"]) == ("FLOAT,INT", True, 1)
