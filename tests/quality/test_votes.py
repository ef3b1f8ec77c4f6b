"""Judgments as votes between two responses."""

from __future__ import annotations

from harness.models.judged import Opinion
from harness.quality.votes import by_item, sign, votes
from tests.quality.judged import item, judged, opinion, response

Row = tuple[str, int, int, int, int | None, int | None]


def rows(*opinions: Opinion, responses: int = 2) -> list[Row]:
    """person, positions of first and second, towards, left, independent."""
    some = [item("i", [response(at) for at in range(1, responses + 1)])]
    return [
        (one.person_id, one.first.position, one.second.position, one.towards, one.left,
         one.independent)
        for one in votes(judged(some, opinions))
    ]  # fmt: skip


def test_a_preference_is_one_vote_with_the_side_it_was_seen_at() -> None:
    assert rows(
        opinion("i", "ann", -3),
        opinion("i", "bob", 1, left=2),
        opinion("i", "cy", 0, first_preference=-2),
        opinion("i", "di", 2, first_preference=0),
        opinion("i", "ed"),
    ) == [
        ("ann", 1, 2, -1, -1, None),
        ("bob", 1, 2, 1, 1, None),
        ("cy", 1, 2, 0, -1, -1),
        ("di", 1, 2, 1, -1, 0),
    ]


def test_a_ranking_is_a_vote_on_each_two_it_holds() -> None:
    ranked = opinion("i", "ann", ranking=(("3",), ("1", "2"), ("r-abc",)))
    assert rows(ranked, responses=4) == [
        ("ann", 1, 2, 0, None, None),
        ("ann", 1, 3, 1, None, None),
        ("ann", 2, 3, 1, None, None),
    ]
    # A preference between three says nothing of any two.
    assert rows(opinion("i", "ann", 2), responses=3) == []


def test_what_was_said_before_flags_stands_beside_what_was_said_then() -> None:
    some = judged(
        [item("i"), item("j")],
        [
            opinion("j", "ann", 2, first_preference=-1),
            opinion("i", "bob", 0),
            opinion("j", "bo", 1),
        ],
    )
    first, tie, plain = votes(some)
    assert [one.before_flags for one in (first, tie, plain)] == [-1, 0, 1]
    assert [one.decided for one in (first, tie, plain)] == [True, False, True]
    found = by_item([first, tie, plain])
    assert list(found) == ["j", "i"]
    assert found["j"] == [first, plain]
    assert [sign(number) for number in (-5, 0, 3)] == [-1, 0, 1]
