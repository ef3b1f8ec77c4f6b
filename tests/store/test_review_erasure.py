"""A person can be forgotten: no name is left, what they judged stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.errors import Conflict, NotFound, StoreError
from harness.models.review import Role
from harness.store import ReviewStore, Store, open_store, review_of
from tests.store.review_data import Clock, answer, make_desk, someone

NAME, HANDLE = "Zebedee Quux", "Zebedee.Quux@example.org"


def submit_one(desk: ReviewStore, person_id: str) -> str:
    mine = desk.claim_next("p", person_id)
    assert mine is not None
    desk.submit(mine.assignment_id, person_id, answer(), f"key-{person_id}")
    return mine.item_id


def test_name_and_handle_are_gone_and_judgments_stay(desk: ReviewStore) -> None:
    manager = someone(desk, "boss", Role.MANAGER)
    _, token = desk.invite(Role.TRAINER, handle=HANDLE, name=NAME, by=manager)
    person_id = desk.accept_invite(token).person_id
    desk.change_person(person_id, name="Zebedee Q. Quux")
    cookie = desk.start_session(person_id)
    _, secret = desk.create_token(person_id, "Zebedee's laptop")
    item_id = submit_one(desk, person_id)
    before = desk.item_judgments(item_id)

    erased = desk.erase_person(person_id, by=manager)

    assert (erased.person_id, erased.active, erased.has_password) == (person_id, False, False)
    everything = [
        *(one.model_dump_json() for one in desk.all_events()),
        *(one.model_dump_json() for one in desk.people()),
        *(one.model_dump_json() for one in desk.invites()),
        *(one.model_dump_json() for one in desk.pace("p")),
    ]
    assert not [text for text in everything if "zebedee" in text.lower() or "quux" in text.lower()]
    assert desk.item_judgments(item_id) == before
    assert desk.judged("p").names == {person_id: erased.name}
    assert (desk.session_person(cookie), desk.token_person(secret)) == (None, None)
    assert desk.password_hash(HANDLE) is None
    last = list(desk.all_events())[-1]
    assert (last.what, last.person_id) == ("person-erased", manager)
    assert last.new == {"person": person_id, "name": erased.name}


def test_others_keep_their_names(desk: ReviewStore) -> None:
    gone, stays = someone(desk, "gone"), someone(desk, "stays")
    desk.change_person(stays, name="Stays Here")
    before = [one for one in desk.all_events() if "stays" in json.dumps([one.old, one.new])]
    desk.erase_person(gone)
    after = [one for one in desk.all_events() if "stays" in json.dumps([one.old, one.new])]
    assert after == before
    assert desk.person(stays).name == "Stays Here"


def test_the_audit_is_closed_again(desk: ReviewStore) -> None:
    desk.erase_person(someone(desk, "gone"))
    with pytest.raises(StoreError, match="never changed"), desk._write() as connection:
        connection.exec_driver_sql("UPDATE event SET what = 'x'")


def test_the_handle_is_free_again_and_an_open_invitation_is_dead(desk: ReviewStore) -> None:
    person_id = someone(desk, "gone")
    _, token = desk.invite(Role.TRAINER, handle="gone@example.org")
    desk.erase_person(person_id)
    assert desk.open_invite(token) is None
    assert desk.add_person("gone", "gone@example.org").person_id != person_id


def test_the_last_manager_and_strangers_are_refused(desk: ReviewStore) -> None:
    manager = someone(desk, "boss", Role.MANAGER)
    with pytest.raises(Conflict, match="last manager"):
        desk.erase_person(manager)
    assert desk.person(manager).name == "boss"
    with pytest.raises(NotFound):
        desk.erase_person("p_nobody")
    gone = someone(desk, "gone")
    desk.erase_person(gone)
    with pytest.raises(Conflict, match="already"):
        desk.erase_person(gone)


def test_nothing_of_the_name_is_left_in_the_files(sqlite_file: Path) -> None:
    with open_store(f"sqlite:///{sqlite_file}") as store:
        desk = make_desk(store, Clock(), overlap=2)
        people = [desk.add_person(NAME + str(n), f"{n}{HANDLE}").person_id for n in range(40)]
        for person_id in people:
            desk.change_person(person_id, name=NAME + person_id)
        for person_id in people:
            desk.erase_person(person_id)
        for file in sqlite_file.parent.glob(f"{sqlite_file.name}*"):
            assert b"quux" not in file.read_bytes().lower(), file


def test_a_judged_project_as_measures_read_it(bare: Store, clock: Clock) -> None:
    desk = make_desk(bare, clock, overlap=2)
    ann, bob = someone(desk, "ann"), someone(desk, "bob")
    first = desk.claim_next("p", ann)
    assert first is not None
    desk.save_first_preference(first.assignment_id, ann, answer(-2), "k1")
    desk.submit(first.assignment_id, ann, answer(1), "k2")
    submit_one(desk, bob)
    undone = desk.claim_next("p", ann)
    assert undone is not None
    desk.submit(undone.assignment_id, ann, answer(3), "k3")
    desk.undo_submit(undone.assignment_id, ann, "k4")

    judged = review_of(bare).judged("p")

    assert [item.item_id for item in judged.items] == [first.item_id]
    (item,) = judged.items
    assert [(one.position, one.model, one.verdict.value) for one in item.responses] == [
        (1, "gpt-secret-0", "passed"), (2, "gpt-secret-1", "failed"),
    ]  # fmt: skip
    by_person = {one.person_id: one for one in judged.opinions}
    assert by_person.keys() == {ann, bob}
    assert (by_person[ann].first_preference, by_person[ann].answer.preference) == (-2, 1)
    assert by_person[ann].order == first.order
    assert by_person[bob].first_preference is None
    assert judged.names == {ann: "ann", bob: "bob"}
    assert review_of(bare).projects_of_run("20300101-run") == ["p"]
