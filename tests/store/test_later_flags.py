"""Flags of later stages: read with the results, which stay as they were stored."""

from __future__ import annotations

from collections.abc import Callable

from harness.models import Flag, Language, Layer, Result, Strength
from harness.store import Store

MakeResult = Callable[..., Result]
HOSTILE = "nul \x00, byte \udcff, é"


def flag(rule: str = "late", line: int = 2) -> Flag:
    return Flag(
        rule=rule, layer=Layer.SIBLING, strength=Strength.HINT, message=HOSTILE, question="Why?",
        line=line, column=1, end_line=line, end_column=2, language=Language.PYTHON,
    )  # fmt: skip


def rules(result: Result | None) -> list[str]:
    assert result is not None
    return [one.rule for one in result.flags]


def test_results_are_read_with_the_flags_of_all_stages(
    store: Store, make_result: MakeResult
) -> None:
    early = flag("early", line=2)
    rows = [make_result(n, response_id=f"{HOSTILE}{n}", flags=(early,)) for n in range(450)]
    store.add_results("r1", enumerate(rows))
    store.add_flags("r1", "one", [(rows[7].response_id, (flag("a", 1), flag("b", 3)))])
    store.add_flags("r1", "two", [(rows[7].response_id, (flag("c", 1),))])
    found = list(store.results("r1"))
    assert rules(found[7]) == ["a", "c", "early", "b"]
    assert found[7].flags[0] == flag("a", 1)
    assert rules(store.result("r1", rows[7].response_id)) == ["a", "c", "early", "b"]
    assert [one for n, one in enumerate(found) if n != 7] == rows[:7] + rows[8:]


def test_a_stage_says_anew_what_it_said(store: Store, make_result: MakeResult) -> None:
    store.add_results("r1", [(0, make_result(0)), (1, make_result(1))])
    store.add_flags("r1", "one", [("response-0", (flag("old"),))])
    store.add_flags("r1", "two", [("response-0", (flag("kept"),))])
    store.forget_flags("r1", "one")
    store.add_flags("r1", "one", [("response-1", (flag("new"),))])
    assert [rules(one) for one in store.results("r1")] == [["kept"], ["new"]]


def test_a_cached_result_does_not_bring_them_along(store: Store, make_result: MakeResult) -> None:
    store.add_results("r1", [(0, make_result(0, content_key="k"))])
    store.add_flags("r1", "one", [("response-0", (flag(),))])
    assert rules(store.cached(["k"])["k"]) == []


def test_results_are_read_by_task_as_often_as_wanted(store: Store, make_result: MakeResult) -> None:
    rows = [make_result(n, task_id=f"t{n % 2}") for n in range(900)]
    store.add_results("r1", [(899 - n, row) for n, row in enumerate(rows)])
    found = dict(store.results_by_task("r1"))
    assert list(found) == ["t0", "t1"]
    assert list(found["t1"]()) == rows[1::2][::-1] == list(found["t1"]())
