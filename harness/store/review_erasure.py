"""Forgetting who a person is, while what they did stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, delete, select, text, update

from harness.errors import Conflict
from harness.models import Json
from harness.models.review import Person
from harness.store.review_base import Row
from harness.store.review_people import People, person_of
from harness.store.review_schema import api_token, event, invite, person, session

PSEUDONYM = "person "
# Events whose ``old`` and ``new`` may hold a name or a handle.
_NAMING = ("person-added", "person-changed", "invited", "token-created")
_PERSONAL = ("name", "handle")


class Erasure(People):
    """The one place where the audit is changed: names in it give way to the pseudonym."""

    def erase_person(self, person_id: str, by: str | None = None) -> Person:
        """Replace name and handle by a pseudonym, everywhere; end sessions, tokens, password.

        Judgments, their times and the audit stay, under the person's id. What someone wrote in a
        justification is not read. Raises NotFound, and Conflict for the last manager.
        """
        with self._write() as connection:
            if not self._postgres:
                # Freed space is overwritten, or the name would still be in the file.
                connection.exec_driver_sql("PRAGMA secure_delete = ON")
            old = self._person_row(connection, person_id)
            name = PSEUDONYM + person_id.removeprefix("p_")[:6].lower()
            if old["handle"] == _handle(person_id):
                raise Conflict("this person is forgotten already")
            handle = _handle(person_id)
            changed = {
                "name": name, "handle": handle, "handle_key": handle.casefold(),
                "password_hash": None, "active": False,
            }  # fmt: skip
            connection.execute(update(person).where(person.c.id == old["id"]).values(changed))
            self._keep_a_manager(connection, old)
            connection.execute(delete(session).where(session.c.person == old["id"]))
            connection.execute(delete(api_token).where(api_token.c.person == old["id"]))
            invites = self._forget_invites(connection, old)
            with _thawed(connection, self._postgres):
                self._forget_events(connection, old, invites, changed)
            actor = None if by is None else self._person_key(connection, by)
            new = {"person": person_id, "name": name}
            self._note(connection, "person-erased", new=new, person=actor)
            row = self._person_row(connection, person_id)
        if not self._postgres:
            with self._read() as connection:
                connection.rollback()
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return person_of(row)

    def _forget_invites(self, connection: Connection, old: Row) -> set[str]:
        """Blank the invitations they came by, or that name them; returns their ids."""
        rows = connection.execute(select(invite)).mappings().all()
        theirs = [
            row for row in rows if row["person"] == old["id"] or _same(row["handle"], old)
        ]  # fmt: skip
        for row in theirs:
            values: dict[str, Any] = {"handle": None, "name": ""}
            if row["person"] is None and row["revoked_at"] is None:
                values["revoked_at"] = self._clock()
            connection.execute(update(invite).where(invite.c.id == row["id"]).values(values))
        return {row["public_id"] for row in theirs}

    def _forget_events(
        self, connection: Connection, old: Row, invites: set[str], changed: dict[str, Any]
    ) -> None:
        query = select(event).where(event.c.what.in_(_NAMING))
        for row in connection.execute(query).mappings().all():
            if not _about(row, old, invites):
                continue
            values = {side: _renamed(row[side], changed) for side in ("old", "new")}
            connection.execute(update(event).where(event.c.id == row["id"]).values(values))


def _handle(person_id: str) -> str:
    return f"erased-{person_id}"


def _same(handle: str | None, old: Row) -> bool:
    return handle is not None and handle.strip().casefold() == old["handle_key"]


def _about(row: Row, old: Row, invites: set[str]) -> bool:
    """Whether an event names the person: by id, by the invitation, by the handle, or a token."""
    if row["what"] == "token-created" and row["person"] == old["id"]:
        return True
    for side in (row["old"], row["new"]):
        if isinstance(side, dict) and (
            side.get("person") == old["public_id"]
            or side.get("invite") in invites
            or _same(side.get("handle"), old)
        ):
            return True
    return False


def _renamed(side: Json, changed: dict[str, Any]) -> Json:
    if not isinstance(side, dict):
        return side
    return {
        key: changed[key] if key in _PERSONAL and value is not None else value
        for key, value in side.items()
    }


@contextmanager
def _thawed(connection: Connection, postgres: bool) -> Iterator[None]:
    """Within this transaction alone the audit may be updated; the triggers are back at its end."""
    if postgres:
        connection.execute(text("ALTER TABLE event DISABLE TRIGGER event_frozen"))
        yield
        connection.execute(text("ALTER TABLE event ENABLE TRIGGER event_frozen"))
        return
    name = "event_frozen_update"
    query = text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")
    definition = connection.scalar(query, {"name": name})
    connection.execute(text(f"DROP TRIGGER {name}"))
    yield
    # As it was made, whatever it says: a text with colons must not be read as parameters.
    connection.exec_driver_sql(str(definition))
