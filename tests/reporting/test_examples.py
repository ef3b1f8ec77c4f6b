"""The prompt's examples in a report: apart from the cases, defects once a task."""

from __future__ import annotations

from rich.console import Console

from harness.models import CaseResult, GridDiff, Language, Result, Trust, Verdict
from harness.reporting import render_terminal, summarise
from harness.reporting.page import render_page
from tests.reporting.samples import run_info


def example(number: int, verdict: Verdict, actual: str) -> CaseResult:
    return CaseResult(
        name=f"line {number}", verdict=verdict, input=f"f({number})", expected=f"<{number}>",
        actual=actual, message="line 4 of the prompt: f(4) == 4",
    )  # fmt: skip


def result(name: str, *examples: CaseResult, defects: tuple[CaseResult, ...] = ()) -> Result:
    return Result(
        response_id=name, task_id="task", language=Language.PYTHON, model="m", code="x = 1\n",
        verdict=Verdict.PASSED, trust=Trust.ISOLATED, examples=examples, prompt_defects=defects,
        cases=(CaseResult(name="hidden", verdict=Verdict.PASSED),),
    )  # fmt: skip


def test_examples_stand_apart_from_the_cases_and_are_escaped() -> None:
    row = result(
        "r", example(1, Verdict.PASSED, "<1>"), example(2, Verdict.FAILED, "<script>3"),
        example(3, Verdict.RUNTIME_ERROR, ""), defects=(example(4, Verdict.FAILED, "5"),),
    )  # fmt: skip
    html = render_page(row, None, run_id="run")
    cases, _, shown = html.partition("Prompt examples")
    assert "all 1 case passed" in cases
    assert "f(2)" not in cases
    assert "1 of 3 as the prompt shows" in shown
    assert "&lt;script&gt;3" in shown
    assert "line 4 of the prompt" in shown
    assert shown.index("f(1)") < shown.index("f(2)") < shown.index("f(4)")
    assert "Prompt examples" not in render_page(result("r"), None, run_id="run")


def test_rows_that_differ_from_the_prompts_are_shown_as_a_table() -> None:
    grid = GridDiff(columns=("name",), expected_rows=1, actual_rows=2, marks=("same", "extra"),
                    rows=(("Emma",), ("<b>Dune",)))  # fmt: skip
    missed = example(12, Verdict.FAILED, "(Emma), (<b>Dune)").model_copy(update={"grids": (grid,)})
    row = result("r", missed).model_copy(update={"language": Language.SQL})
    _, _, shown = render_page(row, None, run_id="run").partition("Prompt examples")
    assert '<th scope="col">Rows</th>' in shown
    assert "<bdi>(Emma), (&lt;b&gt;Dune)</bdi>" in shown
    _, _, table = shown.partition("rowdiff")
    assert table.index("<bdi>Emma</bdi>") < table.index("<bdi>&lt;b&gt;Dune</bdi>")


def test_a_prompts_defect_is_listed_once() -> None:
    defect = example(4, Verdict.FAILED, "5")
    rows = [result("a", defects=(defect,)), result("b", defects=(defect,)), result("c")]
    summary = summarise(run_info(), lambda: iter(rows), [], {})
    assert [one.model_dump() for one in summary.prompt_defects] == [
        {
            "task_id": "task", "call": "f(4)", "expected": "<4>", "reference": "5",
            "place": "line 4 of the prompt: f(4) == 4",
        }
    ]  # fmt: skip
    console = Console(width=100)
    with console.capture() as printed:
        render_terminal(summary, console)
    assert "1 example of prompts contradicted by the reference" in printed.get()
