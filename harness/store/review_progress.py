"""What managers look at: progress, queue, pace, side balance, the audit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, case, func, select

from harness.models.review import (
    Assignment,
    AssignmentState,
    Event,
    Item,
    ItemState,
    Pace,
    Progress,
)
from harness.store.review_base import ASSIGNMENT, Part, Row, assignment_of, item_of
from harness.store.review_schema import assignment, event, item, person, project

PAGE = 200


class Overview(Part):
    """Counts and lists; every one is bounded or a page."""

    def progress(self, slug: str) -> Progress:
        """A project in numbers. Raises NotFound."""
        with self._read() as connection:
            key = self._project_key(connection, slug)
            overlap = connection.scalar(select(project.c.overlap).where(project.c.id == key))
            items = connection.execute(
                select(
                    item.c.state, func.count().label("n"),
                    func.sum(item.c.open_slots).label("free"),
                    func.sum(item.c.expert_slots).label("expert"),
                    func.sum(item.c.submitted).label("submitted"),
                ).where(item.c.project == key).group_by(item.c.state)
            ).all()  # fmt: skip
            held = connection.execute(
                select(assignment.c.state, func.count())
                .where(assignment.c.project == key)
                .group_by(assignment.c.state)
            ).all()
        return Progress(
            project=slug,
            overlap=overlap or 0,
            items={ItemState(row.state): row.n for row in items},
            assignments={AssignmentState(state): count for state, count in held},
            open_slots=sum(int(row.free) for row in items),
            expert_slots=sum(int(row.expert) for row in items),
            judgments_wanted=(overlap or 0) * sum(row.n for row in items),
            judgments_in=sum(int(row.submitted) for row in items),
        )

    def left_for(self, slug: str, person_id: str) -> int:
        """How many items the person can still judge, those in their hands counted."""
        with self._read() as connection:
            key = self._project_key(connection, slug)
            who = self._person_key(connection, person_id)
            had = select(assignment.c.item).where(assignment.c.person == who)
            free = select(func.count()).where(
                item.c.project == key, item.c.open_slots > 0, item.c.id.not_in(had)
            )
            mine = select(func.count()).where(
                assignment.c.project == key,
                assignment.c.person == who,
                assignment.c.state.in_(("claimed", "skipped", "expired")),
            )
            return (connection.scalar(free) or 0) + (connection.scalar(mine) or 0)

    def items(
        self, slug: str, *, state: ItemState | None = None, after: int = -1, limit: int = PAGE
    ) -> list[Item]:
        """Items in their order, those behind place ``after``."""
        with self._read() as connection:
            key = self._project_key(connection, slug)
            query = (
                select(item, project.c.slug.label("project_slug"))
                .join_from(item, project)
                .where(item.c.project == key, item.c.place > after)
                .order_by(item.c.place)
                .limit(limit)
            )
            if state is not None:
                query = query.where(item.c.state == state.value)
            return [item_of(row) for row in connection.execute(query).mappings()]

    def item_assignments(self, item_id: str) -> list[Assignment]:
        """Everybody's assignments of an item, oldest first."""
        query = ASSIGNMENT.where(item.c.public_id == item_id).order_by(assignment.c.id)
        return self._assignments(query)

    def my_assignments(
        self, person_id: str, slug: str | None = None, *, limit: int = PAGE
    ) -> list[Assignment]:
        """A person's assignments, latest first."""
        query = ASSIGNMENT.where(person.c.public_id == person_id)
        if slug is not None:
            query = query.where(project.c.slug == slug)
        return self._assignments(query.order_by(assignment.c.changed_at.desc()).limit(limit))

    def queue(self, slug: str, *, limit: int = PAGE) -> list[Assignment]:
        """What is in people's hands now, the lock that ends first at the top."""
        query = ASSIGNMENT.where(project.c.slug == slug, assignment.c.state == "claimed")
        return self._assignments(query.order_by(assignment.c.lock_expires_at).limit(limit))

    def _assignments(self, query: Select[Any]) -> list[Assignment]:
        with self._read() as connection:
            return [assignment_of(row) for row in connection.execute(query).mappings()]

    def pace(self, slug: str) -> list[Pace]:
        """Each person's work in a project, in the order they came."""
        with self._read() as connection:
            key = self._project_key(connection, slug)
            rows = connection.execute(_pace(key)).mappings().all()
            shown = connection.execute(
                select(assignment.c.person, assignment.c.first_shown, func.count())
                .where(assignment.c.project == key)
                .group_by(assignment.c.person, assignment.c.first_shown)
            ).all()
        first: dict[int, dict[int, int]] = {}
        for who, position, count in shown:
            first.setdefault(who, {})[position] = count
        names = set(Pace.model_fields) - {"left_first"}
        return [
            Pace(**{name: row[name] for name in names}, left_first=first[row["key"]])
            for row in rows
        ]

    def events(
        self,
        *,
        project_slug: str | None = None,
        item_id: str | None = None,
        after: int = 0,
        limit: int = PAGE,
    ) -> list[Event]:
        """A page of the audit behind event ``after``, oldest first."""
        query = _EVENT.where(event.c.id > after).order_by(event.c.id).limit(limit)
        if project_slug is not None:
            query = query.where(project.c.slug == project_slug)
        if item_id is not None:
            query = query.where(item.c.public_id == item_id)
        with self._read() as connection:
            return [_event_of(row) for row in connection.execute(query).mappings()]

    def all_events(self, project_slug: str | None = None) -> Iterator[Event]:
        """The whole audit, page by page."""
        after = 0
        while page := self.events(project_slug=project_slug, after=after):
            yield from page
            after = page[-1].event_id


_EVENT = (
    select(
        event,
        person.c.public_id.label("person_id"),
        project.c.slug,
        item.c.public_id.label("item_id"),
        assignment.c.public_id.label("assignment_id"),
    )
    .join_from(event, person, person.c.id == event.c.person, isouter=True)
    .join(project, project.c.id == event.c.project, isouter=True)
    .join(item, item.c.id == event.c.item, isouter=True)
    .join(assignment, assignment.c.id == event.c.assignment, isouter=True)
)


def _pace(key: int) -> Select[Any]:
    def count(state: AssignmentState) -> Any:
        return func.sum(case((assignment.c.state == state.value, 1), else_=0)).label(state.value)

    sums = [func.sum(assignment.c[name]).label(name) for name in ("wall_s", "active_s", "paused_s")]
    states = (
        AssignmentState.SUBMITTED, AssignmentState.CLAIMED, AssignmentState.SKIPPED,
        AssignmentState.ESCALATED,
    )  # fmt: skip
    return (
        select(
            person.c.id.label("key"), person.c.public_id.label("person_id"), person.c.name,
            *(count(state) for state in states), *sums,
            func.max(assignment.c.submitted_at).label("last_submitted_at"),
        )
        .join_from(assignment, person)
        .where(assignment.c.project == key)
        .group_by(person.c.id, person.c.public_id, person.c.name)
        .order_by(person.c.id)
    )  # fmt: skip


def _event_of(row: Row) -> Event:
    names = ("at", "what", "old", "new", "person_id", "item_id", "assignment_id")
    return Event(event_id=row["id"], project=row["slug"], **{name: row[name] for name in names})
