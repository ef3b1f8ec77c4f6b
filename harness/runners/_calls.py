"""``call`` tasks: replies come back as plain data and are compared here, outside the sandbox."""

from __future__ import annotations

from collections.abc import Callable

from harness import syntax
from harness.models import Case, CaseResult, Json, Task, Verdict
from harness.runners._job import (
    MAX_STREAM,
    Job,
    Wire,
    ending,
    judged,
    parse_reply,
    shorten,
)
from harness.runners.compare import (
    Match,
    checker_input,
    comparator_for,
    matches_any,
    show,
)

JSON_TYPES: dict[str, tuple[type, ...]] = {
    "integer": (int,),
    "number": (int, float),
    "string": (str,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}
OUT_OF_MEMORY = ("MemoryError", "std::bad_alloc", "OutOfMemoryException")
RUN_CHECKS = ("call", "type")


class BuildFailed(Exception):
    """The response does not compile or parse: every case would say the same."""


def request(job: Job, case: Case) -> Wire:
    """The request a candidate driver gets for a case."""
    return {
        "op": "named",
        "name": job.entry_point,
        "args": list(case.args),
        "kwargs": dict(case.kwargs),
    }


def shown_call(job: Job, case: Case) -> str:
    """``f(1, x=2)`` in the language's own notation."""
    return call_text(job.task, job.entry_point, case)


def call_text(task: Task, entry_point: str | None, case: Case) -> str:
    """The same without a job."""
    parts = [show(arg, task.language) for arg in case.args]
    parts += [f"{key}={show(value, task.language)}" for key, value in case.kwargs.items()]
    return shorten(f"{entry_point}({', '.join(parts)})")


def shown_expected(job: Job, case: Case) -> str:
    """What a case accepts, as text."""
    return expected_text(job.task, case)


def expected_text(task: Task, case: Case) -> str:
    """The same without a job."""
    if case.raises:
        return f"raises {case.raises}"
    if case.check == "type":
        return f"a value of type {case.expected}"
    texts = [show(value, task.language) for value in (case.expected, *case.any_of)]
    return shorten(" or ".join(texts))


def judge_call(job: Job, case: Case, answer: Wire) -> CaseResult:
    """Turn one answer of the agent into a case result. Raises BuildFailed."""
    if answer.get("skipped"):
        return skipped(case.name, shown_call(job, case), shown_expected(job, case))
    report = answer.get("process") or {}
    reply = parse_reply(answer.get("reply"))
    base = CaseResult(
        name=case.name,
        verdict=Verdict.RUNTIME_ERROR,
        input=shown_call(job, case),
        expected=shown_expected(job, case),
        stdout=shorten(report.get("stdout", ""), MAX_STREAM),
        stderr=shorten(report.get("stderr", ""), MAX_STREAM),
        cpu_s=answer.get("cpu_s", 0.0),
        wall_s=answer.get("wall_s", 0.0),
        memory_mb=report.get("memory_mb", 0.0),
    )
    return base.model_copy(update=_conclusion(job, case, reply, report))


def skipped(name: str, given: str, expected: str) -> CaseResult:
    """A case that was not run because earlier ones ran out of time."""
    message = "not run: two earlier cases ran out of time"
    return CaseResult(
        name=name, verdict=Verdict.TIMEOUT, input=given, expected=expected, message=message
    )


def _conclusion(job: Job, case: Case, reply: Wire | None, report: Wire) -> Wire:
    if reply is None:
        verdict, message = ending(report) or (
            Verdict.RUNTIME_ERROR,
            "the program ended without returning from the call",
        )
        return {"verdict": verdict, "message": message}
    if "load_error" in reply:
        return _load_error(reply["load_error"])
    if "error" in reply:
        return _raised(case, reply["error"])
    return _compared(job, case, reply.get("value"))


def _load_error(error: Wire) -> Wire:
    text = shorten(str(error.get("text", "")))
    if error.get("stage") == "build":
        raise BuildFailed(text)
    if error.get("stage") == "name":
        return {"verdict": Verdict.FAILED, "message": text}
    if error.get("type") in OUT_OF_MEMORY:
        return {"verdict": Verdict.MEMORY_LIMIT, "message": text}
    return {"verdict": Verdict.RUNTIME_ERROR, "message": text}


def _raised(case: Case, error: Wire) -> Wire:
    name = str(error.get("type", "Error"))
    if error.get("cannot_cross") or error.get("cannotCross"):
        return {"verdict": Verdict.FAILED, "message": f"returned {error.get('message')}"}
    actual = f"raises {name}: {error.get('message', '')}"
    if case.raises is not None and case.raises in (name, error.get("base")):
        return {"verdict": Verdict.PASSED, "actual": shorten(actual)}
    trace = error.get("traceback") or error.get("stack") or actual
    if name in OUT_OF_MEMORY:
        return {"verdict": Verdict.MEMORY_LIMIT, "message": name, "actual": shorten(actual)}
    verdict = Verdict.FAILED if case.raises else Verdict.RUNTIME_ERROR
    return {"verdict": verdict, "actual": shorten(actual), "message": shorten(str(trace))}


def _compared(job: Job, case: Case, value: Json) -> Wire:
    actual = shorten(show(value, job.task.language))
    if case.raises:
        return {"verdict": Verdict.FAILED, "actual": actual, "message": "nothing was raised"}
    match = _match(job, case, value)
    return {"verdict": judged(match), "actual": actual, "message": match.message}


def _match(job: Job, case: Case, value: Json) -> Match:
    def checked(part: Json) -> Match:
        given = {"args": list(case.args), "kwargs": dict(case.kwargs)}
        return run_checker(job, case, given, part)

    return match_value(job.task, case, value, checked)


def match_value(task: Task, case: Case, value: Json, checked: Callable[[Json], Match]) -> Match:
    """Whether a call's value is what the case wants. checked: asks the task's checker program."""
    for step in case.path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return Match(False, f"the value has no {step!r}")
    if case.check == "type":
        kinds = JSON_TYPES[str(case.expected)]
        right = isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
        return Match(right, "" if right else f"not of type {case.expected}")
    comparator = comparator_for(task, case)
    if comparator.kind == "checker":
        return checked(value)
    return matches_any(comparator, case.expected, case.any_of, value, language=task.language)


def run_checker(job: Job, case: Case, given: Json, actual: Json) -> Match:
    """Run the task's checker program in a sandbox of its own; exit code 0 accepts."""
    comparator = comparator_for(job.task, case)
    step = {
        "kind": "run",
        "spawn": {"mode": "program", "payload": {"source": comparator.program}},
        "stdin": checker_input(given, case.expected, actual),
        "limits": _checker_limits(job),
    }
    report = job.execute("python", [step], job.limits)[0]
    if report["exit"] == 0 and not report["cause"]:
        return Match(True)
    said = (report["stdout"] + report["stderr"]).strip()
    return Match(False, shorten(said or "the checker refused it", 500))


def _checker_limits(job: Job) -> Wire:
    from harness.runners._job import wire_limits

    return wire_limits(job.limits)


def signature_case(job: Job, case: Case) -> CaseResult:
    """``name``, ``arg_names`` and ``arg_count``: read from the syntax tree, nothing is run.

    Of several definitions the last counts, as it does when the program runs.
    """
    found = next(
        (
            one
            for one in reversed(syntax.functions(job.task.language, job.code.source))
            if one.name == job.entry_point
        ),
        None,
    )
    actual: Json = None
    if found is not None:
        actual = {
            "name": found.name,
            "arg_names": list(found.params),
            "arg_count": len(found.params),
        }[case.check]
    comparator = comparator_for(job.task, case)
    match = matches_any(comparator, case.expected, case.any_of, actual)
    if not match.ok:
        match = Match(False, f"the function's {case.check.replace('_', ' ')} differs")
    return CaseResult(
        name=case.name,
        verdict=judged(match),
        input=case.check,
        expected=shown_expected(job, case),
        actual=show(actual, job.task.language),
        message=match.message,
    )
