"""Sessions and API tokens. Only hashes of secrets are stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import insert, select, update

from harness.errors import NotFound
from harness.models.review import ApiToken, Person
from harness.store.review_base import Row, new_id, new_token, token_hash
from harness.store.review_people import DAY_S, People, person_of
from harness.store.review_schema import api_token, person, session

SESSION_S = 14 * DAY_S
# A page view is no reason to write; once in a while is enough to see who is there.
SEEN_EVERY_S = 300


class Access(People):
    """Who is there, told from a cookie or a token."""

    # Sessions

    def start_session(self, person_id: str, lasts_s: float = SESSION_S) -> str:
        """Log a person in; returns the cookie's token. Raises NotFound if they are not active."""
        token, now = new_token(), self._clock()
        with self._write() as connection:
            row = self._person_row(connection, person_id)
            if not row["active"]:
                raise NotFound(f"no active person {person_id!r}")
            values = {
                "token_hash": token_hash(token), "person": row["id"], "created_at": now,
                "last_seen_at": now, "expires_at": now + lasts_s,
            }  # fmt: skip
            connection.execute(insert(session).values(values))
            self._note(connection, "logged-in", person=row["id"])
        return token

    def session_person(self, token: str) -> Person | None:
        """Whose session it is; None if it is over. One indexed read, seldom a write."""
        query = (
            select(person, session.c.id.label("session"), session.c.last_seen_at)
            .join_from(session, person)
            .where(
                session.c.token_hash == token_hash(token),
                session.c.expires_at > self._clock(),
                person.c.active.is_(True),
            )
        )
        return self._bearer(
            query,
            lambda row: row["last_seen_at"],
            lambda row: (
                update(session)
                .where(session.c.id == row["session"])
                .values(last_seen_at=self._clock())
            ),
        )

    def _bearer(
        self, query: Any, seen: Callable[[Row], float | None], mark: Callable[[Row], Any]
    ) -> Person | None:
        with self._read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        if self._clock() - (seen(row) or 0.0) >= SEEN_EVERY_S:
            with self._write() as connection:
                connection.execute(mark(row))
        return person_of(row)

    def end_session(self, token: str) -> None:
        """Log out; a token that is none changes nothing."""
        now = self._clock()
        with self._write() as connection:
            ended = connection.execute(
                update(session)
                .where(session.c.token_hash == token_hash(token), session.c.expires_at > now)
                .values(expires_at=now)
                .returning(session.c.person)
            ).scalar()
            if ended is not None:
                self._note(connection, "logged-out", person=ended)

    # API tokens

    def create_token(
        self, person_id: str, name: str, lasts_s: float | None = None
    ) -> tuple[ApiToken, str]:
        """Make an API token; returns it and its secret, which is not stored."""
        secret, now = f"hk_{new_token()}", self._clock()
        values = {
            "public_id": new_id("t"), "token_hash": token_hash(secret), "name": name,
            "hint": secret[:7], "created_at": now,
            "expires_at": None if lasts_s is None else now + lasts_s,
        }  # fmt: skip
        with self._write() as connection:
            values["person"] = self._person_key(connection, person_id)
            row = connection.execute(
                insert(api_token).values(values).returning(api_token)
            ).mappings().one()  # fmt: skip
            new = {"token": row["public_id"], "name": name}
            self._note(connection, "token-created", new=new, person=row["person"])
        return _token_of(row, person_id), secret

    def tokens(self, person_id: str) -> list[ApiToken]:
        """A person's tokens, oldest first."""
        with self._read() as connection:
            key = self._person_key(connection, person_id)
            query = select(api_token).where(api_token.c.person == key).order_by(api_token.c.id)
            return [_token_of(row, person_id) for row in connection.execute(query).mappings()]

    def token_person(self, secret: str) -> Person | None:
        """Whose token it is; None if it is revoked, too old or none."""
        expires = api_token.c.expires_at
        query = (
            select(person, api_token.c.id.label("token"), api_token.c.last_used_at)
            .join_from(api_token, person)
            .where(
                api_token.c.token_hash == token_hash(secret),
                api_token.c.revoked_at.is_(None),
                expires.is_(None) | (expires > self._clock()),
                person.c.active.is_(True),
            )
        )
        return self._bearer(
            query,
            lambda row: row["last_used_at"],
            lambda row: (
                update(api_token)
                .where(api_token.c.id == row["token"])
                .values(last_used_at=self._clock())
            ),
        )

    def revoke_token(self, person_id: str, token_id: str) -> None:
        """End one of the person's own tokens. Raises NotFound."""
        with self._write() as connection:
            key = self._person_key(connection, person_id)
            mine = (api_token.c.public_id == token_id) & (api_token.c.person == key)
            ended = update(api_token).where(mine, api_token.c.revoked_at.is_(None))
            if not connection.execute(ended.values(revoked_at=self._clock())).rowcount:
                raise NotFound(f"no token {token_id!r}")
            self._note(connection, "token-revoked", new={"token": token_id}, person=key)


def _token_of(row: Row, person_id: str) -> ApiToken:
    names = ("name", "hint", "created_at", "expires_at", "last_used_at", "revoked_at")
    return ApiToken(
        token_id=row["public_id"], person_id=person_id, **{name: row[name] for name in names}
    )
