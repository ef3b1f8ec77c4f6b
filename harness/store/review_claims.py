"""Giving out work: claims that are atomic under any number of people, locks, sides, time.

Theory of operation. An item counts the judgments that may still be claimed in ``open_slots``. A
claim takes one, in the transaction that makes the assignment; a skip, an escalation or a lock that
ran out gives it back. So an item never has more claims than its overlap, and what to claim next is
one look into a small index. SQLite lets one writer in at a time; on PostgreSQL the person's row is
locked first (their tabs take turns) and items that someone else is claiming are passed over. Rows
are locked in one order, person, assignment, item, so that nobody waits in a circle.

A lock that ran out takes nothing from its holder until somebody comes for the place, and even then
the draft stays: the holder gets the place back if there is one, or may still hand in (surplus).
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    case,
    exists,
    func,
    insert,
    literal,
    select,
    union_all,
    update,
)

from harness.errors import Conflict, NotFound
from harness.models.review import Assignment, AssignmentState, Presence, Role
from harness.store.review_base import ASSIGNMENT, Part, Row, Values, assignment_of, new_id
from harness.store.review_schema import assignment, draft, item, person, project

# A beat that comes later than this says nothing about the time before it: the laptop was closed.
MAX_BEAT_S = 90.0
_CLAIMED = AssignmentState.CLAIMED.value
_SKIPPED = AssignmentState.SKIPPED.value
_EXPIRED = AssignmentState.EXPIRED.value
_OPEN_STATES = (_CLAIMED, _SKIPPED, _EXPIRED)

Step = Callable[..., int | None]

_held = assignment.c
_item = item.c


class Claims(Part):
    """Who works on what, and for how long."""

    def claim_next(
        self, slug: str, person_id: str, *, besides: str | None = None
    ) -> Assignment | None:
        """The person's next assignment, claimed; None if there is nothing for them.

        Their own unfinished work comes first, then items in their order, skipped ones last. With
        ``besides``, the assignment at hand, it is the one after that: to fetch it ahead.
        Raises NotFound for a person who is not active.
        """
        unfinished = partial(self._unfinished, besides=besides)
        expired = partial(self._left, state=_EXPIRED)
        skipped = partial(self._left, state=_SKIPPED)
        found = self._first(slug, person_id, unfinished, expired, self._new)
        if found is not None:
            return found
        # Apart, so that nobody who waits for an item holds others meanwhile.
        freed = self._expire(slug)
        return self._first(slug, person_id, *[self._new] * bool(freed), skipped)

    def _first(self, slug: str, person_id: str, *steps: Step) -> Assignment | None:
        """What the first step that finds something finds."""
        with self._write() as connection:
            key = self._project_key(connection, slug)
            who = self._worker(connection, person_id)
            for step in steps:
                found = step(connection, key, who)
                if found is not None:
                    return self._assignment(connection, found)
        return None

    def _worker(self, connection: Connection, person_id: str) -> Row:
        query = select(person.c.id, person.c.role).where(
            person.c.public_id == person_id, person.c.active.is_(True)
        )
        row = connection.execute(query.with_for_update(key_share=True)).mappings().first()
        if row is None:
            raise NotFound(f"no active person {person_id!r}")
        return row

    def _assignment(self, connection: Connection, key: int) -> Assignment:
        query = ASSIGNMENT.where(_held.id == key)
        return assignment_of(connection.execute(query).mappings().one())

    def _unfinished(
        self, connection: Connection, key: int, who: Row, besides: str | None
    ) -> int | None:
        """What the person holds already, its lock renewed."""
        oldest = (
            select(_held.id)
            .where(_held.person == who["id"], _held.project == key, _held.state == _CLAIMED)
            .where(_held.public_id != (besides or ""))
            .order_by(_held.changed_at)
            .limit(1)
            .scalar_subquery()
        )
        renewed = update(assignment).where(_held.id == oldest, _held.state == _CLAIMED)
        return connection.execute(
            renewed.values(lock_expires_at=self._lock_end(key)).returning(_held.id)
        ).scalar()

    def _lock_end(self, key: int) -> ColumnElement[float]:
        seconds = select(project.c.lock_s).where(project.c.id == key).scalar_subquery()
        return literal(self._clock()) + seconds

    def _left(self, connection: Connection, key: int, who: Row, state: str) -> int | None:
        """Work the person left, if its place is still free; longest left first."""
        free = _item.open_slots > 0
        if _is_expert(who):
            free |= _item.expert_slots > 0
        query = (
            select(_held.id)
            .join_from(assignment, item)
            .join(project, project.c.id == _held.project)
            .where(_held.person == who["id"], _held.project == key, _held.state == state, free)
            .where(project.c.closed.is_(False))
            .order_by(_held.changed_at, _held.id)
            .limit(1)
        )
        found = connection.scalar(query.with_for_update(of=assignment))
        return found if found is not None and self._take_back(connection, found) else None

    def _take(self, connection: Connection, item_key: int, *, expert: bool) -> bool:
        """Take a place of the item; True if it was one kept for experts."""
        row = connection.execute(
            select(_item.open_slots, _item.expert_slots).where(_item.id == item_key)
        ).one()
        kept = expert and row.expert_slots > 0
        column = _item.expert_slots if kept else _item.open_slots
        connection.execute(
            update(item).where(_item.id == item_key).values({column.name: column - 1})
        )
        return kept

    def _new(self, connection: Connection, key: int, who: Row) -> int | None:
        """A claim on an item the person has not had."""
        picked = self._pick(connection, key, who)
        if picked is None:
            return None
        kept = self._take(connection, picked["id"], expert=_is_expert(who))
        seed = secrets.randbits(31)
        order = self._sides(connection, key, who["id"], picked, seed)
        now = self._clock()
        values = {
            "public_id": new_id("a"), "project": key, "item": picked["id"], "person": who["id"],
            "state": _CLAIMED, "shown_order": order, "first_shown": order[0], "seed": seed,
            "expert_slot": kept, "surplus": False, "claimed_at": now, "changed_at": now,
            "lock_expires_at": now + picked["lock_s"], "reason": "", "revision": 0,
            "wall_s": 0.0, "active_s": 0.0, "paused_s": 0.0,
        }  # fmt: skip
        made = connection.execute(insert(assignment).values(values).returning(_held.id))
        found = made.scalar_one()
        connection.execute(insert(draft), {"assignment": found, "version": 0, "content": None})
        self._note(
            connection, "claimed", new={"order": order, "seed": seed}, person=who["id"],
            project=key, item=picked["id"], assignment=found,
        )  # fmt: skip
        return int(found)

    def _pick(self, connection: Connection, key: int, who: Row) -> Row | None:
        """The first item with a free place that the person has not had, locked."""
        kinds = [_item.expert_slots > 0] * _is_expert(who) + [_item.open_slots > 0]
        # What others have locked for a moment may be free after all: at last it is waited for.
        for skip_locked in (True, False) if self._postgres else (False,):
            for free in kinds:
                query = _first_free(key, who["id"], free)
                locking = query.with_for_update(of=item, skip_locked=skip_locked)
                row = connection.execute(locking).mappings().first()
                if row is not None:
                    return row
        return None

    def _expire(self, slug: str) -> int:
        """Give free the places whose lock ran out, of whoever holds them; how many."""
        late = (
            select(_held.id, _held.project, _held.item, _held.expert_slot)
            .where(_held.state == _CLAIMED, _held.lock_expires_at <= self._clock())
            .order_by(_held.item)
            .with_for_update(skip_locked=True)
        )
        with self._write() as connection:
            key = self._project_key(connection, slug)
            rows = connection.execute(late.where(_held.project == key)).mappings().all()
            for row in rows:
                self._move(connection, row, AssignmentState.EXPIRED)
                self._release(connection, row["item"], expert=row["expert_slot"])
                self._note(
                    connection, "lock-expired", old=_CLAIMED, new=_EXPIRED, project=key,
                    item=row["item"], assignment=row["id"],
                )  # fmt: skip
        return len(rows)

    def _move(
        self, connection: Connection, row: Row, state: AssignmentState, **also: Any
    ) -> Values:
        """Bring an assignment to a state; returns what was changed."""
        changed = {"state": state.value, "changed_at": self._clock(), **also}
        if state is not AssignmentState.SUBMITTED:
            changed.setdefault("expert_slot", False)
        connection.execute(update(assignment).where(_held.id == row["id"]).values(changed))
        return changed

    def _release(self, connection: Connection, item_key: int, *, expert: bool) -> None:
        column = _item.expert_slots if expert else _item.open_slots
        connection.execute(
            update(item).where(_item.id == item_key).values({column.name: column + 1})
        )

    def _sides(
        self, connection: Connection, key: int, who: int, picked: Row, seed: int
    ) -> list[int]:
        """The order of display: who came first is balanced for the person and on the item.

        The first place goes at random to one of the positions that the person saw there least
        (give or take one, so that nobody can tell the next), of those the least used on the item.
        """
        size = picked["size"]
        of_person = (
            select(literal(0).label("of_item"), _held.first_shown, func.count().label("n"))
            .join_from(assignment, item)
            .where(_held.person == who, _held.project == key, _item.size == size)
            .where(_held.state.in_((_CLAIMED, AssignmentState.SUBMITTED.value)))
            .group_by(_held.first_shown)
        )
        of_item = (
            select(literal(1), _held.first_shown, func.count())
            .where(_held.item == picked["id"])
            .group_by(_held.first_shown)
        )
        positions = range(1, size + 1)
        shown = [dict.fromkeys(positions, 0), dict.fromkeys(positions, 0)]
        for which, first, count in connection.execute(union_all(of_person, of_item)):
            shown[which][first] = count
        return side_order(shown[0], shown[1], seed)

    # Time

    def heartbeat(
        self, assignment_id: str, person_id: str, presence: Presence = Presence.ACTIVE
    ) -> Assignment:
        """Count the time since the last beat and renew the lock.

        wall_s grows by the time that passed while the page was open, active_s and paused_s by
        their part. An expired claim takes its place back if it is free; look at ``state``.
        """
        now = self._clock()
        last = func.coalesce(_held.last_beat_at, now)
        nothing = ~_held.state.in_(_OPEN_STATES) | (last > now) | (now - last > MAX_BEAT_S)
        passed = case((nothing, 0.0), else_=now - last)
        lock = select(project.c.lock_s).where(project.c.id == _held.project).scalar_subquery()
        values: dict[str, Any] = {
            "last_beat_at": now,
            "wall_s": _held.wall_s + passed,
            "lock_expires_at": case(
                (_held.state == _CLAIMED, now + lock), else_=_held.lock_expires_at
            ),
        }
        if presence is not Presence.IDLE:
            column = _held.active_s if presence is Presence.ACTIVE else _held.paused_s
            values[column.name] = column + passed
        with self._write() as connection:
            mine = self._mine(assignment_id, person_id)
            beaten = update(assignment).where(mine).values(values).returning(_held.id, _held.state)
            row = connection.execute(beaten).first()
            if row is None:
                raise NotFound(f"no assignment {assignment_id!r}")
            if row.state == _EXPIRED:
                self._take_back(connection, row.id)
            return self._assignment(connection, row.id)

    def _mine(self, assignment_id: str, person_id: str) -> ColumnElement[bool]:
        who = select(person.c.id).where(person.c.public_id == person_id).scalar_subquery()
        return (_held.public_id == assignment_id) & (_held.person == who)

    def _take_back(self, connection: Connection, key: int) -> bool:
        """Claim an assignment again that was left, if its item has a place; whether it had."""
        held = select(_held.id, _held.item, _held.project, _held.state, person.c.role)
        held = held.add_columns(person.c.id.label("person")).join_from(assignment, person)
        row = connection.execute(held.where(_held.id == key)).mappings().one()
        slots = select(_item.open_slots, _item.expert_slots).where(_item.id == row["item"])
        free = connection.execute(slots.with_for_update()).one()
        if free.open_slots + (free.expert_slots if _is_expert(row) else 0) <= 0:
            return False
        kept = self._take(connection, row["item"], expert=_is_expert(row))
        lock = self._lock_end(row["project"])
        self._move(connection, row, AssignmentState.CLAIMED, expert_slot=kept, lock_expires_at=lock)
        self._note(
            connection, "claimed", old=row["state"], new=_CLAIMED, person=row["person"],
            project=row["project"], item=row["item"], assignment=key,
        )  # fmt: skip
        return True

    # Leaving

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
            if row["state"] not in _OPEN_STATES:
                raise Conflict(f"it is {row['state']}", fix="open the next item")
            escalated = state is AssignmentState.ESCALATED
            self._give_up_place(connection, row, escalated=escalated)
            changed = self._move(connection, row, state, reason=reason)
            self._note(
                connection, state.value, old=row["state"], new={"reason": reason},
                person=row["person"], project=row["project"], item=row["item"],
                assignment=row["id"],
            )  # fmt: skip
            return assignment_of(row, **changed)

    def _give_up_place(self, connection: Connection, row: Row, *, escalated: bool) -> None:
        if row["state"] == _CLAIMED and not row["surplus"]:
            self._release(connection, row["item"], expert=escalated or row["expert_slot"])
        elif escalated:
            # The place was given back before; if nobody took it, an expert is to have it.
            free = update(item).where(_item.id == row["item"], _item.open_slots > 0)
            moved = {"open_slots": _item.open_slots - 1, "expert_slots": _item.expert_slots + 1}
            connection.execute(free.values(moved))

    def _own(self, connection: Connection, assignment_id: str, person_id: str) -> Row:
        """The person's own assignment, locked. Raises NotFound for anyone else's."""
        query = ASSIGNMENT.where(_held.public_id == assignment_id, person.c.public_id == person_id)
        row = connection.execute(query.with_for_update(of=assignment)).mappings().first()
        if row is None:
            raise NotFound(f"no assignment {assignment_id!r}")
        return row

    def assignment(self, assignment_id: str, person_id: str | None = None) -> Assignment:
        """An assignment; with ``person_id`` only if it is theirs. Raises NotFound."""
        query = ASSIGNMENT.where(_held.public_id == assignment_id)
        if person_id is not None:
            query = query.where(person.c.public_id == person_id)
        with self._read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(f"no assignment {assignment_id!r}")
        return assignment_of(row)


def _is_expert(who: Row) -> bool:
    return Role(who["role"]).rank >= Role.EXPERT.rank


def _first_free(key: int, who: int, free: ColumnElement[bool]) -> Select[Any]:
    had = exists().where(_held.person == who, _held.item == _item.id)
    return (
        select(_item.id, _item.size, project.c.lock_s)
        .join_from(item, project)
        .where(_item.project == key, free, ~had, project.c.closed.is_(False))
        .order_by(_item.place)
        .limit(1)
    )


def side_order(of_person: dict[int, int], of_item: dict[int, int], seed: int) -> list[int]:
    """Positions in the order they are displayed, from how often each was first (both by position).

    The same counts and seed give the same order.
    """
    rng = random.Random(seed)
    fair = [one for one, count in of_person.items() if count <= min(of_person.values()) + 1]
    rare = min(of_item[one] for one in fair)
    first = rng.choice([one for one in fair if of_item[one] == rare])
    rest = [one for one in of_person if one != first]
    rng.shuffle(rest)
    return [first, *rest]
