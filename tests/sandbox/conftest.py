"""A live evaluator shared by the sandbox tests: real engine, real images, real slots."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from harness.models import Limits, Response, Result, Task
from harness.pipeline import Evaluator, open_evaluator
from harness.sandbox.orphans import run_lock
from harness.sandbox.pool import SlotKey
from harness.sandbox.slot import Slot
from harness.settings import load_settings

LIST_SLOT = """
import json, os
own = os.getpid()
def resident(uid):  # a service of the slot: its processes and files outlive jobs
    return 9000 <= int(uid) < 10000
seen = [f"{place}/{name}" for place in ("/work", "/tmp", "/dev/shm", "/dev/mqueue")
        if os.path.isdir(place) for name in os.listdir(place)
        if not resident(os.lstat(f"{place}/{name}").st_uid)]
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        with open(f"/proc/{pid}/status") as handle:
            uid = next(line for line in handle if line.startswith("Uid:")).split()[1]
    except OSError:
        continue
    if uid != "0" and int(pid) != own and not resident(uid):
        seen.append(f"process {pid} of uid {uid}")
print(json.dumps([one for one in seen if one != os.getcwd()]))
"""


class Sandbox:
    """What tests need of an evaluator."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator

    def evaluate(self, task: Task, response: Response) -> Result:
        """Evaluate one response for real."""
        return self.evaluator.evaluate(self.evaluator.prepare(task, response))

    def slots(self) -> list[Slot]:
        """Live slots that will be used again."""
        pool = self.evaluator.pool
        worn = 1 if pool.settings.fresh else pool.settings.recycle_after
        return [one for one in pool.live_slots() if not one.condemned and one.jobs < worn]

    def key(self, language: str) -> SlotKey:
        """The key of default slots of a language."""
        from harness.runners import runners

        limits = Limits()
        runner = runners()[language]
        memory_mb, disk_mb = runner.slot_memory_mb(limits), runner.slot_disk_mb(limits)
        return SlotKey(language, memory_mb, disk_mb, limits.processes)

    def run(self, language: str, steps: list[dict[str, object]]) -> list[dict[str, object]]:
        """Raw steps in a default slot."""
        with self.evaluator.pool.lease(self.key(language)) as slot:
            return slot.run(steps, 120.0)

    def survivors(self) -> list[str]:
        """Processes and files of earlier jobs in any slot that will be used again.

        Looked at from inside, through the engine, by root without capabilities of its own: what
        it sees is what the kernel has.
        """
        found: list[str] = []
        for slot in self.slots():
            code, output = slot.container.exec_run(
                ["python3", "-I", "-c", LIST_SLOT], user="0:0", workdir="/"
            )
            import json

            assert code == 0, output
            found += [f"{slot.language}: {one}" for one in json.loads(output)]
        return found


def open_sandbox(stack: ExitStack, isolation: str = "warm", **changes: object) -> Sandbox:
    """A sandbox whose containers go with ``stack``; ``changes`` are further settings."""
    wanted = {"isolation": isolation, "workers": 1, **changes}
    settings = load_settings().model_copy(update=wanted)
    run_id = f"test-{secrets.token_hex(4)}"
    stack.enter_context(run_lock(run_id, settings.home))
    from harness.intake import load_tasks
    from harness.settings import bundled_tasks

    tasks = load_tasks(bundled_tasks()).tasks.values()
    return Sandbox(stack.enter_context(open_evaluator(settings, tasks, run_id)))


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """Warm slots, one worker: every test after another runs in the same slots."""
    with ExitStack() as stack:
        yield open_sandbox(stack)


@pytest.fixture(scope="module", params=["warm", "fresh"])
def box(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox of either isolation mode, kept for a module."""
    with ExitStack() as stack:
        yield open_sandbox(stack, request.param)
