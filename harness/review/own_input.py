"""What a person types to try a response, turned into a task with that one case.

call, and tests of Python and JavaScript functions    the arguments, as JSON
stdio                                                 the text on standard input
sql                                                   statements that fill the database
html                                                  what a user does, one step a line
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from harness import syntax
from harness.errors import InputError
from harness.models import (
    Case,
    Comparator,
    HtmlCase,
    HtmlCheck,
    HtmlSpec,
    HtmlStep,
    Json,
    Language,
    SqlSpec,
    SqlState,
    Task,
    TestKind,
)

NAME = "your input"
MAX_CHARS = 64_000
MAX_STEPS = 30
MAX_SAMPLES = 30
MAX_WAIT_MS = 3000
SHOT = "after your steps"
# Languages whose functions are called with plain data: no signature has to be known.
_UNTYPED = {Language.PYTHON, Language.JAVASCRIPT}
_STEPS_FORM = (
    "click SELECTOR, hover SELECTOR, type SELECTOR TEXT, press KEY, select SELECTOR VALUE, "
    "resize WIDTH HEIGHT or wait MS"
)


@dataclass(frozen=True)
class InputForm:
    """The field a person types into. kind: json | text | sql | steps. samples: (name, text)."""

    kind: str
    label: str
    hint: str
    samples: tuple[tuple[str, str], ...]


def input_form(task: Task) -> InputForm | None:
    """What can be typed for this task; None where only edited code can be run."""
    if task.kind is TestKind.STDIO:
        samples = tuple((one.name, one.stdin) for one in _shown_cases(task))
        return InputForm("text", "Standard input", "read by the program as it stands", samples)
    if task.kind is TestKind.SQL and task.sql is not None:
        return _sql_form(task.sql)
    if task.kind is TestKind.HTML and task.html is not None:
        steps = tuple(("click", f"click {s}") for s in _selectors(task.html)[:3])
        return InputForm("steps", "Steps", f"one a line: {_STEPS_FORM}", steps)
    if _called(task):
        return _call_form(task)
    return None


def own_task(task: Task, given: str) -> Task:
    """The task with the typed input as its only case. Raises InputError, saying what is wrong."""
    if len(given) > MAX_CHARS:
        raise InputError(f"at most {MAX_CHARS} characters", fix="try a smaller input")
    form = input_form(task)
    if form is None:
        raise InputError(
            "this task takes no input of one's own", fix="edit the code and run the tests instead"
        )
    build = {"json": _call, "text": _stdin, "sql": _seeded, "steps": _walk}[form.kind]
    return build(task, given)


def _called(task: Task) -> bool:
    if not task.entry_point:
        return False
    if task.language in _UNTYPED:
        return task.kind is TestKind.CALL or (task.kind is TestKind.UNIT and _is_function(task))
    return task.kind is TestKind.CALL and task.signature is not None


def _is_function(task: Task) -> bool:
    """Whether the tests are of a function: of a class nothing would come back but an object."""
    known = task.reference or task.prefix
    names = {one.name for one in syntax.functions(task.language, known)}
    return not known or task.entry_point in names


def _shown_cases(task: Task) -> list[Case]:
    """Cases to begin from; the desk shows their input beside every verdict anyway."""
    return list(task.cases[:MAX_SAMPLES])


def _call_form(task: Task) -> InputForm:
    samples = tuple(
        (one.name, ", ".join(json.dumps(arg, ensure_ascii=False) for arg in one.args))
        for one in _shown_cases(task)
        if one.check == "call" and not one.kwargs
    )
    hint = "JSON values with commas between them, as in a call"
    if task.signature is not None:
        hint += f": {', '.join(task.signature.params)}"
    return InputForm("json", f"Arguments of {task.entry_point}", hint, samples)


def _call(task: Task, given: str) -> Task:
    args = _arguments(given)
    if task.signature is not None and len(args) != len(task.signature.params):
        wanted = len(task.signature.params)
        raise InputError(
            f"{wanted} arguments are needed, {len(args)} are there",
            fix=f"give one for each of: {', '.join(task.signature.params)}",
        )
    case = Case(name=NAME, args=tuple(args), hidden=False)
    return task.model_copy(
        update={"kind": TestKind.CALL, "cases": (case,), "tests": "", **_comparing(task)}
    )


def _comparing(task: Task) -> dict[str, Comparator]:
    """Without a reference nothing is compared, and no checker program need run."""
    return {} if task.reference else {"comparator": Comparator()}


def _arguments(given: str) -> list[Json]:
    try:
        found = json.loads(f"[{given}]", parse_constant=_no_constant)
        json.dumps(found)
    except (ValueError, RecursionError) as error:
        where = ""
        if isinstance(error, json.JSONDecodeError):
            column = max(1, error.colno - (1 if error.lineno == 1 else 0))
            where = f", line {error.lineno}, column {column}: {error.msg}"
        raise InputError(
            f"the arguments are not JSON{where}",
            fix='write them as in a call: [1, 2], "text", true, null',
        ) from None
    assert isinstance(found, list)
    return found


def _no_constant(name: str) -> Json:
    raise ValueError(f"{name} is no JSON")


def _stdin(task: Task, given: str) -> Task:
    text = given if not given or given.endswith("\n") else given + "\n"
    case = Case(name=NAME, stdin=text, expected="", hidden=False)
    return task.model_copy(update={"cases": (case,), **_comparing(task)})


def _sql_form(spec: SqlSpec) -> InputForm | None:
    if not spec.golds:  # nothing says what is right on other rows
        return None
    first = spec.all_states()[0]
    samples = tuple((one.name, spec.scripts(one)[1].strip()) for one in spec.all_states()[:5])
    schema = "" if first.schema_sql is None else " (the schema of the first state)"
    hint = f"statements that fill the tables{schema}; what is right is asked of the accepted answer"
    return InputForm("sql", "Rows of the database", hint, samples)


def _seeded(task: Task, given: str) -> Task:
    assert task.sql is not None
    schema = task.sql.scripts(task.sql.all_states()[0])[0]
    # Two states, so that a report shows what the database held.
    state = SqlState(name=NAME, schema_sql=schema, seed_sql=given)
    return task.model_copy(update={"sql": task.sql.model_copy(update={"states": (state,)})})


def _selectors(spec: HtmlSpec) -> list[str]:
    """What the task's own steps click; they are part of what the prompt asks for."""
    found = [
        step.selector for case in spec.cases for step in case.steps
        if step.action == "click" and step.selector
    ]  # fmt: skip
    return list(dict.fromkeys(found))


def _walk(task: Task, given: str) -> Task:
    assert task.html is not None
    steps = [
        _step(number, line) for number, line in enumerate(given.splitlines(), 1) if line.strip()
    ]
    if len(steps) > MAX_STEPS:
        raise InputError(f"at most {MAX_STEPS} steps", fix="leave some out")
    shot = HtmlStep(action="screenshot", name=SHOT, full_page=False)
    case = HtmlCase(
        name=NAME, steps=(*steps, shot),
        checks=(HtmlCheck(check="exists", selector="html"), HtmlCheck(check="errors")),
    )  # fmt: skip
    spec = task.html.model_copy(update={"cases": (case,), "in_page": (), "screenshots": ()})
    return task.model_copy(update={"html": spec})


def _step(number: int, line: str) -> HtmlStep:
    """One line of what a user does."""
    word, _, rest = line.strip().partition(" ")
    try:
        return HtmlStep.model_validate({"action": word, **_step_fields(word, rest.strip())})
    except (ValidationError, ValueError, KeyError):
        raise InputError(
            f"line {number} is no step: {line.strip()[:80]}", fix=_STEPS_FORM
        ) from None


def _step_fields(word: str, rest: str) -> dict[str, Any]:
    if word in {"click", "hover"}:
        return {"selector": rest or None}
    if word == "press":
        return {"key": rest}
    if word == "wait":
        return {"ms": min(int(rest), MAX_WAIT_MS)}
    first, _, second = rest.partition(" ")
    if word == "type":
        return {"selector": first or None, "text": second}
    if word == "select":
        return {"selector": first or None, "values": (second,)}
    if word == "resize":
        return {"width": int(first), "height": int(second)}
    raise KeyError(word)
