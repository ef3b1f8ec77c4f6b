"""Reading a whole project for an export: one snapshot, a fixed number of statements a batch.

Payloads are parsed, not validated: they were when they were stored, and an export reads millions.
Items come by task, so that what belongs to one prompt is together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Select, Text, select, type_coerce

from harness.errors import NotFound
from harness.models.pair import Fields, Fix, JudgedItem, Side, Vote
from harness.models.review import AssignmentState, JudgmentKind
from harness.store import schema
from harness.store.connect import store_errors
from harness.store.queries import chunked
from harness.store.review_payloads import KeptResults, among, json_of, parsed, text_of
from harness.store.review_schema import (
    assignment,
    correction,
    event,
    guidelines,
    item,
    item_response,
    judgment,
    person,
    project,
    rubric,
)

if TYPE_CHECKING:
    from harness.store.store import Store

BATCH = 400
_SAID = (JudgmentKind.SUBMITTED.value, JudgmentKind.AMENDED.value)


class TaskHead(NamedTuple):
    """What is known of a task before its items are read. key: of its content."""

    key: str
    task: Fields


class Snapshot:
    """A project as it was at one moment; nothing that happens meanwhile is seen."""

    def __init__(self, connection: Connection, key: int) -> None:
        self._connection = connection
        self._project = key
        self._results = KeptResults(connection)
        self._task: tuple[str, Fields] = ("", {})
        self._orders: dict[str, tuple[int, ...]] = {}

    def tasks(self) -> Iterator[TaskHead]:
        """The tasks of the project's items, once each, by their content's hash."""
        used = select(item.c.task_hash).where(item.c.project == self._project).distinct()
        query = (
            select(schema.task.c.content_hash, schema.task.c.payload)
            .where(schema.task.c.content_hash.in_(used))
            .order_by(schema.task.c.content_hash)
        )
        for key, payload in self._stream(query):
            yield TaskHead(key, parsed(payload))

    def rubrics(self) -> dict[str, Any]:
        """{digest: content} of the project's rubric and of all that judgments were made with."""
        used = (
            select(judgment.c.rubric_digest)
            .join_from(judgment, assignment)
            .where(assignment.c.project == self._project)
        )
        current = select(project.c.rubric_digest).where(project.c.id == self._project)
        query = (
            select(rubric.c.digest, rubric.c.content)
            .where(rubric.c.digest.in_(used.union(current)))
            .order_by(rubric.c.digest)
        )
        return dict(self._connection.execute(query).all())

    def guidelines(self) -> dict[int, str]:
        """{version: text}."""
        query = (
            select(guidelines.c.version, guidelines.c.text)
            .where(guidelines.c.project == self._project)
            .order_by(guidelines.c.version)
        )
        return dict(self._connection.execute(query).all())

    def items(self, *, whole: bool = False) -> Iterator[JudgedItem]:
        """Every item in the order of tasks. whole: with audit and flags of later stages."""
        columns = item.c
        query = (
            select(
                columns.id, columns.public_id, columns.task_hash, columns.state, columns.reason,
                columns.run,
            )
            .where(columns.project == self._project)
            .order_by(columns.task_hash, columns.id)
        )  # fmt: skip
        for rows in chunked(self._stream(query), BATCH):
            yield from self._batch(rows, whole=whole)

    def _batch(self, rows: Sequence[Any], *, whole: bool) -> Iterator[JudgedItem]:
        keys = [row.id for row in rows]
        tasks = self._tasks({row.task_hash for row in rows})
        sides = self._sides(keys, whole=whole)
        votes = self._votes(keys)
        fixes = self._fixes(keys) if self._has_fixes else {}
        events = self._events(keys) if whole else {}
        for row in rows:
            yield JudgedItem(
                item_id=row.public_id,
                task_key=row.task_hash,
                task=tasks[row.task_hash],
                state=row.state,
                reason=row.reason,
                sides=tuple(sides.get(row.id, ())),
                votes=tuple(votes.get(row.id, ())),
                fixes=tuple(fixes.get(row.id, ())),
                events=tuple(events.get(row.id, ())),
            )

    def _tasks(self, keys: set[str]) -> dict[str, Fields]:
        """Parsed tasks; the last one is kept, for it may go on in the next batch."""
        found = {self._task[0]: self._task[1]} if self._task[0] in keys else {}
        missing = keys - set(found)
        if missing:
            columns = schema.task.c
            query = select(columns.content_hash, columns.payload).where(
                columns.content_hash.in_(missing)
            )
            for key, payload in self._connection.execute(query):
                found[key] = parsed(payload)
        last = max(keys)
        self._task = (last, found[last])
        return found

    def _sides(self, keys: Sequence[int], *, whole: bool) -> dict[int, list[Side]]:
        columns = item_response.c
        query = (
            select(columns.item, columns.position, columns.public_id, columns.text, columns.result)
            .where(among(columns.item, keys))
            .order_by(columns.item, columns.position)
        )
        rows = self._plain(query)
        results = self._results.of({row[4] for row in rows}, with_later_flags=whole)
        found: dict[int, list[Side]] = defaultdict(list)
        for key, position, name, packed, place in rows:
            result = results[place].result
            text = result["code"] if packed is None else text_of(packed)
            found[key].append(Side(position, name, result["model"], text, result))
        return found

    def _votes(self, keys: Sequence[int]) -> dict[int, list[Vote]]:
        rows = self._plain(_VOTES.where(among(assignment.c.item, keys)))
        names = {row[1]: row[2] for row in rows}
        found: dict[int, list[Vote]] = defaultdict(list)
        for row in rows:
            (
                key, _, name, revision, parent, kind, answer, digest, version, flags_seen, at,
                wall_s, active_s, paused_s, assigned, order, state, surplus, latest, who,
            ) = row  # fmt: skip
            person_id, role = self._people[who]
            submitted = state == AssignmentState.SUBMITTED.value
            final = revision == latest and kind in _SAID and submitted
            found[key].append(
                Vote(
                    name, assigned, person_id, role, revision, names.get(parent), kind,
                    json_of(answer), self._refs[digest], digest, version, bool(flags_seen), at,
                    self._order(order), wall_s, active_s, paused_s, bool(surplus), final,
                )
            )  # fmt: skip
        return found

    def _order(self, text: str) -> tuple[int, ...]:
        """There are few orders, and as many judgments as there are."""
        if text not in self._orders:
            self._orders[text] = tuple(json_of(text))
        return self._orders[text]

    @cached_property
    def _people(self) -> dict[int, tuple[str, str]]:
        query = select(person.c.id, person.c.public_id, person.c.role)
        return {key: (name, role) for key, name, role in self._connection.execute(query)}

    @cached_property
    def _refs(self) -> dict[str, str]:
        query = select(rubric.c.digest, rubric.c.ref)
        return dict(self._connection.execute(query).all())

    @cached_property
    def _has_fixes(self) -> bool:
        query = (
            select(correction.c.id)
            .join_from(correction, assignment)
            .where(assignment.c.project == self._project)
        )
        return self._connection.execute(query.limit(1)).first() is not None

    def _fixes(self, keys: Sequence[int]) -> dict[int, list[Fix]]:
        query = (
            select(assignment.c.item, correction, person.c.public_id.label("person_id"))
            .join_from(correction, assignment)
            .join(person, person.c.id == assignment.c.person)
            .where(among(assignment.c.item, keys))
            .order_by(correction.c.id)
        )
        found: dict[int, list[Fix]] = defaultdict(list)
        for row in self._connection.execute(query):
            result = None if row.result is None else parsed(row.result)
            fix = Fix(
                correction_id=row.public_id, person_id=row.person_id, position=row.position,
                code=row.code, result=result, created_at=row.created_at,
            )  # fmt: skip
            found[row.item].append(fix)
        return found

    def _events(self, keys: Sequence[int]) -> dict[int, list[Fields]]:
        query = (
            select(
                event.c.item, event.c.id, event.c.at, event.c.what, event.c.old, event.c.new,
                person.c.public_id.label("person_id"),
                assignment.c.public_id.label("assignment_id"),
            )
            .join_from(event, person, person.c.id == event.c.person, isouter=True)
            .join(assignment, assignment.c.id == event.c.assignment, isouter=True)
            .where(among(event.c.item, keys))
            .order_by(event.c.id)
        )  # fmt: skip
        found: dict[int, list[Fields]] = defaultdict(list)
        for row in self._connection.execute(query).mappings():
            values = dict(row)
            values["event_id"] = values.pop("id")
            found[values.pop("item")].append(values)
        return found

    def _plain(self, query: Select[Any]) -> Sequence[Any]:
        """Rows as the driver gives them, for the two statements that read the most.

        Only for columns whose type changes nothing on the way but true and false.
        """
        return self._connection.execute(query).cursor.fetchall()

    def _stream(self, query: Select[Any]) -> Iterator[Any]:
        """Rows from a cursor of the server: neither side holds them all."""
        return iter(self._connection.execute(query, execution_options={"yield_per": BATCH}))


# JSON is parsed here: a column type would do it before it is known to be wanted, and slower.
_VOTES = (
    select(
        assignment.c.item, judgment.c.id, judgment.c.public_id, judgment.c.revision,
        judgment.c.parent, judgment.c.kind, type_coerce(judgment.c.answer, Text),
        judgment.c.rubric_digest, judgment.c.guidelines_version, judgment.c.flags_seen,
        judgment.c.created_at, judgment.c.wall_s, judgment.c.active_s, judgment.c.paused_s,
        assignment.c.public_id.label("assigned"), type_coerce(assignment.c.shown_order, Text),
        assignment.c.state, assignment.c.surplus, assignment.c.revision.label("latest"),
        assignment.c.person,
    )
    .join_from(judgment, assignment, assignment.c.id == judgment.c.assignment)
    .order_by(assignment.c.item, judgment.c.id)
)  # fmt: skip


@contextmanager
def project_snapshot(store: Store, slug: str) -> Iterator[Snapshot]:
    """Read a project of a moment. Raises NotFound, StoreError."""
    database = store._database  # noqa: SLF001 - two halves of one store
    # A server-side cursor needs a transaction, and one export shall see one state.
    reader = database.reader
    if reader.dialect.name == "postgresql":
        # The engine for reading has no transactions, and what it is told does not change that.
        reader = database.writer.execution_options(isolation_level="REPEATABLE READ")
    with store_errors(database.place), reader.connect() as connection:
        key = connection.scalar(select(project.c.id).where(project.c.slug == slug))
        if key is None:
            known = connection.scalars(select(project.c.slug).order_by(project.c.id).limit(5)).all()
            there = f"there are {', '.join(known)}" if known else "there is none yet"
            raise NotFound(
                f"no project {slug!r}; {there}", fix="harness review init NAME --from-run RUN"
            )
        yield Snapshot(connection, key)
