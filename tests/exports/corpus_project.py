"""A review project of real responses in six languages, judged by four people who are made up.

Tasks and responses are the corpus's, and so are verdicts where a source gives one: answers of
models, and the canonical and starting programs where a task has no two answers. All else goes
through the product: extraction, flags, the choice of pairs, claims, judgments and corrections.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from harness.exports import Done, ExportOptions, export_project, exports, pseudonyms
from harness.flags import Options as FlagOptions
from harness.intake import iter_responses, load_tasks, own_programs
from harness.intake.extract import extract, resolve_entry_point
from harness.models import (
    Answer,
    CaseResult,
    LineMark,
    Response,
    Result,
    RunInfo,
    Task,
    Trust,
    Verdict,
)
from harness.models.review import Assignment, BlindResponse, NewProject, Role
from harness.models.rubric import Rubric
from harness.pipeline.flagging import flags_of
from harness.quality.pairing import PairPolicy
from harness.review.importing import ImportOptions, add_plan, plan_import
from harness.rubrics import check_answer
from harness.store import ReviewStore, Store, open_store, review_of
from tests.exports.samples import PAIRWISE, SINGLE
from tests.store.review_data import Clock

SLUG, RUN = "six-languages", "20300101-corpus"
TASKS_OF_EACH, ANSWERS_OF_EACH, OVERLAP = 17, 4, 3
PEOPLE = (
    ("ann", Role.TRAINER), ("bob", Role.TRAINER), ("cyd", Role.REVIEWER), ("dee", Role.EXPERT),
)  # fmt: skip
# Tasks and answers to them; tasks that have one answer or none bring programs of their own.
SOURCES = (
    ("tasks/canaicode_python", "responses/canaicode_python"),
    ("tasks/humaneval_python", "responses/codet_codegen16b_humaneval_python"),
    ("tasks/canaicode_javascript", "responses/canaicode_javascript"),
    ("tasks/mbxp_cpp", "responses/mbxp_samples_cpp"),
    ("tasks/mbxp_csharp", "responses/mbxp_samples_csharp"),
    ("sql/tasks_spider_dev", "sql/responses_spider_dev"),
    ("tasks/freecodecamp_html", None),
)


def _rubric() -> Rubric:
    """Two answers beside each other on all five attributes, for which no shipped form asks."""
    has = {axis.helpsteer2 for axis in PAIRWISE.axes}
    more = tuple(axis for axis in SINGLE.axes if axis.helpsteer2 not in has)
    return PAIRWISE.model_copy(update={"id": "pairwise-five", "axes": PAIRWISE.axes + more})


RUBRIC = _rubric()
# What no exporter may trip over, in some of the justifications.
ODD = ("", " ", "=1+1\t", "\u2028 second line\r\n", " <b>&amp;</b> ```", " \x1b[31m 😀 é")


@dataclass(frozen=True)
class CorpusProject:
    """The project in its store."""

    store: Store
    review: ReviewStore
    judgments: int

    def export(self, out: Path, **options: Any) -> Done:
        """One export; pseudonyms have a fixed salt."""
        wanted = ExportOptions.model_validate(options)
        return export_project(self.store, SLUG, wanted, out, pseudonym=pseudonyms(b"salt"))

    def export_all(self, out: Path, **options: Any) -> dict[str, Done]:
        """Every format, each in a folder of its name; those that are one JSON file as JSON."""
        parquet = options.pop("parquet", False)
        return {
            name: self.export(
                out / name, format=name, parquet=parquet and not export.array, **options
            )
            for name, export in sorted(exports().items())
        }


@pytest.fixture(scope="session")
def corpus_project(
    corpus: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[CorpusProject]:
    """Made once; nobody changes it."""
    project = make_project(tmp_path_factory.mktemp("corpus-project"), corpus)
    yield project
    project.store.close()


def make_project(folder: Path, corpus: Path) -> CorpusProject:
    """The project in a new store in ``folder``; the same every time but for random ids."""
    store = open_store(f"sqlite:///{folder / 'store.sqlite3'}")
    review = review_of(store, Clock())
    _add_run(store, corpus, folder / "responses.jsonl")
    project = NewProject(
        slug=SLUG, title="Six languages", rubric_ref=str(RUBRIC.ref), rubric_digest=RUBRIC.digest,
        rubric=RUBRIC.model_dump(mode="json", exclude_defaults=True), overlap=OVERLAP,
        guidelines="Read both.",
    )  # fmt: skip
    review.create_project(project)
    options = ImportOptions(policy=PairPolicy.ALL, most=2)
    plan = plan_import(store, RUN, (), options)
    assert not plan.without_text
    add_plan(review, SLUG, plan)
    return CorpusProject(store, review, _judge_all(review))


def _add_run(store: Store, corpus: Path, file: Path) -> None:
    """A run of the responses, which are written to ``file`` as if they had been given there."""
    tasks: dict[str, Task] = {}
    rows: list[dict[str, Any]] = []
    for task_file, answer_file in SOURCES:
        found = load_tasks(corpus / f"{task_file}.jsonl.gz").tasks
        chosen = dict(islice(_with_reference(found).items(), TASKS_OF_EACH))
        tasks |= chosen
        if answer_file:
            rows += _answers(corpus / f"{answer_file}.jsonl.gz", chosen)
        rows += [_own_row(one) for one in own_programs(_few(chosen, rows))]
    text = "".join(f"{json.dumps(row)}\n" for row in rows)
    file.write_text(text, encoding="utf-8")
    info = RunInfo(run_id=RUN, started_at="2030-01-01T00:00:00Z", response_paths=(str(file),))
    store.create_run(info)
    store.add_tasks(RUN, tasks.values())
    passed = {row["response_id"]: _passed(row) for row in rows}
    responses = [one for one in iter_responses(file) if isinstance(one, Response)]
    assert len(responses) == len(rows)
    results = (_result(one, tasks[one.task_id], passed[one.response_id]) for one in responses)
    store.add_results(RUN, list(enumerate(results)))


def _with_reference(tasks: Mapping[str, Task]) -> dict[str, Task]:
    """Tasks that need no other's program: those of can-ai-code have many answers instead."""
    return {
        name: task for name, task in tasks.items() if task.reference or name.startswith("canai-")
    }


def _answers(file: Path, tasks: Collection[str]) -> list[dict[str, Any]]:
    """The first answers to each task."""
    taken: Counter[str] = Counter()
    found = []
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["task_id"] in tasks and taken[row["task_id"]] < ANSWERS_OF_EACH:
                taken[row["task_id"]] += 1
                found.append(row)
    return found


def _few(tasks: Mapping[str, Task], rows: Iterable[dict[str, Any]]) -> list[Task]:
    """Tasks with fewer than two answers."""
    answers = Counter(row["task_id"] for row in rows)
    return [task for name, task in tasks.items() if answers[name] < 2]


def _own_row(program: Response) -> dict[str, Any]:
    return {
        "task_id": program.task_id, "response_id": program.response_id, "model": program.model,
        "language": program.language, "text": program.text, "form": "full file",
        "source": "", "licence": "", "expected_pass": program.model == "reference",
    }  # fmt: skip


def _passed(row: dict[str, Any]) -> bool:
    """What a source says of a response; where none does, a coin that always falls the same way."""
    said = [row.get("expected_pass"), row.get("observed_pass")]
    return bool(next((one for one in said if one is not None), _toss("passed", row["text"]) % 2))


def _result(response: Response, task: Task, passed: bool) -> Result:
    code = extract(task, response)
    entry = resolve_entry_point(task, code) if code else None
    verdict = Verdict.PASSED if passed else Verdict.FAILED
    return Result(
        response_id=response.response_id, task_id=task.task_id, language=task.language,
        model=response.model, verdict=verdict if code else Verdict.REJECTED, trust=Trust.ISOLATED,
        cases=(CaseResult(name="one", verdict=verdict),), code=code.source if code else "",
        first_line=code.first_line if code else 1, content_key=response.response_id,
        flags=flags_of(task, code, entry or task.entry_point, FlagOptions()),
    )  # fmt: skip


def _judge_all(review: ReviewStore) -> int:
    """Everybody takes one item after the other until there is none left; returns how many."""
    people = [
        (name, review.add_person(name, f"{name}@example.org", role).person_id)
        for name, role in PEOPLE
    ]
    count = 0
    while True:
        given = [(name, who, review.claim_next(SLUG, who)) for name, who in people]
        for name, person, work in given:
            if work is not None:
                _judge(review, name, person, work)
                count += 1
        if not any(work for _, _, work in given):
            return count


def _judge(review: ReviewStore, name: str, person: str, work: Assignment) -> None:
    sides = review.responses_of(work.item_id)
    task = review.task_of(work.item_id).task_id
    seed = _toss(name, task, *(side.result.code for side in sides))
    answer = _answer(sides, seed)
    lines = {str(side.position): len(side.result.code.split("\n")) for side in sides}
    assert check_answer(RUBRIC, answer, lines=lines) == ()
    better = sides[(answer.preference or 0) > 0]
    if seed % 7 == 0 and abs(answer.preference or 0) > 1:
        worse = 3 - better.position
        code = f"{better.result.code.rstrip()}\n\n"
        review.add_correction(work.assignment_id, person, code, position=worse)
    review.submit(work.assignment_id, person, answer, f"{name}-{work.assignment_id}")


def _answer(sides: Sequence[BlindResponse], seed: int) -> Answer:
    """What verdicts suggest, with one judgment in five against them."""
    passed = [side.result.verdict is Verdict.PASSED for side in sides]
    both_bad = passed == [False, False] and seed % 3 == 0
    preference = 0 if both_bad else _preference(passed, seed)
    text = f"Number {seed} shows the difference in the first line.{ODD[seed % len(ODD)]}"
    good = {
        str(side.position): (side.result.verdict is Verdict.PASSED) != (seed % 11 == 0)
        for side in sides
    }
    return Answer(
        ratings={one: _ratings(fine, seed) for one, fine in good.items()},
        acceptable={one: fine and not both_bad for one, fine in good.items()},
        preference=preference, tie=preference == 0 and not both_bad, both_bad=both_bad,
        reasons=("wrong-result",),
        justification=text,
        marks=tuple(_mark(side, seed) for side in sides if not good[str(side.position)]),
    )  # fmt: skip


def _preference(passed: Sequence[bool], seed: int) -> int:
    if passed[0] == passed[1]:
        return seed % 3 - 1
    strength = 1 + seed % 3
    for_second = passed[1] != (seed % 5 == 0)
    return strength if for_second else -strength


def _ratings(fine: bool, seed: int) -> dict[str, int]:
    return {
        axis.id: (3 + (seed + at) % 2 if fine else (seed + at) % 3)
        for at, axis in enumerate(RUBRIC.axes)
    }


def _mark(side: BlindResponse, seed: int) -> LineMark:
    line = 1 + seed % (side.result.code.rstrip().count("\n") + 1)
    return LineMark(
        response=str(side.position), first_line=line, last_line=line, severity="breaks",
        category="logic", note="here",
    )  # fmt: skip


def _toss(*parts: str) -> int:
    """A number that depends on the parts alone."""
    return int.from_bytes(hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).digest()[:4])
