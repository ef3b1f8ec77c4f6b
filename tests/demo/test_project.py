"""Every demo has a project of its own, which begins with all six languages."""

from __future__ import annotations

from pathlib import Path

from harness.demo.project import fresh_project, in_turn
from harness.models import Language
from harness.models.review import NewItem, NewProject, Source
from harness.store import open_store, review_of


def item(task_id: str) -> NewItem:
    return NewItem(task_id=task_id, responses=(Source(run_id="r", response_id=task_id),))


def test_languages_take_turns_as_long_as_there_are_items_of_them() -> None:
    languages = {
        "p1": Language.PYTHON, "p2": Language.PYTHON, "p3": Language.PYTHON, "s1": Language.SQL,
        "h1": Language.HTML, "h2": Language.HTML,
    }  # fmt: skip
    turns = [one.task_id for one in in_turn(map(item, languages), languages)]
    assert turns == ["p1", "s1", "h1", "p2", "h2", "p3"]


def test_earlier_demos_are_closed_and_other_projects_left_alone(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/store.sqlite3") as store:
        review = review_of(store)
        first = review.project(fresh_project(review))
        own = NewProject(
            slug="demo-of-mine", title="Mine", rubric_ref=first.rubric_ref,
            rubric_digest=first.rubric_digest, rubric=first.rubric,
        )  # fmt: skip
        review.create_project(own)
        assert fresh_project(review) == "demo-2"
        assert {one.slug: one.closed for one in review.projects()} == {
            "demo": True, "demo-of-mine": False, "demo-2": False,
        }  # fmt: skip
