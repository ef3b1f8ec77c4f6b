"""The pool: leases slots to workers, replaces what is worn or condemned, removes all at the end.

A slot belongs to a key (language, memory limit, …): its container's limits cannot change. At most
``workers`` slots are leased at once; idle ones of other keys are closed, least recently used
first, when the memory budget is spent.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self

import docker

from harness.errors import SlotDied
from harness.models import Limits
from harness.sandbox.engine import client as engine_client
from harness.sandbox.slot import Slot, Uids, create_slot, usable_cpus

# Starting and removing containers is waiting for the engine, mostly.
JANITORS = 4
SYSV_LANGUAGES = frozenset({"sql"})


@dataclass(frozen=True)
class SlotKey:
    """What makes two slots interchangeable."""

    language: str
    memory_mb: int
    disk_mb: int
    processes: int

    def limits(self) -> Limits:
        """Container limits of such a slot."""
        return Limits(memory_mb=self.memory_mb, disk_mb=self.disk_mb, processes=self.processes)


@dataclass
class PoolSettings:
    """How slots are made and kept.

    fresh: a container serves one lease only, and the next is prepared ahead.
    budget_mb: bound on the sum of the memory limits of all live slots.
    """

    images: Mapping[str, str]
    labels: Mapping[str, str]
    fresh: bool = False
    recycle_after: int = 1000
    budget_mb: int = 8192
    runtime: str | None = None


@dataclass
class Pool:
    """Thread-safe pool of slots."""

    settings: PoolSettings
    client: docker.DockerClient = field(default_factory=engine_client)

    def __post_init__(self) -> None:
        self._lock = threading.Condition()
        self._idle: list[tuple[SlotKey, Slot]] = []
        self._live: dict[Slot, SlotKey] = {}
        self._starting_mb = 0
        self._coming: dict[SlotKey, list[Future[Slot]]] = {}
        self._leased = self._most_leased = 0
        self._uids = Uids()
        self._cpus = usable_cpus()
        self._cpu_use = dict.fromkeys(self._cpus, 0)
        self._cpu_of: dict[Slot, int] = {}
        janitors = max(JANITORS, 2 * len(self._cpus))
        self._janitor = ThreadPoolExecutor(janitors, thread_name_prefix="slots")
        self._closed = False

    @contextmanager
    def lease(self, key: SlotKey) -> Iterator[Slot]:
        """A slot for one job. Raises SandboxError when none can be made."""
        slot = self._take(key)
        with self._lock:
            self._leased += 1
            self._most_leased = max(self._most_leased, self._leased)
        try:
            if self.settings.fresh:
                self._prepare(key)
            yield slot
        except BaseException:
            slot.condemned = slot.condemned or "the job was abandoned"
            raise
        finally:
            self._give_back(key, slot)

    def live_slots(self) -> list[Slot]:
        """Slots that exist now (for tests and diagnostics)."""
        with self._lock:
            return list(self._live)

    def interrupt(self) -> None:
        """End the containers of all leased slots; who waits for them gets SlotDied."""
        with self._lock:
            idle = {id(slot) for _, slot in self._idle}
            leased = [slot for slot in self._live if id(slot) not in idle]
        for slot in leased:
            slot.kill()

    @property
    def closed(self) -> bool:
        """Whether no slot is made any more."""
        return self._closed

    def close(self) -> None:
        """Remove every container of this pool."""
        with self._lock:
            self._closed = True
            slots = list(self._live)
        self._janitor.shutdown(wait=True, cancel_futures=True)
        # Removing a container takes a tenth of a second, nearly all of it waiting.
        with ThreadPoolExecutor(max(1, len(slots))) as closers:
            list(closers.map(Slot.close, slots))
        self._live.clear()
        self._idle.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _take(self, key: SlotKey) -> Slot:
        with self._lock:
            self._require_open()
            idle = self._take_idle(key)
            if idle is not None:
                return idle
            coming = self._coming.get(key)
            first = coming.pop(0) if coming else None
        if first is not None:
            return first.result()
        self._make_room(key.memory_mb)
        return self._start(key)

    def _take_idle(self, key: SlotKey) -> Slot | None:
        """The slot of that key used last; those that ended meanwhile are thrown away."""
        for index in range(len(self._idle) - 1, -1, -1):
            if self._idle[index][0] == key:
                slot = self._idle.pop(index)[1]
                if not slot.hung_up():
                    return slot
                self._janitor.submit(self._remove, slot)
        return None

    def _start(self, key: SlotKey) -> Slot:
        """Start a slot whose memory has been reserved."""
        cpu = self._reserve_cpu()
        try:
            slot = create_slot(
                self.client,
                self.settings.images[key.language],
                key.language,
                key.limits(),
                self._uids,
                labels=dict(self.settings.labels),
                cpu=cpu,
                runtime=self.settings.runtime,
                sysv_ipc=key.language in SYSV_LANGUAGES,
                once=self.settings.fresh,
            )
        except BaseException:
            with self._lock:
                self._cpu_use[cpu] -= 1
            raise
        finally:
            with self._lock:
                self._starting_mb -= key.memory_mb
                self._lock.notify_all()
        with self._lock:
            if not self._closed:
                self._live[slot] = key
                self._cpu_of[slot] = cpu
                return slot
        slot.close()
        raise _closing()

    def _require_open(self) -> None:
        """A job that lost its slot to ``close`` must not start another container."""
        if self._closed:
            raise _closing()

    def _reserve_cpu(self) -> int:
        """The CPU with the fewest slots on it."""
        with self._lock:
            cpu = min(self._cpus, key=lambda one: self._cpu_use[one])
            self._cpu_use[cpu] += 1
            return cpu

    def _make_room(self, memory_mb: int) -> None:
        """Reserve memory, closing idle slots (oldest first) until it fits the budget."""
        while True:
            with self._lock:
                self._require_open()
                used = sum(key.memory_mb for key in self._live.values()) + self._starting_mb
                if used + memory_mb <= self.settings.budget_mb or used == 0:
                    self._starting_mb += memory_mb
                    return
                victim = self._idle.pop(0)[1] if self._idle else None
                if victim is None:
                    self._lock.wait(1.0)
                    continue
            self._remove(victim)

    def _give_back(self, key: SlotKey, slot: Slot) -> None:
        with self._lock:
            self._leased -= 1
        worn = self.settings.fresh or slot.jobs >= self.settings.recycle_after
        if not (worn or slot.condemned or self._closed):
            with self._lock:
                self._idle.append((key, slot))
                self._lock.notify_all()
            return
        # Its successor is placed before it is gone: the CPU is free now, not then.
        self._release_cpu(slot)
        with self._lock:
            if not self._closed:
                self._janitor.submit(self._remove, slot)

    def _prepare(self, key: SlotKey) -> None:
        """Start the next fresh container while a job runs in this one: one for every worker."""
        with self._lock:
            if self._closed:
                return
            coming = self._coming.setdefault(key, [])
            ahead = len(coming) + sum(one == key for one, _ in self._idle)
            used = sum(one.memory_mb for one in self._live.values()) + self._starting_mb
            if ahead >= self._most_leased or used + key.memory_mb > self.settings.budget_mb:
                return
            self._starting_mb += key.memory_mb
            future = self._janitor.submit(self._start, key)
            coming.append(future)
        future.add_done_callback(lambda done: self._arrived(key, done))

    def _arrived(self, key: SlotKey, future: Future[Slot]) -> None:
        """A container that nobody waits for is idle, and may be closed to make room."""
        with self._lock:
            if future not in self._coming[key]:
                return
            self._coming[key].remove(future)
            if not future.cancelled() and future.exception() is None:
                self._idle.append((key, future.result()))
                self._lock.notify_all()

    def _remove(self, slot: Slot) -> None:
        slot.close()
        with self._lock:
            self._live.pop(slot, None)
            self._lock.notify_all()
        self._release_cpu(slot)

    def _release_cpu(self, slot: Slot) -> None:
        with self._lock:
            cpu = self._cpu_of.pop(slot, None)
            if cpu is not None:
                self._cpu_use[cpu] -= 1


def _closing() -> SlotDied:
    return SlotDied("the sandboxes are being closed")
