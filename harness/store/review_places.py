"""One person's place at one item: held, kept by heartbeats, given up, taken back.

Rows are locked in one order, person, assignment, item, so that nobody waits in a circle. Locks are
``FOR NO KEY UPDATE``, which lets others refer to the row meanwhile (the audit does).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, literal, select, update

from harness.errors import Conflict, NotFound
from harness.models.review import Assignment, AssignmentState, Presence, Role
from harness.store.review_base import ASSIGNMENT, Part, Row, Values, assignment_of
from harness.store.review_schema import assignment, item, person, project

# A beat that comes later than this says nothing about the time before it: the laptop was closed.
MAX_BEAT_S = 90.0
CLAIMED = AssignmentState.CLAIMED.value
SKIPPED = AssignmentState.SKIPPED.value
EXPIRED = AssignmentState.EXPIRED.value
SUBMITTED = AssignmentState.SUBMITTED.value
# Work goes on in these; in the latter two without a place of its own.
OPEN_STATES = (CLAIMED, SKIPPED, EXPIRED)

_held = assignment.c
_item = item.c


def is_expert(who: Row) -> bool:
    """Whether a row with a ``role`` may take places kept for experts."""
    return Role(who["role"]).rank >= Role.EXPERT.rank


class Places(Part):
    """What the holder of an assignment can do with it, apart from judging."""

    def assignment(self, assignment_id: str, person_id: str | None = None) -> Assignment:
        """An assignment; with ``person_id`` only if it is theirs. Raises NotFound."""
        with self._read() as connection:
            return self._read_assignment(connection, assignment_id, person_id)

    def _read_assignment(
        self, connection: Connection, assignment_id: str, person_id: str | None
    ) -> Assignment:
        query = ASSIGNMENT.where(_held.public_id == assignment_id)
        if person_id is not None:
            query = query.where(person.c.public_id == person_id)
        row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(f"no assignment {assignment_id!r}")
        return assignment_of(row)

    def heartbeat(
        self,
        assignment_id: str,
        person_id: str,
        presence: Presence = Presence.ACTIVE,
        *,
        opening: bool = False,
    ) -> Assignment:
        """Count the time since the last beat and renew the lock.

        wall_s grows by the time that passed while the page was open, active_s or paused_s by the
        same if ``presence`` was that. ``opening``: the page has just been opened, so the time
        before does not count. An expired claim takes its place back if it is free; see ``state``.
        """
        now = self._clock()
        values = {"last_beat_at": now, "lock_expires_at": _renewed(now)}
        if not opening:
            passed = _time_passed(now)
            values["wall_s"] = _held.wall_s + passed
            if presence is not Presence.IDLE:
                column = _held.active_s if presence is Presence.ACTIVE else _held.paused_s
                values[column.name] = column + passed
        beaten = update(assignment).where(self._mine(assignment_id, person_id)).values(values)
        with self._database.write_one() as connection:
            row = connection.execute(beaten.returning(_held.id, _held.state)).first()
            if row is None:
                raise NotFound(f"no assignment {assignment_id!r}")
            if row.state != EXPIRED:
                return self._assignment(connection, row.id)
        with self._write() as connection:
            # Looked at again, now locked: another window may have taken it back meanwhile.
            if self._own(connection, assignment_id, person_id)["state"] == EXPIRED:
                self._take_back(connection, row.id)
            return self._assignment(connection, row.id)

    def skip(self, assignment_id: str, person_id: str, reason: str) -> Assignment:
        """Put an item off: it comes back when nothing else is left. The draft stays."""
        return self._leave(assignment_id, person_id, AssignmentState.SKIPPED, reason)

    def escalate(self, assignment_id: str, person_id: str, reason: str) -> Assignment:
        """Hand an item to an expert: the place is kept for one."""
        return self._leave(assignment_id, person_id, AssignmentState.ESCALATED, reason)

    def _leave(
        self, assignment_id: str, person_id: str, state: AssignmentState, reason: str
    ) -> Assignment:
        with self._write() as connection:
            row = self._own(connection, assignment_id, person_id)
            if row["state"] == state.value:
                return assignment_of(row)  # a request that was sent twice
            self._check_open(row)
            self._give_up_place(connection, row, escalated=state is AssignmentState.ESCALATED)
            changed = self._move(connection, row, state, reason=reason)
            self._note_on(connection, row, state.value, old=row["state"], new={"reason": reason})
            return assignment_of(row, **changed)

    def _check_open(self, row: Row) -> None:
        if row["state"] not in OPEN_STATES:
            raise Conflict(f"it is {row['state']}", fix="open the next item")

    def _mine(self, assignment_id: str, person_id: str) -> ColumnElement[bool]:
        who = select(person.c.id).where(person.c.public_id == person_id).scalar_subquery()
        return (_held.public_id == assignment_id) & (_held.person == who)

    def _own(self, connection: Connection, assignment_id: str, person_id: str) -> Row:
        """The person's own assignment, locked. Raises NotFound for anyone else's."""
        query = ASSIGNMENT.where(_held.public_id == assignment_id, person.c.public_id == person_id)
        locking = query.with_for_update(of=assignment, key_share=True)
        row = connection.execute(locking).mappings().first()
        if row is None:
            raise NotFound(f"no assignment {assignment_id!r}")
        return row

    def _assignment(self, connection: Connection, key: int) -> Assignment:
        query = ASSIGNMENT.where(_held.id == key)
        return assignment_of(connection.execute(query).mappings().one())

    def _move(
        self, connection: Connection, row: Row, state: AssignmentState, **also: Any
    ) -> Values:
        """Bring an assignment to a state; returns what was changed."""
        changed = {"state": state.value, "changed_at": self._clock(), **also}
        connection.execute(update(assignment).where(_held.id == row["id"]).values(changed))
        return changed

    def _note_on(self, connection: Connection, row: Row, what: str, **values: Any) -> None:
        """Add a line to the audit about an assignment's row."""
        keys = {name: row[name] for name in ("person", "project", "item")}
        self._note(connection, what, assignment=row["id"], **keys, **values)

    # Places of an item

    def _take(self, connection: Connection, item_key: int, *, expert: bool) -> bool:
        """Take a place of an item that has one; True if it was one kept for experts."""
        query = select(_item.expert_slots).where(_item.id == item_key)
        kept = expert and (connection.scalar(query) or 0) > 0
        column = _item.expert_slots if kept else _item.open_slots
        taken = update(item).where(_item.id == item_key).values({column.name: column - 1})
        connection.execute(taken)
        return kept

    def _release(self, connection: Connection, item_key: int, *, expert: bool) -> None:
        column = _item.expert_slots if expert else _item.open_slots
        given = update(item).where(_item.id == item_key).values({column.name: column + 1})
        connection.execute(given)

    def _give_up_place(self, connection: Connection, row: Row, *, escalated: bool) -> None:
        if row["state"] == CLAIMED and not row["surplus"]:
            self._release(connection, row["item"], expert=escalated or row["expert_slot"])
        elif escalated:
            # The place was given back before; if nobody took it, an expert is to have it.
            free = update(item).where(_item.id == row["item"], _item.open_slots > 0)
            moved = {"open_slots": _item.open_slots - 1, "expert_slots": _item.expert_slots + 1}
            connection.execute(free.values(moved))

    def _take_back(self, connection: Connection, key: int) -> bool:
        """Claim an assignment again that was left, if its item has a place; whether it had."""
        held = select(_held.id, _held.item, _held.project, _held.person, _held.state, person.c.role)
        held = held.join_from(assignment, person).where(_held.id == key)
        row = connection.execute(held).mappings().one()
        slots = select(_item.open_slots, _item.expert_slots).where(_item.id == row["item"])
        free = connection.execute(slots.with_for_update(key_share=True)).one()
        if free.open_slots + (free.expert_slots if is_expert(row) else 0) <= 0:
            return False
        self._move(
            connection, row, AssignmentState.CLAIMED, surplus=False,
            expert_slot=self._take(connection, row["item"], expert=is_expert(row)),
            lock_expires_at=self._lock_end(row["project"]),
        )  # fmt: skip
        self._note_on(connection, row, "claimed", old=row["state"], new=CLAIMED)
        return True

    def _lock_end(self, key: int) -> ColumnElement[float]:
        seconds = select(project.c.lock_s).where(project.c.id == key).scalar_subquery()
        return literal(self._clock()) + seconds


def _renewed(now: float) -> ColumnElement[float]:
    lock_s = select(project.c.lock_s).where(project.c.id == _held.project).scalar_subquery()
    return case((_held.state == CLAIMED, now + lock_s), else_=_held.lock_expires_at)


def _time_passed(now: float) -> ColumnElement[float]:
    """Seconds since the last beat; 0 when the page was not open or the work was done."""
    last = func.coalesce(_held.last_beat_at, now)
    nothing = ~_held.state.in_(OPEN_STATES) | (last > now) | (now - last > MAX_BEAT_S)
    return case((nothing, 0.0), else_=now - last)
