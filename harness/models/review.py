"""Review: projects, items, people, and every judgment as an immutable revision.

Times (``…_at``) are seconds since the epoch, UTC. Ids are random texts minted by the store; no id
of a source and no name of a model is in any record but ``Reveal`` and ``Source``.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from harness.models.base import Json, Record
from harness.models.judgment import Answer
from harness.models.language import Language
from harness.models.result import Result
from harness.models.task import Task


class FlagPolicy(StrEnum):
    """When a trainer sees the flags of a response."""

    HIDDEN_FIRST = "hidden-first"  # once a first preference is saved as a revision of its own
    SHOWN = "shown"
    NEVER = "never"


class Role(StrEnum):
    """What a person may do; each role may do what those before it may."""

    TRAINER = "trainer"
    REVIEWER = "reviewer"
    EXPERT = "expert"
    MANAGER = "manager"

    @property
    def rank(self) -> int:
        """0 for a trainer, 3 for a manager."""
        return list(Role).index(self)


class ItemState(StrEnum):
    """Where an item is. Those after SUBMITTED belong to peer review and adjudication."""

    OPEN = "open"  # fewer judgments than the project's overlap
    SUBMITTED = "submitted"
    PEER_REVIEW = "peer_review"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    DISPUTED = "disputed"
    ADJUDICATED = "adjudicated"
    FINAL = "final"


class AssignmentState(StrEnum):
    """Where one person's work on one item is."""

    CLAIMED = "claimed"
    SUBMITTED = "submitted"
    SKIPPED = "skipped"  # comes back to the same person, last
    EXPIRED = "expired"  # its lock ran out and the place was given free; the draft is kept
    ESCALATED = "escalated"  # an expert takes over


class JudgmentKind(StrEnum):
    """Why a revision was made."""

    FIRST_PREFERENCE = "first-preference"
    SUBMITTED = "submitted"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"  # undone: what its parent said no longer counts


class Presence(StrEnum):
    """What the time since the last heartbeat was spent on. Quiet reading is active."""

    ACTIVE = "active"
    IDLE = "idle"
    PAUSED = "paused"


class NewProject(Record):
    """What a project is made of. ``rubric`` is the rubric's content, as ``rubric_ref`` names it.

    overlap: judgments wanted for each item. expected_minutes: of one item.
    lock_minutes: how long a claim holds without a heartbeat.
    """

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    title: str
    description: str = ""
    requirements: str = ""
    expected_minutes: float | None = Field(default=None, gt=0)
    deliverables: str = ""
    languages: tuple[Language, ...] = ()
    rubric_ref: str
    rubric_digest: str
    rubric: Json
    guidelines: str = ""
    overlap: int = Field(default=1, ge=1, le=100)
    flag_policy: FlagPolicy = FlagPolicy.HIDDEN_FIRST
    lock_minutes: float = Field(default=30.0, gt=0)


class Project(NewProject):
    """A project as stored. Guidelines are versioned: every text they ever had is kept."""

    guidelines_version: int
    closed: bool = False
    created_at: float


class Source(Record):
    """Where an item's response comes from: for the store and for managers, never for a page."""

    run_id: str
    response_id: str
    text: str | None = None


class NewItem(Record):
    """Responses to one task to be judged together, in item order."""

    task_id: str
    responses: tuple[Source, ...] = Field(min_length=1, max_length=8)
    reason: str = ""


class Imported(Record):
    """What an import did. skipped: items that were in the project already."""

    added: int
    skipped: int


class BlindResponse(Record):
    """A response as a trainer may see it. position: 1-based, in item order.

    result: with ``public_id`` as its response_id and neither model, origin nor line.
    text: the answer as the model gave it, None if only the code is known.
    """

    public_id: str
    position: int
    result: Result
    text: str | None = None


class Item(Record):
    """One thing to judge. open_slots: judgments anyone may still claim; expert_slots: experts."""

    item_id: str
    project: str
    task_id: str
    language: Language
    size: int
    state: ItemState
    place: int
    open_slots: int
    expert_slots: int
    submitted: int


class Assignment(Record):
    """One person's work on one item.

    order: positions in the order they are displayed, ``(2, 1)`` shows response 2 at the left.
    lock_expires_at: a claim is kept until then, and for as long as nobody needs the place.
    surplus: handed in after the place had gone to someone else; kept all the same.
    flags_seen_at: when flags were first shown, None if never.
    """

    assignment_id: str
    project: str
    item_id: str
    person_id: str
    state: AssignmentState
    order: tuple[int, ...]
    seed: int
    claimed_at: float
    lock_expires_at: float
    submitted_at: float | None = None
    reason: str = ""
    surplus: bool = False
    flags_seen_at: float | None = None
    revision: int = 0
    wall_s: float = 0.0
    active_s: float = 0.0
    paused_s: float = 0.0


class Draft(Record):
    """Unfinished work: whatever the page keeps, as JSON. version grows by one at each save."""

    version: int
    content: Json = None
    saved_at: float | None = None


class DraftSave(Draft):
    """Answer to a save: if not ``saved``, another tab was first and this is what it stored."""

    saved: bool


class Judgment(Record):
    """One immutable revision of what a person says about an item.

    answer: responses named by position in item order (``"1"``, ``"2"``).
    flags_seen: whether flags had been shown before it was made.
    wall_s, active_s, paused_s: spent on the item up to then.
    """

    judgment_id: str
    assignment_id: str
    item_id: str
    person_id: str
    revision: int
    parent: str | None
    kind: JudgmentKind
    answer: Answer
    rubric_ref: str
    rubric_digest: str
    guidelines_version: int
    flags_seen: bool
    created_at: float
    order: tuple[int, ...]
    wall_s: float
    active_s: float
    paused_s: float


class Correction(Record):
    """A corrected response, handed in as a further candidate. result: how it ran."""

    correction_id: str
    assignment_id: str
    item_id: str
    person_id: str
    position: int | None
    code: str
    result: Result | None
    created_at: float


class Work(Record):
    """All that the desk shows of an assignment. responses: in item order."""

    assignment: Assignment
    task: Task
    responses: tuple[BlindResponse, ...]
    draft: Draft
    judgments: tuple[Judgment, ...] = ()
    corrections: tuple[Correction, ...] = ()


class Reveal(Record):
    """Who wrote a response; given out once the person has submitted."""

    position: int
    model: str
    response_id: str


class Person(Record):
    """Someone who works here. handle: e-mail or nickname, unique, compared without case."""

    person_id: str
    name: str
    handle: str
    role: Role
    active: bool = True
    has_password: bool = False
    created_at: float


class Invite(Record):
    """A one-time link; its token is known to nobody but who has it."""

    invite_id: str
    handle: str | None
    name: str
    role: Role
    created_at: float
    expires_at: float
    used_by: str | None = None


class ApiToken(Record):
    """A token for programs. hint: its first characters, to tell tokens apart."""

    token_id: str
    person_id: str
    name: str
    hint: str
    created_at: float
    expires_at: float | None = None
    last_used_at: float | None = None
    revoked_at: float | None = None


class Event(Record):
    """One line of the audit: who did what to what, and how it was before and after."""

    event_id: int
    at: float
    person_id: str | None
    what: str
    project: str | None = None
    item_id: str | None = None
    assignment_id: str | None = None
    old: Json = None
    new: Json = None


class Progress(Record):
    """A project in numbers. items: by state. assignments: by state."""

    project: str
    overlap: int
    items: dict[ItemState, int]
    assignments: dict[AssignmentState, int]
    open_slots: int
    expert_slots: int
    judgments_wanted: int
    judgments_in: int


class Pace(Record):
    """One person's work in a project. left_first: {position: how often it was displayed first}."""

    person_id: str
    name: str
    submitted: int
    claimed: int
    skipped: int
    escalated: int
    wall_s: float
    active_s: float
    paused_s: float
    left_first: dict[int, int]
    last_submitted_at: float | None = None
