"""Slots are replaced when worn, condemned or killed, and none outlives its pool."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from docker.errors import NotFound

from harness.errors import SlotDied
from harness.models import Language, Limits, Result, Verdict
from harness.runners._job import wire_limits
from harness.sandbox import engine
from harness.sandbox.orphans import RUN_LABEL
from harness.sandbox.pool import SlotKey
from tests.sandbox.conftest import open_sandbox
from tests.sandbox.contract import made

if TYPE_CHECKING:
    from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.engine

SMALL = SlotKey("python", 96, 8, 16)
HELLO: dict[str, object] = {
    "kind": "run",
    "spawn": {"mode": "program", "payload": {"source": "print('hello')"}},
    "limits": wire_limits(Limits()),
}
SLOW = "import time\ntime.sleep(1.5)\nprint('done')\n"
TASK, RESPONSE = made(Language.PYTHON, SLOW, [("", "done")], name="slow")


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Closes what a test opened."""
    with ExitStack() as opened:
        yield opened


def container_of_a_job(box: Sandbox, key: SlotKey = SMALL) -> str:
    """Run a job; the id of the container that served it."""
    with box.evaluator.pool.lease(key) as slot:
        (result,) = slot.run([HELLO], 60.0)
        assert result["stdout"] == "hello\n"
        return str(slot.container.id)


def exists(container_id: str) -> bool:
    try:
        engine.client().containers.get(container_id)
    except NotFound:
        return False
    return True


def eventually(true: Callable[[], object], what: str) -> None:
    """Wait for what another thread does."""
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.02)


def containers_of(box: Sandbox) -> list[str]:
    """Containers of this sandbox's run, as the engine has them."""
    run_id = box.evaluator.pool.settings.labels[RUN_LABEL]
    found = engine.client().containers.list(
        all=True, ignore_removed=True, filters={"label": f"{RUN_LABEL}={run_id}"}
    )
    return [str(one.id) for one in found]


def test_a_warm_slot_is_replaced_after_its_share_of_jobs(stack: ExitStack) -> None:
    box = open_sandbox(stack, recycle_after=2)
    a, a2, b, b2, c = (container_of_a_job(box) for _ in range(5))
    assert (a, b) == (a2, b2)
    assert len({a, b, c}) == 3
    eventually(lambda: not exists(a) and not exists(b), "worn containers are removed")


def test_a_fresh_container_serves_one_job(stack: ExitStack) -> None:
    box = open_sandbox(stack, "fresh")
    used = [container_of_a_job(box) for _ in range(3)]
    assert len(set(used)) == 3
    eventually(lambda: not any(map(exists, used)), "used containers are removed")


def test_a_slot_with_something_left_in_it_is_not_used_again(stack: ExitStack) -> None:
    """What the agent cannot remove (here: a file of root) condemns the slot, not the answer."""
    box = open_sandbox(stack)
    key = SMALL
    with box.evaluator.pool.lease(key) as slot:
        soiled = str(slot.container.id)
        code, said = slot.container.exec_run(["touch", "/work/left"], user="0:0")
        assert code == 0, said
        (result,) = slot.run([HELLO], 60.0)
        assert result["stdout"] == "hello\n"
        assert slot.condemned is not None
        assert "/work/left" in slot.condemned
    assert container_of_a_job(box) != soiled
    eventually(lambda: not exists(soiled), "the condemned container is removed")


def test_a_job_that_is_abandoned_takes_its_slot_with_it(stack: ExitStack) -> None:
    box = open_sandbox(stack)
    lease = box.evaluator.pool.lease(SMALL)
    left = str(lease.__enter__().container.id)
    assert not lease.__exit__(ZeroDivisionError, ZeroDivisionError(), None)
    assert container_of_a_job(box) != left


def test_two_leases_at_once_are_two_containers(stack: ExitStack) -> None:
    box = open_sandbox(stack)
    pool = box.evaluator.pool
    with pool.lease(SMALL) as one, pool.lease(SMALL) as other:
        assert one.container.id != other.container.id


def test_idle_slots_make_room_when_memory_is_spent(stack: ExitStack) -> None:
    box = open_sandbox(stack, memory_budget_mb=250)
    larger = SlotKey("python", 200, 8, 16)
    first = container_of_a_job(box)
    second = container_of_a_job(box, larger)
    assert first != second
    eventually(lambda: not exists(first), "the idle slot is closed")
    assert [slot.container.id for slot in box.evaluator.pool.live_slots()] == [second]


def test_fresh_slots_that_nobody_asked_for_make_room(stack: ExitStack) -> None:
    """The next of a kind is started ahead: it must not keep another kind from its memory."""
    box = open_sandbox(stack, "fresh", memory_budget_mb=250)
    larger = SlotKey("python", 200, 8, 16)
    used = [container_of_a_job(box, key) for key in (SMALL, larger, SMALL, larger)]
    assert len(set(used)) == 4


def test_the_next_fresh_container_is_started_while_a_job_runs(stack: ExitStack) -> None:
    box = open_sandbox(stack, "fresh")
    with box.evaluator.pool.lease(SMALL) as slot:
        eventually(lambda: len(box.evaluator.pool.live_slots()) == 2, "another is ready")
        ahead = {one.container.id for one in box.evaluator.pool.live_slots()} - {slot.container.id}
    assert {container_of_a_job(box)} == ahead


def test_a_killed_container_is_known_as_such(stack: ExitStack) -> None:
    box = open_sandbox(stack)
    with box.evaluator.pool.lease(SMALL) as slot:
        slot.container.kill()
        with pytest.raises(SlotDied, match="ended"):
            slot.run([HELLO], 60.0)


def test_a_response_whose_container_is_killed_is_judged_in_another(stack: ExitStack) -> None:
    box = open_sandbox(stack)
    results: list[Result] = []
    worker = threading.Thread(target=lambda: results.append(box.evaluate(TASK, RESPONSE)))
    worker.start()
    eventually(lambda: box.slots() and at_work(box), "the job starts")
    (slot,) = box.slots()
    victim = str(slot.container.id)
    engine.client().containers.get(victim).kill()
    worker.join()
    assert results[0].verdict is Verdict.PASSED, results[0]
    assert [one.container.id for one in box.slots()] != [victim]


def at_work(box: Sandbox) -> bool:
    """Whether a job's folder exists in the slot."""
    (slot,) = box.slots()
    return bool(slot.container.exec_run(["ls", "/work"], user="0:0").output.strip())


@pytest.mark.parametrize("isolation", ["warm", "fresh"])
def test_no_container_outlives_its_pool(isolation: str) -> None:
    with ExitStack() as stack:
        box = open_sandbox(stack, isolation)
        container_of_a_job(box)
        assert containers_of(box)
    assert containers_of(box) == []


def test_no_container_outlives_its_pool_when_a_job_is_running() -> None:
    with ExitStack() as stack:
        box = open_sandbox(stack)
        results: list[Result] = []
        worker = threading.Thread(target=lambda: results.append(box.evaluate(TASK, RESPONSE)))
        worker.start()
        eventually(lambda: box.slots() and at_work(box), "the job starts")
    worker.join()
    assert containers_of(box) == []
    assert results[0].verdict is Verdict.HARNESS_ERROR
