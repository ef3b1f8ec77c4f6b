"""A run to judge: tasks of several kinds, responses that differ, flags, cases, a hostile one."""

from __future__ import annotations

from harness.models import (
    CaseResult,
    Flag,
    GridDiff,
    Language,
    Layer,
    Result,
    RunInfo,
    SqlSpec,
    Strength,
    Task,
    TestKind,
    Trust,
    Verdict,
)
from harness.models.review import FlagPolicy, NewItem, NewProject, Source
from harness.rubrics import find_rubric
from harness.store import ReviewStore, Store

RUN = "20300101-desk"
MODELS = ("secret-model-alpha", "secret-model-beta")

GOOD = '''from collections.abc import Iterable


def merge(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Merge spans that touch or overlap; the result is sorted."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            last_start, last_end = merged[-1]
            merged[-1] = (last_start, max(last_end, end))
        else:
            merged.append((start, end))
    return merged
'''
BAD = """def merge(spans):
    # Sort by start, then walk through once and extend the current span as far as it goes.
    spans = sorted(spans)
    current = spans[0]
    merged = []
    for span in spans[1:]:
        if span[0] < current[1]:
            current = (current[0], span[1])
        else:
            merged.append(current)
            current = span
    merged.append(current)
    return merged
"""
PROMPT = """Write `merge(spans)`: given a list of closed integer spans, return them merged.

- Spans that **touch** (`[1, 3]` and `[3, 5]`) or overlap become one.
- The result is sorted by start.
- The input may be empty and in any order.

```python
merge([(5, 8), (1, 3), (2, 4)])  # [(1, 4), (5, 8)]
```

At most 10^5 spans; each number fits 32 bits.
"""
TEXT = "Here is a function.\n\n```python\n{code}```\n\nIt sorts first: **O(n log n)**.\n"
SCHEMA = """CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT);
CREATE TABLE sale (book INTEGER REFERENCES book, at TEXT);
"""
QUERY = """SELECT title, count(*) AS n
FROM book JOIN sale ON sale.book = book.id
GROUP BY title
{having}ORDER BY n DESC;
"""
PAGE = """<!doctype html><title>Counter</title><style>body{font-family:sans-serif}</style>
<h1>Counter</h1><p id=n>0</p><button onclick="n.textContent=+n.textContent+1">Add one</button>
<script>try { parent.document.title = "escaped"; } catch { document.title = "held"; }</script>
"""


def case(
    name: str, verdict: Verdict, given: str, wanted: str, got: str, **more: object
) -> CaseResult:
    values = {"name": name, "verdict": verdict, "input": given, "expected": wanted, "actual": got}
    return CaseResult.model_validate({**values, "cpu_s": 0.0021, "wall_s": 0.0034, **more})


def make_flag(rule: str, line: int, question: str, language: Language = Language.PYTHON) -> Flag:
    return Flag(
        rule=rule,
        layer=Layer.RULE,
        strength=Strength.STRONG,
        message="the first element is read",
        question=question,
        line=line,
        column=1,
        end_line=line,
        end_column=10,
        language=language,
        precision=0.78,
    )


def made(**values: object) -> Result:
    return Result.model_validate(values)


def merge_task(number: int) -> Task:
    return Task(
        task_id=f"merge-{number}",
        language=Language.PYTHON,
        kind=TestKind.CALL,
        prompt=PROMPT,
        entry_point="merge",
        title=f"Merge spans {number}",
    )


def mended(one: CaseResult) -> CaseResult:
    update = {"verdict": Verdict.PASSED, "actual": one.expected, "message": "", "stderr": ""}
    return one.model_copy(update=update)


def merge_results(number: int) -> list[Result]:
    passed = [
        case(
            f"case {n}",
            Verdict.PASSED,
            f"[[[{n}, {n + 1}]]]",
            f"[[{n}, {n + 1}]]",
            f"[[{n}, {n + 1}]]",
        )
        for n in range(1, 8)
    ]
    failing = [
        case("touching", Verdict.FAILED, "[[[1, 3], [3, 5]]]", "[[1, 5]]", "[[1, 3], [3, 5]]"),
        case(
            "empty",
            Verdict.RUNTIME_ERROR,
            "[[]]",
            "[]",
            "",
            message="IndexError: list index out of range",
            stderr="Traceback:\n  line 4, in merge\nIndexError: list index out of range\n",
        ),
    ]
    common = {"task_id": f"merge-{number}", "language": Language.PYTHON, "trust": Trust.ISOLATED}
    return [
        made(
            response_id=f"{MODELS[0]}/merge/{number}",
            model=MODELS[0],
            verdict=Verdict.PASSED,
            cases=(*passed, *map(mended, failing)),
            code=GOOD,
            origin=f"/data/{MODELS[0]}.jsonl",
            **common,
        ),
        made(
            response_id=f"{MODELS[1]}/merge/{number}",
            model=MODELS[1],
            verdict=Verdict.FAILED,
            cases=(*passed[:5], *failing),
            code=BAD,
            origin=f"/data/{MODELS[1]}.jsonl",
            flags=(
                make_flag("first-of-maybe-empty", 4, "What happens when spans is empty?"),
                make_flag("strict-bound", 7, "Should spans that touch be merged too?"),
            ),
            **common,
        ),
    ]


def sql_task() -> Task:
    return Task(
        task_id="best-sellers",
        language=Language.SQL,
        kind=TestKind.SQL,
        title="Best sellers",
        prompt="List each book sold more than once, with how often, most sold first.",
        sql=SqlSpec(schema_sql=SCHEMA, golds=("SELECT 1",)),
    )


def sql_results() -> list[Result]:
    grid = GridDiff(
        columns=("title", "n"),
        expected_rows=2,
        actual_rows=3,
        marks=("same", "same", "extra"),
        rows=(("Dune", "3"), ("Emma", "2"), ("Ulysses", "1")),
    )
    common = {"task_id": "best-sellers", "language": Language.SQL, "trust": Trust.ISOLATED}
    return [
        made(
            response_id=f"{MODELS[1]}/sql",
            model=MODELS[1],
            verdict=Verdict.FAILED,
            code=QUERY.format(having=""),
            cases=(case("default", Verdict.FAILED, "", "", "", grids=(grid,)),),
            **common,
        ),
        made(
            response_id=f"{MODELS[0]}/sql",
            model=MODELS[0],
            verdict=Verdict.PASSED,
            code=QUERY.format(having="HAVING count(*) > 1\n"),
            cases=(case("default", Verdict.PASSED, "", "2 rows", "2 rows"),),
            **common,
        ),
    ]


def html_task() -> Task:
    from harness.models import HtmlCase, HtmlCheck, HtmlSpec

    spec = HtmlSpec(
        cases=(HtmlCase(name="loads", checks=(HtmlCheck(check="exists", selector="h1"),)),)
    )
    return Task(
        task_id="counter",
        language=Language.HTML,
        kind=TestKind.HTML,
        title="Counter",
        prompt="A page with a counter and a button that adds one.",
        html=spec,
    )


def html_results() -> list[Result]:
    common = {"task_id": "counter", "language": Language.HTML, "trust": Trust.ISOLATED}
    return [
        made(
            response_id=f"{MODELS[n]}/html",
            model=MODELS[n],
            verdict=Verdict.PASSED,
            code=PAGE,
            cases=(case("loads", Verdict.PASSED, "", "", ""),),
            **common,
        )
        for n in (0, 1)
    ]


def fill(store: Store, merges: int = 20) -> None:
    """Put the run with all its tasks and results into the store."""
    store.create_run(RunInfo(run_id=RUN, started_at="2030-01-01T00:00:00Z"))
    store.add_tasks(RUN, [*(merge_task(n) for n in range(1, merges + 1)), sql_task(), html_task()])
    results = [one for n in range(1, merges + 1) for one in merge_results(n)]
    store.add_results(RUN, list(enumerate([*results, *sql_results(), *html_results()])))


def make_project(
    review: ReviewStore,
    slug: str = "spans",
    *,
    rubric: str = "pairwise-code",
    merges: int = 4,
    policy: FlagPolicy = FlagPolicy.HIDDEN_FIRST,
    **more: object,
) -> None:
    """A project of the run's pairs."""
    form = find_rubric(rubric)
    values = {
        "slug": slug,
        "title": "Merging spans",
        "description": "Which of two functions would you *keep*?",
        "requirements": "You read Python without help.",
        "expected_minutes": 6,
        "languages": ("python",),
        "rubric_ref": str(form.ref),
        "rubric_digest": form.digest,
        "rubric": form.model_dump(mode="json"),
        "guidelines": "1. Read the prompt.\n2. Look at what failed.\n3. Say why.",
        "flag_policy": policy,
    }
    review.create_project(NewProject.model_validate({**values, **more}))
    items = [
        NewItem(
            task_id=f"merge-{n}",
            responses=tuple(
                Source(run_id=RUN, response_id=f"{model}/merge/{n}", text=TEXT.format(code=code))
                for model, code in zip(MODELS, (GOOD, BAD), strict=True)
            ),
        )
        for n in range(1, merges + 1)
    ]
    for task, name in (("best-sellers", "sql"), ("counter", "html")):
        sources = tuple(Source(run_id=RUN, response_id=f"{model}/{name}") for model in MODELS)
        items.append(NewItem(task_id=task, responses=sources))
    review.add_items(slug, items)


def make_wide_project(store: Store, review: ReviewStore, count: int) -> None:
    """A project ``wide`` whose item has ``count`` responses, with a rubric that fits."""
    from harness.models.rubric import Mode, Ranking

    run = f"{RUN}-wide"
    store.create_run(RunInfo(run_id=run, started_at="2030-01-01T00:00:00Z"))
    store.add_tasks(run, [merge_task(1)])
    one = merge_results(1)[0]
    rows = [one.model_copy(update={"response_id": f"{MODELS[0]}/w/{n}"}) for n in range(count)]
    store.add_results(run, list(enumerate(rows)))
    form = find_rubric("single-response" if count == 1 else "pairwise-code")
    if count > 1:
        form = form.model_copy(
            update={"mode": Mode.RANKING, "ranking": Ranking(), "preference": None, "reasons": None}
        )
    values = {
        "slug": "wide",
        "title": "Wide",
        "rubric_ref": str(form.ref),
        "rubric_digest": form.digest,
        "rubric": form.model_dump(mode="json"),
    }
    review.create_project(NewProject.model_validate(values))
    sources = tuple(Source(run_id=run, response_id=row.response_id) for row in rows)
    review.add_items("wide", [NewItem(task_id="merge-1", responses=sources)])
