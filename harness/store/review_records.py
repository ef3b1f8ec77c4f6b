"""Drafts, what was said so far, corrections, and who wrote what."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, update

from harness.errors import Conflict, NotFound
from harness.models import Json, Result, Task
from harness.models.review import (
    Assignment,
    AssignmentState,
    Correction,
    Draft,
    DraftSave,
    Judgment,
    Reveal,
    Work,
)
from harness.store import schema
from harness.store.codec import pack, unpack
from harness.store.review_base import ASSIGNMENT, Row, assignment_of, new_id
from harness.store.review_items import read_responses
from harness.store.review_places import OPEN_STATES, Places
from harness.store.review_schema import (
    assignment,
    correction,
    draft,
    item,
    item_response,
    judgment,
    person,
    rubric,
)

_JUDGMENT = (
    select(
        judgment,
        assignment.c.public_id.label("assignment_public_id"),
        assignment.c.shown_order,
        item.c.public_id.label("item_public_id"),
        person.c.public_id.label("person_public_id"),
        rubric.c.ref,
    )
    .join_from(judgment, assignment, assignment.c.id == judgment.c.assignment)
    .join(item, item.c.id == assignment.c.item)
    .join(person, person.c.id == assignment.c.person)
    .join(rubric, rubric.c.digest == judgment.c.rubric_digest)
)
_CORRECTION = (
    select(
        correction,
        assignment.c.public_id.label("assignment_public_id"),
        item.c.public_id.label("item_public_id"),
        person.c.public_id.label("person_public_id"),
    )
    .join_from(correction, assignment)
    .join(item, item.c.id == assignment.c.item)
    .join(person, person.c.id == assignment.c.person)
)


_WORK = (
    ASSIGNMENT.add_columns(
        draft.c.version, draft.c.content, draft.c.saved_at, schema.task.c.payload
    )
    .join(draft, draft.c.assignment == assignment.c.id)
    .join(schema.task, schema.task.c.content_hash == item.c.task_hash)
)


class Records(Places):
    """What belongs to an assignment besides its judgments, and the reading of those."""

    def work(self, assignment_id: str, person_id: str) -> Work:
        """All the desk shows of the person's own assignment, over one connection."""
        with self._read() as connection:
            mine = _WORK.where(self._mine(assignment_id, person_id))
            row = connection.execute(mine).mappings().first()
            if row is None:
                raise NotFound(f"no assignment {assignment_id!r}")
            said: list[Judgment] = []
            if row["revision"]:
                said = self._said(connection, assignment.c.id == row["id"])
            corrected = _CORRECTION.where(assignment.c.id == row["id"]).order_by(correction.c.id)
            return Work(
                assignment=assignment_of(row),
                task=unpack(Task, row["payload"]),
                responses=tuple(read_responses(connection, row["item_public_id"])),
                draft=_draft_of(row),
                judgments=tuple(said),
                corrections=tuple(map(_correction_of, connection.execute(corrected).mappings())),
            )

    # Drafts

    def draft(self, assignment_id: str, person_id: str) -> Draft:
        """The draft of the person's own assignment; version 0 is an empty one."""
        with self._read() as connection:
            return self._read_draft(connection, assignment_id, person_id)

    def _read_draft(self, connection: Connection, assignment_id: str, person_id: str) -> Draft:
        mine = self._mine(assignment_id, person_id)
        query = select(draft).join_from(draft, assignment).where(mine)
        row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(f"no assignment {assignment_id!r}")
        return _draft_of(row)

    def save_draft(
        self, assignment_id: str, person_id: str, version: int, content: Json
    ) -> DraftSave:
        """Replace version ``version`` of the draft. One statement where nobody was faster.

        If the draft has moved on, nothing is stored and what stands there comes back, so that the
        page can show both; a save that was sent twice counts as saved. Raises Conflict once the
        assignment is submitted or escalated.
        """
        now = self._clock()
        held = select(assignment.c.id).where(
            self._mine(assignment_id, person_id), assignment.c.state.in_(OPEN_STATES)
        )
        saved = (
            update(draft)
            .where(draft.c.assignment == held.scalar_subquery(), draft.c.version == version)
            .values(version=version + 1, content=content, saved_at=now)
        )
        with self._database.write_one() as connection:
            if connection.execute(saved).rowcount:
                return DraftSave(saved=True, version=version + 1, content=content, saved_at=now)
        found = self.draft(assignment_id, person_id)
        state = self.assignment(assignment_id, person_id).state
        again = found.version == version + 1 and found.content == content
        if state.value not in OPEN_STATES and not again:
            raise Conflict(f"it is {state}", fix="open the next item")
        return DraftSave(saved=again, **found.model_dump())

    # Judgments

    def _judgment(self, connection: Connection, key: int | None) -> Judgment:
        query = _JUDGMENT.where(judgment.c.id == key)
        return self._judgments_of(connection, [connection.execute(query).mappings().one()])[0]

    def judgments(self, assignment_id: str, person_id: str | None = None) -> list[Judgment]:
        """All revisions of an assignment, oldest first; with ``person_id`` only if theirs."""
        self.assignment(assignment_id, person_id)
        return self._select(assignment.c.public_id == assignment_id)

    def item_judgments(self, item_id: str) -> list[Judgment]:
        """All revisions of everybody on an item: for managers, and for later stages."""
        return self._select(item.c.public_id == item_id)

    def _select(self, condition: Any) -> list[Judgment]:
        with self._read() as connection:
            return self._said(connection, condition)

    def _said(self, connection: Connection, condition: Any) -> list[Judgment]:
        rows = connection.execute(_JUDGMENT.where(condition).order_by(judgment.c.id))
        return self._judgments_of(connection, rows.mappings().all())

    def _judgments_of(self, connection: Connection, rows: Any) -> list[Judgment]:
        parents = {row["parent"] for row in rows if row["parent"] is not None}
        query = select(judgment.c.id, judgment.c.public_id).where(judgment.c.id.in_(parents))
        names: dict[int | None, str] = dict(connection.execute(query).all()) if parents else {}
        return [_judgment_of(row, names.get(row["parent"])) for row in rows]

    # Flags, corrections, names

    def flags_shown(self, assignment_id: str, person_id: str, flags: Json) -> Assignment:
        """Log that the page showed flags, and which; judgments made later say so."""
        with self._write() as connection:
            row = self._own(connection, assignment_id, person_id)
            changed = {"flags_seen_at": row["flags_seen_at"] or self._clock()}
            connection.execute(
                update(assignment).where(assignment.c.id == row["id"]).values(changed)
            )
            self._note_on(
                connection, row, "flags-shown",
                new={"flags": flags, "state": row["state"], "revision": row["revision"]},
            )  # fmt: skip
            return assignment_of(row, **changed)

    def add_correction(
        self,
        assignment_id: str,
        person_id: str,
        code: str,
        *,
        position: int | None = None,
        result: Result | None = None,
    ) -> Correction:
        """Hand in a corrected response. position: of the response it began as."""
        with self._write() as connection:
            row = self._own(connection, assignment_id, person_id)
            self._check_open(row)
            values = {
                "public_id": new_id("c"), "assignment": row["id"], "position": position,
                "code": code, "result": None if result is None else pack(result),
                "created_at": self._clock(),
            }  # fmt: skip
            connection.execute(insert(correction).values(values))
            new = {"correction": values["public_id"], "position": position}
            self._note_on(connection, row, "corrected", new=new)
            made = correction.c.public_id == values["public_id"]
            return _correction_of(connection.execute(_CORRECTION.where(made)).mappings().one())

    def corrections(self, item_id: str, person_id: str | None = None) -> list[Correction]:
        """Corrected responses of an item, oldest first; with ``person_id`` only theirs."""
        query = _CORRECTION.where(item.c.public_id == item_id).order_by(correction.c.id)
        if person_id is not None:
            query = query.where(person.c.public_id == person_id)
        with self._read() as connection:
            return [_correction_of(row) for row in connection.execute(query).mappings()]

    def reveal(self, assignment_id: str, person_id: str) -> list[Reveal]:
        """Who wrote the responses. Raises Conflict before the person has submitted."""
        if self.assignment(assignment_id, person_id).state is not AssignmentState.SUBMITTED:
            raise Conflict("models are named once the judgment is submitted")
        columns = schema.result.c
        query = (
            select(item_response.c.position, columns.model, columns.response_id)
            .join_from(assignment, item_response, item_response.c.item == assignment.c.item)
            .join(schema.result, columns.id == item_response.c.result)
            .where(assignment.c.public_id == assignment_id)
            .order_by(item_response.c.position)
        )
        with self._read() as connection:
            return [Reveal(**row) for row in connection.execute(query).mappings()]


def _draft_of(row: Row) -> Draft:
    return Draft(version=row["version"], content=row["content"], saved_at=row["saved_at"])


def _judgment_of(row: Row, parent: str | None) -> Judgment:
    same = (
        "revision", "kind", "answer", "rubric_digest", "guidelines_version", "flags_seen",
        "created_at", "wall_s", "active_s", "paused_s",
    )  # fmt: skip
    return Judgment(
        judgment_id=row["public_id"],
        assignment_id=row["assignment_public_id"],
        item_id=row["item_public_id"],
        person_id=row["person_public_id"],
        parent=parent,
        rubric_ref=row["ref"],
        order=tuple(row["shown_order"]),
        **{name: row[name] for name in same},
    )


def _correction_of(row: Row) -> Correction:
    return Correction(
        correction_id=row["public_id"],
        assignment_id=row["assignment_public_id"],
        item_id=row["item_public_id"],
        person_id=row["person_public_id"],
        position=row["position"],
        code=row["code"],
        result=None if row["result"] is None else unpack(Result, row["result"]),
        created_at=row["created_at"],
    )
