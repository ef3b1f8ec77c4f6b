"""The audit: every change is in it, and what is recorded cannot be altered by anyone's SQL."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from harness.models.review import Role
from harness.store import ReviewStore
from harness.store.review_schema import FROZEN
from tests.store.review_data import answer, someone


@pytest.fixture
def busy(desk: ReviewStore) -> ReviewStore:
    """A desk at which something of every kind was recorded."""
    ann = someone(desk, "ann")
    first = desk.claim_next("p", ann)
    assert first is not None
    desk.add_correction(first.assignment_id, ann, "code")
    desk.submit(first.assignment_id, ann, answer(), "k")
    return desk


@pytest.mark.parametrize("table", FROZEN)
def test_what_is_recorded_is_never_changed(busy: ReviewStore, table: str) -> None:
    database = busy._database
    column = {"guidelines": "version", "rubric": "digest"}.get(table, "id")
    changes = [f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"]
    if database.file is None:
        changes.append(f"TRUNCATE {table} CASCADE")
    else:
        changes.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    before = f"SELECT * FROM {table} ORDER BY 1"
    with database.reader.connect() as connection:
        rows = connection.execute(text(before)).all()
    assert rows
    for change in changes:
        with (
            pytest.raises(DBAPIError, match="never changed"),
            database.writer.begin() as connection,
        ):
            connection.execute(text(change))
    with database.reader.connect() as connection:
        assert connection.execute(text(before)).all() == rows


def test_every_change_leaves_a_line_with_who_what_and_how_it_was(desk: ReviewStore) -> None:
    boss = someone(desk, "boss", Role.MANAGER)
    ann = someone(desk, "ann")
    desk.set_guidelines("p", "Read both, twice.", by=boss)
    first = desk.claim_next("p", ann)
    assert first is not None
    desk.skip(first.assignment_id, ann, "later")
    second = desk.claim_next("p", ann)
    assert second is not None
    desk.submit(second.assignment_id, ann, answer(), "k")
    desk.undo_submit(second.assignment_id, ann, "u")
    desk.escalate(second.assignment_id, ann, "too hard")
    desk.change_person(ann, role=Role.REVIEWER, by=boss)
    desk.close_project("p", closed=True, by=boss)
    lines = [(event.person_id, event.what) for event in desk.all_events()]
    assert lines == [
        (None, "project-created"), (None, "items-imported"), (boss, "person-added"),
        (ann, "person-added"), (boss, "guidelines-changed"), (ann, "claimed"), (ann, "skipped"),
        (ann, "claimed"), (ann, "submitted"), (ann, "withdrawn"), (ann, "escalated"),
        (boss, "person-changed"), (boss, "project-closed"),
    ]  # fmt: skip
    changed = next(event for event in desk.all_events() if event.what == "person-changed")
    assert (changed.old, changed.new) == (
        {"person": ann, "role": "trainer"}, {"role": "reviewer"},
    )  # fmt: skip
    item = [event.what for event in desk.events(item_id=second.item_id)]
    assert item == ["claimed", "submitted", "withdrawn", "escalated"]


def test_the_audit_is_read_in_pages(desk: ReviewStore) -> None:
    for number in range(450):
        desk.close_project("p", closed=bool(number % 2))
    everything = list(desk.all_events("p"))
    assert len(everything) == 452
    assert [event.event_id for event in everything] == sorted(
        event.event_id for event in everything
    )
    assert len(desk.events(limit=7)) == 7


def test_old_guidelines_stay_with_the_judgments_made_under_them(busy: ReviewStore) -> None:
    assert busy.set_guidelines("p", "New.").guidelines_version == 2
    bob = someone(busy, "bob")
    held = busy.claim_next("p", bob)
    assert held is not None
    made = busy.submit(held.assignment_id, bob, answer(), "k")
    assert made.guidelines_version == 2
    (old,) = busy.judgments(busy.item_assignments(held.item_id)[0].assignment_id)
    assert old.guidelines_version == 1
    assert busy.project("p").guidelines == "New."
    assert busy.rubric_content(made.rubric_digest) == busy.project("p").rubric
