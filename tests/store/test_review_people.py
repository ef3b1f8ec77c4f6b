"""Who may come in: invitations that work once, sessions and tokens that end, secrets not stored."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from harness.errors import Conflict, HarnessError, NotFound
from harness.models.review import Person, Role
from harness.store import ReviewStore
from tests.store.review_data import Clock, someone

DAY_S = 86_400


def test_a_link_works_once_and_makes_who_was_invited(desk: ReviewStore) -> None:
    made, token = desk.invite(Role.EXPERT, handle="Eve@Example.org", name="Eve")
    assert desk.open_invite(token) == made
    eve = desk.accept_invite(token)
    assert (eve.name, eve.handle, eve.role, eve.active) == (
        "Eve", "Eve@Example.org", Role.EXPERT, True,
    )  # fmt: skip
    assert desk.open_invite(token) is None
    with pytest.raises(Conflict, match="has been used"):
        desk.accept_invite(token, handle="mallory")
    assert [invite.used_by for invite in desk.invites()] == [eve.person_id]


def test_a_link_used_by_many_at_once_lets_one_in(desk: ReviewStore) -> None:
    _, token = desk.invite(Role.TRAINER)

    def accept(number: int) -> Person | None:
        try:
            return desk.accept_invite(token, handle=f"person-{number}")
        except HarnessError:
            return None

    with ThreadPoolExecutor(6) as pool:
        assert sum(one is not None for one in pool.map(accept, range(6))) == 1
    assert len(desk.people()) == 1


def test_a_link_that_is_too_old_or_revoked_lets_nobody_in(desk: ReviewStore, clock: Clock) -> None:
    _, old = desk.invite(Role.TRAINER, lasts_s=60)
    revoked, other = desk.invite(Role.TRAINER)
    desk.revoke_invite(revoked.invite_id)
    clock.pass_s(61)
    for token in (old, other, "no token at all"):
        assert desk.open_invite(token) is None
        with pytest.raises(Conflict):
            desk.accept_invite(token, handle="x")


def test_a_link_for_someone_known_lets_them_in_again_with_their_role(desk: ReviewStore) -> None:
    ann = someone(desk, "ann")
    _, token = desk.invite(Role.MANAGER, handle="ANN@example.org")
    assert desk.accept_invite(token).person_id == ann
    assert desk.person(ann).role is Role.TRAINER


def test_a_link_lets_nobody_in_who_was_shut_out(desk: ReviewStore) -> None:
    ann = someone(desk, "ann")
    _, token = desk.invite(Role.TRAINER, handle="ann@example.org")
    desk.change_person(ann, active=False)
    with pytest.raises(Conflict, match="not active"):
        desk.accept_invite(token)


def test_nobody_is_two_people(desk: ReviewStore) -> None:
    someone(desk, "ann")
    with pytest.raises(Conflict, match="is taken"):
        desk.add_person("Another", " ANN@EXAMPLE.ORG ")
    with pytest.raises(Conflict, match="needs a handle"):
        desk.add_person("Nobody", "  ")


def test_a_session_ends_by_time_by_logout_and_with_its_person(
    desk: ReviewStore, clock: Clock
) -> None:
    ann = someone(desk, "ann")
    short, left, shut = (desk.start_session(ann, lasts_s=days * DAY_S) for days in (1, 9, 9))
    found = desk.session_person(short)
    assert found is not None
    assert found.person_id == ann
    clock.pass_s(DAY_S + 1)
    assert desk.session_person(short) is None
    desk.end_session(left)
    assert desk.session_person(left) is None
    assert desk.session_person(shut) is not None
    desk.change_person(ann, active=False)
    assert desk.session_person(shut) is None
    desk.change_person(ann, active=True)
    assert desk.session_person(shut) is None
    assert desk.session_person("nonsense \udcff") is None


def test_a_token_ends_by_time_and_by_revocation(desk: ReviewStore, clock: Clock) -> None:
    ann, bob = someone(desk, "ann"), someone(desk, "bob")
    made, secret = desk.create_token(ann, "script", lasts_s=60)
    _, lasting = desk.create_token(ann, "other")
    assert secret.startswith(made.hint)
    found = desk.token_person(secret)
    assert found is not None
    assert found.person_id == ann
    clock.pass_s(61)
    assert desk.token_person(secret) is None
    kept = desk.tokens(ann)[1]
    with pytest.raises(NotFound):
        desk.revoke_token(bob, kept.token_id)
    assert desk.token_person(lasting) is not None
    desk.revoke_token(ann, kept.token_id)
    assert desk.token_person(lasting) is None


def test_the_last_manager_stays(desk: ReviewStore) -> None:
    bosses = [someone(desk, f"boss-{number}", Role.MANAGER) for number in range(2)]

    def step_down(person: str) -> bool:
        try:
            desk.change_person(person, role=Role.TRAINER)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(step_down, bosses)) == [False, True]
    assert [person.role for person in desk.people()].count(Role.MANAGER) == 1


def test_no_secret_is_stored(desk: ReviewStore) -> None:
    ann = someone(desk, "ann")
    _, invited = desk.invite(Role.TRAINER)
    secrets = [invited, desk.start_session(ann), desk.create_token(ann, "t")[1]]
    with desk._database.read() as connection:
        for table in ("invite", "session", "api_token", "event"):
            for row in connection.execute(text(f"SELECT * FROM {table}")):
                stored = b"".join(
                    bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
                    for cell in row
                )
                assert not any(secret.encode() in stored for secret in secrets)


def test_a_password_is_known_by_its_hash_alone(desk: ReviewStore) -> None:
    ann = someone(desk, "ann")
    assert desk.password_hash("ann@example.org") == (desk.person(ann), None)
    desk.set_password_hash(ann, "$argon2id$made-by-the-caller")
    found = desk.password_hash("Ann@Example.org")
    assert found is not None
    assert (found[0].has_password, found[1]) == (True, "$argon2id$made-by-the-caller")
    desk.change_person(ann, active=False)
    assert desk.password_hash("ann@example.org") is None
