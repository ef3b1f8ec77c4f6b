"""The demo's review project: one pair a task, the languages in turn."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain, zip_longest

from harness.models import Language
from harness.models.review import NewItem, NewProject
from harness.quality.pairing import PairPolicy
from harness.review.importing import ImportOptions, Plan, add_plan, plan_import
from harness.rubrics import find_rubric
from harness.store import ReviewStore, Store

SLUG = "demo"
_DEMO = re.compile(rf"{SLUG}(-\d+)?")
RUBRIC = "pairwise-helpsteer2"  # the one that leaves no export format out
OVERLAP = 2


def planned_pairs(store: Store, run_id: str) -> Plan:
    """The pairs of a run, languages in turn. Raises InputError if there are none."""
    plan = plan_import(store, run_id, (), ImportOptions(policy=PairPolicy.MIXED, most=1))
    languages = {task_id: task.language for task_id, task in store.tasks(run_id).items()}
    return plan.model_copy(update={"items": in_turn(plan.items, languages)})


def fresh_project(review: ReviewStore) -> str:
    """A project without items; returns its slug: ``demo``, or ``demo-2`` … if there is one.

    Earlier ones are closed: nothing of them is lost, and the new one is what is left to work on.
    """
    rubric = find_rubric(RUBRIC)
    earlier = [one for one in review.projects() if _DEMO.fullmatch(one.slug)]
    for one in earlier:
        review.close_project(one.slug, closed=True)
    number = len(earlier) + 1
    slug = SLUG if number == 1 else f"{SLUG}-{number}"
    review.create_project(
        NewProject(
            slug=slug,
            title="Demo" if number == 1 else f"Demo {number}",
            description="Pairs of the bundled responses, one a task. Two scripted reviewers have "
            "judged the first of them; the others are yours.",
            expected_minutes=3, overlap=OVERLAP, guidelines=rubric.guidelines,
            rubric_ref=str(rubric.ref), rubric_digest=rubric.digest,
            rubric=rubric.model_dump(mode="json", exclude_defaults=True),
        )
    )  # fmt: skip
    return slug


def add_pairs(review: ReviewStore, slug: str, plan: Plan, most: int | None = None) -> int:
    """Put the first ``most`` pairs, or all, into the project; returns how many are new in it.

    So there is work for the scripted reviewers first, and none in their hands when they leave.
    """
    return add_plan(review, slug, plan.model_copy(update={"items": plan.items[:most]})).added


def in_turn(items: Iterable[NewItem], languages: dict[str, Language]) -> tuple[NewItem, ...]:
    """The items with one of each language first, then the second of each …."""
    own: dict[Language, list[NewItem]] = {language: [] for language in Language}
    for item in items:
        own[languages[item.task_id]].append(item)
    rounds = chain.from_iterable(zip_longest(*own.values()))
    return tuple(item for item in rounds if item is not None)
