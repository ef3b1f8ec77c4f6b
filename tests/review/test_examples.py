"""The prompt's own examples on the desk: apart from the cases, never behind the flags."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from starlette.testclient import TestClient

from harness.models import CaseResult, GridDiff, Language, Result, RunInfo, Verdict
from harness.models.review import NewItem, NewProject, Source
from harness.review.pages.responses import EXAMPLES_SHOWN, response_view
from harness.rubrics import find_rubric
from harness.store import ReviewStore, Store
from tests.review import samples
from tests.review.conftest import Seats
from tests.review.test_accessible_browser import violations
from tests.review.test_security import enter

HOSTILE = "<script>alert(1)</script>"
ROWS = GridDiff(
    columns=("n",), expected_rows=1, actual_rows=2, marks=("same", "extra"), rows=(("1",), ("2",))
)


def example(call: str, actual: str, **more: object) -> CaseResult:
    right = actual == "[]"
    verdict = Verdict.PASSED if right else Verdict.FAILED
    return samples.case("line 5", verdict, call, "[]", actual, **more)


def with_examples(one: Result) -> Result:
    examples = (
        example("merge([])", "[]"), example("merge([(1, 2)])", HOSTILE),
        example("merge([(3, 4)])", "None", grids=(ROWS,)),
    )  # fmt: skip
    defect = (example("merge([(9, 9)])", "[(9, 9)]"),)
    return one.model_copy(update={"examples": examples, "prompt_defects": defect})


@pytest.fixture
def shown(store: Store, review: ReviewStore) -> ReviewStore:
    """A project ``examples`` with one item, whose responses both ran the examples."""
    run = f"{samples.RUN}-examples"
    store.create_run(RunInfo(run_id=run, started_at="2030-01-01T00:00:00Z"))
    store.add_tasks(run, [samples.merge_task(1)])
    results = [with_examples(one) for one in samples.merge_results(1)]
    store.add_results(run, list(enumerate(results)))
    form = find_rubric("pairwise-code")
    project = NewProject(
        slug="examples", title="Examples", rubric_ref=str(form.ref), rubric_digest=form.digest,
        rubric=form.model_dump(mode="json"),
    )  # fmt: skip
    review.create_project(project)
    sources = tuple(Source(run_id=run, response_id=one.response_id) for one in results)
    review.add_items("examples", [NewItem(task_id="merge-1", responses=sources)])
    return review


def claim(client: TestClient, review: ReviewStore, slug: str) -> str:
    one = review.claim_next(slug, enter(client, review))
    assert one is not None
    return one.assignment_id


def test_examples_are_shown_before_the_flags_and_the_failed_ones_first(
    client: TestClient, shown: ReviewStore
) -> None:
    assignment_id = claim(client, shown, "examples")
    html = client.get(f"/desk/{assignment_id}").text
    assert "What happens when spans is empty?" not in html  # the flags wait
    _, tests = html.split('id="pane-A-tests"')
    tests, _, _ = tests.partition('id="pane-A-output"')
    cases, _, examples = tests.partition("Prompt examples")
    assert "merge([" not in cases
    assert "1 of 3 as the prompt shows" in examples
    calls = ("merge([(1, 2)])", "merge([(3, 4)])", "merge([(9, 9)])", "merge([])")
    places = [examples.index(f"<bdi>{call}</bdi>") for call in calls]
    assert places == sorted(places)
    assert "<script>alert" not in examples
    assert "&lt;script&gt;alert(1)" in examples
    sent = client.get(f"/api/desk/{assignment_id}").json()
    assert sent["flags"] is None
    for one in sent["responses"]:
        assert [case["input"] for case in one["examples"]] == [calls[3], *calls[:2]]
        assert [case["input"] for case in one["prompt_defects"]] == [calls[2]]


def test_a_response_without_examples_has_no_heading_for_them(
    client: TestClient, review: ReviewStore
) -> None:
    page = client.get(f"/desk/{claim(client, review, 'spans')}")
    assert "Prompt examples" not in page.text


def test_of_very_many_examples_the_failed_ones_are_kept() -> None:
    right = [example(f"merge({n})", "[]") for n in range(EXAMPLES_SHOWN)]
    one = Result.model_validate(
        {
            "response_id": "r", "task_id": "t", "language": Language.PYTHON, "model": "m",
            "verdict": Verdict.PASSED, "trust": "isolated",
            "examples": (*right, example("merge(-1)", "None")),
        }
    )  # fmt: skip
    view = response_view("A", one)
    assert (view.examples[0].call, view.examples_left) == ("merge(-1)", 1)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_tables_at_once_are_accessible(
    sit: Seats, shown: ReviewStore, axe: str, scheme: str
) -> None:
    page = sit(scheme=scheme).start("examples")
    for letter in "AB":
        page.locator(f"#tab-{letter}-tests").click()
        expect(
            page.get_by_role("region", name=f"Prompt examples of {letter}", exact=True)
        ).to_be_visible()
    assert violations(page, axe) == []
