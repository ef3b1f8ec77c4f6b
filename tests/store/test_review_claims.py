"""Giving out work: what comes next, for whom, in which order of sides, and for how long."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from harness.errors import Conflict, NotFound
from harness.models.review import Assignment, AssignmentState, ItemState, Presence, Role
from harness.store import ReviewStore, Store, open_store
from harness.store.review_claims import _first_free, side_order
from tests.store.review_data import Clock, answer, make_desk, someone

LOCK_S = 30 * 60


def claim(desk: ReviewStore, person: str, besides: str | None = None) -> Assignment:
    found = desk.claim_next("p", person, besides=besides)
    assert found is not None
    return found


def judge(desk: ReviewStore, held: Assignment) -> None:
    desk.submit(held.assignment_id, held.person_id, answer(), f"key-{held.assignment_id}")


def test_everyone_gets_each_item_once_until_the_overlap_is_reached(desk: ReviewStore) -> None:
    judged: Counter[str] = Counter()
    for name in ("ann", "bob", "cem"):
        person = someone(desk, name)
        while (held := desk.claim_next("p", person)) is not None:
            judged[held.item_id] += 1
            judge(desk, held)
    assert list(judged.values()) == [2, 2, 2]
    progress = desk.progress("p")
    assert progress.items == {ItemState.SUBMITTED: 3}
    assert (progress.judgments_in, progress.judgments_wanted, progress.open_slots) == (6, 6, 0)


def test_unfinished_work_comes_back_first_with_the_same_sides(desk: ReviewStore) -> None:
    ann = someone(desk, "ann")
    first = claim(desk, ann)
    again = claim(desk, ann)
    assert (again.assignment_id, again.order) == (first.assignment_id, first.order)


def test_the_next_item_can_be_fetched_ahead_and_is_then_the_next(desk: ReviewStore) -> None:
    ann = someone(desk, "ann")
    first = claim(desk, ann)
    ahead = claim(desk, ann, besides=first.assignment_id)
    assert ahead.item_id != first.item_id
    assert claim(desk, ann, besides=first.assignment_id).assignment_id == ahead.assignment_id
    judge(desk, first)
    assert claim(desk, ann).assignment_id == ahead.assignment_id


def test_what_is_skipped_comes_back_last_and_others_may_take_it(desk: ReviewStore) -> None:
    ann = someone(desk, "ann")
    first = claim(desk, ann)
    desk.save_draft(first.assignment_id, ann, 0, {"typed": "so far"})
    skipped = desk.skip(first.assignment_id, ann, "need to look up the format")
    assert (skipped.state, skipped.reason) == (
        AssignmentState.SKIPPED, "need to look up the format",
    )  # fmt: skip
    others = [claim(desk, ann)]
    judge(desk, others[0])
    others.append(claim(desk, ann))
    judge(desk, others[1])
    assert first.item_id not in {held.item_id for held in others}
    back = claim(desk, ann)
    assert (back.assignment_id, back.state) == (first.assignment_id, AssignmentState.CLAIMED)
    assert desk.draft(back.assignment_id, ann).content == {"typed": "so far"}

    desk.skip(back.assignment_id, ann, "still not sure")
    for name in ("bob", "cem"):
        assert claim(desk, someone(desk, name)).item_id == first.item_id
    assert desk.claim_next("p", ann) is None


def test_an_escalated_item_goes_to_an_expert_and_to_nobody_else(bare: Store, clock: Clock) -> None:
    desk = make_desk(bare, clock, tasks=1, overlap=1)
    ann, bob = someone(desk, "ann"), someone(desk, "bob")
    eve = someone(desk, "eve", Role.EXPERT)
    held = claim(desk, ann)
    assert desk.escalate(held.assignment_id, ann, "needs SQL").state is AssignmentState.ESCALATED
    assert desk.claim_next("p", ann) is None
    assert desk.claim_next("p", bob) is None
    taken = claim(desk, eve)
    assert taken.item_id == held.item_id
    desk.skip(taken.assignment_id, eve, "later")
    assert desk.claim_next("p", bob) is None
    judge(desk, claim(desk, eve))
    assert desk.progress("p").items == {ItemState.SUBMITTED: 1}
    with pytest.raises(Conflict, match="escalated"):
        judge(desk, held)


def test_a_lock_that_ran_out_gives_the_place_to_the_next_who_comes(
    bare: Store, clock: Clock
) -> None:
    desk = make_desk(bare, clock, tasks=1, overlap=1)
    ann, bob = someone(desk, "ann"), someone(desk, "bob")
    held = claim(desk, ann)
    clock.pass_s(LOCK_S - 1)
    assert desk.claim_next("p", bob) is None
    clock.pass_s(2)
    taken = claim(desk, bob)
    assert taken.item_id == held.item_id
    assert desk.assignment(held.assignment_id, ann).state is AssignmentState.EXPIRED
    assert desk.claim_next("p", ann) is None


def test_a_heartbeat_keeps_the_lock(bare: Store, clock: Clock) -> None:
    desk = make_desk(bare, clock, tasks=1, overlap=1)
    ann, bob = someone(desk, "ann"), someone(desk, "bob")
    held = claim(desk, ann)
    clock.pass_s(LOCK_S - 1)
    desk.heartbeat(held.assignment_id, ann)
    clock.pass_s(LOCK_S - 1)
    assert desk.claim_next("p", bob) is None


def test_nobody_loses_work_to_a_lock_that_ran_out(bare: Store, clock: Clock) -> None:
    desk = make_desk(bare, clock, tasks=1, overlap=1)
    ann, bob = someone(desk, "ann"), someone(desk, "bob")
    held = claim(desk, ann)
    clock.pass_s(LOCK_S + 1)
    taken = claim(desk, bob)
    # The place is gone, but typing, saving and handing in go on.
    assert desk.heartbeat(held.assignment_id, ann).state is AssignmentState.EXPIRED
    assert desk.save_draft(held.assignment_id, ann, 0, "typed").saved
    judge(desk, held)
    assert desk.assignment(held.assignment_id).surplus
    judge(desk, taken)
    assert not desk.assignment(taken.assignment_id).surplus
    assert len(desk.item_judgments(held.item_id)) == 2
    assert desk.progress("p").open_slots == 0


def test_an_expired_place_that_is_free_again_is_taken_back(bare: Store, clock: Clock) -> None:
    desk = make_desk(bare, clock, tasks=1, overlap=1)
    ann, bob = someone(desk, "ann"), someone(desk, "bob")
    held = claim(desk, ann)
    clock.pass_s(LOCK_S + 1)
    taken = claim(desk, bob)
    desk.skip(taken.assignment_id, bob, "not mine")
    assert desk.heartbeat(held.assignment_id, ann).state is AssignmentState.CLAIMED
    assert desk.claim_next("p", bob) is None
    judge(desk, held)
    assert desk.progress("p").open_slots == 0
    assert not desk.assignment(held.assignment_id).surplus


def test_time_counts_by_presence_and_not_while_the_laptop_was_closed(
    desk: ReviewStore, clock: Clock
) -> None:
    ann = someone(desk, "ann")
    held = claim(desk, ann).assignment_id
    clock.pass_s(1000)
    desk.heartbeat(held, ann, opening=True)
    for presence, passed_s in (
        (Presence.ACTIVE, 20), (Presence.PAUSED, 30), (Presence.IDLE, 15), (Presence.ACTIVE, 3600),
    ):  # fmt: skip
        clock.pass_s(passed_s)
        desk.heartbeat(held, ann, presence)
    done = desk.assignment(held, ann)
    assert (done.wall_s, done.active_s, done.paused_s) == (65.0, 20.0, 30.0)
    desk.submit(held, ann, answer(), "k")
    clock.pass_s(20)
    assert desk.heartbeat(held, ann).wall_s == 65.0


def test_two_windows_do_not_count_twice(desk: ReviewStore, clock: Clock) -> None:
    ann = someone(desk, "ann")
    held = claim(desk, ann).assignment_id
    desk.heartbeat(held, ann, opening=True)
    for _ in range(4):
        clock.pass_s(5)
        desk.heartbeat(held, ann)
    assert desk.assignment(held).active_s == 20.0


def test_sides_are_balanced_for_each_person_and_stored(bare: Store, clock: Clock) -> None:
    desk = make_desk(bare, clock, tasks=40, overlap=2)
    for name in ("ann", "bob"):
        person = someone(desk, name)
        first: Counter[int] = Counter()
        while (held := desk.claim_next("p", person)) is not None:
            assert sorted(held.order) == [1, 2]
            first[held.order[0]] += 1
            assert abs(first[1] - first[2]) <= 2
            judge(desk, held)
        assert sum(first.values()) == 40
    assert {pace.name: sum(pace.left_first.values()) for pace in desk.pace("p")} == {
        "ann": 40, "bob": 40,
    }  # fmt: skip


def test_the_second_person_sees_an_item_the_other_way_round_where_that_is_fair() -> None:
    for seed in range(50):
        assert side_order({1: 0, 2: 0}, {1: 1, 2: 0}, seed)[0] == 2
        assert side_order({1: 4, 2: 2}, {1: 0, 2: 1}, seed)[0] == 2


def test_sides_cannot_be_foretold_and_follow_from_the_seed() -> None:
    even = {1: 3, 2: 3}
    firsts = Counter(side_order(even, {1: 0, 2: 0}, seed)[0] for seed in range(1000))
    assert 400 < firsts[1] < 600
    assert side_order(even, {1: 0, 2: 0}, 7) == side_order(even, {1: 0, 2: 0}, 7)
    four = {1: 0, 2: 0, 3: 0, 4: 0}
    assert len({tuple(side_order(four, four, seed)) for seed in range(500)}) == 24


@pytest.mark.parametrize("slots", ["open_slots", "expert_slots"])
def test_the_next_item_is_found_without_a_walk_over_those_that_are_done(
    sqlite_file: Path, slots: str
) -> None:
    with open_store(f"sqlite:///{sqlite_file}") as store, store._database.read() as connection:
        query = _first_free(1, 1, slots).compile(connection, compile_kwargs={"literal_binds": True})
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()
    assert f"ix_item_{slots.removesuffix('_slots')} " in str(plan)
    assert "SCAN" not in str(plan)


def test_a_closed_project_gives_out_nothing_but_lets_people_finish(desk: ReviewStore) -> None:
    ann, bob = someone(desk, "ann"), someone(desk, "bob")
    held = claim(desk, ann)
    desk.close_project("p", closed=True)
    assert desk.claim_next("p", bob) is None
    assert claim(desk, ann).assignment_id == held.assignment_id
    judge(desk, held)
    assert desk.claim_next("p", ann) is None
    desk.close_project("p", closed=False)
    assert desk.claim_next("p", ann) is not None


def test_what_belongs_to_someone_else_does_not_exist(desk: ReviewStore) -> None:
    ann, bob = someone(desk, "ann"), someone(desk, "bob")
    held = claim(desk, ann).assignment_id
    for attempt in (
        lambda: desk.assignment(held, bob),
        lambda: desk.draft(held, bob),
        lambda: desk.save_draft(held, bob, 0, "mine now"),
        lambda: desk.heartbeat(held, bob),
        lambda: desk.skip(held, bob, ""),
        lambda: desk.escalate(held, bob, ""),
        lambda: desk.submit(held, bob, answer(), "k"),
        lambda: desk.save_first_preference(held, bob, answer(), "k"),
        lambda: desk.undo_submit(held, bob, "k"),
        lambda: desk.judgments(held, bob),
        lambda: desk.flags_shown(held, bob, []),
        lambda: desk.add_correction(held, bob, "code"),
        lambda: desk.reveal(held, bob),
    ):
        with pytest.raises(NotFound, match="no assignment"):
            attempt()
    assert desk.draft(held, ann).version == 0


def test_someone_who_is_not_active_gets_nothing(desk: ReviewStore) -> None:
    ann = someone(desk, "ann")
    desk.change_person(ann, active=False)
    with pytest.raises(NotFound, match="no active person"):
        desk.claim_next("p", ann)
