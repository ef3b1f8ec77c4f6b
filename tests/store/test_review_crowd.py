"""Many at once, in threads and in processes: no place given twice, none lost, no draft mixed up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness.models.review import AssignmentState, ItemState
from harness.store import ReviewStore, Store, open_store, review_of
from tests.store.review_data import Clock, answer, make_desk, someone

ROOT = Path(__file__).resolve().parents[2]
PEOPLE, ITEMS, OVERLAP = 12, 20, 3

# Claims and judges until nothing is left; prints what it did. Some is skipped, some fetched ahead.
WORKER = """
import json, sys
from harness.store import open_store, review_of
from tests.store.review_data import answer
url, people = sys.argv[1], sys.argv[2:]
with open_store(url) as store:
    desk = review_of(store)
    while people:
        for person in list(people):
            held = desk.claim_next("p", person)
            if held is None:
                people.remove(person)
                continue
            key = held.assignment_id
            if held.seed % 5 == 0 and not held.reason:
                desk.skip(key, person, "later")
                continue
            desk.claim_next("p", person, besides=key)
            desk.save_draft(key, person, desk.draft(key, person).version, held.seed)
            desk.submit(key, person, answer(), "k")
            print(json.dumps([held.item_id, person]), flush=True)
"""


def check_nothing_twice_and_none_lost(desk: ReviewStore, judged: Counter[str]) -> None:
    progress = desk.progress("p")
    assert progress.items == {ItemState.SUBMITTED: ITEMS}
    assert set(judged.values()) == {OVERLAP}
    assert (progress.open_slots, progress.judgments_in) == (0, ITEMS * OVERLAP)
    for item in desk.items("p"):
        done = [
            held
            for held in desk.item_assignments(item.item_id)
            if held.state is AssignmentState.SUBMITTED
        ]
        assert len({held.person_id for held in done}) == OVERLAP
        assert not any(held.surplus for held in done)


def test_threads_that_share_a_store(bare: Store, clock: Clock) -> None:
    desk = make_desk(bare, clock, tasks=ITEMS, overlap=OVERLAP)
    people = [someone(desk, f"person-{number}") for number in range(PEOPLE)]

    def work(person: str) -> list[str]:
        done = []
        while (held := desk.claim_next("p", person)) is not None:
            assert desk.save_draft(held.assignment_id, person, 0, held.seed).saved
            desk.submit(held.assignment_id, person, answer(), "k")
            done.append(held.item_id)
        return done

    with ThreadPoolExecutor(PEOPLE) as pool:
        judged = Counter(item for done in pool.map(work, people) for item in done)
    check_nothing_twice_and_none_lost(desk, judged)


def test_processes_with_stores_of_their_own(store_url: str, clock: Clock) -> None:
    with open_store(store_url) as store:
        desk = make_desk(store, clock, tasks=ITEMS, overlap=OVERLAP)
        people = [someone(desk, f"person-{number}") for number in range(PEOPLE)]
    command = [sys.executable, "-c", WORKER, store_url]
    workers = [
        subprocess.Popen(
            [*command, *people[start::3]],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        )
        for start in range(3)
    ]  # fmt: skip
    outputs = [worker.communicate() for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * 3, outputs
    lines = [json.loads(line) for out, _ in outputs for line in out.splitlines()]
    assert len({tuple(line) for line in lines}) == len(lines)
    with open_store(store_url) as store:
        check_nothing_twice_and_none_lost(review_of(store), Counter(item for item, _ in lines))


def test_one_person_in_many_windows_holds_one_item(bare: Store, clock: Clock) -> None:
    desk = make_desk(bare, clock, tasks=5)
    ann = someone(desk, "ann")
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda _: desk.claim_next("p", ann), range(16)))
    assert len({held.assignment_id for held in claims if held is not None}) == 1
    assert None not in claims


def test_the_last_place_is_given_once_and_everyone_else_hears_none(
    bare: Store, clock: Clock
) -> None:
    desk = make_desk(bare, clock, tasks=1, overlap=2)
    people = [someone(desk, f"person-{number}") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda person: desk.claim_next("p", person), people))
    assert sum(held is not None for held in claims) == 2


def test_many_who_find_locks_that_ran_out_share_the_places(bare: Store, clock: Clock) -> None:
    desk = make_desk(bare, clock, tasks=6)
    for number in range(6):
        desk.claim_next("p", someone(desk, f"gone-{number}"))
    clock.pass_s(31 * 60)
    people = [someone(desk, f"person-{number}") for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        claims = list(pool.map(lambda person: desk.claim_next("p", person), people))
    assert len({held.item_id for held in claims if held is not None}) == 6
    assert desk.progress("p").open_slots == 0


def test_windows_that_come_back_at_once_take_one_place(bare: Store, clock: Clock) -> None:
    desk = make_desk(bare, clock, tasks=1, overlap=2)
    ann, bob, cem = (someone(desk, name) for name in ("ann", "bob", "cem"))
    held = desk.claim_next("p", ann)
    assert held is not None
    clock.pass_s(31 * 60)
    desk.claim_next("p", bob)
    taken = desk.claim_next("p", cem)
    assert taken is not None
    assert desk.assignment(held.assignment_id).state is AssignmentState.EXPIRED
    desk.skip(taken.assignment_id, cem, "not mine")
    with ThreadPoolExecutor(8) as pool:
        beats = list(pool.map(lambda _: desk.heartbeat(held.assignment_id, ann), range(8)))
    assert {beat.state for beat in beats} == {AssignmentState.CLAIMED}
    assert desk.progress("p").open_slots == 0


def test_of_saves_at_once_one_wins_and_the_others_are_told(bare: Store, clock: Clock) -> None:
    desk = make_desk(bare, clock)
    ann = someone(desk, "ann")
    held = desk.claim_next("p", ann)
    assert held is not None
    key = held.assignment_id
    with ThreadPoolExecutor(8) as pool:
        saves = list(pool.map(lambda tab: desk.save_draft(key, ann, 0, {"tab": tab}), range(8)))
    won = [save.content for save in saves if save.saved]
    assert len(won) == 1
    assert {save.content["tab"] for save in saves} == {won[0]["tab"]}


def test_a_submission_sent_many_times_at_once_is_one(bare: Store, clock: Clock) -> None:
    desk = make_desk(bare, clock)
    ann = someone(desk, "ann")
    held = desk.claim_next("p", ann)
    assert held is not None
    key = held.assignment_id
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: desk.submit(key, ann, answer(), "same key"), range(8)))
    assert len({one.judgment_id for one in made}) == 1
    assert len(desk.judgments(key)) == 1


# Saves a draft and submits, and says so only once it is stored.
WRITER = """
import sys
from harness.store import open_store, review_of
from tests.store.review_data import answer
with open_store(sys.argv[1]) as store:
    desk = review_of(store)
    while (held := desk.claim_next("p", sys.argv[2])) is not None:
        print("claimed", held.assignment_id, flush=True)
        for version in range(3):
            desk.save_draft(held.assignment_id, sys.argv[2], version, "x" * 5000 + str(version))
            print("saved", held.assignment_id, version + 1, flush=True)
        desk.submit(held.assignment_id, sys.argv[2], answer(), "k")
        print("submitted", held.assignment_id, flush=True)
"""


@pytest.mark.parametrize("lines", [2, 9, 23])
def test_a_killed_server_loses_nothing_it_acknowledged(
    store_url: str, clock: Clock, lines: int
) -> None:
    with open_store(store_url) as store:
        desk = make_desk(store, clock, tasks=30)
        ann = someone(desk, "ann")
    command = [sys.executable, "-c", WRITER, store_url, ann]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as writer:
        assert writer.stdout is not None
        said = [writer.stdout.readline().split() for _ in range(lines)]
        os.kill(writer.pid, signal.SIGKILL)
        said += [line.split() for line in writer.stdout.read().splitlines()]
    with open_store(store_url) as store:
        desk = review_of(store, clock)
        for what, key, *version in said:
            if what == "saved":
                assert desk.draft(key, ann).version >= int(version[0])
            if what == "submitted":
                assert [made.answer for made in desk.judgments(key)] == [answer()]
                assert desk.assignment(key).state is AssignmentState.SUBMITTED
        # Whole or not at all: marks belong to judgments, and counters agree with them.
        progress = desk.progress("p")
        judged = sum(len(desk.item_judgments(item.item_id)) for item in desk.items("p"))
        assert (
            progress.judgments_in
            == judged
            == progress.assignments.get(AssignmentState.SUBMITTED, 0)
        )
        held = sum(progress.assignments.values())
        assert progress.open_slots == 30 - held
        claimed = [event for event in desk.all_events("p") if event.what == "claimed"]
        assert len(claimed) == held
        # The server comes back, and so does the work at hand.
        again = desk.claim_next("p", ann)
        assert again is not None
