"""Drafts, judgments and corrections. Revisions are added, never changed; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from harness.errors import Conflict, InputError, NotFound
from harness.models import Answer, Json, Result
from harness.models.review import (
    Assignment,
    AssignmentState,
    Correction,
    Draft,
    DraftSave,
    ItemState,
    Judgment,
    JudgmentKind,
    Reveal,
)
from harness.store import schema
from harness.store.codec import pack, unpack
from harness.store.review_base import Row, assignment_of, new_id
from harness.store.review_claims import Claims
from harness.store.review_schema import (
    assignment,
    correction,
    draft,
    flag_feedback,
    item,
    item_response,
    judgment,
    line_mark,
    person,
    project,
    rubric,
)

UNDO_S = 600.0
_OPEN = ("claimed", "expired", "skipped")
_SUBMITTED = AssignmentState.SUBMITTED.value

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


class Judging(Claims):
    """What people say about items."""

    # Drafts

    def draft(self, assignment_id: str, person_id: str) -> Draft:
        """The draft of the person's own assignment; version 0 is an empty one."""
        query = (
            select(draft).join_from(draft, assignment).where(self._mine(assignment_id, person_id))
        )
        with self._read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(f"no assignment {assignment_id!r}")
        return Draft(version=row["version"], content=row["content"], saved_at=row["saved_at"])

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
            self._mine(assignment_id, person_id), assignment.c.state.in_(_OPEN)
        )
        saved = (
            update(draft)
            .where(draft.c.assignment == held.scalar_subquery(), draft.c.version == version)
            .values(version=version + 1, content=content, saved_at=now)
        )
        with self._write() as connection:
            if connection.execute(saved).rowcount:
                return DraftSave(saved=True, version=version + 1, content=content, saved_at=now)
        found = self.draft(assignment_id, person_id)
        state = self.assignment(assignment_id, person_id).state
        again = found.version == version + 1 and found.content == content
        if state.value not in _OPEN and not again:
            raise Conflict(f"it is {state}", fix="open the next item")
        return DraftSave(saved=again, **found.model_dump())

    # Judgments

    def save_first_preference(
        self, assignment_id: str, person_id: str, answer: Answer, key: str
    ) -> Judgment:
        """Keep the independent first preference as a revision of its own; work goes on.

        ``key`` as in ``submit``. Raises Conflict if flags were shown before, or there is one.
        """
        with self._write() as connection:
            row = self._own(connection, assignment_id, person_id)
            done = self._by_key(connection, row, key)
            if done is not None:
                return done
            if row["state"] not in _OPEN:
                raise Conflict(f"it is {row['state']}", fix="open the next item")
            if row["flags_seen_at"] is not None or row["revision"]:
                raise Conflict("the first preference comes before flags and submission")
            made = self._add_revision(connection, row, JudgmentKind.FIRST_PREFERENCE, answer, key)
            changed = {"revision": made["revision"], "changed_at": self._clock()}
            connection.execute(
                update(assignment).where(assignment.c.id == row["id"]).values(changed)
            )
            self._note_on(connection, row, "first-preference", new={"judgment": made["public_id"]})
            return self._judgment(connection, made["id"])

    def submit(
        self,
        assignment_id: str,
        person_id: str,
        answer: Answer,
        key: str,
        *,
        draft_version: int | None = None,
    ) -> Judgment:
        """Store a judgment and everything that belongs to it in one transaction.

        answer: responses named by position in item order or by public id; checked against the
        rubric by the caller. key: made by the client for this submission; a request repeated with
        it changes nothing and returns the judgment of the first. draft_version: what the page
        had; another tab's newer draft is a Conflict, and so is a submitted assignment. After an
        undo the revision is ``amended``.
        """
        with self._write() as connection:
            row = self._own(connection, assignment_id, person_id)
            done = self._by_key(connection, row, key)
            if done is not None:
                return done
            if row["state"] not in _OPEN:
                raise Conflict(f"it is {row['state']}", fix="open the next item")
            self._check_draft(connection, row, draft_version)
            surplus = row["surplus"] or (
                row["state"] != "claimed" and not self._take_back(connection, row["id"])
            )
            kind = self._kind(connection, row)
            made = self._add_revision(connection, row, kind, answer, key)
            self._move(
                connection, row, AssignmentState.SUBMITTED, surplus=surplus,
                revision=made["revision"], submitted_at=self._clock(),
            )  # fmt: skip
            self._count(connection, row, 1)
            new = {"judgment": made["public_id"], "kind": kind.value, "surplus": surplus}
            self._note_on(connection, row, "submitted", old=row["state"], new=new)
            return self._judgment(connection, made["id"])

    def _check_draft(self, connection: Connection, row: Row, version: int | None) -> None:
        query = select(draft.c.version).where(draft.c.assignment == row["id"])
        if version is not None and connection.scalar(query) != version:
            raise Conflict(
                "the draft was changed in another window", fix="look at both, then submit again"
            )

    def _kind(self, connection: Connection, row: Row) -> JudgmentKind:
        earlier = select(judgment.c.id).where(
            judgment.c.assignment == row["id"], judgment.c.kind == JudgmentKind.WITHDRAWN.value
        )
        amended = row["revision"] and connection.scalar(earlier.limit(1)) is not None
        return JudgmentKind.AMENDED if amended else JudgmentKind.SUBMITTED

    def _by_key(self, connection: Connection, row: Row, key: str) -> Judgment | None:
        """What this submission key has stored before."""
        if not 1 <= len(key) <= 64:
            raise InputError("a submission key has 1 to 64 characters")
        if not row["revision"]:
            return None
        query = select(judgment.c.id).where(
            judgment.c.assignment == row["id"], judgment.c.submission_key == key
        )
        found = connection.scalar(query)
        return None if found is None else self._judgment(connection, found)

    def _add_revision(
        self, connection: Connection, row: Row, kind: JudgmentKind, answer: Answer, key: str
    ) -> Row:
        named = self._by_position(connection, row, answer)
        rules = select(project.c.rubric_digest, project.c.guidelines_version)
        current = connection.execute(rules.where(project.c.id == row["project"])).mappings().one()
        values = {
            "public_id": new_id("j"), "assignment": row["id"], "revision": row["revision"] + 1,
            "parent": self._latest(connection, row), "kind": kind.value, "submission_key": key,
            "preference": named.preference, "answer": named.model_dump(mode="json"),
            "flags_seen": row["flags_seen_at"] is not None, "created_at": self._clock(), **current,
            **{name: row[name] for name in ("wall_s", "active_s", "paused_s")},
        }  # fmt: skip
        columns = (judgment.c.id, judgment.c.public_id, judgment.c.revision)
        made = connection.execute(insert(judgment).values(values).returning(*columns))
        added = made.mappings().one()
        for table, records in ((line_mark, named.marks), (flag_feedback, named.flags)):
            rows = [{"judgment": added["id"], **one.model_dump(mode="json")} for one in records]
            if rows:
                connection.execute(insert(table), rows)
        return added

    def _latest(self, connection: Connection, row: Row) -> int | None:
        if not row["revision"]:
            return None
        query = select(judgment.c.id).where(
            judgment.c.assignment == row["id"], judgment.c.revision == row["revision"]
        )
        return connection.scalar(query)

    def _by_position(self, connection: Connection, row: Row, answer: Answer) -> Answer:
        """The answer with responses named by position. Raises InputError for unknown names."""
        query = select(item_response.c.public_id, item_response.c.position)
        rows = connection.execute(query.where(item_response.c.item == row["item"])).all()
        names = {public_id: str(position) for public_id, position in rows}
        return renamed(answer, names | {name: name for name in names.values()})

    def _count(self, connection: Connection, row: Row, change: int) -> None:
        """Count a judgment in or out; an item with as many as its overlap is submitted."""
        submitted = connection.execute(
            update(item)
            .where(item.c.id == row["item"])
            .values(submitted=item.c.submitted + change)
            .returning(item.c.submitted)
        ).scalar_one()
        state = ItemState.SUBMITTED if submitted >= row["overlap"] else ItemState.OPEN
        other = ItemState.OPEN if state is ItemState.SUBMITTED else ItemState.SUBMITTED
        moved = update(item).where(item.c.id == row["item"], item.c.state == other.value)
        connection.execute(moved.values(state=state.value))

    def _note_on(self, connection: Connection, row: Row, what: str, **values: Json) -> None:
        keys = {name: row[name] for name in ("person", "project", "item")}
        self._note(connection, what, assignment=row["id"], **keys, **values)

    def undo_submit(
        self, assignment_id: str, person_id: str, key: str, *, window_s: float = UNDO_S
    ) -> Assignment:
        """Take a submission back for changes: a revision ``withdrawn`` that leaves the old one.

        ``key`` as in ``submit``. Raises Conflict if it is not submitted, the window is over or
        others have begun to review it.
        """
        now = self._clock()
        with self._write() as connection:
            row = self._own(connection, assignment_id, person_id)
            done = self._by_key(connection, row, key)
            if done is not None:
                return assignment_of(row)
            self._check_undo(connection, row, now, window_s)
            latest = self._judgment(connection, self._latest(connection, row))
            made = self._add_revision(connection, row, JudgmentKind.WITHDRAWN, latest.answer, key)
            changed = self._move(
                connection, row, AssignmentState.CLAIMED, revision=made["revision"],
                submitted_at=None, expert_slot=row["expert_slot"],
                lock_expires_at=now + row["lock_s"],
            )  # fmt: skip
            self._count(connection, row, -1)
            new = {"judgment": made["public_id"]}
            self._note_on(connection, row, "withdrawn", old=_SUBMITTED, new=new)
            return assignment_of(row, **changed)

    def _check_undo(self, connection: Connection, row: Row, now: float, window_s: float) -> None:
        if row["state"] != _SUBMITTED:
            raise Conflict(f"it is {row['state']}, not submitted")
        if now - row["submitted_at"] > window_s:
            raise Conflict("it is too late to undo this", fix="ask a manager to return it")
        state = connection.scalar(select(item.c.state).where(item.c.id == row["item"]))
        if state not in (ItemState.OPEN.value, ItemState.SUBMITTED.value):
            raise Conflict("it is being reviewed", fix="ask a manager to return it")

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
            if row["state"] not in _OPEN:
                raise Conflict(f"it is {row['state']}", fix="open the next item")
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


def renamed(answer: Answer, names: Mapping[str, str]) -> Answer:
    """The answer with its responses under other names. Raises InputError for one that is none."""

    def name(given: str) -> str:
        if given not in names:
            known = ", ".join(sorted(set(names.values())))
            raise InputError(f"no response {given!r} in this item", fix=f"name one of {known}")
        return names[given]

    def moved(records: Any) -> tuple[Any, ...]:
        return tuple(one.model_copy(update={"response": name(one.response)}) for one in records)

    return answer.model_copy(
        update={
            "ratings": {name(one): rated for one, rated in answer.ratings.items()},
            "acceptable": {name(one): said for one, said in answer.acceptable.items()},
            "ranking": tuple(tuple(name(one) for one in tied) for tied in answer.ranking),
            "marks": moved(answer.marks),
            "flags": moved(answer.flags),
        }
    )


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
