"""Evaluate one response in the sandboxes."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from harness.errors import SlotDied
from harness.intake.extract import extract, resolve_entry_point
from harness.models import (
    Code,
    Form,
    Limits,
    Outcome,
    Response,
    Result,
    Task,
    Trust,
    Verdict,
)
from harness.pipeline.content import digest_of, task_hash
from harness.pipeline.examples import (
    NOTHING,
    Plan,
    Plans,
    Settled,
    accepted_programs,
    settle,
    steady,
    ties_broken,
    worst_of,
)
from harness.pipeline.prepared import Prepared, reference_code, require_evaluable, result_of
from harness.pipeline.retry import Retry
from harness.runners import (
    Both,
    Called,
    Evaluation,
    Execute,
    Job,
    evaluate_both,
    job_timeout_s,
    learned,
    runners,
)
from harness.sandbox.images import ImageRef
from harness.sandbox.pool import Pool, SlotKey
from harness.settings import Settings
from harness.store.artifacts import keep_artifact


class Abandoned(Exception):
    """What was being evaluated is not wanted any more (``Evaluator.abandon``)."""


@dataclass
class Evaluator:
    """Prepares and evaluates responses; safe to use from several threads."""

    pool: Pool
    retry: Retry
    images: Mapping[str, ImageRef]
    settings: Settings
    early_stop: bool = False
    examples: bool = True
    _abandoned: threading.Event = field(default_factory=threading.Event)
    _plans: Plans = field(default_factory=Plans)
    _trust: dict[str, Trust] = field(default_factory=dict)
    _trust_lock: threading.Lock = field(default_factory=threading.Lock)

    def prepare(self, task: Task, response: Response) -> Prepared:
        """Extract the code and compute the content key. Raises TaskError for a bad task."""
        require_evaluable(task)
        return self.prepare_code(task, response, extract(task, response))

    def prepare_code(self, task: Task, response: Response, code: Code | None) -> Prepared:
        """The same for code that was found already, or written by hand. Raises TaskError."""
        require_evaluable(task)
        limits = task.limits or self.settings.limits
        entry_point = resolve_entry_point(task, code) if code else None
        key = self._key(task, code, entry_point, limits)
        return Prepared(task, response, code, entry_point or task.entry_point, limits, key)

    def evaluate(self, prepared: Prepared) -> Result:
        """Run it. Failures of ours become ``harness_error``; a dead engine raises."""
        if prepared.code is None:
            outcome = Outcome(
                verdict=Verdict.REJECTED, trust=Trust.ISOLATED, message="no code was found"
            )
            return result_of(prepared, outcome)
        outcome, settled = self._outcome(prepared.task, prepared.code, prepared)
        return result_of(prepared, outcome, settled)

    def learn(self, prepared: Prepared) -> tuple[Result, Task | None]:
        """Run a program that is right on a task of one case; the task that expects what it gave.

        None instead of a task where it gave nothing. Only for ``call`` and ``stdio``.
        """
        assert prepared.code is not None
        jobs: list[list[dict[str, Any]]] = []

        def execute(
            language: str, steps: list[dict[str, Any]], limits: Limits
        ) -> list[dict[str, Any]]:
            jobs.append(self._execute(language, steps, limits))
            return jobs[-1]

        found = self._attempt(prepared, prepared.code, Trust.ISOLATED, execute=execute)
        # The first job ran the case; a checker's may come after it.
        task = learned(prepared.task, jobs[0]) if jobs else None
        return result_of(prepared, found.evaluation.outcome), task

    def abandon(self) -> None:
        """End what runs now; ``evaluate`` raises Abandoned, there and in every later call."""
        self._abandoned.set()
        self.pool.interrupt()

    def resume(self) -> None:
        """Be of use again after ``abandon``."""
        self._abandoned.clear()

    def evaluate_reference(self, task: Task) -> Result:
        """Run the task's own reference solution (must be there)."""
        require_evaluable(task)
        prepared = self._reference(task)
        return result_of(prepared, *self._outcome(task, reference_code(task), prepared))

    def _reference(self, task: Task) -> Prepared:
        response = Response(
            response_id=f"{task.task_id}#reference",
            task_id=task.task_id,
            model="reference",
            text=task.reference or "",
            form=Form.FULL,
        )
        limits = task.limits or self.settings.limits
        code = reference_code(task)
        key = self._key(task, code, task.entry_point, limits)
        return Prepared(task, response, code, task.entry_point, limits, key)

    def _outcome(self, task: Task, code: Code, prepared: Prepared) -> tuple[Outcome, Settled]:
        trust = task.trust or self._trust.get(task.task_id, Trust.ISOLATED)
        plan = self._plan(task, prepared.limits)
        both = self._attempt(prepared, code, trust, plan)
        settled = self._settled(plan, both.called, prepared)
        evaluation = both.evaluation
        stumbled = evaluation.cannot_cross and task.trust is None and trust is Trust.ISOLATED
        if stumbled and self._decided_trust(task, prepared) is Trust.SHARED:
            evaluation = self._attempt(prepared, code, Trust.SHARED).evaluation
        return evaluation.outcome, settled

    def _plan(self, task: Task, limits: Limits) -> Plan | None:
        return self._plans.of(task, limits) if self.examples else None

    def _settled(
        self, plan: Plan | None, called: tuple[Called, ...] | None, prepared: Prepared
    ) -> Settled:
        if plan is None or called is None:
            return NOTHING

        def reference() -> tuple[Called, ...] | None:
            if not accepted_programs(prepared.task):
                return ()
            return self._plans.reference(
                prepared.task, lambda: self._reference_calls(plan, prepared.task)
            )

        return settle(plan, called, reference)

    def _reference_calls(self, plan: Plan, task: Task) -> tuple[Called, ...] | None:
        """What the task's reference gives for its examples; () if it fails its own tests."""
        found: list[tuple[Called, ...]] = []
        for program in accepted_programs(task):
            both = self._both_of(plan, task, program)
            verdict, stumbled = both.evaluation.outcome.verdict, both.evaluation.cannot_cross
            if verdict not in (Verdict.PASSED, Verdict.HARNESS_ERROR) and not stumbled:
                return ()
            if both.called is None:
                return None
            broken = [self._both_of(plan, task, one).called for one in ties_broken(task, program)]
            found.append(steady(both.called, [one for one in broken if one is not None]))
        return worst_of(found)

    def _both_of(self, plan: Plan, task: Task, program: str) -> Both:
        """What an accepted program gives, for tests and examples."""
        accepted = task.model_copy(update={"reference": program})
        trust = task.trust or self._trust.get(task.task_id, Trust.ISOLATED)
        return self._attempt(self._reference(accepted), reference_code(accepted), trust, plan)

    def _calls(self, plan: Plan, code: Code, entry_point: str | None) -> Job:
        return Job(
            task=plan.task,
            code=code,
            entry_point=entry_point,
            limits=plan.limits,
            trust=Trust.ISOLATED,
            execute=self._execute,
        )

    def _decided_trust(self, task: Task, prepared: Prepared) -> Trust:
        """Ask the reference, once per task, whether its values can leave their process."""
        with self._trust_lock:
            if task.task_id not in self._trust:
                trust = Trust.ISOLATED
                if task.reference is not None:
                    code = reference_code(task)
                    asked = self._attempt(prepared, code, Trust.ISOLATED).evaluation
                    trust = Trust.SHARED if asked.cannot_cross else Trust.ISOLATED
                self._trust[task.task_id] = trust
            return self._trust[task.task_id]

    def _attempt(
        self,
        prepared: Prepared,
        code: Code,
        trust: Trust,
        plan: Plan | None = None,
        execute: Execute | None = None,
    ) -> Both:
        """Evaluate, with the examples of ``plan``, retrying what went wrong on our side."""
        job = Job(
            task=prepared.task,
            code=code,
            entry_point=prepared.entry_point,
            limits=prepared.limits,
            trust=trust,
            execute=execute or self._execute,
            early_stop=self.early_stop,
            keep=partial(keep_artifact, self.settings.home),
        )
        runner = runners()[prepared.task.language]
        if plan is None:
            return Both(self.retry.run(partial(runner.evaluate, job), trust), None)
        calls = self._calls(plan, code, prepared.entry_point)
        found: list[tuple[Called, ...] | None] = [None]

        def attempt() -> Evaluation:
            both = evaluate_both(runner, job, calls)
            found.append(both.called)
            return both.evaluation

        return Both(self.retry.run(attempt, trust), found[-1])

    def _execute(
        self, language: str, steps: list[dict[str, Any]], limits: Limits
    ) -> list[dict[str, Any]]:
        key = SlotKey(
            language=language,
            memory_mb=runners()[language].slot_memory_mb(limits),
            disk_mb=runners()[language].slot_disk_mb(limits),
            processes=limits.processes,
        )
        if self._abandoned.is_set():
            raise Abandoned
        with self.pool.lease(key) as slot:
            # Starting a slot takes long enough for a change of mind.
            if self._abandoned.is_set():
                raise Abandoned
            results = slot.run(steps, job_timeout_s(steps))
        if any(_killed_by_host(result) for result in results):
            raise SlotDied("the host ran out of memory and killed a process of the sandbox")
        return results

    def _key(self, task: Task, code: Code | None, entry_point: str | None, limits: Limits) -> str:
        runner = runners()[task.language]
        plan = self._plan(task, limits)
        parts = (
            task_hash(task),
            "" if code is None else code.source,
            str(entry_point),
            self.images[task.language].id,
            limits.model_dump_json(),
            f"{runner.version}:{self.early_stop}",
            *(() if plan is None else (plan.key,)),
        )
        return digest_of(parts)


def _killed_by_host(result: dict[str, Any]) -> bool:
    """Whether the kernel killed it although the slot was within its own limit."""
    reports = [result, *(answer.get("process") or {} for answer in result.get("answers", ()))]
    return any(report.get("cause") == "host_memory" for report in reports)
