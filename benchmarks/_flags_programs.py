"""Programs that the benchmarks of the flags look at: responses with verdicts, right programs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks._common import HERE, Row, canonicals, corpus, harness_run, rows, write_rows
from benchmarks.truth import CODET, CSHARP_FAULTY
from harness.flags import find_flags
from harness.intake import iter_responses, load_tasks
from harness.intake.extract import extract, resolve_entry_point
from harness.models import Flag, InvalidRow, Language, Task

# Verdicts are kept in a store of the benchmarks' own: a second run of a table costs nothing.
HOME = HERE.parent / ".bench" / "flags"
# Pages that their authors broke on purpose, to show a browser's or a validator's complaints.
BROKEN_PAGES = re.compile(r"/(?:bad-[^/]*|debug-example)$")
FAULTY = CSHARP_FAULTY | {
    "mbxp-cpp-150", "humanevalx-javascript-112", "humanevalx-javascript-155",
}  # fmt: skip


@dataclass(frozen=True)
class Program:
    """A program as it would run; right: whether it passes its task's tests.

    first_line: where the response's own text begins.
    """

    name: str
    language: Language
    source: str
    task: Task | None = None
    entry_point: str | None = None
    first_line: int = 1
    right: bool = True

    @property
    def task_id(self) -> str:
        """Id of its task; its own name where it has none."""
        return self.name if self.task is None else self.task.task_id

    def flags(self) -> tuple[Flag, ...]:
        """What the harness flags."""
        return find_flags(
            self.language,
            self.source,
            task=self.task,
            entry_point=self.entry_point,
            first_line=self.first_line,
        )


def responses(tasks: str, name: str, right: Callable[[Row], bool | None]) -> list[Program]:
    """Responses of the corpus; ``right`` tells of a row, or None where nobody knows."""
    verdicts = {row["response_id"]: right(row) for row in rows(name)}
    found = _programs(tasks, corpus() / f"{name}.jsonl.gz")
    return [
        Program(**{**vars(one), "right": verdict})
        for one in found
        if (verdict := verdicts.get(one.name)) is not None
    ]


def judged(tasks: str, name: str) -> list[Program]:
    """Responses of the corpus with the verdicts of a run in sandboxes."""
    HOME.mkdir(parents=True, exist_ok=True)
    passed = harness_run(tasks, name, HOME).passed()
    return responses(tasks, name, lambda row: row["response_id"] in passed)


def solutions(
    tasks: str, *, form: str = "completion", field: str = "canonical_solution", right: bool = True
) -> list[Program]:
    """Solutions that come with the tasks and are known to pass; or their starting points."""
    kept = [{**task, "canonical_solution": task[field]} for task in rows(tasks) if _sound(task)]
    HOME.mkdir(parents=True, exist_ok=True)
    file = write_rows(HOME / "solutions.jsonl", canonicals(kept, form=form))
    return [Program(**{**vars(one), "right": right}) for one in _programs(tasks, file)]


def _sound(task: Row) -> bool:
    """Whether the solution passes: not refuted by the corpus, and none of the known bad ones."""
    verified = task.get("canonical_verified_jsdom", task.get("canonical_verified"))
    return verified is not False and task["task_id"] not in FAULTY


def _programs(tasks: str, file: Path) -> Iterator[Program]:
    known = load_tasks(corpus() / f"{tasks}.jsonl.gz", "corpus").tasks
    for row in iter_responses((file,)):
        task = None if isinstance(row, InvalidRow) else known.get(row.task_id)
        if isinstance(row, InvalidRow) or task is None:
            continue
        code = extract(task, row)
        if code is not None:
            entry = resolve_entry_point(task, code) or task.entry_point
            yield Program(row.response_id, task.language, code.source, task, entry, code.first_line)


def pages() -> tuple[list[Program], list[str]]:
    """MDN's pages, and the names of those left out because they are broken on purpose."""
    found, left_out = [], []
    for row in rows("html/pages_mdn"):
        if BROKEN_PAGES.search(row["task_id"]):
            left_out.append(row["task_id"])
        else:
            found.append(Program(row["task_id"], Language.HTML, row["text"]))
    return found, left_out


def answers() -> dict[str, list[Program]]:
    """Responses with verdicts, by set. One response a task: its solution is the right one."""
    mbxp_js, mbxp_cpp, mbxp_cs = (f"tasks/mbxp_{name}" for name in ("javascript", "cpp", "csharp"))
    samples = "responses/mbxp_samples_"
    return {
        "Python, can-ai-code": responses(
            "tasks/canaicode_python", "responses/canaicode_python", _expected
        ),
        "Python, CodeT": judged("tasks/humaneval_python", CODET),
        "JavaScript, can-ai-code": responses(
            "tasks/canaicode_javascript", "responses/canaicode_javascript", _expected
        ),
        "JavaScript, MBXP and solutions": [
            *responses(mbxp_js, f"{samples}javascript", _observed),
            *solutions(mbxp_js),
        ],
        "C++, MBXP and solutions": [*judged(mbxp_cpp, f"{samples}cpp"), *solutions(mbxp_cpp)],
        "C#, MBXP and solutions": [*judged(mbxp_cs, f"{samples}csharp"), *solutions(mbxp_cs)],
        "SQL, Spider": responses("sql/tasks_spider_dev", "sql/responses_spider_dev", _observed),
        "HTML, freeCodeCamp seeds and solutions": [
            *solutions("tasks/freecodecamp_html", form="full"),
            *solutions("tasks/freecodecamp_html", form="full", field="seed", right=False),
        ],
    }


def right_programs() -> dict[str, list[Program]]:
    """Solutions and pages that are right."""
    return {
        "Python, HumanEval": solutions("tasks/humaneval_python"),
        "Python, HumanEval-X": solutions("tasks/humanevalx_python"),
        "JavaScript, HumanEval-X": solutions("tasks/humanevalx_javascript"),
        "JavaScript, MBXP": solutions("tasks/mbxp_javascript"),
        "C++, HumanEval-X": solutions("tasks/humanevalx_cpp"),
        "C++, MBXP": solutions("tasks/mbxp_cpp"),
        "C#, MBXP": solutions("tasks/mbxp_csharp"),
        "C#, exercism": solutions("tasks/exercism_csharp", form="full"),
        "SQL, Spider": solutions("sql/tasks_spider_dev", form="full"),
        "HTML, freeCodeCamp": solutions("tasks/freecodecamp_html", form="full"),
        "HTML, MDN": pages()[0],
    }


def _expected(row: Row) -> bool | None:
    return row["expected_pass"]  # type: ignore[no-any-return]


def _observed(row: Row) -> bool | None:
    return row["observed_pass"]  # type: ignore[no-any-return]


def mixed(programs: Iterable[Program]) -> list[Program]:
    """Programs of the tasks that have both right and wrong ones."""
    found = list(programs)
    right = {one.task_id for one in found if one.right}
    wrong = {one.task_id for one in found if not one.right}
    return [one for one in found if one.task_id in right & wrong]
