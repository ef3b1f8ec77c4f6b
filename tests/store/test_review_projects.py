"""Projects and items as they are stored, and what managers see of them."""

from __future__ import annotations

import pytest

from harness.errors import Conflict, NotFound, StoreError
from harness.models import Language
from harness.models.review import AssignmentState, FlagPolicy, ItemState, NewItem, Presence
from harness.store import ReviewStore, Store, review_of
from tests.store.review_data import (
    RUN,
    Clock,
    add_run,
    answer,
    make_desk,
    make_task,
    new_project,
    pairs,
    someone,
    source,
)

HOSTILE = "nul \x00, byte \udcff, escape \x1a0000, </script>, 😀"


def test_a_project_comes_back_as_it_was_made(bare: Store, clock: Clock) -> None:
    review = review_of(bare, clock)
    new = new_project(
        slug="sql-pairs", title=HOSTILE, description=HOSTILE, requirements=HOSTILE,
        deliverables=HOSTILE, guidelines=HOSTILE, expected_minutes=7.5, overlap=3,
        languages=[Language.SQL, Language.HTML], flag_policy=FlagPolicy.NEVER, lock_minutes=0.5,
        rubric={"id": "x", "anchors": {"0": HOSTILE}},
    )  # fmt: skip
    made = review.create_project(new)
    assert made.model_dump(include=set(type(new).model_fields)) == new.model_dump()
    assert (made.guidelines_version, made.closed, made.created_at) == (1, False, clock.now)
    assert review.projects() == [made]
    with pytest.raises(Conflict, match="exists"):
        review.create_project(new)
    with pytest.raises(NotFound, match="there are sql-pairs"):
        review.project("other")


def test_an_item_holds_task_and_responses_under_new_ids(bare: Store, clock: Clock) -> None:
    add_run(bare)
    review = review_of(bare, clock)
    review.create_project(new_project())
    texted = source(1, 3).model_copy(update={"text": HOSTILE})
    three = NewItem(task_id="task-1", responses=(source(1, 2), texted, source(1, 0)))
    pair = NewItem(task_id="task-1", responses=(source(1, 2), source(1, 0)))
    assert review.add_items("p", [three, pair]).added == 2
    first, second = review.items("p")
    assert (first.size, first.task_id, first.place, first.state) == (3, "task-1", 0, ItemState.OPEN)
    assert review.task_of(first.item_id) == make_task(1)
    shown = review.responses_of(first.item_id)
    assert [one.position for one in shown] == [1, 2, 3]
    assert [one.result.code[-2] for one in shown] == ["2", "3", "0"]
    assert [one.text for one in shown] == [None, HOSTILE, None]
    others = {one.public_id for one in review.responses_of(second.item_id)}
    assert others.isdisjoint(one.public_id for one in shown)


def test_the_same_responses_in_another_order_are_the_same_item(desk: ReviewStore) -> None:
    turned = NewItem(task_id="task-0", responses=(source(0, 1), source(0, 0)))
    assert desk.add_items("p", [turned, *pairs()]).model_dump() == {"added": 0, "skipped": 4}


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (NewItem(task_id="task-0", responses=(source(0, 99),)), "no response"),
        (NewItem(task_id="task-0", responses=(source(0, 0, "other run"),)), "no response"),
        (NewItem(task_id="task-9", responses=(source(0, 0),)), "no task"),
    ],
)
def test_an_import_that_fails_adds_nothing(
    bare: Store, clock: Clock, item: NewItem, words: str
) -> None:
    add_run(bare)
    review = review_of(bare, clock)
    review.create_project(new_project())
    with pytest.raises(StoreError, match=words):
        review.add_items("p", [*pairs(), item])
    assert review.items("p") == []


def test_thousands_of_items_keep_their_order(bare: Store, clock: Clock) -> None:
    add_run(bare, tasks=5, responses=40)
    review = review_of(bare, clock)
    review.create_project(new_project())
    new = [
        NewItem(task_id=f"task-{task}", responses=(source(task, one), source(task, other)))
        for task in range(5)
        for one in range(20)
        for other in range(20, 40)
    ]
    assert review.add_items("p", iter(new)).added == 2000
    read: list[str] = []
    after = -1
    while page := review.items("p", after=after):
        read += [item.task_id for item in page]
        after = page[-1].place
    assert read == [one.task_id for one in new]


def test_a_manager_sees_where_everything_is(desk: ReviewStore, clock: Clock) -> None:
    ann, bob = someone(desk, "ann"), someone(desk, "bob")
    assert (desk.left_for("p", ann), desk.pace("p"), desk.queue("p")) == (3, [], [])
    first, second = desk.claim_next("p", ann), desk.claim_next("p", bob)
    assert first is not None
    assert second is not None
    desk.heartbeat(first.assignment_id, ann, opening=True)
    clock.pass_s(30)
    desk.heartbeat(first.assignment_id, ann, Presence.ACTIVE)
    desk.submit(first.assignment_id, ann, answer(), "k")
    clock.pass_s(5)
    desk.skip(second.assignment_id, bob, "later")
    third = desk.claim_next("p", bob)
    assert third is not None

    progress = desk.progress("p")
    assert progress.assignments == {
        AssignmentState.SUBMITTED: 1, AssignmentState.SKIPPED: 1, AssignmentState.CLAIMED: 1,
    }  # fmt: skip
    assert (progress.judgments_in, progress.judgments_wanted, progress.open_slots) == (1, 6, 4)
    paces = {pace.name: pace for pace in desk.pace("p")}
    assert (paces["ann"].submitted, paces["ann"].active_s) == (1, 30.0)
    assert (paces["bob"].skipped, paces["bob"].claimed, paces["bob"].submitted) == (1, 1, 0)
    assert sum(paces["bob"].left_first.values()) == 2
    assert [held.assignment_id for held in desk.queue("p")] == [third.assignment_id]
    assert [held.assignment_id for held in desk.my_assignments(bob, "p")] == [
        third.assignment_id, second.assignment_id,
    ]  # fmt: skip
    assert len(desk.item_assignments(first.item_id)) == 2
    # Bob: one in hand, one put off, one he has not had. Ann: two she has not had.
    assert (desk.left_for("p", bob), desk.left_for("p", ann)) == (3, 2)


def test_an_empty_project_is_all_zeros(bare: Store, clock: Clock) -> None:
    review = review_of(bare, clock)
    review.create_project(new_project())
    progress = review.progress("p")
    assert (progress.items, progress.judgments_wanted, progress.open_slots) == ({}, 0, 0)
    assert review.claim_next("p", someone(review, "ann")) is None


def test_projects_do_not_mix(bare: Store, clock: Clock) -> None:
    desk = make_desk(bare, clock)
    desk.create_project(new_project(slug="q"))
    desk.add_items("q", pairs(1))
    ann = someone(desk, "ann")
    held = desk.claim_next("q", ann)
    assert held is not None
    desk.submit(held.assignment_id, ann, answer(), "k")
    assert desk.claim_next("q", ann) is None
    assert desk.progress("p").judgments_in == 0
    assert desk.left_for("p", ann) == 3
    assert {event.project for event in desk.events(project_slug="q")} == {"q"}
    assert RUN not in " ".join(event.model_dump_json() for event in desk.all_events())
