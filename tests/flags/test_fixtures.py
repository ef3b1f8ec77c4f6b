"""Every rule flags the marked lines of its bad fixtures, and no good fixture is flagged at all."""

from __future__ import annotations

import pytest

from harness.flags import Options, rules
from harness.flags.rule import Rule, elsewhere
from tests.flags.fixtures_of import Fixture, fixtures

ALL = list(fixtures())
BAD = [one for one in ALL if one.bad]
GOOD = [one for one in ALL if not one.bad]
# One program is not enough for the others.
ALONE = [rule for rule in rules().values() if rule.check is not elsewhere]


def name(fixture: Fixture) -> str:
    return f"{fixture.rule}/{fixture.path.name}"


@pytest.mark.parametrize("fixture", BAD, ids=name)
def test_a_bad_fixture_is_flagged_where_it_says(fixture: Fixture) -> None:
    found = fixture.flags(Options(only=frozenset({fixture.rule})))
    assert sorted({flag.line for flag in found}) == fixture.marked_lines()
    assert fixture.marked_lines()


@pytest.mark.parametrize("fixture", GOOD, ids=name)
def test_a_good_fixture_is_clean_under_all_rules(fixture: Fixture) -> None:
    found = [f"{flag.line}: {flag.rule}: {flag.message}" for flag in fixture.flags()]
    assert found == []


@pytest.mark.parametrize("rule", ALONE, ids=lambda rule: rule.id)
def test_every_rule_has_both_kinds_in_each_of_its_languages(rule: Rule) -> None:
    for bad in (True, False):
        have = {one.language for one in ALL if one.rule == rule.id and one.bad is bad}
        assert rule.languages <= have, f"{rule.id} lacks a {'bad' if bad else 'good'} fixture"


def test_every_fixture_belongs_to_a_rule() -> None:
    assert {one.rule for one in ALL} - rules().keys() == set()
