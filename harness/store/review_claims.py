"""Giving out work: claims that are atomic under any number of people.

Theory of operation. An item counts the judgments that may still be claimed in ``open_slots``. A
claim takes one, in the transaction that makes the assignment; a skip, an escalation or a lock that
ran out gives it back. So an item never has more claims than its overlap, and what to claim next is
one look into a small index. SQLite lets one writer in at a time; on PostgreSQL the person's row is
locked first (their tabs take turns) and items that someone else is claiming are passed over.

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
    exists,
    func,
    insert,
    literal,
    literal_column,
    select,
    union_all,
    update,
)

from harness.errors import NotFound
from harness.models.review import Assignment, AssignmentState
from harness.store.review_base import Row, new_id
from harness.store.review_places import (
    CLAIMED,
    EXPIRED,
    SKIPPED,
    SUBMITTED,
    Places,
    is_expert,
)
from harness.store.review_schema import assignment, draft, item, person, project

Step = Callable[..., int | None]

_held = assignment.c
_item = item.c
# Not parameters: a database uses a partial index only where it sees the index's own condition.
_ZERO: ColumnElement[int] = literal_column("0")
_LITERALLY_CLAIMED: ColumnElement[str] = literal_column(f"'{CLAIMED}'")


class Claims(Places):
    """Who works on what."""

    def claim_next(
        self, slug: str, person_id: str, *, besides: str | None = None
    ) -> Assignment | None:
        """The person's next assignment, claimed; None if there is nothing for them.

        Their own unfinished work comes first, then items in their order, skipped ones last. With
        ``besides``, the assignment at hand, it is the one after that: to fetch it ahead.
        Raises NotFound for a person who is not active.
        """
        unfinished = partial(self._unfinished, besides=besides)
        expired = partial(self._left, state=EXPIRED)
        skipped = partial(self._left, state=SKIPPED)
        found = self._first(slug, person_id, unfinished, expired, self._new)
        if found is not None:
            return found
        # Apart, so that nobody who waits for an item holds others meanwhile.
        self._expire(slug)
        return self._first(slug, person_id, self._new, skipped)

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

    def _unfinished(
        self, connection: Connection, key: int, who: Row, besides: str | None
    ) -> int | None:
        """What the person holds already, its lock renewed."""
        oldest = (
            select(_held.id)
            .where(_held.person == who["id"], _held.project == key, _held.state == CLAIMED)
            .where(_held.public_id != (besides or ""))
            .order_by(_held.changed_at, _held.id)
            .limit(1)
            .scalar_subquery()
        )
        renewed = update(assignment).where(_held.id == oldest, _held.state == CLAIMED)
        return connection.execute(
            renewed.values(lock_expires_at=self._lock_end(key)).returning(_held.id)
        ).scalar()

    def _left(self, connection: Connection, key: int, who: Row, state: str) -> int | None:
        """Work the person left, if its place is still free; longest left first."""
        free = _item.open_slots > 0
        if is_expert(who):
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
        found = connection.scalar(query.with_for_update(of=assignment, key_share=True))
        return found if found is not None and self._take_back(connection, found) else None

    def _new(self, connection: Connection, key: int, who: Row) -> int | None:
        """A claim on an item the person has not had."""
        picked = self._pick(connection, key, who)
        if picked is None:
            return None
        seed = secrets.randbits(31)
        order = self._sides(connection, key, who["id"], picked, seed)
        now = self._clock()
        values = {
            "public_id": new_id("a"), "project": key, "item": picked["id"], "person": who["id"],
            "state": CLAIMED, "shown_order": order, "first_shown": order[0], "seed": seed,
            "expert_slot": self._take(connection, picked["id"], expert=is_expert(who)),
            "surplus": False, "claimed_at": now, "changed_at": now,
            "lock_expires_at": now + picked["lock_s"], "reason": "", "revision": 0,
            "wall_s": 0.0, "active_s": 0.0, "paused_s": 0.0,
        }  # fmt: skip
        made = connection.execute(insert(assignment).values(values).returning(_held.id))
        found = int(made.scalar_one())
        connection.execute(insert(draft), {"assignment": found, "version": 0, "content": None})
        row: Any = {**values, "id": found}
        self._note_on(connection, row, "claimed", new={"order": order, "seed": seed})
        return found

    def _pick(self, connection: Connection, key: int, who: Row) -> Row | None:
        """The first item with a free place that the person has not had, locked."""
        kinds = ["expert_slots"] * is_expert(who) + ["open_slots"]
        # What others have locked for a moment may be free after all: at last it is waited for.
        for skip_locked in (True, False) if self._postgres else (False,):
            for slots in kinds:
                query = _first_free(key, who["id"], slots)
                locking = query.with_for_update(of=item, key_share=True, skip_locked=skip_locked)
                row = connection.execute(locking).mappings().first()
                if row is not None:
                    return row
        return None

    def _expire(self, slug: str) -> None:
        """Give free the places whose lock ran out, of whoever holds them."""
        late = (
            select(
                _held.id, _held.project, _held.item, _held.person, _held.expert_slot, _held.surplus
            )
            .where(_held.state == _LITERALLY_CLAIMED, _held.lock_expires_at <= self._clock())
            .order_by(_held.item)
            .with_for_update(key_share=True)
        )
        with self._write() as connection:
            key = self._project_key(connection, slug)
            # Taking turns: who comes second finds the places free that the first gave free.
            turn = select(project.c.id).where(project.c.id == key)
            connection.execute(turn.with_for_update(key_share=True))
            rows = connection.execute(late.where(_held.project == key)).mappings().all()
            for row in rows:
                self._move(connection, row, AssignmentState.EXPIRED)
                if not row["surplus"]:
                    self._release(connection, row["item"], expert=row["expert_slot"])
                self._note_on(connection, row, "lock-expired", old=CLAIMED, new=EXPIRED)

    def _sides(
        self, connection: Connection, key: int, who: int, picked: Row, seed: int
    ) -> list[int]:
        """The order of display: which response comes first is balanced over what was shown."""
        size = picked["size"]
        of_person = (
            select(literal(0), _held.first_shown, func.count())
            .join_from(assignment, item)
            .where(_held.person == who, _held.project == key, _item.size == size)
            .where(_held.state.in_((CLAIMED, SUBMITTED)))
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


def _first_free(key: int, who: int, slots: str) -> Select[Any]:
    free = _item[slots] > _ZERO
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

    The first place goes to a position that the person saw there least, give or take one, so that
    nobody can tell the next; of those, to one the least used on the item; at random where several
    are left. The same counts and seed give the same order.
    """
    rng = random.Random(seed)
    fair = [one for one, count in of_person.items() if count <= min(of_person.values()) + 1]
    rare = min(of_item[one] for one in fair)
    first = rng.choice([one for one in fair if of_item[one] == rare])
    rest = [one for one in of_person if one != first]
    rng.shuffle(rest)
    return [first, *rest]
