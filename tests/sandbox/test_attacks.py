"""Every attack is resisted, leaves nothing behind, and does its neighbour no harm."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from harness.models import Language, TestKind, Trust, Verdict
from harness.runners import runners
from harness.runners.compare import comparator_for, validate
from tests.sandbox.attacks import Attack, load_attacks
from tests.sandbox.attacks.load import FOLDER

if TYPE_CHECKING:
    from tests.sandbox.conftest import Sandbox

ATTACKS = load_attacks()
# Every threat that is listed in the documents.
ITEMS = frozenset(range(1, 35))


@pytest.mark.engine
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_attack(sandbox: Sandbox, attack: Attack) -> None:
    result = sandbox.evaluate(attack.task, attack.response)
    survivors = sandbox.survivors()
    neighbour = sandbox.evaluate(attack.neighbour_task, attack.neighbour)

    assert survivors == []
    assert neighbour.verdict is Verdict.PASSED, neighbour
    # What does not build has not met a judge.
    assert result.trust is attack.trust or result.verdict is Verdict.BUILD_FAILED
    if attack.known_failure and result.verdict is Verdict.PASSED:
        pytest.xfail(attack.known_failure)
    assert result.verdict in attack.verdicts, result


def test_every_threat_has_an_attack() -> None:
    covered = {item for attack in ATTACKS for item in attack.items}
    assert covered == ITEMS


def test_every_language_is_attacked() -> None:
    assert len(ATTACKS) >= 60
    count = Counter(attack.task.language.value for attack in ATTACKS)
    assert count.keys() == set(runners())
    assert min(count.values()) >= 30, count


def test_every_attack_says_how_it_works_and_what_becomes_of_it() -> None:
    files = [f"{file.parent.name}/{file.stem}" for file in sorted(FOLDER.glob("*/*.toml"))]
    assert [attack.id for attack in ATTACKS] == files
    for attack in ATTACKS:
        assert re.match(r"\S.{8,}[.!?]$", attack.how, re.DOTALL), attack.id
        assert attack.verdicts, attack.id
        assert attack.items, attack.id


def test_known_failures_are_admitted_only_where_the_judge_shares_the_process() -> None:
    admitted = [attack for attack in ATTACKS if attack.known_failure]
    assert all(attack.trust is Trust.SHARED for attack in admitted)
    sharing = (Language.CPP, Language.CSHARP, Language.HTML)
    assert all(attack.task.language in sharing for attack in admitted)


def test_only_honest_or_harmless_answers_may_pass() -> None:
    """An attack that answers rightly proves containment; a wrong answer never may pass."""
    for attack in ATTACKS:
        if attack.honest:
            assert attack.verdicts == {Verdict.PASSED}, attack.id
        if Verdict.PASSED in attack.verdicts:
            assert attack.honest or any(item >= 22 for item in attack.items), attack.id
        assert Verdict.HARNESS_ERROR not in attack.verdicts, attack.id


def test_attacks_are_made_against_sound_tasks() -> None:
    for attack in ATTACKS:
        task = attack.task
        tested_by = (task.cases, task.tests, task.sql, task.html)
        assert sum(map(bool, tested_by)) == 1, attack.id
        for case in attack.task.cases:
            validate(comparator_for(attack.task, case), case.expected)
        if attack.task.kind is TestKind.CALL and attack.task.language is Language.CPP:
            assert attack.task.signature is not None, attack.id
