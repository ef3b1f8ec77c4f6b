"""Runs that people ask for while they judge: queued, one at a time, kept for their assignment.

    ask ─► waiting ─► running ─► done
              │          ├─────► failed      (the sandboxes, the task, or the time: not the code)
              └──────────┴─────► cancelled

Requests come from many threads; one thread alone drives the sandboxes. It starts with the first
run and ends with the server; sandboxes that nobody uses are given back after a while. Runs are
held in memory, the newest of an assignment and of the server: what must last, a correction that
is handed in, goes to the store with its result.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from harness.errors import Conflict, HarnessError, NotFound
from harness.pipeline import Abandoned
from harness.review.bench import REFERENCE, Bench, Program
from harness.review.options import RunLimits
from harness.review.run_records import Order, Run, RunState, TooMany, brief

KEPT_FOR_ASSIGNMENT = 20
KEPT = 200
MINUTE_S = 60.0


@dataclass
class Reruns:
    """The queue. Safe to use from every thread."""

    bench: Bench
    limits: RunLimits = field(default_factory=RunLimits)
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self._queue: deque[str] = deque()
        self._asked: dict[str, deque[float]] = {}
        self._now: str | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def ask(self, order: Order) -> Run:
        """Put a run at the end of the queue. Raises TooMany, and Conflict at the server's end."""
        with self._changed:
            if self._closed:
                raise Conflict("the server is being stopped", fix="try again once it is back")
            self._check_room(order.person_id)
            run = Run(run_id=f"u_{secrets.token_urlsafe(12)}", order=order)
            self._runs[run.run_id] = run
            self._queue.append(run.run_id)
            self._asked.setdefault(order.person_id, deque()).append(self.clock())
            self._forget(order.assignment_id)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="reruns", daemon=True)
                self._thread.start()
            self._changed.notify_all()
            return run

    def run(self, assignment_id: str, run_id: str) -> Run:
        """One run of an assignment. Raises NotFound for any other."""
        with self._changed:
            run = self._runs.get(run_id)
        if run is None or run.order.assignment_id != assignment_id:
            raise NotFound("no such run", fix="run it again: runs end with the server")
        return run

    def runs(self, assignment_id: str) -> list[Run]:
        """All that is kept of an assignment, oldest first."""
        with self._changed:
            return [one for one in self._runs.values() if one.order.assignment_id == assignment_id]

    def place(self, run: Run) -> int:
        """Its place in the line, 1 for the next to begin if none runs; 0 once it has begun."""
        with self._changed:
            if run.run_id not in self._queue:
                return 0
            return self._queue.index(run.run_id) + (1 if self._now is None else 2)

    def cancel(self, assignment_id: str, run_id: str) -> Run:
        """End a run, or take it out of the queue. One that is over stays as it is."""
        self.run(assignment_id, run_id)
        return self._end(run_id, state=RunState.CANCELLED)

    def close(self, wait_s: float = 30.0) -> None:
        """End everything and remove the containers."""
        with self._changed:
            self._closed = True
            unfinished = [one.run_id for one in self._runs.values() if not one.state.over]
        for run_id in unfinished:
            self._end(run_id, state=RunState.CANCELLED, message="the server was stopped")
        with self._changed:
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(wait_s)

    def _check_room(self, person_id: str) -> None:
        asked = self._asked.get(person_id, deque())
        while asked and asked[0] <= self.clock() - MINUTE_S:
            asked.popleft()
        if not asked:
            self._asked.pop(person_id, None)
        if len(asked) >= self.limits.per_minute:
            wait_s = asked[0] + MINUTE_S - self.clock()
            raise TooMany(f"{self.limits.per_minute} runs a minute are the limit", wait_s)
        unfinished = sum(
            one.order.person_id == person_id and not one.state.over for one in self._runs.values()
        )
        if unfinished >= self.limits.unfinished:
            raise TooMany("your earlier runs are not done yet; cancel one or wait", 5.0)
        if len(self._queue) >= self.limits.waiting:
            raise TooMany(f"{len(self._queue)} runs are waiting already", 15.0)

    def _forget(self, assignment_id: str) -> None:
        """Let go of the oldest that are over."""
        own = [
            one.run_id for one in self._runs.values() if one.order.assignment_id == assignment_id
        ]
        old = [*own[: max(0, len(own) - KEPT_FOR_ASSIGNMENT)]]
        old += list(self._runs)[: max(0, len(self._runs) - KEPT)]
        for run_id in old:
            # One that was ended may still be in the hands of the worker.
            ended = run_id in self._runs and self._runs[run_id].state.over
            if ended and run_id != self._now:
                del self._runs[run_id]

    def _set(self, run_id: str, **changes: object) -> Run:
        """Change a run that is not over; called with the lock held."""
        run = self._runs[run_id]
        if not run.state.over:
            run = replace(run, version=run.version + 1, **changes)  # type: ignore[arg-type]
            self._runs[run_id] = run
            self._changed.notify_all()
        return run

    def _end(self, run_id: str, *, state: RunState, message: str = "") -> Run:
        """From outside the worker: the run is over now, and what still runs of it is ended."""
        with self._changed:
            if run_id in self._queue:
                self._queue.remove(run_id)
            run = self._set(run_id, state=state, message=message, ended_at=time.monotonic())
            running = self._now == run_id
        if running:
            self.bench.abandon()
        return run

    # ── the worker's thread ─────────────────────────────────────────────────────────────────────

    def _work(self) -> None:
        try:
            while (run_id := self._next()) is not None:
                self._perform(run_id)
        finally:
            self.bench.close()

    def _next(self) -> str | None:
        """The next run, marked as running; gives idle sandboxes back while there is none."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._closed, self.limits.idle_s)
                if self._closed:
                    return None
                if self._queue:
                    self._now = run_id = self._queue.popleft()
                    self._set(run_id, state=RunState.RUNNING, began_at=time.monotonic())
                    return run_id
            self.bench.close()

    def _perform(self, run_id: str) -> None:
        message = f"it took longer than {self.limits.timeout_s:g} s in all and was ended"
        alarm = threading.Timer(
            self.limits.timeout_s, self._end, (run_id,),
            {"state": RunState.FAILED, "message": message},
        )  # fmt: skip
        alarm.daemon = True
        alarm.start()
        try:
            end = self._outcome(run_id)
        finally:
            alarm.cancel()
        with self._changed:
            self._now = None
            self._set(run_id, note="", ended_at=time.monotonic(), **end)

    def _outcome(self, run_id: str) -> dict[str, object]:
        try:
            while not self._run_programs(run_id):
                pass
        except HarnessError as error:
            return {"state": RunState.FAILED, "message": error.message, "fix": error.fix}
        except Exception as error:  # noqa: BLE001  (whatever it is, the next person's run must go on)
            message = f"the run broke down ({type(error).__name__})"
            return {"state": RunState.FAILED, "message": message, "fix": "tell who runs the server"}
        return {"state": RunState.DONE}

    def _run_programs(self, run_id: str) -> bool:
        """Run what was not run yet; False if it must be tried again.

        An order to end the run before this one may come late and hit this one.
        """
        self.bench.resume()
        done = {label for label, _ in self._runs[run_id].results}
        for program in self._runs[run_id].order.programs:
            if self._runs[run_id].state.over:
                break
            if program.label not in done:
                try:
                    self._run_program(run_id, program)
                except Abandoned:
                    return self._runs[run_id].state.over
        return True

    def _run_program(self, run_id: str, program: Program) -> None:
        run = self._runs[run_id]
        task, changes = run.expecting or run.order.task, {}

        def say(line: str) -> None:
            self._say(run_id, line)

        if program.label == REFERENCE:
            result, changes["expecting"] = self.bench.learn(task, program, say)
        else:
            result = self.bench.evaluate(task, program, say)
        with self._changed:
            results = (*self._runs[run_id].results, (program.label, brief(result)))
            self._set(run_id, results=results, **changes)

    def _say(self, run_id: str, note: str) -> None:
        with self._changed:
            self._set(run_id, note=note)
