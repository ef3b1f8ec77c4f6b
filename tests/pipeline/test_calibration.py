"""Calibration: what counts, what makes a rule strong, and that the same inputs give the same."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from harness.errors import InputError
from harness.flags import find_flags
from harness.flags.strength import Measured
from harness.flags.strength_file import Calibration, read_strength, strength_text
from harness.models import Flag, Language, Layer, Result, Strength, Task, TestKind, Trust, Verdict
from harness.pipeline.calibration import calibrate, of_own_programs, of_results, write_strength
from harness.pipeline.calibration.observe import Observation, problem_of
from harness.pipeline.calibration.tally import Half, grouped, half_of, pairs_of, tally

RULE = "undefined-name"
PY = Language.PYTHON


HIT = {RULE: 1}


def seen(
    task: str,
    number: int,
    wrong: bool,
    flags: Mapping[str, int] = MappingProxyType({}),
    *,
    model: str = "",
    language: Language = PY,
) -> Observation:
    name = f"{task}-{'w' if wrong else 'r'}{number}"
    found = {(rule, language): count for rule, count in flags.items()}
    return Observation(task, name, language, model or name, wrong, found)


def responses(
    task: str, wrong: int, right: int, wrong_hit: int = 0, right_hit: int = 0
) -> list[Observation]:
    """So many wrong and right responses, the first ones of each with a flag."""
    return [
        seen(task, number, bad, HIT if number < hit else {})
        for bad, size, hit in ((True, wrong, wrong_hit), (False, right, right_hit))
        for number in range(size)
    ]


def on_half(half: Half, count: int) -> list[str]:
    """Ids of tasks that seed 0 puts into a half."""
    names = (f"task-{number}" for number in range(1000))
    return [name for name in names if half_of(name, 0) is half][:count]


def row(observations: Iterable[Observation], rule: str = RULE) -> Measured:
    return calibrate(observations).rules[rule][PY]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("HumanEval/12", "CPP/12"),
        ("HumanEval/12", "JavaScript/12"),
        ("humaneval-12", "humanevalx-cpp-12"),
        ("set-csharp-7", "set-cpp-7"),
    ],
)
def test_translations_of_a_problem_are_in_one_half(left: str, right: str) -> None:
    assert problem_of(left) == problem_of(right)
    assert all(half_of(left, seed) is half_of(right, seed) for seed in range(20))


def test_other_ids_are_problems_of_their_own() -> None:
    ids = [
        "HumanEval/12",
        "HumanEval/13",
        "set-cpp-12",
        "cpp-ring-buffer",
        "js-memoize",
        "sql",
        "é",
    ]
    assert len({problem_of(one) for one in ids}) == len(ids)


def test_a_task_stays_in_its_half_and_a_seed_shuffles_them() -> None:
    ids = [f"task-{number}" for number in range(200)]
    halves = [half_of(one, 0) for one in ids]
    assert 70 < halves.count(Half.DEV) < 130
    assert halves != [half_of(one, 1) for one in ids]
    groups = grouped([seen("task-3", 0, True), *(seen(one, 0, False) for one in ids)], 0)
    assert {one.task_id: one.half for one in groups} == dict(zip(ids, halves, strict=True))


def test_a_rule_that_hits_wrong_ones_only_is_strong() -> None:
    tasks = on_half(Half.DEV, 5) + on_half(Half.TEST, 5)
    found = row(one for task in tasks for one in responses(task, 3, 3, wrong_hit=2))
    assert (found.strength, found.wrong, found.right, found.lift) == ("strong", 20, 0, None)
    assert found.tasks == 10
    assert found.dev is not None
    assert found.dev.wrong == 10


def test_too_few_hits_make_a_hint() -> None:
    tasks = on_half(Half.DEV, 5) + on_half(Half.TEST, 5)
    observed = [one for task in tasks for one in responses(task, 3, 3, wrong_hit=2)]
    assert row(observed[1:]).strength is Strength.HINT


def test_hits_in_two_tasks_make_a_hint_however_many_they_are() -> None:
    observed = [one for task in on_half(Half.DEV, 2) for one in responses(task, 40, 40, 40)]
    found = row(observed)
    assert (found.strength, found.wrong, found.tasks) == (Strength.HINT, 80, 2)


def test_what_holds_on_one_half_only_is_a_hint() -> None:
    dev = [one for task in on_half(Half.DEV, 10) for one in responses(task, 5, 5, wrong_hit=4)]
    test = [one for task in on_half(Half.TEST, 3) for one in responses(task, 5, 5, 2, 2)]
    easy = responses("easy", 0, 400)
    found = row(dev + test + easy)
    assert (found.wrong, found.right) == (46, 6)
    assert found.strength is Strength.HINT
    assert (
        row(dev + test[:10] + easy).strength is Strength.STRONG
    )  # two hits on each: nothing is known


def test_many_wrong_responses_do_not_make_a_rule_right() -> None:
    """Hitting everything gives 9 hits on wrong ones for each on a right one, and means nothing."""
    tasks = on_half(Half.DEV, 5) + on_half(Half.TEST, 5)
    found = row(one for task in tasks for one in responses(task, 9, 1, 9, 1))
    assert (found.wrong, found.right, found.lift) == (90, 10, 1.0)
    assert found.strength is Strength.HINT


def test_tasks_with_one_kind_of_response_say_nothing() -> None:
    observed = responses("hard", 50, 0, wrong_hit=50) + responses("both", 2, 2, 1)
    found = row(observed)
    assert (found.wrong, found.right, found.pairs) == (1, 0, 4)


def test_a_rule_that_hits_right_answers_to_easy_tasks_is_a_hint() -> None:
    tasks = on_half(Half.DEV, 5) + on_half(Half.TEST, 5)
    hard = [one for task in tasks for one in responses(task, 50, 3, wrong_hit=3)]  # 6 %
    found = row(hard + responses("easy", 0, 970, right_hit=20))  # 2 % of 1000
    assert (found.strength, found.all_right, found.all_right_size) == (Strength.STRONG, 20, 1000)
    found = row(hard + responses("easy", 0, 970, right_hit=21))
    assert (found.strength, found.right, found.all_right) == (Strength.HINT, 0, 21)


def test_a_rule_that_hits_more_than_three_in_a_hundred_right_answers_is_a_hint() -> None:
    tasks = on_half(Half.DEV, 5) + on_half(Half.TEST, 5)
    hard = [one for task in tasks for one in responses(task, 10, 3, wrong_hit=9)]  # 90 %
    assert row(hard + responses("easy", 0, 970, right_hit=30)).strength is Strength.STRONG
    assert row(hard + responses("easy", 0, 970, right_hit=31)).strength is Strength.HINT


def test_the_lift_is_the_risk_ratio_of_mantel_and_haenszel() -> None:
    """By hand: (8*10/20 + 1*5/20) / (2*10/20 + 1*15/20) = 4.25 / 1.75."""
    groups = grouped(responses("a", 10, 10, 8, 2) + responses("b", 15, 5, 1, 1), 0)
    found = tally(groups, lambda one: bool(one.flags))
    assert found.lift == pytest.approx(4.25 / 1.75)


def test_pairs_are_of_one_model_where_there_are_such() -> None:
    observed = [
        seen("a", 0, True, model="one"), seen("a", 1, True, model="two"),
        seen("a", 0, False, model="one"), seen("a", 1, False, model="three"),
        seen("b", 0, True, model="one"), seen("b", 0, False, model="two"),
    ]  # fmt: skip
    pairs = [(bad.model, good.model) for bad, good in pairs_of(grouped(observed, 0), 0)]
    assert pairs == [("one", "one"), ("one", "two")]


def test_a_task_with_many_responses_is_sampled_alike_each_time() -> None:
    observed = responses("a", 30, 30)
    first, again, other = (pairs_of(grouped(observed, 0), seed) for seed in (7, 7, 8))
    assert len(first) == 100
    assert len({(bad.response_id, good.response_id) for bad, good in first}) == 100
    assert first == again != other


def test_a_pair_is_told_apart_by_how_many_flags_there_are() -> None:
    observed = [
        seen("a", 0, True, {RULE: 2}), seen("a", 0, False, HIT),
        seen("b", 0, True, HIT), seen("b", 0, False, HIT),
        seen("c", 0, True), seen("c", 0, False, HIT),
    ]  # fmt: skip
    found = row(observed)
    assert (found.pairs, found.discriminating, found.reverse) == (3, 1, 1)


def test_what_does_not_parse_is_left_out_of_all_rules_but_those_about_it() -> None:
    broken = [seen("a", number, True, {"syntax-error": 1}) for number in range(3)]
    found = calibrate([*broken, seen("a", 9, True, HIT), seen("a", 0, False)])
    assert found.rules[RULE][PY].pairs == 1
    assert found.rules["syntax-error"][PY].pairs == 4
    assert found.rules["syntax-error"][PY].wrong == 3
    figures = found.languages[PY]
    assert figures.unparsed_wrong == 3
    assert figures.layers["contract"].wrong.size == 1
    assert (figures.layers["syntax"].wrong.hits, figures.layers["syntax"].wrong.size) == (3, 4)


def test_false_flags_are_counted_over_all_right_responses() -> None:
    tasks = on_half(Half.DEV, 5) + on_half(Half.TEST, 5)
    observed = [one for task in tasks for one in responses(task, 4, 4, wrong_hit=4)]
    observed += responses("easy", 0, 600, right_hit=5)
    figures = calibrate(observed).languages[PY]
    assert (figures.false_flags.hits, figures.false_flags.size) == (5, 640)
    assert figures.false_flags.low < 5 / 640 < figures.false_flags.high
    assert figures.layers["strong"].right.hits == 0


def test_the_order_of_the_input_is_no_matter() -> None:
    tasks = on_half(Half.DEV, 4) + on_half(Half.TEST, 4)
    observed = [one for task in tasks for one in responses(task, 15, 15, 9, 2)]
    shuffled = random.Random(3).sample(observed, len(observed))
    texts = [strength_text(calibrate(one, seed=5)) for one in (observed, shuffled)]
    assert texts[0] == texts[1]
    assert texts[0] != strength_text(calibrate(observed, seed=6))


def test_scripts_of_pages_count_for_javascript() -> None:
    page = seen("a", 0, True, language=Language.HTML)
    page = replace(page, flags={(RULE, Language.JAVASCRIPT): 1})
    found = calibrate([page, seen("a", 0, False, language=Language.HTML)])
    assert found.rules[RULE][Language.JAVASCRIPT].wrong == 1
    assert Language.HTML not in found.rules[RULE]


def test_nothing_to_compare_is_an_error() -> None:
    with pytest.raises(InputError, match="none of 1 tasks has both"):
        calibrate(responses("a", 3, 0))


# From results


TASK = Task(
    task_id="mean", language=PY, kind=TestKind.CALL, prompt="Write mean(values).",
    entry_point="mean", reference="def mean(values):\n    return sum(values) / len(values)\n",
    start="def mean(values):\n    pass\n",
)  # fmt: skip
GOOD = TASK.reference or ""
BAD = "def mean(values):\n    return sum(values) / len(vals)\n"


def result(name: str, verdict: Verdict, code: str, *flags: Flag, model: str = "m") -> Result:
    return Result(
        response_id=name, task_id="mean", language=PY, model=model, verdict=verdict,
        trust=Trust.ISOLATED, code=code, flags=flags,
    )  # fmt: skip


def test_static_flags_are_found_anew_and_those_of_a_run_are_kept() -> None:
    stale = find_flags(PY, "x = x + 1\ny\n")  # of a program that is not this one
    # The layer says that a stage of the run made it; any rule will do.
    example = Flag(
        rule="stub-body", layer=Layer.EXAMPLE, strength=Strength.HINT, message="m", question="q?",
        line=1, column=1, end_line=1, end_column=1, language=PY,
    )  # fmt: skip
    rows = [result("bad", Verdict.FAILED, BAD, *stale, example), result("ok", Verdict.PASSED, GOOD)]
    bad, good = of_results(rows, {"mean": TASK}, set())
    assert bad.flags == {(RULE, PY): 1, ("stub-body", PY): 1}
    assert (bad.wrong, good.wrong, dict(good.flags)) == (True, False, {})


def test_what_is_no_verdict_on_a_program_does_not_count() -> None:
    rows = [
        result("ours", Verdict.HARNESS_ERROR, BAD), result("none", Verdict.REJECTED, "sorry"),
        result("slow", Verdict.TIMEOUT, GOOD), result("dead", Verdict.RUNTIME_ERROR, GOOD),
    ]  # fmt: skip
    found = list(of_results(rows, {"mean": TASK}, set()))
    assert [(one.response_id, one.wrong) for one in found] == [("slow", True), ("dead", True)]


def test_the_same_response_of_two_runs_counts_once() -> None:
    known: set[bytes] = set()
    once = list(of_results([result("a", Verdict.PASSED, GOOD)], {"mean": TASK}, known))
    rows = [result("a", Verdict.PASSED, GOOD), result("a", Verdict.FAILED, BAD)]
    again = list(of_results(rows, {"mean": TASK}, known))
    assert [one.wrong for one in once + again] == [False, True]


def test_a_reference_counts_if_it_passes_and_a_start_if_it_does_not() -> None:
    rows = [
        result("r", Verdict.PASSED, GOOD, model="reference"),
        result("s", Verdict.FAILED, TASK.start or "", model="start"),
        result("bad reference", Verdict.FAILED, BAD, model="reference"),
        result("solved start", Verdict.PASSED, GOOD, model="start"),
    ]
    found = list(of_own_programs(rows, {"mean": TASK}))
    assert [(one.response_id, one.wrong) for one in found] == [("r", False), ("s", True)]
    assert ("stub-body", PY) in found[1].flags


# The file


def test_the_file_is_read_back_as_it_was(tmp_path: Path) -> None:
    found = calibrate(responses("a", 5, 5, 3, 1), seed=4, command="harness flag --calibrate x")
    file = tmp_path / "deep" / "strength.json"
    write_strength(found, file)
    assert read_strength(file) == found
    assert [one.name for one in file.parent.iterdir()] == ["strength.json"]


def test_a_file_that_cannot_be_written_leaves_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "strength.json"
    file.write_text("old")
    monkeypatch.setattr("harness.pipeline.calibration.strength_text", _interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_strength(Calibration(), file)
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("strength.json", "old")]
    with pytest.raises(InputError, match="cannot be written"):
        write_strength(Calibration(), file / "below" / "strength.json")


def _interrupt(_calibration: Calibration) -> str:
    raise KeyboardInterrupt
