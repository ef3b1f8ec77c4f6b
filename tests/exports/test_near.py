"""The split goes by task, is the same each time, and keeps near-duplicate prompts together."""

from __future__ import annotations

import random

import pytest

from harness.exports.near import near_groups, plan_splits, resemblance, signature, split_of
from harness.exports.options import NEAR, Split

LONG = (
    "Write a function that takes a list of integers and returns the sum of those that are even. "
    "An empty list gives zero. Negative numbers count as well. Do not change the list."
)
WORDS = [f"word{number}" for number in range(500)]


def random_prompt(rng: random.Random) -> str:
    return " ".join(rng.choices(WORDS, k=40))


def test_a_prompt_with_a_word_changed_is_in_the_same_group() -> None:
    near = LONG.replace("zero", "nought").upper() + "!!"
    groups = near_groups([("b", LONG), ("a", near), ("c", "Sort the words of a text by length.")])
    assert groups == {"a": "a", "b": "a", "c": "c"}


def test_equal_prompts_meet_among_a_thousand_that_resemble_them() -> None:
    crowd = [(f"{number:04}", f"{LONG} Case {number}.") for number in range(1_000)]
    last = [("x1", "Something else entirely, twice."), ("x2", "Something else entirely, twice.")]
    groups = near_groups([*crowd, *last])
    assert groups["x1"] == groups["x2"] == "x1"


def test_unlike_prompts_stay_apart() -> None:
    rng = random.Random(0)
    prompts = [(str(number), random_prompt(rng)) for number in range(300)]
    assert len(set(near_groups(prompts).values())) == len(prompts)


def test_the_estimate_is_near_the_share_of_common_shingles() -> None:
    one = " ".join(WORDS[:200])
    other = " ".join(WORDS[:100] + WORDS[300:400])
    # 98 shingles of three words are common, of 298 in all.
    assert resemblance(signature(one), signature(other)) == pytest.approx(98 / 298, abs=0.12)
    assert resemblance(signature(one), signature(one)) == 1 > NEAR


@pytest.mark.parametrize("prompt", ["", "one", "\ud800 \x00", "三 四"])
def test_any_prompt_has_a_signature(prompt: str) -> None:
    assert resemblance(signature(prompt), signature(prompt)) == 1


def test_shares_are_about_what_was_asked_for_and_the_seed_decides() -> None:
    splits = (Split(name="test", share=0.2), Split(name="validation", share=0.1))
    rng = random.Random(1)
    prompts = [(str(number), random_prompt(rng)) for number in range(1_000)]
    plan = plan_splits(prompts, splits, seed=3).parts
    shares = {name: list(plan.values()).count(name) / 1_000 for name in set(plan.values())}
    assert shares == pytest.approx({"train": 0.7, "test": 0.2, "validation": 0.1}, abs=0.05)
    assert plan == plan_splits(reversed(prompts), splits, seed=3).parts
    assert plan != plan_splits(prompts, splits, seed=4).parts


def test_a_share_that_grows_only_adds_tasks() -> None:
    small, large = (Split(name="test", share=0.1),), (Split(name="test", share=0.3),)
    groups = [str(number) for number in range(200)]
    before = {one for one in groups if split_of(one, small, 0) == "test"}
    assert before < {one for one in groups if split_of(one, large, 0) == "test"}


def test_how_alike_prompts_must_be_is_a_choice() -> None:
    prompts = [(str(number), f"{LONG} It is called f{number}.") for number in range(20)]
    assert len(set(near_groups(prompts).values())) == 1
    assert len(set(near_groups(prompts, near=1.0).values())) == 20
    plan = plan_splits(prompts, (Split(name="test", share=0.5),), seed=0)
    assert (plan.tasks, plan.groups, plan.largest) == (20, 1, 20)


def test_the_part_of_a_task_is_the_same_in_every_version() -> None:
    splits = (Split(name="test", share=0.3), Split(name="dev", share=0.3))
    found = " ".join(split_of(f"task-{number}", splits, 0) for number in range(12))
    assert found == ("train train train test test train dev train test dev train dev")
    assert {split_of(f"task-{number}", (), 0) for number in range(12)} == {"train"}


def test_as_alike_as_asked_for_is_alike_enough() -> None:
    one, other = (("a", LONG), ("b", LONG.replace("zero", "nought")))
    alike = resemblance(signature(one[1]), signature(other[1]))
    assert 0.7 <= alike < 1
    assert near_groups([one, other], near=alike) == {"a": "a", "b": "a"}
    assert near_groups([one, other], near=alike + 0.001) == {"a": "a", "b": "b"}


def test_a_chain_of_prompts_is_one_group() -> None:
    words = [f"w{number}" for number in range(60)]
    chain = [(f"{at:02}", " ".join(words[at : at + 40])) for at in range(0, 20, 2)]
    groups = near_groups(reversed(chain), near=0.6)
    assert set(groups.values()) == {"00"}
    assert resemblance(signature(chain[0][1]), signature(chain[-1][1])) < 0.6


def test_a_plan_counts_tasks_groups_and_the_largest() -> None:
    prompts = [("a", LONG), ("b", LONG), ("c", LONG), ("d", "Sort the words of a text."), ("e", "")]
    plan = plan_splits(prompts, (), seed=0)
    assert (plan.tasks, plan.groups, plan.largest) == (5, 3, 3)
    assert plan.parts == dict.fromkeys("abcde", "train")
    nothing = plan_splits([], (), seed=0)
    assert (nothing.tasks, nothing.groups, nothing.largest, nothing.parts) == (0, 0, 0, {})


def test_three_words_in_a_row_are_what_prompts_have_in_common() -> None:
    one, other = "x y z", "X,  y... Z!"
    assert resemblance(signature(one), signature(other)) == 1
    assert resemblance(signature("x y z"), signature("z y x")) == 0
    assert resemblance(signature("a b c a d b"), signature("a b d c a")) < 0.5
    assert len(signature("x")) == 128
