"""People and their invitations. Only hashes of secrets are stored."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from harness.errors import Conflict, NotFound
from harness.models.review import Invite, Person, Role
from harness.store.review_base import Part, Row, new_id, new_token, token_hash
from harness.store.review_schema import api_token, invite, person, session

DAY_S = 86_400
INVITE_S = 7 * DAY_S


_INVITE = select(invite, person.c.public_id.label("used_by")).join_from(
    invite, person, invite.c.person == person.c.id, isouter=True
)


class People(Part):
    """Who may come in, and as what."""

    def add_person(
        self, name: str, handle: str, role: Role = Role.TRAINER, by: str | None = None
    ) -> Person:
        """Add a person. Raises Conflict if the handle is taken, whatever its case."""
        with self._write() as connection:
            row = self._insert_person(connection, name, handle, role, by)
        return person_of(row)

    def _insert_person(
        self, connection: Connection, name: str, handle: str, role: Role, by: str | None
    ) -> Row:
        key = handle.strip().casefold()
        if not key:
            raise Conflict("a person needs a handle", fix="give an e-mail address or a nickname")
        if connection.scalar(select(person.c.id).where(person.c.handle_key == key)) is not None:
            raise Conflict(f"{handle!r} is taken", fix="choose another handle")
        values = {
            "public_id": new_id("p"), "name": name.strip() or handle.strip(),
            "handle": handle.strip(), "handle_key": key, "role": role.value, "active": True,
            "created_at": self._clock(),
        }  # fmt: skip
        row = connection.execute(insert(person).values(values).returning(person)).mappings().one()
        actor = row["id"] if by is None else self._person_key(connection, by)
        new = {"person": row["public_id"], "handle": handle, "role": role.value}
        self._note(connection, "person-added", new=new, person=actor)
        return row

    def person(self, person_id: str) -> Person:
        """A person by id. Raises NotFound."""
        with self._read() as connection:
            query = select(person).where(person.c.public_id == person_id)
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(f"no person {person_id!r}")
        return person_of(row)

    def person_by_handle(self, handle: str) -> Person | None:
        """A person by handle, whatever its case."""
        key = handle.strip().casefold()
        with self._read() as connection:
            query = select(person).where(person.c.handle_key == key)
            row = connection.execute(query).mappings().first()
        return None if row is None else person_of(row)

    def people(self) -> list[Person]:
        """Everyone, in the order they came."""
        with self._read() as connection:
            rows = connection.execute(select(person).order_by(person.c.id)).mappings()
            return [person_of(row) for row in rows]

    def change_person(
        self,
        person_id: str,
        *,
        by: str | None = None,
        name: str | None = None,
        role: Role | None = None,
        active: bool | None = None,
    ) -> Person:
        """Change what is given. Someone no longer active is logged out everywhere.

        Raises Conflict if nobody active would be left as manager.
        """
        given: dict[str, Any] = {"name": name, "role": role and role.value, "active": active}
        changed = {column: value for column, value in given.items() if value is not None}
        managers = select(person.c.id).where(person.c.role == Role.MANAGER.value)
        with self._write() as connection:
            # Managers step down one after the other, so that one stays.
            connection.execute(managers.order_by(person.c.id).with_for_update(key_share=True))
            old = self._person_row(connection, person_id)
            if changed:
                connection.execute(update(person).where(person.c.id == old["id"]).values(changed))
            self._keep_a_manager(connection, old)
            if active is False:
                self._shut_out(connection, old["id"])
            self._note(
                connection, "person-changed",
                old={"person": person_id, **{column: old[column] for column in changed}},
                new=changed, person=old["id"] if by is None else self._person_key(connection, by),
            )  # fmt: skip
            row = self._person_row(connection, person_id)
        return person_of(row)

    def _keep_a_manager(self, connection: Connection, old: Row) -> None:
        if old["role"] != Role.MANAGER.value or not old["active"]:
            return
        left = select(func.count()).where(
            person.c.role == Role.MANAGER.value, person.c.active.is_(True)
        )
        if not connection.scalar(left):
            raise Conflict("this is the last manager", fix="make someone else manager first")

    def _shut_out(self, connection: Connection, key: int) -> None:
        now = self._clock()
        self._end_sessions(connection, key)
        open_ = (api_token.c.person == key) & api_token.c.revoked_at.is_(None)
        connection.execute(update(api_token).where(open_).values(revoked_at=now))

    def _end_sessions(self, connection: Connection, key: int) -> None:
        now = self._clock()
        ended = (session.c.person == key) & (session.c.expires_at > now)
        connection.execute(update(session).where(ended).values(expires_at=now))

    def _person_row(self, connection: Connection, person_id: str) -> Row:
        query = select(person).where(person.c.public_id == person_id)
        row = connection.execute(query.with_for_update(key_share=True)).mappings().first()
        if row is None:
            raise NotFound(f"no person {person_id!r}")
        return row

    def set_password_hash(self, person_id: str, password_hash: str | None) -> None:
        """Set what the caller's password hasher made; None takes the password away.

        Ends every session: whoever knew the old password is out.
        """
        with self._write() as connection:
            row = self._person_row(connection, person_id)
            connection.execute(
                update(person).where(person.c.id == row["id"]).values(password_hash=password_hash)
            )
            self._end_sessions(connection, row["id"])
            self._note(connection, "password-changed", person=row["id"])

    def password_hash(self, handle: str) -> tuple[Person, str | None] | None:
        """The active person of a handle and their password's hash."""
        query = select(person).where(
            person.c.handle_key == handle.strip().casefold(), person.c.active.is_(True)
        )
        with self._read() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else (person_of(row), row["password_hash"])

    # Invitations

    def invite(
        self,
        role: Role,
        *,
        handle: str | None = None,
        name: str = "",
        lasts_s: float = INVITE_S,
        by: str | None = None,
    ) -> tuple[Invite, str]:
        """Make a one-time link; returns it and its token, which is not stored.

        With the handle of someone who is here already, the link lets them in again.
        """
        token, now = new_token(), self._clock()
        values = {
            "public_id": new_id("v"), "token_hash": token_hash(token), "handle": handle,
            "name": name, "role": role.value, "created_at": now, "expires_at": now + lasts_s,
        }  # fmt: skip
        with self._write() as connection:
            connection.execute(insert(invite).values(values))
            actor = None if by is None else self._person_key(connection, by)
            new = {"invite": values["public_id"], "handle": handle, "role": role.value}
            self._note(connection, "invited", new=new, person=actor)
            row = self._invite_row(connection, invite.c.public_id == values["public_id"])
        assert row is not None
        return _invite_of(row), token

    def _invite_row(self, connection: Connection, condition: Any) -> Row | None:
        return connection.execute(_INVITE.where(condition)).mappings().first()

    def invites(self) -> list[Invite]:
        """All invitations, oldest first."""
        with self._read() as connection:
            rows = connection.execute(_INVITE.order_by(invite.c.id)).mappings()
            return [_invite_of(row) for row in rows]

    def open_invite(self, token: str) -> Invite | None:
        """The invitation of a token, if it can still be used."""
        with self._read() as connection:
            row = self._invite_row(connection, invite.c.token_hash == token_hash(token))
        return _invite_of(row) if row is not None and self._is_open(row) else None

    def _is_open(self, row: Row) -> bool:
        unused = row["person"] is None and row["revoked_at"] is None
        return unused and row["expires_at"] > self._clock()

    def revoke_invite(self, invite_id: str, by: str | None = None) -> None:
        """Make a link useless."""
        with self._write() as connection:
            done = connection.execute(
                update(invite)
                .where(invite.c.public_id == invite_id, invite.c.person.is_(None))
                .values(revoked_at=self._clock())
            )
            if not done.rowcount:
                raise NotFound(f"no unused invitation {invite_id!r}")
            actor = None if by is None else self._person_key(connection, by)
            self._note(connection, "invite-revoked", new={"invite": invite_id}, person=actor)

    def accept_invite(self, token: str, *, name: str = "", handle: str = "") -> Person:
        """Use a link: the person it makes, or lets in again. Raises Conflict if it is used up."""
        with self._write() as connection:
            query = (
                select(invite)
                .where(invite.c.token_hash == token_hash(token))
                .with_for_update(key_share=True)
            )
            row = connection.execute(query).mappings().first()
            if row is None or not self._is_open(row):
                raise Conflict("this link has been used or is too old", fix="ask for a new one")
            found = self._invited(connection, row, name, handle)
            used = {"person": found["id"]}
            connection.execute(update(invite).where(invite.c.id == row["id"]).values(used))
            self._note(
                connection, "invite-accepted", new={"invite": row["public_id"]}, person=found["id"]
            )
        return person_of(found)

    def _invited(self, connection: Connection, row: Row, name: str, handle: str) -> Row:
        if row["handle"]:
            key = row["handle"].strip().casefold()
            query = select(person).where(person.c.handle_key == key)
            known = connection.execute(query).mappings().first()
            if known is not None and not known["active"]:
                raise Conflict("this person is not active", fix="ask a manager")
            if known is not None:
                return known
        return self._insert_person(
            connection, name or row["name"], row["handle"] or handle, Role(row["role"]), None
        )


def person_of(row: Row) -> Person:
    """The record of a row of ``person``."""
    names = ("name", "handle", "role", "active", "created_at")
    return Person(
        person_id=row["public_id"],
        has_password=row["password_hash"] is not None,
        **{name: row[name] for name in names},
    )


def _invite_of(row: Row) -> Invite:
    names = ("handle", "name", "role", "created_at", "expires_at", "used_by")
    return Invite(invite_id=row["public_id"], **{name: row[name] for name in names})
