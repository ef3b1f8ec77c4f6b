"""The review desk: one item, its responses under letters, and the form that judges them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from markupsafe import Markup

from harness.models import Answer, Flag, Language, Task
from harness.models.review import Assignment, BlindResponse, Draft, FlagPolicy, Item, Project
from harness.models.rubric import Marks, Rubric
from harness.reporting.flag_views import flag_view
from harness.reporting.highlight import code_lines
from harness.reporting.html import data_block
from harness.reporting.text import one_line, trusted
from harness.reporting.words import LANGUAGES
from harness.review.access import Access
from harness.review.answers import letters_of
from harness.review.markdown import rendered
from harness.review.pages.responses import Picture, ResponseView, response_view
from harness.review.pages.shell import Shell
from harness.review.preferences import desk_keys, desk_titles
from harness.rubrics import check_answer

SKIP_REASONS = (
    ("later", "Later: I want to come back to it"),
    ("unclear", "The task is unclear"),
    ("language", "I do not know this language well enough"),
    ("broken", "Something on this page is broken"),
    ("other", "Another reason"),
)


@dataclass(frozen=True)
class DeskPage:
    """Everything desk.html shows.

    position, total: "item 12 of 40". data: what desk.js reads, JSON that cannot end its script
    element. flags_hidden: they exist for the page only once a first judgment is saved.
    """

    shell: Shell
    project: str
    project_href: str
    position: int
    total: int
    task_title: str
    prompt: Markup
    facts: tuple[tuple[str, str], ...]
    guidelines: Markup | None
    guidelines_version: str
    rubric: Rubric
    responses: tuple[ResponseView, ...]
    flags_hidden: bool
    flags_never: bool
    skip_reasons: tuple[tuple[str, str], ...]
    may_skip: bool
    returned: str
    data: Markup


@dataclass(frozen=True)
class Rules:
    """What an answer to an assignment is checked by. lines: of each response, as displayed."""

    assignment: Assignment
    rubric: Rubric
    lines: tuple[int, ...]

    @property
    def letters(self) -> tuple[str, ...]:
        """Of the responses, in display order."""
        return letters_of(self.assignment.order)

    def problems(self, answer: Answer) -> list[dict[str, Any]]:
        """What keeps an answer (as displayed) from being a judgment."""
        lines = dict(zip(self.letters, self.lines, strict=True))
        found = check_answer(self.rubric, answer, responses=self.letters, lines=lines)
        return [problem.model_dump(mode="json") for problem in found]


@dataclass(frozen=True)
class Work(Rules):
    """An assignment and all that belongs to it, in display order."""

    project: Project
    item: Item
    task: Task
    draft: Draft
    responses: tuple[BlindResponse, ...]

    def response(self, letter: str) -> BlindResponse | None:
        """The response under a letter."""
        return dict(zip(self.letters, self.responses, strict=True)).get(letter)


def rules_of(access: Access, assignment_id: str) -> Rules:
    """The rules of one's own assignment: two small reads. Raises NotFound for anyone else's."""
    assignment = access.assignment(assignment_id)
    lines = access.server.lines_of(assignment.item_id)
    shown = tuple(lines[place - 1] for place in assignment.order)
    return Rules(assignment, access.server.rubric(assignment.project), shown)


def work_of(access: Access, assignment_id: str) -> Work:
    """One's own work on an item. Raises NotFound for anyone else's."""
    found = access.work(assignment_id)
    by_position = {one.position: one for one in found.responses}
    responses = tuple(by_position[place] for place in found.assignment.order)
    return Work(
        assignment=found.assignment,
        rubric=access.server.rubric(found.assignment.project),
        lines=tuple(one.result.code.count("\n") + 1 for one in responses),
        project=access.store.project(found.assignment.project),
        item=access.store.item(found.assignment.item_id),
        task=found.task,
        draft=found.draft,
        responses=responses,
    )


def desk_page(access: Access, work: Work, total: int) -> DeskPage:
    """The page of one's own assignment."""
    project, assignment = work.project, work.assignment
    base = f"/desk/{assignment.assignment_id}"
    title = work.task.title or "Task"
    flags = shown_flags(work)
    guidelines = project.guidelines or work.rubric.guidelines
    return DeskPage(
        shell=access.shell(f"{project.title}: item {work.item.place + 1}"),
        project=one_line(project.title, 80),
        project_href=f"/projects/{project.slug}",
        position=work.item.place + 1,
        total=total,
        task_title=f"{one_line(title, 100)} · {LANGUAGES[work.item.language]}",
        prompt=prompt_html(work.task),
        facts=_facts(work.task),
        guidelines=rendered(guidelines) if guidelines.strip() else None,
        guidelines_version=f"v{project.guidelines_version}" if project.guidelines else "",
        rubric=work.rubric,
        responses=tuple(_response(base, letter, one) for letter, one in _shown(work)),
        flags_hidden=flags is None and project.flag_policy is FlagPolicy.HIDDEN_FIRST,
        flags_never=project.flag_policy is FlagPolicy.NEVER,
        skip_reasons=SKIP_REASONS,
        may_skip=True,
        returned="",
        data=data_block(_data(access, work, flags)),
    )


def prompt_html(task: Task) -> Markup:
    """The task as a person reads it; a prompt that is code is shown as code."""
    prefix, prompt = task.prefix.strip(), task.prompt.strip("\n")
    if prefix and prompt.strip().startswith(prefix[:200]) and task.language is not Language.HTML:
        html = _code(prompt, task.language)
    else:
        html = rendered(prompt, task.language)
    schema = task.sql.schema_sql.strip() if task.sql else ""
    if schema and _solid(schema) not in _solid(prompt):
        html += trusted("<h2>Schema</h2>") + _code(schema, Language.SQL)
    return html


def _solid(text: str) -> str:
    """Text without white space: the prompt may set the same schema differently."""
    return "".join(text.split()).rstrip(";")


def _code(text: str, language: Language) -> Markup:
    lines = "\n".join(code_lines(text, language))
    return trusted(f'<pre class="code" tabindex="0"><code>{lines}</code></pre>')


def _facts(task: Task) -> tuple[tuple[str, str], ...]:
    found = [("Language", LANGUAGES[task.language])]
    if task.entry_point:
        found.append(("Called", one_line(task.entry_point, 120)))
    if task.sql:
        found.append(
            ("Database", {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[task.sql.dialect])
        )
    return tuple(found)


def _shown(work: Work) -> zip[tuple[str, BlindResponse]]:
    return zip(work.letters, work.responses, strict=True)


def _response(base: str, letter: str, one: BlindResponse) -> ResponseView:
    pictures = tuple(
        Picture(one_line(artifact.name, 80), f"{base}/pictures/{letter}/{number}")
        for number, artifact in enumerate(one.result.artifacts)
        if artifact.media_type == "image/png"
    )
    html = one.result.language is Language.HTML and one.result.code.strip()
    return response_view(
        letter, one.result, text=one.text, pictures=pictures,
        live=f"{base}/live/{letter}" if html else None,
    )  # fmt: skip


def shown_flags(work: Work) -> list[dict[str, Any]] | None:
    """The flags a person may see now; None while they are hidden."""
    policy, seen = work.project.flag_policy, work.assignment.flags_seen_at is not None
    if policy is FlagPolicy.NEVER:
        return []
    if policy is FlagPolicy.HIDDEN_FIRST and not seen:
        return None
    return all_flags(work)


def all_flags(work: Work) -> list[dict[str, Any]]:
    """Every flag, at its letter and place in its response's list."""
    return [
        {
            "letter": letter,
            "index": index,
            "rule": flag.rule[:100],
            "why": _why(flag),
            **asdict(flag_view(flag)),
        }
        for letter, one in _shown(work)
        for index, flag in enumerate(one.result.flags)
    ]


def _why(flag: Flag) -> str:
    """Rule, strength and how often it was right, short enough for one line."""
    parts = (one_line(flag.rule, 60), flag.strength.value, flag.record)
    return " · ".join(part for part in parts if part)


def draft_answer(draft: Draft) -> Answer:
    """What the draft holds, as displayed; an empty answer where it holds none."""
    content = draft.content if isinstance(draft.content, dict) else {}
    return Answer.model_validate(content.get("answer") or {})


def _data(access: Access, work: Work, flags: list[dict[str, Any]] | None) -> dict[str, Any]:
    assignment, answer = work.assignment, draft_answer(work.draft)
    marks = work.rubric.marks
    return {
        "base": f"/api/desk/{assignment.assignment_id}",
        "user": access.person_id,
        "letters": list(work.letters),
        "version": work.draft.version,
        "answer": answer.model_dump(mode="json"),
        "problems": work.problems(answer),
        "keys": desk_keys(work.rubric, access.preferences),
        "titles": desk_titles(work.rubric),
        "flags": flags,
        "next": f"/api/projects/{work.project.slug}/next?besides={assignment.assignment_id}",
        "seconds": round(assignment.active_s, 1),
        "idle_s": access.server.options.idle_s,
        "runs": f"/api/desk/{assignment.assignment_id}",
        "severities": _choices(marks, "severities"),
        "categories": _choices(marks, "categories"),
    }


def _choices(marks: Marks | None, name: str) -> list[dict[str, str]]:
    found = getattr(marks, name) if marks else ()
    return [{"id": one.id, "title": one.title, "help": one.help} for one in found]
