"""What the parts of the review store share: transactions, the clock, ids, the audit, rows."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, insert, select

from harness.errors import NotFound
from harness.models import Json
from harness.models.review import Assignment, Item
from harness.store.connect import Database
from harness.store.review_schema import assignment, event, item, person, project

Clock = Callable[[], float]
Row = RowMapping
Values = dict[str, Any]


def new_id(kind: str) -> str:
    """A random public id; ``kind`` is one letter, so that ids of different things look different.

    96 random bits: an id may stand in a URL and does not tell how many there are.
    """
    return f"{kind}_{secrets.token_urlsafe(12)}"


def new_token() -> str:
    """A secret of 256 random bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is stored of a secret. It is random and long, so a slow hash would add nothing."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


class Part:
    """A part of the review store. ``clock`` gives seconds since the epoch."""

    def __init__(self, database: Database, clock: Clock = time.time) -> None:
        self._database = database
        self._clock = clock
        self._postgres = database.reader.dialect.name == "postgresql"
        # Keys never change once given, so they are looked up once.
        self._keys: dict[tuple[str, str], int] = {}

    def _read(self) -> AbstractContextManager[Connection]:
        return self._database.read()

    def _write(self) -> AbstractContextManager[Connection]:
        return self._database.write(durable=True)

    def _project_key(self, connection: Connection, slug: str) -> int:
        return self._key(
            connection, ("project", slug), select(project.c.id).where(project.c.slug == slug)
        )

    def _person_key(self, connection: Connection, person_id: str) -> int:
        query = select(person.c.id).where(person.c.public_id == person_id)
        return self._key(connection, ("person", person_id), query)

    def _key(self, connection: Connection, name: tuple[str, str], query: Select[int]) -> int:
        if name not in self._keys:
            found = connection.scalar(query)
            if found is None:
                raise NotFound(f"no {name[0]} {name[1]!r}")
            self._keys[name] = found
        return self._keys[name]

    def _actor(self, connection: Connection, person_id: str | None) -> int | None:
        """The key of who did something; None if it was done from the command line."""
        return None if person_id is None else self._person_key(connection, person_id)

    def _note(
        self, connection: Connection, what: str, *, old: Json = None, new: Json = None, **keys: Any
    ) -> None:
        """Add a line to the audit; ``keys``: person, project, item, assignment."""
        row = {"at": self._clock(), "what": what, "old": old, "new": new, **keys}
        connection.execute(insert(event), row)


ASSIGNMENT = (
    select(
        assignment,
        project.c.slug.label("project_slug"),
        project.c.lock_s,
        project.c.overlap,
        item.c.public_id.label("item_public_id"),
        person.c.public_id.label("person_public_id"),
    )
    .join_from(assignment, project)
    .join(item, item.c.id == assignment.c.item)
    .join(person, person.c.id == assignment.c.person)
)


def assignment_of(row: Row, **changed: Any) -> Assignment:
    """The record of a row of ``ASSIGNMENT``; ``changed`` columns are newer than the row."""
    values = {**row, **changed}
    return Assignment(
        assignment_id=values["public_id"],
        project=values["project_slug"],
        item_id=values["item_public_id"],
        person_id=values["person_public_id"],
        order=tuple(values["shown_order"]),
        **{name: values[name] for name in _SAME_NAME},
    )


_SAME_NAME = (
    "state", "seed", "claimed_at", "lock_expires_at", "submitted_at", "reason", "surplus",
    "flags_seen_at", "revision", "wall_s", "active_s", "paused_s",
)  # fmt: skip


def item_of(row: Row) -> Item:
    """The record of a row of ``item`` with its ``project_slug``."""
    names = set(Item.model_fields) - {"item_id", "project"}
    return Item(
        item_id=row["public_id"],
        project=row["project_slug"],
        **{name: row[name] for name in names},
    )
