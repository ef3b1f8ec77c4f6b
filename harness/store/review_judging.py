"""Judging: revisions are added, never changed, each with all that belongs to it or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from harness.errors import Conflict, InputError
from harness.models import Answer
from harness.models.review import Assignment, AssignmentState, ItemState, Judgment, JudgmentKind
from harness.store.review_base import Row, assignment_of, new_id
from harness.store.review_places import CLAIMED, SUBMITTED
from harness.store.review_records import Records
from harness.store.review_schema import (
    assignment,
    draft,
    flag_feedback,
    item,
    item_response,
    judgment,
    line_mark,
    project,
)

UNDO_S = 600.0
KEY_CHARS = 64
_SUBMISSIONS = (JudgmentKind.SUBMITTED, JudgmentKind.AMENDED)


class Judging(Records):
    """What people say about items."""

    def save_first_preference(
        self, assignment_id: str, person_id: str, answer: Answer, key: str
    ) -> Judgment:
        """Keep the independent first preference as a revision of its own; work goes on.

        ``key`` as in ``submit``. Raises Conflict if flags were shown before, or there is one.
        """
        with self._write() as connection:
            row = self._own(connection, assignment_id, person_id)
            done = self._by_key(connection, row, key, JudgmentKind.FIRST_PREFERENCE)
            if done is not None:
                return done
            self._check_open(row)
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
            done = self._by_key(connection, row, key, *_SUBMISSIONS)
            if done is not None:
                return done
            self._check_open(row)
            self._check_draft(connection, row, draft_version)
            surplus = row["surplus"] or (
                row["state"] != CLAIMED and not self._take_back(connection, row["id"])
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

    def _by_key(
        self, connection: Connection, row: Row, key: str, *kinds: JudgmentKind
    ) -> Judgment | None:
        """What this submission key has stored before. Raises Conflict if that was another kind."""
        if not 1 <= len(key) <= KEY_CHARS:
            raise InputError(f"a submission key has 1 to {KEY_CHARS} characters")
        if not row["revision"]:
            return None
        query = select(judgment.c.id).where(
            judgment.c.assignment == row["id"], judgment.c.submission_key == key
        )
        found = connection.scalar(query)
        if found is None:
            return None
        made = self._judgment(connection, found)
        if made.kind not in kinds:
            raise Conflict(f"this submission key has made a revision {made.kind} before")
        return made

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
            if self._by_key(connection, row, key, JudgmentKind.WITHDRAWN) is not None:
                return assignment_of(row)
            self._check_undo(connection, row, now, window_s)
            latest = self._judgment(connection, self._latest(connection, row))
            made = self._add_revision(connection, row, JudgmentKind.WITHDRAWN, latest.answer, key)
            changed = self._move(
                connection, row, AssignmentState.CLAIMED, revision=made["revision"],
                submitted_at=None,
                lock_expires_at=now + row["lock_s"],
            )  # fmt: skip
            self._count(connection, row, -1)
            new = {"judgment": made["public_id"]}
            self._note_on(connection, row, "withdrawn", old=SUBMITTED, new=new)
            return assignment_of(row, **changed)

    def _check_undo(self, connection: Connection, row: Row, now: float, window_s: float) -> None:
        if row["state"] != SUBMITTED:
            raise Conflict(f"it is {row['state']}, not submitted")
        if now - row["submitted_at"] > window_s:
            raise Conflict("it is too late to undo this", fix="ask a manager to return it")
        state = connection.scalar(select(item.c.state).where(item.c.id == row["item"]))
        if state not in (ItemState.OPEN.value, ItemState.SUBMITTED.value):
            raise Conflict("it is being reviewed", fix="ask a manager to return it")


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
