"""An item as its trainer may see it, as records for programs: what desk.html shows, no more.

Nothing here is copied whole from a stored result: a field that is not named below is not sent, so
that a new one cannot carry the name of a model.
"""

from __future__ import annotations

from typing import Any

from harness.models import Answer, CaseResult, Json, Language, Problem, Record, Verdict
from harness.models.review import AssignmentState, BlindResponse, FlagPolicy
from harness.review.pages.desk import Work, draft_answer, shown_flags


class TaskOut(Record):
    """The task. prefix: code that every response continues. schema_sql: of an SQL task."""

    title: str
    language: Language
    prompt: str
    prefix: str
    entry_point: str
    schema_sql: str


class PictureOut(Record):
    """A screenshot and where it is."""

    name: str
    href: str


class ResponseOut(Record):
    """A response under its letter. text: as it was written, None where only code was kept.

    first_line: of ``code``, where the response's own begins. live: the page it wrote.
    examples: the prompt's own; they decide no verdict. prompt_defects: those of them that the
    task's reference fails as well (``actual`` is the reference's).
    """

    letter: str
    code: str
    first_line: int
    text: str | None
    verdict: Verdict
    message: str
    build_log: str
    extraction_note: str
    cases: tuple[CaseResult, ...]
    examples: tuple[CaseResult, ...]
    prompt_defects: tuple[CaseResult, ...]
    pictures: tuple[PictureOut, ...]
    live: str | None


class FlagOut(Record):
    """One flag of a response; ``index`` is its name in an answer's ``flags``."""

    letter: str
    index: int
    rule: str
    line: int
    strength: str
    question: str
    detail: str
    why: str


class DraftOut(Record):
    """What is saved so far, and what is missing before it is a judgment."""

    version: int
    saved_at: float | None
    answer: Answer
    problems: tuple[Problem, ...]


class ItemOut(Record):
    """One's own assignment. flags: None while they are hidden behind a first judgment."""

    assignment_id: str
    project: str
    state: AssignmentState
    position: int
    task: TaskOut
    responses: tuple[ResponseOut, ...]
    flag_policy: FlagPolicy
    flags: tuple[FlagOut, ...] | None
    guidelines: str
    guidelines_version: int
    rubric: Json
    draft: DraftOut
    active_s: float


def item_out(work: Work) -> ItemOut:
    """One's own item with its draft."""
    project, assignment = work.project, work.assignment
    pairs = zip(work.letters, work.responses, strict=True)
    flags = shown_flags(work)
    return ItemOut(
        assignment_id=assignment.assignment_id,
        project=project.slug,
        state=assignment.state,
        position=work.item.place + 1,
        task=_task(work),
        responses=tuple(_response(assignment.assignment_id, *pair) for pair in pairs),
        flag_policy=project.flag_policy,
        flags=None if flags is None else flags_out(flags),
        guidelines=encodable(project.guidelines or work.rubric.guidelines),
        guidelines_version=project.guidelines_version,
        rubric=encodable(project.rubric),
        draft=draft_out(work),
        active_s=assignment.active_s,
    )


def draft_out(work: Work) -> DraftOut:
    """The draft as displayed."""
    draft = work.draft
    answer = draft_answer(draft)
    problems = tuple(Problem.model_validate(one) for one in work.problems(answer))
    return DraftOut(
        version=draft.version, saved_at=draft.saved_at, answer=answer, problems=problems
    )


def flags_out(flags: list[dict[str, Any]]) -> tuple[FlagOut, ...]:
    """Flags of the desk as records."""
    names = FlagOut.model_fields
    return tuple(
        FlagOut.model_validate({name: encodable(flag[name]) for name in names}) for flag in flags
    )


def _task(work: Work) -> TaskOut:
    task = work.task
    return TaskOut(
        title=encodable(task.title),
        language=task.language,
        prompt=encodable(task.prompt),
        prefix=encodable(task.prefix),
        entry_point=encodable(task.entry_point or ""),
        schema_sql=encodable(task.sql.schema_sql) if task.sql else "",
    )


def _response(assignment_id: str, letter: str, one: BlindResponse) -> ResponseOut:
    result, base = one.result, f"/desk/{assignment_id}"
    html = result.language is Language.HTML and bool(result.code.strip())
    return ResponseOut(
        letter=letter,
        code=encodable(result.code),
        first_line=result.first_line,
        text=encodable(one.text),
        verdict=result.verdict,
        message=encodable(result.message),
        build_log=encodable(result.build_log),
        extraction_note=encodable(result.extraction_note),
        cases=_cases(result.cases),
        examples=_cases(result.examples),
        prompt_defects=_cases(result.prompt_defects),
        pictures=tuple(
            PictureOut(name=encodable(kept.name), href=f"{base}/pictures/{letter}/{number}")
            for number, kept in enumerate(result.artifacts)
            if kept.media_type == "image/png"
        ),
        live=f"{base}/live/{letter}" if html else None,
    )


def _cases(found: tuple[CaseResult, ...]) -> tuple[CaseResult, ...]:
    return tuple(CaseResult.model_validate(encodable(case.model_dump())) for case in found)


def encodable(value: Json) -> Json:
    """The same with half surrogate pairs written out: no encoding takes them."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {encodable(name): encodable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [encodable(one) for one in value]
    return value
