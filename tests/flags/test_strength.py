"""The strength file: which one is used, and how a damaged one is reported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.flags import find_flags, rules
from harness.flags.strength import SHIPPED, Measured, hits_of, measured, strength_of
from harness.flags.strength_file import Calibration, read_strength, strength_text
from harness.models import Language, Strength

BAD = "def mean(values):\n    return sum(values) / len(vals)\n"
ROW = Measured(strength=Strength.STRONG, wrong=7, right=2, lift=4.5, tasks=3)
OWN = Calibration(rules={"undefined-name": {Language.PYTHON: ROW}})


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path))
    measured.cache_clear()
    yield tmp_path
    measured.cache_clear()


def test_the_file_of_the_home_is_used_instead_of_the_shipped_one(home: Path) -> None:
    (home / "strength.json").write_text(strength_text(OWN))
    (flag,) = find_flags(Language.PYTHON, BAD)
    assert (flag.strength, flag.hits, flag.record) == ("strong", 9, "right 7 of 9 times")
    assert flag.precision == pytest.approx(7 / 9)
    assert strength_of("undefined-name", Language.CPP) == (Strength.HINT, None)


def test_without_one_the_shipped_file_is_used(home: Path) -> None:
    shipped = read_strength(SHIPPED)
    for rule, rows in shipped.rules.items():
        for language, row in rows.items():
            assert strength_of(rule, language) == (row.strength, row.precision)
            assert hits_of(rule, language) == row.total


def test_the_shipped_file_speaks_of_rules_that_there_are() -> None:
    shipped = read_strength(SHIPPED)
    assert shipped.rules.keys() <= rules().keys()
    for rule, rows in shipped.rules.items():
        assert rows.keys() <= rules()[rule].languages


def test_every_strong_rule_keeps_what_strong_means() -> None:
    for rule, rows in read_strength(SHIPPED).rules.items():
        for row in rows.values():
            if row.strength is Strength.STRONG:
                assert row.wrong >= 3 * row.right, rule
                assert row.total >= 20, rule
                assert row.lift is None or row.lift >= 3, rule


@pytest.mark.parametrize(
    ("change", "line", "message"),
    [
        (lambda text: text[:-4], 12, "not valid JSON"),
        (lambda text: text.replace('"wrong": 7', '"wrong": -7'), 9, "rules.undefined-name.python"),
        (lambda text: text.replace('"strong"', '"certain"'), 9, "strength"),
        (lambda text: text.replace('"schema_version": 1', '"schema_version": 9'), 2, "schema_ver"),
        (lambda text: "[]", 1, "the file"),
    ],
)
def test_a_damaged_file_is_an_error_with_file_and_line(
    home: Path, change: object, line: int, message: str
) -> None:
    assert callable(change)
    file = home / "strength.json"
    file.write_text(change(strength_text(OWN)))
    with pytest.raises(InputError) as caught:
        find_flags(Language.PYTHON, BAD)
    assert caught.value.file == file
    assert caught.value.line == line, file.read_text()
    assert message in caught.value.message
    assert "remove it" in str(caught.value)


def test_a_row_is_a_line(home: Path) -> None:
    lines = strength_text(OWN).splitlines()
    (row,) = [line for line in lines if '"wrong"' in line]
    assert json.loads("{" + row.strip() + "}")["python"]["wrong"] == 7
