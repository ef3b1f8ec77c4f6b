"""A project read for an export: what the desk shows, on both databases, in few statements."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, update

from harness.errors import NotFound, StoreError
from harness.models import Flag, Language, Layer, Strength
from harness.store import ReviewStore, Store, project_snapshot, schema
from harness.store import review_export as reading
from tests.store.review_data import RUN, Clock, answer, make_desk, someone


def judged(review: ReviewStore, people: int = 2) -> None:
    """Everybody judges every item there is a place for."""
    for number in range(people):
        person = someone(review, f"person{number}")
        while (claimed := review.claim_next("p", person)) is not None:
            key = f"{number}-{claimed.item_id}"
            review.submit(claimed.assignment_id, person, answer(1 - 2 * number), key)


def test_items_hold_what_the_desk_shows(bare: Store, desk: ReviewStore) -> None:
    judged(desk)
    with project_snapshot(bare, "p") as snapshot:
        items = list(snapshot.items(whole=True))
        assert len(items) == len(desk.items("p")) == 3
        for item in items:
            shown = desk.item(item.item_id)
            assert (item.state, item.task_id) == (shown.state, shown.task_id)
            assert item.prompt == desk.task_of(item.item_id).prompt
            blind = desk.responses_of(item.item_id)
            for side, one in zip(item.sides, blind, strict=True):
                assert (side.response_id, side.position) == (one.public_id, one.position)
                assert side.text == one.result.code
                assert side.model.startswith("gpt-secret")
            said = desk.item_judgments(item.item_id)
            for vote, judgment in zip(item.votes, said, strict=True):
                values = judgment.model_dump(mode="json", exclude={"item_id", "order"})
                assert {name: getattr(vote, name) for name in values} == values
                assert vote.order == judgment.order
                assert vote.final
            events = desk.events(item_id=item.item_id)
            assert [one["event_id"] for one in item.events] == [one.event_id for one in events]


def test_only_the_last_word_of_a_submitted_assignment_is_final(
    bare: Store, desk: ReviewStore, clock: Clock
) -> None:
    ann = someone(desk, "ann")
    claimed = desk.claim_next("p", ann)
    assert claimed
    place = (claimed.assignment_id, ann)
    desk.save_first_preference(*place, answer(1), "first")
    assert finals(bare) == [("first-preference", False)]
    desk.submit(*place, answer(1), "second")
    assert finals(bare)[-1] == ("submitted", True)
    desk.undo_submit(*place, "third")
    assert [final for _, final in finals(bare)] == [False] * 3
    desk.submit(*place, answer(2), "fourth")
    assert finals(bare) == [
        ("first-preference", False),
        ("submitted", False),
        ("withdrawn", False),
        ("amended", True),
    ]


def finals(store: Store) -> list[tuple[str, bool]]:
    with project_snapshot(store, "p") as snapshot:
        return [(vote.kind, vote.final) for item in snapshot.items() for vote in item.votes]


def test_corrections_and_later_flags_are_there(bare: Store, desk: ReviewStore) -> None:
    ann = someone(desk, "ann")
    claimed = desk.claim_next("p", ann)
    assert claimed
    code = "return 1 \x00 \x1a0000"
    desk.add_correction(claimed.assignment_id, ann, code, position=2)
    flag = Flag(
        rule="odd", layer=Layer.SIBLING, strength=Strength.HINT, message="m", question="q", line=1,
        column=1, end_line=1, end_column=2, language=Language.PYTHON,
    )  # fmt: skip
    bare.add_flags(RUN, "siblings", [("gpt-secret/task-1/0", (flag,))])
    with project_snapshot(bare, "p") as snapshot:
        items = {item.item_id: item for item in snapshot.items(whole=True)}
    (fix,) = items[claimed.item_id].fixes
    assert (fix.code, fix.position, fix.person_id) == (code, 2, ann)
    flagged = [
        (item.task_id, side.position, flag["rule"])
        for item in items.values()
        for side in item.sides
        for flag in side.result["flags"]
    ]
    assert flagged == [("task-1", 1, "odd")]


def test_tasks_rubrics_and_guidelines_are_read_once_each(bare: Store, desk: ReviewStore) -> None:
    desk.set_guidelines("p", "Read thrice.")
    with project_snapshot(bare, "p") as snapshot:
        keys = [head.key for head in snapshot.tasks()]
        assert len(keys) == len(set(keys)) == 3
        assert {item.task_key for item in snapshot.items()} == set(keys)
        assert list(snapshot.rubrics()) == ["d" * 64]
        assert snapshot.guidelines() == {1: "Read both.", 2: "Read thrice."}


def test_what_is_judged_meanwhile_belongs_to_the_next_export(
    bare: Store, desk: ReviewStore
) -> None:
    with project_snapshot(bare, "p") as snapshot:
        assert len(list(snapshot.tasks())) == 3
        judged(desk, people=1)
        assert sum(len(item.votes) for item in snapshot.items()) == 0
    assert len(finals(bare)) == 3


def test_statements_grow_with_batches_not_with_items(
    bare: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = make_desk(bare, clock, tasks=12, overlap=1)
    judged(review, people=1)
    few = statements(bare)
    monkeypatch.setattr(reading, "BATCH", 4)
    many = statements(bare)
    # Three batches instead of one; a batch is tasks, responses, results (twice), judgments.
    assert 5 <= few <= 8
    assert few < many <= few + 3 * 5


def statements(store: Store) -> int:
    seen: list[Any] = []
    with project_snapshot(store, "p") as snapshot:
        connection = snapshot._connection
        event.listen(connection, "before_cursor_execute", lambda *one: seen.append(one[2]))
        found = list(snapshot.items())
    assert len(found) == 12
    return len(seen)


def test_an_unknown_project_is_named_with_those_there_are(bare: Store, desk: ReviewStore) -> None:
    with pytest.raises(NotFound, match="there are p"), project_snapshot(bare, "q"):
        pass


def test_a_damaged_record_is_an_error_of_the_store(bare: Store, desk: ReviewStore) -> None:
    with bare._database.write() as connection:
        connection.execute(update(schema.result).values(payload=b"no zlib"))
    with pytest.raises(StoreError, match="damaged"), project_snapshot(bare, "p") as snapshot:
        list(snapshot.items())
