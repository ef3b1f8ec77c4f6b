"""Which responses are judged beside each other."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest

from harness.models import CaseResult, Language, Result, Trust, Verdict
from harness.quality.pairing import (
    Candidate,
    Group,
    PairPolicy,
    candidate_of,
    choose_groups,
)

MODELS = ("small", "large", "tuned", "old")


def candidate(number: int, *, passed: bool, share: float, code: str = "") -> Candidate:
    return Candidate(
        response_id=f"r{number}", model=MODELS[number % 4], share=share,
        verdict=Verdict.PASSED if passed else Verdict.FAILED, code_digest=code or f"code-{number}",
    )  # fmt: skip


def many(tasks: int = 30, responses: int = 8) -> dict[str, list[Candidate]]:
    return {
        f"task-{task}": [
            candidate(task * responses + one, passed=one < 2, share=1.0 if one < 2 else one / 10)
            for one in range(responses)
        ]
        for task in range(tasks)
    }


def facts(tasks: dict[str, list[Candidate]]) -> dict[str, Candidate]:
    return {one.response_id: one for found in tasks.values() for one in found}


def verdicts(group: Group, tasks: dict[str, list[Candidate]]) -> set[Verdict]:
    return {facts(tasks)[one].verdict for one in group.responses}


def test_all_means_every_pair_once() -> None:
    tasks = many(tasks=2, responses=5)
    groups = choose_groups(tasks, PairPolicy.ALL)
    pairs = {frozenset(group.responses) for group in groups}
    wanted = {
        frozenset((one.response_id, other.response_id))
        for found in tasks.values()
        for one, other in itertools.combinations(found, 2)
    }
    assert pairs == wanted
    assert len(groups) == len(wanted)


def test_mixed_takes_mixed_verdicts_first_and_then_whatever_there_is() -> None:
    tasks = many(tasks=5)
    groups = choose_groups(tasks, PairPolicy.MIXED, most=3)
    assert len(groups) == 15
    assert all(len(verdicts(group, tasks)) == 2 for group in groups)
    assert {group.reason for group in groups} == {"mixed verdicts"}
    alike = {"t": [candidate(number, passed=True, share=1.0) for number in range(3)]}
    assert len(choose_groups(alike, PairPolicy.MIXED, most=2)) == 2


def test_same_never_mixes() -> None:
    tasks = many(tasks=5)
    groups = choose_groups(tasks, PairPolicy.SAME, most=4)
    assert len(groups) == 20
    assert all(len(verdicts(group, tasks)) == 1 for group in groups)


def test_near_ties_are_near_and_the_nearest_come_first() -> None:
    shares = (0.0, 0.5, 0.55, 0.8, 0.99)
    tasks = {
        "t": [candidate(number, passed=False, share=share) for number, share in enumerate(shares)]
    }
    groups = choose_groups(tasks, PairPolicy.NEAR_TIES, most=10)
    assert {frozenset(group.responses) for group in groups} == {
        frozenset(("r1", "r2")), frozenset(("r3", "r4")),
    }  # fmt: skip
    (first,) = choose_groups(tasks, PairPolicy.NEAR_TIES, most=1)
    assert set(first.responses) == {"r1", "r2"}


@pytest.mark.parametrize("policy", list(PairPolicy))
def test_equal_code_is_never_set_beside_itself(policy: PairPolicy) -> None:
    tasks = {
        "t": [
            candidate(number, passed=True, share=1.0, code="ab"[number % 2]) for number in range(10)
        ]
    }
    groups = choose_groups(tasks, policy, most=50)
    assert len(groups) == 1
    codes = {facts(tasks)[one].code_digest for one in groups[0].responses}
    assert codes == {"a", "b"}


def test_models_meet_each_other_about_equally_often() -> None:
    tasks = many(tasks=60)
    groups = choose_groups(tasks, PairPolicy.SAMPLED, most=2, seed=3)
    models = [tuple(sorted(facts(tasks)[one].model for one in group.responses)) for group in groups]
    together = Counter(models)
    # Ten kinds of pairs of four models (two of one model are a kind), 120 pairs.
    assert len(together) == 10
    assert max(together.values()) - min(together.values()) <= 2


def test_a_response_is_not_in_all_pairs_of_its_task() -> None:
    groups = choose_groups(many(tasks=1), PairPolicy.SAMPLED, most=4)
    assert len({one for group in groups for one in group.responses}) == 8


def test_who_is_first_is_left_to_chance() -> None:
    tasks = {"t": [candidate(0, passed=True, share=1), candidate(1, passed=False, share=0)]}
    firsts = Counter(
        choose_groups(tasks, PairPolicy.MIXED, seed=seed)[0].responses[0] for seed in range(200)
    )
    assert 60 < firsts["r0"] < 140


def test_a_seed_says_which() -> None:
    one = choose_groups(many(), PairPolicy.SAMPLED, most=2, seed=1)
    assert one == choose_groups(many(), PairPolicy.SAMPLED, most=2, seed=1)
    assert one != choose_groups(many(), PairPolicy.SAMPLED, most=2, seed=2)


def test_one_three_and_four_responses_an_item() -> None:
    tasks = many(tasks=4)
    assert len(choose_groups(tasks, PairPolicy.ALL, size=1)) == 32
    for size in (3, 4):
        groups = choose_groups(tasks, PairPolicy.MIXED, size=size, most=2)
        assert [len(set(group.responses)) for group in groups] == [size] * 8


def test_hundreds_of_responses_to_a_task_are_sampled() -> None:
    tasks = many(tasks=1, responses=400)
    groups = choose_groups(tasks, PairPolicy.SAMPLED, size=4, most=5)
    assert len({frozenset(group.responses) for group in groups}) == 5


def test_a_task_with_one_response_gives_no_pair() -> None:
    assert choose_groups({"t": [candidate(0, passed=True, share=1)]}, PairPolicy.ALL) == []


def test_policies_go_by_the_names_of_the_command_line() -> None:
    assert [one.value for one in PairPolicy] == ["all", "sampled", "mixed", "same", "near-ties"]


def result(code: str, passed: int, of: int, verdict: Verdict = Verdict.FAILED) -> Result:
    cases = tuple(
        CaseResult(name=str(at), verdict=Verdict.PASSED if at < passed else Verdict.FAILED)
        for at in range(of)
    )
    return Result(
        response_id="r", task_id="t", language=Language.PYTHON, model="m", verdict=verdict,
        trust=Trust.ISOLATED, cases=cases, code=code,
    )  # fmt: skip


def test_a_candidate_is_a_result_without_its_outer_blanks() -> None:
    found = candidate_of(result("x = 1  \n\ny = 2", 1, 4))
    assert (found.response_id, found.model, found.verdict) == ("r", "m", Verdict.FAILED)
    assert found.share == 0.25
    assert candidate_of(result("a", 0, 0)).share == 0.0
    assert candidate_of(result("a", 0, 0, Verdict.PASSED)).share == 1.0
    same = ("\n x = 1\n\ny = 2\n", "x = 1\n\ny = 2", "x = 1\r\n\r\ny = 2 ")
    assert {candidate_of(result(code, 0, 1)).code_digest for code in same} == {found.code_digest}
    assert candidate_of(result("x = 1\n  y = 2", 0, 1)).code_digest != found.code_digest
    assert candidate_of(result("\ud800", 0, 1)).code_digest


@pytest.mark.parametrize(
    ("passed", "shares", "reason"),
    [
        ((True, False), (1.0, 1.0), "mixed verdicts"),
        ((False, False), (0.25, 0.5), "both fail, unlike"),
        ((False, False), (0.0, 0.2), "near tie"),
        ((True, True), (1.0, 1.0), "near tie"),
    ],
)
def test_a_group_says_why_it_was_chosen(
    passed: tuple[bool, bool], shares: tuple[float, float], reason: str
) -> None:
    both = [candidate(n, passed=passed[n], share=shares[n]) for n in range(2)]
    (group,) = choose_groups({"t": both}, PairPolicy.ALL)
    assert (group.task_id, group.reason) == ("t", reason)
    near = choose_groups({"t": both}, PairPolicy.NEAR_TIES)
    assert len(near) == (reason != "both fail, unlike")
    (alone,) = choose_groups({"t": both[:1]}, PairPolicy.ALL, size=1)
    assert alone.reason == "single"


def test_pairs_are_asked_for_by_default_from_seed_zero() -> None:
    tasks = many(tasks=3)
    found = choose_groups(tasks, PairPolicy.SAMPLED, most=3)
    assert found == choose_groups(tasks, PairPolicy.SAMPLED, size=2, most=3, seed=0)
    assert {len(group.responses) for group in found} == {2}


def test_tasks_come_in_an_order_at_random_and_so_do_pairs_of_a_task() -> None:
    groups = choose_groups(many(tasks=20), PairPolicy.SAMPLED, most=2)
    order = [group.task_id for group in groups]
    assert order != sorted(order)
    one = many(tasks=1)
    chosen = {
        frozenset(choose_groups(one, PairPolicy.SAMPLED, most=1, seed=seed)[0].responses)
        for seed in range(12)
    }
    assert len(chosen) > 4


def test_models_that_were_chosen_least_are_chosen_next() -> None:
    def of(number: int, model: str) -> Candidate:
        return candidate(number, passed=True, share=1.0).model_copy(update={"model": model})

    tasks = {
        "first": [of(0, "a"), of(1, "b"), of(2, "c")],
        "second": [of(3, "a"), of(4, "b"), of(5, "c"), of(6, "d")],
    }
    for seed in range(5):
        groups = choose_groups(tasks, PairPolicy.SAMPLED, most=1, seed=seed)
        chosen = {
            group.task_id: {facts(tasks)[one].model for one in group.responses} for group in groups
        }
        assert chosen["first"] | chosen["second"] == {"a", "b", "c", "d"}
