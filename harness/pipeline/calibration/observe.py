"""What calibration looks at: programs whose verdict is known, with their flags under today's rules.

Flags on examples and siblings were made by a stage of the run: those are taken from the result. All
others are found anew, so that a new rule can be measured on an old run.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from harness import syntax
from harness.errors import InputError
from harness.flags import Options, rules
from harness.intake import OWN_PROGRAMS
from harness.intake.extract import resolve_entry_point
from harness.models import Code, Flag, Form, Language, Layer, Result, Task, Verdict
from harness.pipeline.flagging import flags_of
from harness.pipeline.prepared import reference_code

RuleKey = tuple[str, Language]
SYNTAX = "syntax-error"
REFERENCE = OWN_PROGRAMS[0]
RIGHT = frozenset({Verdict.PASSED})
OF_A_RUN = frozenset({Layer.EXAMPLE, Layer.SIBLING})
# Ours (harness_error) and what holds no code (rejected) say nothing about flags.
NEITHER = frozenset({Verdict.HARNESS_ERROR, Verdict.REJECTED})
_WORD = re.compile(r"[^a-z0-9]+")
_LANGUAGES = frozenset({"python", "py", "javascript", "js", "cpp", "csharp", "cs", "sql", "html"})
_NUMBERED = re.compile(r"(?:humanevalx?|cpp|javascript|js|python|py)[/_-](\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Observation:
    """A program, whether it is wrong, and how many flags of each rule it has."""

    task_id: str
    response_id: str
    language: Language
    model: str
    wrong: bool
    flags: Mapping[RuleKey, int] = field(default_factory=dict)

    @property
    def parses(self) -> bool:
        """Whether no rule says that it does not."""
        return (SYNTAX, self.language) not in self.flags


def problem_of(task_id: str) -> str:
    """What tasks on one problem have in common: halves are split by it.

    HumanEval and its translations share their numbers (``HumanEval/12``, ``CPP/12``); other sets
    name the language in the id (``set-cpp-7``).
    """
    numbered = _NUMBERED.fullmatch(task_id)
    if numbered:
        return f"humaneval-{int(numbered[1])}"
    words = [word for word in _WORD.split(task_id.lower()) if word]
    kept = [word for word in words if word not in _LANGUAGES]
    problem = "-".join(kept or words)
    return re.sub(r"^humanevalx-", "humaneval-", problem)


def of_results(
    results: Iterable[Result], tasks: Mapping[str, Task], seen: set[bytes]
) -> Iterator[Observation]:
    """Observations of a run's results; a program of the same response seen before is left out.

    Raises InputError where a result's task is not known: half of the rules ask it.
    """
    for result in results:
        if result.verdict in NEITHER:
            continue
        key = _identity(result)
        if key in seen:
            continue
        seen.add(key)
        task = tasks.get(result.task_id)
        if task is None:
            raise InputError(
                f"task {result.task_id!r} is not known here, which the run's responses answer",
                fix="add --tasks TASKS, the tasks of that run",
            )
        yield Observation(
            result.task_id,
            result.response_id,
            result.language,
            result.model,
            result.verdict not in RIGHT,
            _counted([*_found(task, result), *_kept(result.flags)]),
        )


def of_own_programs(results: Iterable[Result], tasks: Mapping[str, Task]) -> Iterator[Observation]:
    """References that pass, as right ones, and starting programs that do not, as wrong ones.

    results: of a run of the tasks' own programs. A reference that fails its own tests says
    nothing about flags.
    """
    for result in results:
        wrong = result.model != REFERENCE
        if result.verdict in NEITHER or wrong == (result.verdict in RIGHT):
            continue
        task = tasks[result.task_id]
        code = Code(source=result.code, form=Form.FULL, first_line=result.first_line)
        if not wrong:
            code = reference_code(task)  # lines that stand in the prompt are not its own
        flags = flags_of(task, code, task.entry_point, Options())
        yield Observation(
            result.task_id,
            result.response_id,
            result.language,
            result.model,
            wrong,
            _counted([*flags, *_kept(result.flags)]),
        )


def _identity(result: Result) -> bytes:
    parts = (result.task_id, result.response_id, result.language, result.code)
    text = "\0".join(parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _found(task: Task, result: Result) -> tuple[Flag, ...]:
    code = Code(
        source=result.code,
        form=Form.FULL,
        first_line=result.first_line,
        entry_point_found=_defines(task, result.code),
    )
    entry_point = resolve_entry_point(task, code) or task.entry_point
    return flags_of(task, code, entry_point, Options())


def _defines(task: Task, source: str) -> bool:
    names = (one.name for one in syntax.definitions(task.language, source))
    return task.entry_point is None or task.entry_point in names


def _kept(flags: Iterable[Flag]) -> list[Flag]:
    return [one for one in flags if one.layer in OF_A_RUN and one.rule in rules()]


def _counted(flags: Iterable[Flag]) -> dict[RuleKey, int]:
    return dict(Counter((flag.rule, flag.language) for flag in flags))
