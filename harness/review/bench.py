"""The sandboxes behind the review desk: opened when first needed, driven from one thread.

A server forks nothing and starts no container from the threads that answer requests: ``Bench``
belongs to the thread of ``reruns.Reruns``. Only ``abandon`` may be called from others.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from harness.models import Code, Form, Response, Result, Task
from harness.pipeline import Abandoned, Evaluator, Prepared, open_evaluator
from harness.pipeline.prepared import languages_of
from harness.pipeline.run import new_run_id
from harness.sandbox.orphans import run_lock
from harness.settings import Settings, load_settings

Say = Callable[[str], None]
# A person waits: an engine that is away is reported at once, not hoped for.
ENGINE_WAIT_S = 3.0


REFERENCE = "reference"


@dataclass(frozen=True)
class Program:
    """One program of a run. label: a response's letter, or "reference"."""

    label: str
    code: str
    first_line: int = 1


@dataclass
class Bench:
    """An evaluator for the languages asked for so far; another language opens it anew."""

    home: Path
    _stack: ExitStack = field(default_factory=ExitStack)
    _evaluator: Evaluator | None = None
    _abandoned: threading.Event = field(default_factory=threading.Event)
    _tasks: list[Task] = field(default_factory=list)
    _languages: set[str] = field(default_factory=set)

    @property
    def is_open(self) -> bool:
        """Whether sandboxes are held."""
        return self._evaluator is not None

    def evaluate(self, task: Task, program: Program, say: Say) -> Result:
        """Run a program against a task. Raises Abandoned, TaskError and SandboxError."""
        evaluator = self._for(task, say)
        say(f"running {program.label}")
        return evaluator.evaluate(_prepared(evaluator, task, program))

    def learn(self, task: Task, program: Program, say: Say) -> tuple[Result, Task | None]:
        """Run the reference; the task that expects what it gave. Raises as ``evaluate``."""
        evaluator = self._for(task, say)
        say("running the reference")
        return evaluator.learn(_prepared(evaluator, task, program))

    def abandon(self) -> None:
        """End what runs now, from any thread."""
        self._abandoned.set()
        if (evaluator := self._evaluator) is not None:
            evaluator.abandon()

    def resume(self) -> None:
        """Before the next program."""
        self._abandoned.clear()
        if self._evaluator is not None:
            self._evaluator.resume()

    def close(self) -> None:
        """Remove every container."""
        self._evaluator = None
        self._stack.close()

    def _for(self, task: Task, say: Say) -> Evaluator:
        needed = languages_of([task])
        if self._evaluator is None or not needed <= self._languages:
            self.close()
            if not needed <= self._languages:
                self._tasks.append(task)
                self._languages |= needed
            say("starting the sandboxes")
            self._evaluator = self._opened(say)
        if self._abandoned.is_set():  # while it was being opened
            raise Abandoned
        return self._evaluator

    def _opened(self, say: Say) -> Evaluator:
        run_id = f"review-{new_run_id()}"
        settings = self._settings()
        with ExitStack() as stack:
            stack.enter_context(run_lock(run_id, settings.home))
            evaluator = stack.enter_context(
                open_evaluator(settings, self._tasks, run_id, progress=say)
            )
            self._stack = stack.pop_all()
        return evaluator

    def _settings(self) -> Settings:
        return load_settings().model_copy(
            update={"home": self.home, "engine_wait_s": ENGINE_WAIT_S, "examples": False}
        )


def _prepared(evaluator: Evaluator, task: Task, program: Program) -> Prepared:
    response = Response(
        response_id=program.label, task_id=task.task_id, model="", text=program.code
    )
    code = Code(source=program.code, form=Form.FULL, first_line=program.first_line)
    return evaluator.prepare_code(task, response, code if program.code.strip() else None)
