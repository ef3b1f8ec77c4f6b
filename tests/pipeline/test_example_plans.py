"""What is run of a prompt's examples, and whose fault a failed one is."""

from __future__ import annotations

from harness.models import CaseResult, Language, Limits, Task, TestKind, Verdict
from harness.pipeline.examples import Plan, Settled, plan, settle, steady, worst_of
from harness.runners import Called

PROMPT = "f(1) == (1, 2)\nf(2) -> [3]\nf(3) == 5\n"


def task_of(prompt: str, reference: str | None = None) -> Task:
    return Task(task_id="t", language=Language.PYTHON, kind=TestKind.CALL, prompt=prompt,
                entry_point="f", reference=reference)  # fmt: skip


def planned(prompt: str, reference: str | None = "def f(n): ...") -> Plan:
    found = plan(task_of(prompt, reference), Limits())
    assert found is not None
    return found


def called(verdict: Verdict, *, like: bool = False, carried: bool = True) -> Called:
    like = like or verdict is Verdict.PASSED
    return Called(CaseResult(name="x", verdict=verdict, input="f(1)"), like, carried, True)


PASSED, FAILED = called(Verdict.PASSED), called(Verdict.FAILED)
LIKE = called(Verdict.FAILED, like=True)
LOST = called(Verdict.FAILED, carried=False)


def settled(one: Called, theirs: Called | tuple[()] | None, prompt: str = "f(1) == 2") -> Settled:
    """One example: what the response gave, and its reference (None: it cannot be called)."""
    reference = (theirs,) if isinstance(theirs, Called) else theirs
    return settle(planned(prompt), (one,), lambda: reference)


def verdicts(found: Settled) -> list[Verdict]:
    return [one.verdict for one in found.examples]


def test_limits_are_small_and_never_above_the_tasks_own() -> None:
    found = plan(task_of(PROMPT), Limits(cpu_s=0.5, wall_s=30, output_kb=2000))
    assert found is not None
    assert (found.limits.cpu_s, found.limits.wall_s, found.limits.output_kb) == (0.5, 4.0, 256)


def test_no_example_no_plan() -> None:
    assert plan(task_of("Write f(n)."), Limits()) is None


def test_only_failures_are_put_to_the_reference() -> None:
    def reference() -> None:
        raise AssertionError("asked for nothing")

    assert verdicts(settle(planned("f(1) == 2"), (PASSED,), reference)) == [Verdict.PASSED]


def test_the_response_is_wrong_where_the_reference_is_right() -> None:
    assert verdicts(settled(FAILED, PASSED)) == [Verdict.FAILED]
    assert verdicts(settled(LIKE, PASSED)) == [Verdict.FAILED]


def test_the_prompt_is_wrong_where_both_are() -> None:
    found = settled(FAILED, FAILED)
    assert verdicts(found) == []
    assert [one.message for one in found.prompt_defects] == ["line 1 of the prompt: f(1) == 2"]


def test_a_list_for_a_tuple_is_right_where_the_reference_gives_one() -> None:
    assert verdicts(settled(LIKE, LIKE)) == [Verdict.PASSED]
    assert verdicts(settled(FAILED, LIKE)) == [Verdict.FAILED]
    assert settled(LIKE, LIKE).prompt_defects == ()


def test_without_a_reference_only_the_languages_own_words_are_exact() -> None:
    assert verdicts(settled(FAILED, ())) == [Verdict.FAILED]
    assert verdicts(settled(LIKE, ())) == [Verdict.FAILED]
    assert verdicts(settled(LIKE, (), "f(1) returns 2")) == [Verdict.PASSED]


def test_nothing_is_said_where_nothing_is_known() -> None:
    assert settled(LOST, PASSED) == Settled()
    assert settled(FAILED, None) == Settled()
    assert settled(FAILED, LOST) == Settled()
    assert settled(FAILED, called(Verdict.TIMEOUT)) == Settled()


def test_without_a_reference_values_of_another_shape_are_left_out() -> None:
    mixed = "f(1) = 3\nf(2) = [1]\nf(3) = [1, 3]\nf(4) = None"
    assert [one.args for one in planned(mixed, None).task.cases][:3] == [(2,), (3,), (4,)]
    assert len(planned(mixed, None).examples) == 3
    assert len(planned(mixed).examples) == 4
    assert plan(task_of("f(1) = 3\nf(2) = [1]"), Limits()) is None


def test_of_several_accepted_answers_the_one_against_an_example_counts() -> None:
    assert worst_of([(PASSED, PASSED, LIKE), (PASSED, FAILED, PASSED)]) == (PASSED, FAILED, LIKE)


def test_nothing_is_known_of_an_example_that_is_met_as_ties_fall() -> None:
    for own, broken in ((PASSED, FAILED), (FAILED, PASSED), (LIKE, FAILED)):
        assert settled(FAILED, steady((own,), [(own,), (broken,)])[0]) == Settled()
    assert steady((PASSED,), [(LIKE,)]) == (PASSED,)
    assert steady((FAILED,), [(FAILED,), (FAILED,)]) == (FAILED,)
    assert steady((PASSED,), []) == (PASSED,)
