"""The made-up models get every bundled response, and a right one is never beside one's own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from harness.demo.cast import MODELS, deal
from harness.errors import InputError
from harness.intake import bundled_responses, iter_responses
from harness.models import Language, Response
from harness.settings import bundled_tasks


def dealt(file: Path) -> list[Response]:
    assert deal(bundled_tasks(), file) > 100
    found = [one for one in iter_responses([file]) if isinstance(one, Response)]
    assert len(found) == len(file.read_text("utf-8").splitlines())
    return found


def test_rows_are_the_bundled_responses_but_for_the_model(tmp_path: Path) -> None:
    def facts(one: Response) -> tuple[object, ...]:
        return one.response_id, one.task_id, one.text, one.form, one.language, one.expected_pass

    given = [one for one in bundled_responses(bundled_tasks()) if isinstance(one, Response)]
    assert sorted(map(facts, dealt(tmp_path / "rows.jsonl"))) == sorted(map(facts, given))


def test_models_differ_in_skill_and_each_can_do_something_in_every_language(tmp_path: Path) -> None:
    right = Counter(
        (one.language, one.model) for one in dealt(tmp_path / "rows.jsonl") if one.expected_pass
    )
    assert set(right) == {(language, model) for language in Language for model in MODELS}
    total = {model: sum(right[language, model] for language in Language) for model in MODELS}
    assert sorted(MODELS, key=lambda one: -total[one]) == [*MODELS]


def test_the_right_response_to_a_task_is_not_of_a_model_of_the_wrong_ones(tmp_path: Path) -> None:
    rows = dealt(tmp_path / "rows.jsonl")
    right = {(one.task_id, one.model) for one in rows if one.expected_pass}
    assert right.isdisjoint((one.task_id, one.model) for one in rows if not one.expected_pass)


def test_a_response_that_cannot_be_read_is_an_error_that_names_it(tmp_path: Path) -> None:
    task = tmp_path / "sum"
    (task / "responses").mkdir(parents=True)
    (task / "task.toml").write_text(
        'id = "sum"\nlanguage = "python"\nkind = "call"\nentry_point = "f"\n'
        "[[cases]]\nargs = [1]\nexpected = 1\n"
    )
    (task / "prompt.md").write_text("Write f.")
    (task / "responses" / "good_one.py").write_text("def f(x): return x\n")
    with pytest.raises(InputError, match="start it with right_"):
        deal(tmp_path, tmp_path / "rows.jsonl")
