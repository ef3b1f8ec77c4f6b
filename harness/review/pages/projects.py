"""Where a trainer begins: projects with what is left in them, and one's own judgments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from markupsafe import Markup

from harness.models import Answer
from harness.models.review import Assignment, AssignmentState, Project
from harness.reporting.text import duration, one_line, plural
from harness.reporting.words import LANGUAGES
from harness.review.access import Access, rubric_of
from harness.review.markdown import rendered
from harness.review.pages.shell import Shell

HISTORY_SHOWN = 100
UNDO_S = 600.0
STATES = {
    AssignmentState.CLAIMED: "in work",
    AssignmentState.SUBMITTED: "submitted",
    AssignmentState.SKIPPED: "skipped; it comes back",
    AssignmentState.EXPIRED: "given free; the draft is kept",
    AssignmentState.ESCALATED: "with an expert",
}


@dataclass(frozen=True)
class ProjectCard:
    """A project as a trainer sees it. locked: why one cannot work in it, "" if one can."""

    href: str
    start: str
    title: str
    description: Markup
    facts: tuple[tuple[str, str], ...]
    left: int
    locked: str


@dataclass(frozen=True)
class HomePage:
    """All projects; ``may_manage`` decides what an empty page advises."""

    shell: Shell
    projects: tuple[ProjectCard, ...]
    may_manage: bool


@dataclass(frozen=True)
class ProjectPage:
    """One project in full, with a way to start. message: what happened just before."""

    shell: Shell
    card: ProjectCard
    requirements: Markup | None
    deliverables: Markup | None
    guidelines: Markup | None
    guidelines_version: int
    message: str


@dataclass(frozen=True)
class HistoryRow:
    """One assignment of mine."""

    href: str
    task: str
    language: str
    project: str
    when: str
    state: str
    said: str
    active: str


@dataclass(frozen=True)
class HistoryPage:
    """My assignments, latest first."""

    shell: Shell
    rows: tuple[HistoryRow, ...]


def iso(at: float) -> str:
    """Epoch seconds as a ``datetime`` attribute; the browser makes it local."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def card_of(access: Access, project: Project) -> ProjectCard:
    """A project with what is left in it for this person."""
    left = 0 if project.closed else access.store.left_for(project.slug, access.person_id)
    locked = "This project is closed." if project.closed else ""
    if not left and not locked:
        locked = "Nothing is left for you here; what others hold may come back."
    minutes = project.expected_minutes
    facts = [
        ("Left for you", plural(left, "item")),
        ("An item takes", f"about {minutes:g} min" if minutes else "as long as it needs"),
        ("Languages", ", ".join(LANGUAGES[one] for one in project.languages) or "any"),
        ("Rubric", one_line(rubric_of(project).title, 80)),
        ("Judgments an item", str(project.overlap)),
    ]
    return ProjectCard(
        href=f"/projects/{project.slug}",
        start=f"/projects/{project.slug}/start",
        title=one_line(project.title, 120),
        description=rendered(project.description),
        facts=tuple(facts),
        left=left,
        locked=locked,
    )


def home_page(access: Access, may_manage: bool) -> HomePage:
    """Open projects, those with work first."""
    found = [one for one in access.store.projects() if may_manage or not one.closed]
    cards = sorted((card_of(access, one) for one in found), key=lambda card: bool(card.locked))
    return HomePage(access.shell("Projects", "/"), tuple(cards), may_manage)


def project_page(access: Access, project: Project, message: str) -> ProjectPage:
    """One project; its guidelines, or the rubric's where it has none of its own."""
    guidelines = project.guidelines or rubric_of(project).guidelines

    def prose(text: str) -> Markup | None:
        return rendered(text) if text.strip() else None

    return ProjectPage(
        shell=access.shell(project.title, "/"),
        card=card_of(access, project),
        requirements=prose(project.requirements),
        deliverables=prose(project.deliverables),
        guidelines=prose(guidelines),
        guidelines_version=project.guidelines_version,
        message=message,
    )


def history_page(access: Access) -> HistoryPage:
    """My latest assignments; what I said is read back from my last revision."""
    titles = {one.slug: one.title for one in access.store.projects()}
    mine = access.store.my_assignments(access.person_id, limit=HISTORY_SHOWN)
    rows = tuple(_row(access, one, titles.get(one.project, one.project)) for one in mine)
    return HistoryPage(access.shell("My judgments", "/history"), rows)


def _row(access: Access, one: Assignment, title: str) -> HistoryRow:
    said = ""
    if one.state is AssignmentState.SUBMITTED:
        found = access.store.judgments(one.assignment_id, access.person_id)
        said = said_in_words(found[-1].answer) if found else ""
    task = access.store.task_of(one.item_id)
    return HistoryRow(
        href=f"/work/{one.assignment_id}",
        task=one_line(task.title or task.prompt, 100),
        language=LANGUAGES[task.language],
        project=one_line(title, 80),
        when=iso(one.submitted_at or one.claimed_at),
        state=STATES[one.state],
        said=said,
        active=duration(one.active_s) if one.active_s else "–",
    )


def said_in_words(answer: Answer, names: tuple[str, str] = ("response 1", "response 2")) -> str:
    """A preference in words; ``names`` of the two in the order the answer is in."""
    if answer.both_bad:
        return "both are bad"
    if answer.ranking:
        return "ranked"
    if answer.preference is None:
        return "rated" if answer.ratings else "–"
    if answer.preference == 0:
        return "about the same"
    how = ("slightly better", "better", "much better")[abs(answer.preference) - 1]
    return f"{names[answer.preference > 0]} {how}"
