"""The prompt's own examples, run beside a response's tests and apart from them.

They are asked in the same visit to a slot, after the tests and in processes of their own, so they
cost little and can change no verdict. An example that a response fails is put to the task's
reference, once a task: one that the reference fails too is the prompt's defect, not the
response's. Variations of the examples' inputs are run along; what they give is kept for
comparison with the other responses to the task.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from harness.flags.examples import (
    SAMPLES_VERSION,
    VERSION,
    Example,
    Sample,
    examples_of,
    probes_of,
    samples_of,
    tie_breakers,
)
from harness.models import (
    Case,
    CaseResult,
    Comparator,
    Limits,
    Probe,
    SqlState,
    Task,
    TestKind,
    Verdict,
)
from harness.runners import Called

CPU_S = 1.0
WALL_S = 4.0
OUTPUT_KB = 256
TOLERANCE = 1e-6
_EXACT = Comparator(kind="exact", rel_tol=TOLERANCE, abs_tol=TOLERANCE)
_WRONG = (Verdict.FAILED, Verdict.RUNTIME_ERROR)
Reference = Callable[[], tuple[Called, ...] | None]


@dataclass(frozen=True)
class Plan:
    """A task as calls: its examples first, then its probes; in SQL a state for each sample."""

    task: Task
    examples: tuple[Example | Sample, ...]
    limits: Limits
    key: str = f"examples {VERSION}"


@dataclass(frozen=True)
class Settled:
    """What a result says of the examples; see ``Result``."""

    examples: tuple[CaseResult, ...] = ()
    probes: tuple[Probe, ...] = ()
    prompt_defects: tuple[CaseResult, ...] = ()


NOTHING = Settled()


@dataclass
class Plans:
    """The plan of each task and what its reference gave, each found once."""

    _plans: dict[str, Plan | None] = field(default_factory=dict)
    _references: dict[str, tuple[Called, ...] | None] = field(default_factory=dict)
    _locks: dict[str, threading.Lock] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, task: Task, limits: Limits) -> Plan | None:
        """How to run the task's examples; None if it has none."""
        if task.task_id not in self._plans:
            self._plans[task.task_id] = plan(task, limits)
        return self._plans[task.task_id]

    def reference(self, task: Task, run: Reference) -> tuple[Called, ...] | None:
        """What the reference gives; None if it cannot be called. ``run`` is used at most once."""
        with self._lock:
            lock = self._locks.setdefault(task.task_id, threading.Lock())
        with lock:
            if task.task_id not in self._references:
                self._references[task.task_id] = run()
            return self._references[task.task_id]


def plan(task: Task, limits: Limits) -> Plan | None:
    """The examples and probes of a task as a ``call`` task; None if it has no example."""
    if task.kind is TestKind.SQL:
        return _sql_plan(task, limits)
    found = examples_of(task)
    examples = found.examples if task.reference is not None else _alike(found.examples)
    if not examples:
        return None
    cases = [*map(_case, examples)]
    cases += [Case(name=one.name, args=one.args) for one in probes_of(task)]
    calls = task.model_copy(
        update={
            "kind": TestKind.CALL, "cases": tuple(cases), "comparator": _EXACT, "tests": "",
            "signature": found.signature,
        }
    )  # fmt: skip
    return Plan(calls, examples, _small(limits))


def _sql_plan(task: Task, limits: Limits) -> Plan | None:
    """The samples of an SQL task as its states, each with the result the prompt shows."""
    samples = samples_of(task)
    if not samples or task.sql is None:
        return None
    states = tuple(
        SqlState(
            name=_name(one),
            schema_sql=task.sql.scripts(task.sql.all_states()[0])[0],
            seed_sql=one.seed_sql,
            expected=(one.expected,),
        )
        for one in samples
    )
    spec = task.sql.model_copy(update={"states": states, "ordered": samples[0].ordered})
    asked = task.model_copy(update={"sql": spec})
    return Plan(asked, samples, _small(limits), f"samples {SAMPLES_VERSION}")


def _small(limits: Limits) -> Limits:
    return limits.model_copy(
        update={
            "cpu_s": min(CPU_S, limits.cpu_s),
            "wall_s": min(WALL_S, limits.wall_s),
            "output_kb": min(OUTPUT_KB, limits.output_kb),
        }
    )


def _name(example: Example | Sample) -> str:
    return f"line {example.line}"


def _alike(examples: tuple[Example, ...]) -> tuple[Example, ...]:
    """Those whose values are of the more frequent shape: plain or made of others.

    In ``f(1) = 3`` and ``f(2) = [1, 3]`` one ``f`` is the function and the other a sequence of the
    same name. Without a reference nothing else would tell which.
    """
    made = [one for one in examples if isinstance(one.expected, list | dict)]
    plain = [one for one in examples if not isinstance(one.expected, list | dict | None)]
    if not made or not plain:
        return examples
    fewer = plain if len(plain) < len(made) else made if len(made) < len(plain) else examples
    return tuple(one for one in examples if all(one is not other for other in fewer))


def _case(example: Example) -> Case:
    return Case(
        name=_name(example),
        args=example.args,
        kwargs=dict(example.kwargs),
        expected=example.expected,
        comparator=_EXACT,
    )


def settle(
    plan: Plan, called: tuple[Called, ...], reference: Callable[[], tuple[Called, ...] | None]
) -> Settled:
    """Tell the response's failures from the prompt's. ``reference`` is asked only about failures.

    A ``reference`` that gives ``()`` has no say: there is none, or it fails its own tests.
    """
    count = len(plan.examples)
    called = tuple(map(_introduced, plan.examples, called)) + called[count:]
    examples: list[CaseResult] = []
    defects: list[CaseResult] = []
    for number, (example, one) in enumerate(zip(plan.examples, called[:count], strict=True)):
        if one.carried and one.result.verdict is Verdict.PASSED:
            examples.append(one.result)
        elif one.carried:
            _settle_failure(number, example, one, reference(), examples, defects)
    return Settled(tuple(examples), tuple(_probes(plan, called)), tuple(defects))


def _introduced(example: Example | Sample, one: Called) -> Called:
    """A sample's rows are told in the prompt's words; a call tells its arguments itself."""
    if isinstance(example, Example):
        return one
    return replace(one, result=one.result.model_copy(update={"input": example.shown}))


def accepted_programs(task: Task) -> tuple[str, ...]:
    """The reference and, in SQL, every other accepted answer."""
    golds = task.sql.golds if task.sql is not None else ()
    own = () if task.reference is None else (task.reference,)
    return tuple(dict.fromkeys((*own, *golds)))


def ties_broken(task: Task, program: str) -> tuple[str, ...]:
    """SQL: an accepted answer as it could be right as well, where rows tie."""
    return () if task.sql is None else tie_breakers(program, task.sql.dialect)


def steady(own: tuple[Called, ...], broken: Sequence[tuple[Called, ...]]) -> tuple[Called, ...]:
    """What an accepted answer gives; of examples that it meets or not as ties fall, nothing."""
    return tuple(
        one if all(_meets(other) == _meets(one) for other in others) else _unsaid(one)
        for one, *others in zip(own, *broken, strict=True)
    )


def _unsaid(one: Called) -> Called:
    failed = one.result.model_copy(update={"verdict": Verdict.FAILED})
    return replace(one, result=failed, like=False, carried=False)


def _meets(one: Called) -> bool:
    return one.result.verdict is Verdict.PASSED or one.like


def worst_of(references: Sequence[tuple[Called, ...]]) -> tuple[Called, ...]:
    """Of several accepted answers, for each example the one that speaks most against it."""
    return tuple(max(each, key=_against) for each in zip(*references, strict=True))


def _against(one: Called) -> int:
    if not one.carried:
        return 3
    return 2 if not _meets(one) else int(one.result.verdict is not Verdict.PASSED)


def _settle_failure(
    number: int,
    example: Example | Sample,
    failed: Called,
    reference: tuple[Called, ...] | None,
    examples: list[CaseResult],
    defects: list[CaseResult],
) -> None:
    right = failed.result.model_copy(update={"verdict": Verdict.PASSED, "message": ""})
    if reference == ():
        examples.append(right if failed.like and not example.exact else failed.result)
        return
    if reference is None:  # it cannot be called: nothing is known of the example
        return
    theirs = reference[number]
    if theirs.result.verdict is Verdict.PASSED:
        examples.append(failed.result)
    elif theirs.like:
        examples.append(right if failed.like else failed.result)
    elif theirs.carried and theirs.result.verdict in _WRONG:
        defects.append(_defect(example, theirs.result))


def _defect(example: Example | Sample, theirs: CaseResult) -> CaseResult:
    message = f"line {example.line} of the prompt: {example.text}"
    return CaseResult(
        name=theirs.name, verdict=theirs.verdict, expected=theirs.expected,
        input=theirs.input if isinstance(example, Example) else example.shown,
        actual=theirs.actual, message=message, grids=theirs.grids,
    )  # fmt: skip


def _probes(plan: Plan, called: tuple[Called, ...]) -> Iterator[Probe]:
    for one in called[len(plan.examples) :]:
        result = one.result
        if one.carried:
            yield Probe(
                name=result.name,
                verdict=Verdict.PASSED if one.returned else result.verdict,
                input=result.input,
                actual=result.actual if one.returned else result.actual.partition(":")[0],
            )
