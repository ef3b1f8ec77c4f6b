"""What a database returns against cells as a prompt shows them to people."""

from __future__ import annotations

import pytest

from harness.models import Json, SqlGrid, SqlSpec, SqlState, Verdict
from harness.runners import Called
from harness.runners._sql_examples import called

ALIKE: list[tuple[str | None, Json]] = [
    ("5", 5), ("5", 5.0), ("5.00", {"$num": "5"}), ("5", "5"), ("1,200.50", 1200.5), ("$3", 3),
    (None, None), ("", None), (None, ""), ("-", None), ("true", True), ("t", True), ("false", 0),
    ("true", 1), ("Emma", "Emma "), ("2024-01-05", "2024-01-05 00:00:00"),
    ("2024-01-05", "2024-01-05T00:00:00+00:00"), ("0.333333", 1 / 3),
]  # fmt: skip
UNLIKE: list[tuple[str | None, Json]] = [
    ("5", 6), ("5", None), (None, 0), ("0", None), ("true", False), ("Emma", "emma"),
    ("2024-01-05", "2024-01-05 01:00:00"), ("5.01", 5.02), ("a", {"$hex": "61"}),
]  # fmt: skip


def given(shown: list[list[str | None]], own: list[list[Json]], *, ordered: bool = False) -> Called:
    rows = tuple(map(tuple, shown))
    state = SqlState(name="line 1", expected=(SqlGrid(rows=rows),))
    columns = [f"c{number}" for number in range(len(own[0]))]
    report = {"grid": {"columns": columns, "rows": own}}
    return called(SqlSpec(states=(state,), ordered=ordered), state, {"reply": report})


@pytest.mark.parametrize(("shown", "own"), ALIKE)
def test_cells_that_look_alike_are_alike(shown: str | None, own: Json) -> None:
    assert given([[shown]], [[own]]).result.verdict is Verdict.PASSED


@pytest.mark.parametrize(("shown", "own"), UNLIKE)
def test_others_differ(shown: str | None, own: Json) -> None:
    found = given([[shown]], [[own]])
    assert (found.result.verdict, found.like) == (Verdict.FAILED, False)


def test_digits_that_a_prompt_leaves_out_are_like_it() -> None:
    found = given([["33.33"], ["50.00"]], [[100 / 3], [50]])
    assert (found.result.verdict, found.like) == (Verdict.FAILED, True)
    found = given([["33.33"], ["50.00"]], [[100 / 3], [50.01]])
    assert (found.result.verdict, found.like) == (Verdict.FAILED, False)


def test_rows_are_a_bag_unless_their_order_counts() -> None:
    shown: list[list[str | None]] = [["1", "a"], ["2", "b"]]
    turned: list[list[Json]] = [[2, "b"], [1, "a"]]
    assert given(shown, turned).result.verdict is Verdict.PASSED
    found = given(shown, turned, ordered=True)
    assert found.result.message == "the rows are right, their order is not"
    assert given(shown, [[1, "a"]]).result.actual == "(1, a)"


@pytest.mark.parametrize(
    ("error", "carried"),
    [("run", True), ("write", True), ("cpu", False), ("wall", False), ("memory", False),
     ("ended", False), ("prepare", False), ("task", False), ("ours", False)],
)  # fmt: skip
def test_only_its_own_error_speaks_against_a_response(error: str, carried: bool) -> None:
    state = SqlState(name="line 1", expected=(SqlGrid(rows=(("1",),)),), seed_sql=f"-- {error}")
    reply = {"error": {"stage": error, "message": "no"}}
    found = called(SqlSpec(states=(state,)), state, {"reply": reply})
    assert (found.carried, found.result.verdict is Verdict.PASSED) == (carried, False)
