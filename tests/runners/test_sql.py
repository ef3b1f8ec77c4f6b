"""SQL results compared: what makes two grids the same, and what is said where they differ."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.models import SqlGrid, SqlSpec, SqlState, Verdict
from harness.runners._sql_judge import accepted_answers, bad_end, compare
from harness.runners.compare.cells import cell_text
from harness.runners.compare.grid_diff import ROWS_SHOWN, grid_text
from harness.runners.compare.grids import (
    MAX_ARRANGEMENTS,
    GridMatch,
    GridRules,
    compare_grids,
)

CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=4),
    st.binary(max_size=2).map(lambda data: {"$hex": data.hex()}),
    st.decimals(allow_infinity=False).map(lambda number: {"$num": str(number)}),
)
ROWS = st.integers(1, 4).flatmap(lambda width: st.lists(st.tuples(*[CELLS] * width), max_size=8))


def grid(*rows: tuple[Any, ...], columns: tuple[str, ...] | None = None) -> SqlGrid:
    return SqlGrid(columns=columns, rows=rows)


def compared(expected: SqlGrid, actual: SqlGrid, **rules: Any) -> GridMatch:
    return compare_grids(GridRules(**rules), expected, actual)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1, 1.0, True),
        (1, {"$num": "1.00"}, True),
        (0.1, {"$num": "0.1"}, True),
        (1, "1", False),
        (1, True, False),
        (0, None, False),
        ("", None, False),
        ("a", "A", False),
        ("a", "a ", False),
        ("61", {"$hex": "61"}, False),
        (float("nan"), float("nan"), True),
        (float("inf"), float("-inf"), False),
        (float("inf"), {"$num": "Infinity"}, True),
        (2**53 + 1, float(2**53), False),
        (2**70, {"$num": str(2**70)}, True),
        (0.1 + 0.2, 0.3, False),
        (-0.0, 0, True),
    ],
)
def test_cells_are_equal_by_value_and_kind(one: Any, other: Any, same: bool) -> None:
    for ordered in (True, False):
        assert compared(grid((one,)), grid((other,)), ordered=ordered).ok is same


def test_a_tolerance_is_for_numbers_alone() -> None:
    near, far = grid((1.0, "1.0"), (2, "x")), grid((1.0009, "1.0"), (2, "x"))
    for ordered in (True, False):
        assert not compared(near, far, ordered=ordered).ok
        assert compared(near, far, ordered=ordered, abs_tol=0.001).ok
        assert compared(near, far, ordered=ordered, rel_tol=0.001).ok
        assert not compared(near, far, ordered=ordered, rel_tol=0.0001).ok
    assert not compared(grid(("1.0",)), grid(("1.0009",)), abs_tol=1).ok
    assert not compared(grid((None,)), grid((0,)), abs_tol=1).ok


def test_rows_within_a_tolerance_are_paired_once() -> None:
    assert not compared(grid((1.0,), (5.0,)), grid((1.0,), (1.01,)), abs_tol=0.1).ok
    assert compared(grid((1.0,), (1.01,)), grid((1.011,), (1.001,)), abs_tol=0.1).ok


def test_how_often_a_row_comes_matters() -> None:
    found = compared(grid((1,), (1,), (2,)), grid((1,), (2,), (2,)))
    assert found.message == "1 row missing, 1 row too many (3 rows, 3 expected)"


def test_order_matters_where_it_is_asked_for() -> None:
    expected, actual = grid((1,), (2,), (3,)), grid((1,), (3,), (2,))
    assert compared(expected, actual).ok
    found = compared(expected, actual, ordered=True)
    assert found.message == "the rows are right, their order is not"
    assert sorted(found.diff.marks) == ["extra", "missing", "same", "same"]


def test_columns_are_counted_and_may_have_to_be_named() -> None:
    expected = grid((1, 2), columns=("a", "b"))
    assert "1 column, 2 expected" in compared(expected, grid((1,), columns=("a",))).message
    assert compared(expected, grid((1, 2), columns=("x", "y"))).ok
    assert compared(expected, grid((1, 2), columns=("A", "B")), match_names=True).ok
    found = compared(expected, grid((1, 2), columns=("b", "a")), match_names=True)
    assert found.message == "the columns are named b, a; expected a, b"


def test_columns_in_any_order() -> None:
    expected = grid((1, "x", 2), (3, "y", 3), columns=("a", "b", "c"))
    actual = grid(("y", 3, 3), ("x", 2, 1), columns=("b", "c", "a"))
    assert not compared(expected, actual).ok
    assert compared(expected, actual, any_column_order=True).ok
    assert compared(expected, actual, any_column_order=True, match_names=True).ok
    named = actual.model_copy(update={"columns": ("b", "a", "c")})
    assert compared(expected, named, any_column_order=True).ok
    assert not compared(expected, named, any_column_order=True, match_names=True).ok


def test_columns_that_fit_one_by_one_must_fit_together() -> None:
    expected = grid((1, 2), (2, 1), (3, 3))
    assert not compared(expected, grid((1, 1), (2, 2), (3, 3)), any_column_order=True).ok


def test_very_many_alike_columns_end_soon() -> None:
    width = 60
    expected = grid(*[tuple(range(n, n + width)) for n in range(2)])
    actual = grid(*[(0,) * width, (1,) * width])
    started = time.process_time()
    assert not compared(expected, actual, any_column_order=True, abs_tol=1e-9).ok
    # At most this many arrangements are tried of 60 factorial.
    assert MAX_ARRANGEMENTS < 10_000
    assert time.process_time() - started < 30


def test_results_without_rows_are_the_same_whatever_their_columns() -> None:
    assert compared(grid(columns=("a",)), grid(columns=("b", "c"))).ok
    assert not compared(grid(columns=("a",)), grid(columns=("b",)), match_names=True).ok


@given(ROWS, st.randoms())
def test_shuffled_rows_are_the_same_bag_and_another_one_is_not(
    rows: list[tuple[Any, ...]], chance: random.Random
) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    expected, actual = SqlGrid(rows=tuple(rows)), SqlGrid(rows=tuple(shuffled))
    assert compared(expected, actual).ok
    assert compared(expected, actual, any_column_order=True, abs_tol=1e-9).ok
    width = len(rows[0]) if rows else 1
    more = SqlGrid(rows=(*shuffled, ("another",) * width))
    found = compared(expected, more)
    assert not found.ok
    assert found.diff.marks.count("missing") == 0
    assert found.diff.marks.count("extra") == 1
    assert grid_text(more).endswith(f"({len(rows) + 1} row{'s' if rows else ''})")


@given(ROWS, ROWS)
def test_a_difference_accounts_for_every_row(
    wanted: list[tuple[Any, ...]], got: list[tuple[Any, ...]]
) -> None:
    expected, actual = SqlGrid(rows=tuple(wanted)), SqlGrid(rows=tuple(got))
    for ordered in (True, False):
        found = compared(expected, actual, ordered=ordered)
        marks = found.diff.marks
        if found.diff.left == 0:
            assert marks.count("same") + marks.count("missing") == len(wanted)
            assert marks.count("same") + marks.count("extra") == len(got)


def test_of_many_rows_those_that_differ_are_shown() -> None:
    expected = grid(*[(n,) for n in range(1000)])
    actual = grid(*[(n,) for n in range(1000) if n != 700])
    for ordered in (True, False):
        diff = compared(expected, actual, ordered=ordered).diff
        assert ("missing", ("700",)) in list(zip(diff.marks, diff.rows, strict=True))
        assert (len(diff.rows), diff.left) == (ROWS_SHOWN, 1000 - ROWS_SHOWN)
        assert (diff.expected_rows, diff.actual_rows) == (1000, 999)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, "NULL"), ("NULL", "'NULL'"), ("", "''"), ("7", "'7'"), (7, "7"), (7.5, "7.5"),
        (True, "true"), ("true", "'true'"), ({"$num": "1.50"}, "1.50"), ({"$hex": "0f"}, "x'0f'"),
        (" a", "' a'"), ("it is text", "it is text"), ("x" * 999, "x" * 200 + "…"),
    ],
)  # fmt: skip
def test_a_cell_looks_like_what_it_is(cell: Any, text: str) -> None:
    assert cell_text(cell) == text


def test_grids_are_aligned_as_text() -> None:
    text = grid_text(grid((1, "long name"), (None, "b"), columns=("n", "name")))
    assert text.split("\n") == ["n    | name", "-----+----------", "1    | long name", "NULL | b",
                                "(2 rows)"]  # fmt: skip


# -- answers ----------------------------------------------------------------------------------

QUERY = SqlSpec(golds=("SELECT a FROM t ORDER BY a", "SELECT a FROM t"))
CHANGE = SqlSpec(
    golds=("DELETE FROM t",), read_only=False, check_tables=("t",), check_queries=("SELECT 1",)
)


def report(*rows: list[Any], columns: tuple[str, ...] = ("a",)) -> dict[str, Any]:
    return {"grid": {"columns": list(columns), "rows": list(rows)}}


def left(kind: str | None, *rows: list[Any], check: int = 1) -> dict[str, Any]:
    table: dict[str, Any] = {"kind": kind}
    if kind == "table":
        table |= report(*rows)
    return {"state": {"tables": {"t": table}, "checks": [report([check], columns=("1",))]}}


def verdict(spec: SqlSpec, golds: list[Any], actual: Any, state: SqlState | None = None) -> Any:
    answers = accepted_answers(spec, state or SqlState(), golds)
    return compare(spec, answers, actual)


def test_each_gold_has_its_own_order() -> None:
    golds = [report([1], [2]), report([2], [3])]
    assert verdict(QUERY, golds, report([1], [2]))["verdict"] is Verdict.PASSED
    assert verdict(QUERY, golds, report([2], [1]))["verdict"] is Verdict.FAILED
    assert verdict(QUERY, golds, report([3], [2]))["verdict"] is Verdict.PASSED
    found = verdict(QUERY, golds, report([4]))
    assert "nor is it any of 1 other accepted results" in found["message"]


def test_a_states_own_expectation_comes_before_the_gold() -> None:
    state = SqlState(expected=(grid((7,)), grid((8,))))
    for row, wanted in (([7], Verdict.PASSED), ([8], Verdict.PASSED), ([1], Verdict.FAILED)):
        assert verdict(QUERY, [report([1]), report([1])], report(row), state)["verdict"] is wanted


def test_a_response_without_a_result_fails() -> None:
    found = verdict(QUERY, [report([1]), report([1])], {"grid": None})
    assert (found["verdict"], "returns no result" in found["message"]) == (Verdict.FAILED, True)


def test_every_table_and_check_must_be_as_after_the_gold() -> None:
    gold = [left("table", [1], [2])]
    assert verdict(CHANGE, gold, left("table", [2], [1]))["verdict"] is Verdict.PASSED
    for actual, said in (
        (left("table", [1]), "t: 1 row missing"),
        (left("view"), "t: view, a table expected"),
        (left(None), "t: nothing of that name, a table expected"),
        (left("table", [1], [2], check=2), "SELECT 1: 1 row missing, 1 row too many"),
    ):
        found = verdict(CHANGE, gold, actual)
        assert found["verdict"] is Verdict.FAILED
        assert said in found["message"]
    gone = [left(None)]
    assert verdict(CHANGE, gone, left(None))["verdict"] is Verdict.PASSED
    assert verdict(CHANGE, gone, left("view"))["verdict"] is Verdict.FAILED


def test_columns_of_a_table_have_names_that_matter() -> None:
    actual = left("table", [1])
    actual["state"]["tables"]["t"]["grid"]["columns"] = ["b"]
    found = verdict(CHANGE, [left("table", [1])], actual)
    assert "the columns are named b; expected a" in found["message"]


def test_contents_told_by_a_state_replace_the_golds() -> None:
    told = SqlState(after={"t": grid((5,))})
    gold = [left("table", [1])]
    assert verdict(CHANGE, gold, left("table", [5]), told)["verdict"] is Verdict.PASSED
    assert verdict(CHANGE, gold, left("table", [5], check=2), told)["verdict"] is Verdict.FAILED
    whole = SqlState(after={"t": grid((5,)), "SELECT 1": grid((9,))})
    assert verdict(CHANGE, [], left("table", [5], check=9), whole)["verdict"] is Verdict.PASSED


@pytest.mark.parametrize(
    ("stage", "verdict_of"),
    [
        ("prepare", Verdict.BUILD_FAILED),
        ("run", Verdict.RUNTIME_ERROR),
        ("write", Verdict.FAILED),
        ("output", Verdict.OUTPUT_LIMIT),
        ("memory", Verdict.MEMORY_LIMIT),
        ("cpu", Verdict.TIMEOUT),
    ],
)
def test_every_end_has_its_verdict(stage: str, verdict_of: Verdict) -> None:
    error = {"stage": stage, "message": "so it is", "statement": 2}
    found = bad_end({"error": error}, {"cause": None})
    assert found is not None
    assert found[0] is verdict_of
    assert found[1].endswith("statement 2: so it is")
