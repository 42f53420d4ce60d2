"""The queue: who may run, who is lost, and that it grows while others run."""

from __future__ import annotations

from scorefield.graph.execution.scheduler import Scheduler


def drain(scheduler: Scheduler) -> list[str]:
    order = []
    while (node_id := scheduler.next()) is not None:
        order.append(node_id)
        scheduler.done(node_id)
    return order


def test_of_several_ready_nodes_the_one_added_first_runs_first() -> None:
    scheduler = Scheduler()
    scheduler.add("a")
    scheduler.add("b")
    scheduler.add("c", ["a"])
    scheduler.add("d")
    assert drain(scheduler) == ["a", "b", "c", "d"]
    assert len(scheduler) == 0


def test_nothing_is_handed_out_while_all_wait_for_a_running_node() -> None:
    scheduler = Scheduler()
    scheduler.add("a")
    scheduler.add("b", ["a", "a"])
    assert scheduler.next() == "a"
    assert scheduler.next() is None
    assert len(scheduler) == 2
    scheduler.done("a")
    assert scheduler.next() == "b"


def test_nodes_may_be_added_while_another_runs() -> None:
    scheduler = Scheduler()
    scheduler.add("a")
    assert scheduler.next() == "a"
    scheduler.add("new", ["a"])
    scheduler.done("a")
    scheduler.add("newer", ["a", "new"])
    assert drain(scheduler) == ["new", "newer"]


def test_a_running_node_may_ask_for_more_parents() -> None:
    scheduler = Scheduler()
    scheduler.add("lazy")
    scheduler.add("after", ["lazy"])
    assert scheduler.next() == "lazy"
    scheduler.add("wanted")
    scheduler.add("lazy", ["wanted"])
    assert drain(scheduler) == ["wanted", "lazy", "after"]


def test_what_waits_for_a_failed_node_is_lost_and_nothing_else() -> None:
    scheduler = Scheduler()
    for node_id, parents in {"a": "", "b": "a", "c": "b", "d": "", "e": "cd", "f": "d", "g": "a"}.items():
        scheduler.add(node_id, parents)
    assert scheduler.next() == "a"
    assert scheduler.fail("a") == ["b", "c", "e", "g"], "in the order in which they were added"
    assert drain(scheduler) == ["d", "f"]


def test_who_is_added_again_is_waited_for_again() -> None:
    scheduler = Scheduler()
    scheduler.add("a")
    assert drain(scheduler) == ["a"]
    scheduler.add("a")
    scheduler.add("b", ["a"])
    assert scheduler.next() == "a"
    assert scheduler.next() is None


def test_who_has_failed_is_not_handed_out() -> None:
    scheduler = Scheduler()
    scheduler.add("a")
    assert scheduler.fail("a") == []
    assert scheduler.next() is None


def test_a_circle_is_those_in_it_and_no_other() -> None:
    scheduler = Scheduler()
    for node_id, parents in {"outside": "a", "a": "b", "b": "c", "c": "a"}.items():
        scheduler.add(node_id, parents)
    assert scheduler.next() is None
    assert sorted(scheduler.circle()) == ["a", "b", "c"]
