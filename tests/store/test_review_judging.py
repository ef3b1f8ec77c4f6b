"""Judgments: nothing typed is lost, nothing is stored twice, and nothing is ever changed."""

from __future__ import annotations

import pytest

from harness.errors import Conflict, InputError, NotFound
from harness.models import Answer, Flag, Language, Layer, Strength
from harness.models.review import Assignment, AssignmentState, ItemState, JudgmentKind
from harness.store import ReviewStore, Store
from tests.store.review_data import RUN, Clock, answer, make_response, someone

HOSTILE = {"text": "nul \x00, byte \udcff, escape \x1a0000, <script>, 😀", "zero": 0, "none": None}


@pytest.fixture
def ann(desk: ReviewStore) -> str:
    return someone(desk, "ann")


@pytest.fixture
def held(desk: ReviewStore, ann: str) -> Assignment:
    found = desk.claim_next("p", ann)
    assert found is not None
    return found


# Drafts


def test_a_draft_comes_back_as_it_was_saved(desk: ReviewStore, held: Assignment, ann: str) -> None:
    saved = desk.save_draft(held.assignment_id, ann, 0, HOSTILE)
    assert (saved.saved, saved.version) == (True, 1)
    assert desk.draft(held.assignment_id, ann).content == HOSTILE


def test_the_slower_of_two_windows_is_shown_what_the_other_stored(
    desk: ReviewStore, held: Assignment, ann: str
) -> None:
    desk.save_draft(held.assignment_id, ann, 0, {"why": "first window"})
    late = desk.save_draft(held.assignment_id, ann, 0, {"why": "second window"})
    assert (late.saved, late.version, late.content) == (False, 1, {"why": "first window"})
    merged = desk.save_draft(held.assignment_id, ann, late.version, {"why": "both"})
    assert (merged.saved, merged.version) == (True, 2)
    with pytest.raises(Conflict, match="another window"):
        desk.submit(held.assignment_id, ann, answer(), "k", draft_version=1)
    desk.submit(held.assignment_id, ann, answer(), "k", draft_version=2)


def test_a_save_that_was_sent_twice_counts_as_saved(
    desk: ReviewStore, held: Assignment, ann: str
) -> None:
    first = desk.save_draft(held.assignment_id, ann, 0, HOSTILE)
    assert desk.save_draft(held.assignment_id, ann, 0, HOSTILE) == first


def test_a_draft_cannot_be_saved_once_the_judgment_is_in(
    desk: ReviewStore, held: Assignment, ann: str
) -> None:
    desk.save_draft(held.assignment_id, ann, 0, "typed")
    desk.submit(held.assignment_id, ann, answer(), "k")
    with pytest.raises(Conflict, match="submitted"):
        desk.save_draft(held.assignment_id, ann, 1, "more")
    assert desk.draft(held.assignment_id, ann).content == "typed"


# Submission


def test_a_judgment_is_stored_exactly_as_entered(
    desk: ReviewStore, held: Assignment, ann: str, clock: Clock
) -> None:
    desk.heartbeat(held.assignment_id, ann, opening=True)
    clock.pass_s(42)
    desk.heartbeat(held.assignment_id, ann)
    made = desk.submit(held.assignment_id, ann, answer(-2), "k")
    assert made.answer == answer(-2)
    assert (made.kind, made.revision, made.parent) == (JudgmentKind.SUBMITTED, 1, None)
    assert (made.rubric_ref, made.rubric_digest, made.guidelines_version) == (
        "pairwise-code@1", "d" * 64, 1,
    )  # fmt: skip
    assert (made.order, made.wall_s, made.created_at) == (held.order, 42.0, clock.now)
    assert desk.judgments(held.assignment_id, ann) == [made]
    assert desk.assignment(held.assignment_id).state is AssignmentState.SUBMITTED


def test_responses_may_be_named_by_their_public_ids(
    desk: ReviewStore, held: Assignment, ann: str
) -> None:
    one, two = (response.public_id for response in desk.responses_of(held.item_id))
    said = Answer.model_validate(
        {
            "ratings": {two: {"correctness": 4}, one: {"correctness": 0}},
            "acceptable": {one: False, two: True},
            "preference": 1,
            "ranking": [[two], [one]],
            "justification": answer().justification,
            "marks": [answer().marks[0].model_copy(update={"response": one})],
            "flags": [answer().flags[0].model_copy(update={"response": two})],
        }
    )
    made = desk.submit(held.assignment_id, ann, said, "k").answer
    assert made == answer().model_copy(update={"ranking": (("2",), ("1",))})


def test_a_response_of_another_item_is_refused_and_nothing_is_stored(
    desk: ReviewStore, held: Assignment, ann: str
) -> None:
    other = desk.items("p")[2]
    strange = desk.responses_of(other.item_id)[0].public_id
    said = Answer(ratings={strange: {"correctness": 1}}, preference=1)
    with pytest.raises(InputError, match="no response"):
        desk.submit(held.assignment_id, ann, said, "k")
    assert desk.judgments(held.assignment_id) == []
    assert desk.assignment(held.assignment_id).state is AssignmentState.CLAIMED


def test_a_request_that_is_sent_again_changes_nothing(
    desk: ReviewStore, held: Assignment, ann: str
) -> None:
    made = desk.submit(held.assignment_id, ann, answer(), "k")
    events = len(list(desk.all_events()))
    assert desk.submit(held.assignment_id, ann, answer(), "k") == made
    assert len(list(desk.all_events())) == events
    assert desk.progress("p").judgments_in == 1
    with pytest.raises(Conflict, match="submitted"):
        desk.submit(held.assignment_id, ann, answer(), "another key")


@pytest.mark.parametrize("key", ["", "x" * 65])
def test_a_submission_key_has_a_sensible_length(
    desk: ReviewStore, held: Assignment, ann: str, key: str
) -> None:
    with pytest.raises(InputError, match="submission key"):
        desk.submit(held.assignment_id, ann, answer(), key)


def test_the_desk_reads_everything_at_once(desk: ReviewStore, held: Assignment, ann: str) -> None:
    key = held.assignment_id
    desk.save_draft(key, ann, 0, HOSTILE)
    corrected = desk.add_correction(key, ann, "code")
    made = desk.submit(key, ann, answer(), "k")
    work = desk.work(key, ann)
    assert work.assignment == desk.assignment(key, ann)
    assert list(work.responses) == desk.responses_of(held.item_id)
    assert (work.task, work.draft) == (desk.task_of(held.item_id), desk.draft(key, ann))
    assert (work.judgments, work.corrections) == ((made,), (corrected,))
    with pytest.raises(NotFound):
        desk.work(key, someone(desk, "bob"))


def test_flags_of_later_stages_are_shown_with_the_others(
    desk: ReviewStore, bare: Store, held: Assignment
) -> None:
    task = int(desk.item(held.item_id).task_id.removeprefix("task-"))
    flag = Flag(
        rule="unlike-siblings", layer=Layer.SIBLING, strength=Strength.HINT, message="m",
        question="q", line=1, column=1, end_line=1, end_column=2, language=Language.PYTHON,
    )  # fmt: skip
    bare.add_flags(RUN, "siblings", [(f"gpt-secret/task-{task}/1", (flag,))])
    assert [one.result.flags for one in desk.responses_of(held.item_id)] == [(), (flag,)]


# First preference and flags


def test_the_first_preference_is_a_revision_of_its_own_before_flags(
    desk: ReviewStore, held: Assignment, ann: str
) -> None:
    first = desk.save_first_preference(held.assignment_id, ann, Answer(preference=-1), "first")
    assert (first.kind, first.flags_seen) == (JudgmentKind.FIRST_PREFERENCE, False)
    assert desk.save_first_preference(held.assignment_id, ann, Answer(preference=3), "first") == (
        first
    )
    desk.flags_shown(held.assignment_id, ann, [{"response": "1", "rule": "stub-body"}])
    final = desk.submit(held.assignment_id, ann, answer(2), "final")
    assert (final.kind, final.parent, final.flags_seen) == (
        JudgmentKind.SUBMITTED, first.judgment_id, True,
    )  # fmt: skip
    kinds = [made.answer.preference for made in desk.judgments(held.assignment_id, ann)]
    assert kinds == [-1, 2]


def test_a_first_preference_after_flags_were_shown_is_none(
    desk: ReviewStore, held: Assignment, ann: str
) -> None:
    desk.flags_shown(held.assignment_id, ann, ["any"])
    with pytest.raises(Conflict, match="before flags"):
        desk.save_first_preference(held.assignment_id, ann, Answer(preference=1), "first")


def test_the_key_of_a_first_preference_does_not_submit(
    desk: ReviewStore, held: Assignment, ann: str
) -> None:
    desk.save_first_preference(held.assignment_id, ann, Answer(preference=1), "same")
    with pytest.raises(Conflict, match="first-preference"):
        desk.submit(held.assignment_id, ann, answer(), "same")


def test_every_exposure_of_flags_is_logged(
    desk: ReviewStore, held: Assignment, ann: str, clock: Clock
) -> None:
    first = desk.flags_shown(held.assignment_id, ann, ["a"])
    clock.pass_s(5)
    assert desk.flags_shown(held.assignment_id, ann, ["a", "b"]).flags_seen_at == (
        first.flags_seen_at
    )
    shown = [event for event in desk.events(item_id=held.item_id) if event.what == "flags-shown"]
    assert [event.new["flags"] for event in shown] == [["a"], ["a", "b"]]


# Undo


def test_undo_adds_a_revision_and_gives_the_form_back(
    desk: ReviewStore, held: Assignment, ann: str, clock: Clock
) -> None:
    desk.save_draft(held.assignment_id, ann, 0, {"form": "as typed"})
    first = desk.submit(held.assignment_id, ann, answer(1), "k1")
    clock.pass_s(30)
    undone = desk.undo_submit(held.assignment_id, ann, "u1")
    assert undone.state is AssignmentState.CLAIMED
    assert desk.draft(held.assignment_id, ann).content == {"form": "as typed"}
    assert desk.progress("p").judgments_in == 0
    assert desk.undo_submit(held.assignment_id, ann, "u1").state is AssignmentState.CLAIMED
    assert desk.save_draft(held.assignment_id, ann, 1, {"form": "better"}).saved
    second = desk.submit(held.assignment_id, ann, answer(-3), "k2")
    made = desk.judgments(held.assignment_id)
    assert [one.kind for one in made] == [
        JudgmentKind.SUBMITTED, JudgmentKind.WITHDRAWN, JudgmentKind.AMENDED,
    ]  # fmt: skip
    assert made[0] == first
    assert made[2] == second
    assert second.parent == made[1].judgment_id
    assert desk.progress("p").judgments_in == 1


def test_undo_reopens_an_item_that_had_all_its_judgments(desk: ReviewStore) -> None:
    people = [someone(desk, name) for name in ("bob", "cem")]
    places = [desk.claim_next("p", person) for person in people]
    for place in places:
        assert place is not None
        desk.submit(place.assignment_id, place.person_id, answer(), "k")
    assert places[1] is not None
    item = places[1].item_id
    assert desk.item(item).state is ItemState.SUBMITTED
    desk.undo_submit(places[1].assignment_id, places[1].person_id, "u")
    assert desk.item(item).state is ItemState.OPEN
    # The place is still this person's: nobody else can take it.
    dan = desk.claim_next("p", someone(desk, "dan"))
    assert dan is not None
    assert dan.item_id != item


def test_undo_has_its_time(desk: ReviewStore, held: Assignment, ann: str, clock: Clock) -> None:
    with pytest.raises(Conflict, match="not submitted"):
        desk.undo_submit(held.assignment_id, ann, "u")
    desk.submit(held.assignment_id, ann, answer(), "k")
    clock.pass_s(601)
    with pytest.raises(Conflict, match="too late"):
        desk.undo_submit(held.assignment_id, ann, "u")


# Corrections and names


def test_a_corrected_response_is_handed_in_with_how_it_ran(
    desk: ReviewStore, held: Assignment, ann: str
) -> None:
    result = make_response(0, 0)
    code = "def add(x):\n    return x\n"
    made = desk.add_correction(held.assignment_id, ann, code, position=2, result=result)
    assert (made.code, made.position, made.result) == (code, 2, result)
    assert desk.corrections(held.item_id, ann) == [made]
    assert desk.corrections(held.item_id, someone(desk, "bob")) == []


def test_nothing_tells_who_wrote_a_response_before_submission(
    desk: ReviewStore, held: Assignment, ann: str
) -> None:
    shown = [
        desk.work(held.assignment_id, ann), *desk.responses_of(held.item_id),
        desk.item(held.item_id), held, desk.project("p"), *desk.events(project_slug="p"),
    ]  # fmt: skip
    assert "secret" not in " ".join(one.model_dump_json() for one in shown)
    with pytest.raises(Conflict, match="once the judgment is submitted"):
        desk.reveal(held.assignment_id, ann)
    desk.submit(held.assignment_id, ann, answer(), "k")
    assert {one.model for one in desk.reveal(held.assignment_id, ann)} == {
        "gpt-secret-0", "gpt-secret-1",
    }  # fmt: skip
