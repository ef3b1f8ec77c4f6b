"""Real files: every row is a task or says why not, and real answers yield their program."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from harness import syntax
from harness.intake import iter_responses, load_tasks
from harness.intake.extract import extract, resolve_entry_point
from harness.models import Code, Form, Language, Response, Task, UnitStyle

pytestmark = pytest.mark.corpus

TASKS = {
    "humaneval_python": 164, "humanevalx_python": 164, "humanevalx_javascript": 164,
    "humanevalx_cpp": 164, "mbxp_cpp": 426, "mbxp_csharp": 485, "mbxp_javascript": 483,
    "canaicode_python": 17, "canaicode_javascript": 17,
}  # fmt: skip
# The C++ grammar stumbles over boost::any casts that g++ takes.
GRAMMAR_GAPS = {"humanevalx-cpp-22", "humanevalx-cpp-137"}


def _response(task: Task, text: str, form: Form) -> Response:
    return Response(response_id="r", task_id=task.task_id, model="m", text=text, form=form)


def _code(task: Task, text: str, form: Form = Form.AUTO) -> Code:
    code = extract(task, _response(task, text, form))
    assert code is not None
    return code


@pytest.mark.parametrize("name", list(TASKS))
def test_every_task_is_read(corpus: Path, name: str) -> None:
    found = load_tasks(corpus / "tasks" / f"{name}.jsonl.gz")
    assert found.invalid == ()
    assert len(found.tasks) == TASKS[name]
    assert all(task.entry_point for task in found.tasks.values())


def test_text_to_sql_is_read_with_its_databases(corpus: Path) -> None:
    found = load_tasks(corpus / "sql" / "tasks_spider_dev.jsonl.gz")
    assert found.invalid == ()
    assert len(found.tasks) == 387
    databases = {task.sql.scripts(task.sql.all_states()[0]) for task in found.tasks.values()
                 if task.sql is not None}  # fmt: skip
    assert len(databases) == 7
    answers = list(iter_responses(corpus / "sql" / "responses_spider_dev.jsonl.gz"))
    assert len(answers) == 3096
    changed = []
    for answer in answers:
        assert isinstance(answer, Response)
        code = extract(found.tasks[answer.task_id], answer)
        assert code is not None
        if code.source.strip() != answer.text.strip():
            changed.append(answer.text.removeprefix(code.source.strip()))
    assert changed == [".030 sec"]  # a timing somebody printed after the statement


def test_page_exercises_are_read_with_their_tests(corpus: Path) -> None:
    found = load_tasks(corpus / "tasks" / "freecodecamp_html.jsonl.gz")
    assert found.invalid == ()
    specs = [task.html for task in found.tasks.values()]
    assert len(specs) == 106
    assert sum(len(spec.in_page) for spec in specs if spec) == 474


def test_facts_are_read_but_for_those_that_need_packages(corpus: Path) -> None:
    found = load_tasks(corpus / "tasks" / "exercism_csharp.jsonl.gz")
    assert all(task.unit_style is UnitStyle.FACTS for task in found.tasks.values())
    assert len(found.tasks) == 73
    assert [row.reason.rpartition(": ")[2] for row in found.invalid] == [
        "Microsoft.Reactive.Testing, System.Reactive.Concurrency",
        "FakeItEasy",
    ]
    without = [name for name, task in found.tasks.items() if task.reference is None]
    assert without == ["exercism-csharp-sgf-parsing"], "its example needs a package"


def test_solutions_left_open_are_no_references(corpus: Path) -> None:
    tasks = load_tasks(corpus / "tasks" / "mbxp_csharp.jsonl.gz").tasks.values()
    assert sum(task.reference is not None for task in tasks) == 363 - 9


def test_csharp_solutions_are_found_though_only_the_tests_close_their_class(corpus: Path) -> None:
    for task in load_tasks(corpus / "tasks" / "mbxp_csharp.jsonl.gz").tasks.values():
        if task.reference is None:
            continue
        body, whole = task.reference[len(task.prefix) :], task.reference + "\n    }\n}\n"
        assert _code(task, body).source == task.reference
        assert _code(task, whole).source == whole
        for text, found in ((task.reference, task.reference), (whole, whole), (body, None)):
            source = _code(task, f"Of course!\n\n```csharp\n{text}\n```\nEnjoy.").source
            assert "".join(source.split()) == "".join((found or task.reference).split())


@pytest.mark.parametrize(
    "name", [name for name in TASKS if "canai" not in name and name != "mbxp_csharp"]
)
def test_references_survive_extraction_in_every_form(corpus: Path, name: str) -> None:
    for task in load_tasks(corpus / "tasks" / f"{name}.jsonl.gz").tasks.values():
        if task.reference is None:
            continue
        body = task.reference[len(task.prefix) :]
        literal = _code(task, body, Form.COMPLETION)
        assert literal.source == task.reference
        if task.task_id in GRAMMAR_GAPS:
            continue
        assert not syntax.has_error(task.language, literal.source)
        assert _code(task, body).source == task.reference
        whole = _code(task, task.reference)
        assert (whole.form, whole.source) == (Form.FULL, task.reference)
        chat = _code(task, f"Of course!\n\n```\n{task.reference}\n```\nEnjoy.")
        assert chat.source.strip() == task.reference.strip()


def test_helpers_of_the_prompt_reach_the_tests(corpus: Path) -> None:
    tasks = load_tasks(corpus / "tasks" / "humaneval_python.jsonl.gz").tasks
    for number, helper in ((32, "poly"), (38, "encode_cyclic"), (50, "encode_shift")):
        task = tasks[f"humaneval-{number}"]
        assert task.unit_style is UnitStyle.CHECK
        assert syntax.defines(Language.PYTHON, task.preamble, helper)
        assert not syntax.defines(Language.PYTHON, task.preamble, task.entry_point or "")


@pytest.mark.parametrize("language", ["python", "javascript"])
def test_chat_answers_yield_a_function(corpus: Path, language: str) -> None:
    tasks = load_tasks(corpus / "tasks" / f"canaicode_{language}.jsonl.gz").tasks
    outcomes: Counter[str] = Counter()
    for response in iter_responses(corpus / "responses" / f"canaicode_{language}.jsonl.gz"):
        assert isinstance(response, Response)
        task = tasks[response.task_id]
        code = extract(task, response)
        name = code and resolve_entry_point(task, code)
        outcomes["function" if name else "none"] += 1
        if response.expected_pass:
            assert name, response.response_id
    assert outcomes["function"] / outcomes.total() > 0.99


def test_completions_are_joined_to_their_own_prompt(corpus: Path) -> None:
    tasks = load_tasks(corpus / "tasks" / "humaneval_python.jsonl.gz").tasks
    file = corpus / "responses" / "codet_codegen16b_humaneval_python.jsonl.gz"
    for response in iter_responses(file):
        assert isinstance(response, Response)
        code = extract(tasks[response.task_id], response)
        if code is None:
            assert not response.text.strip()
        else:
            assert code.source.startswith(response.prefix or "-")
