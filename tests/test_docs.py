"""The documents say what the program does: names, defaults, examples and links are checked."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from harness.cli import main
from harness.exports import Aggregate, Conflicts, Corrections, exports
from harness.intake import load_tasks, readers
from harness.intake._fields import TEXT_FIELDS
from harness.intake._own import _CASE_KEYS, _KEYS
from harness.models import Layer, Limits, Record, Response, SqlSpec, UnitStyle, Verdict
from harness.models.rubric import (
    Axis,
    Choice,
    Justification,
    Marks,
    Mode,
    PreferenceScale,
    Ranking,
    Reasons,
    Rubric,
    ScalePoint,
    Severity,
    When,
)
from harness.rubrics import DESK_KEYS, SHIPPED, load_rubric
from harness.runners.compare import KINDS
from harness.settings import Settings
from scripts.cli_docs import BLOCK, render
from scripts.rule_docs import render as render_rules
from tests.sandbox.attacks.load import load_attacks

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = [*DOCS.glob("*.md"), *(ROOT / ".github").glob("*.md"), *ROOT.glob("*.md")]


def page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def in_code(text: str) -> set[str]:
    """Words between backticks."""
    return {word for code in re.findall(r"`([^`\n]+)`", text) for word in re.findall(r"\w+", code)}


def example(text: str, first_line: str) -> str:
    """The indented block that begins with ``first_line``."""
    lines = text[text.index(f"    {first_line}") :].split("\n")
    block = []
    for line in lines:
        if line and not line.startswith("    "):
            break
        block.append(line)
    return textwrap.dedent("\n".join(block))


def commands(command: Any, name: str = "harness") -> Iterator[tuple[str, Any]]:
    children = getattr(command, "commands", {})
    if not children:
        yield name, command
    for child, inner in children.items():
        yield from commands(inner, f"{name} {child}")


def words_of(parameter: Any) -> list[str]:
    """What help calls a parameter: its options, or the argument's placeholder."""
    if parameter.param_type_name == "argument":
        return [parameter.metavar or parameter.name.upper()]
    return [*parameter.opts, *parameter.secondary_opts]


def test_every_command_and_option_is_in_the_page_of_commands() -> None:
    blocks = {match[1]: match[0] for match in BLOCK.finditer(page("cli.md"))}
    missing = [
        f"{name} {word}"
        for name, command in commands(typer.main.get_command(main.build_app()))
        for parameter in command.params
        for word in words_of(parameter)
        if not re.search(rf"(?<![\w-]){word}(?![\w-])", blocks.get(name, ""))
    ]
    assert missing == []


def test_the_page_of_commands_is_what_help_prints() -> None:
    assert render(page("cli.md")) == page("cli.md"), "run: python scripts/cli_docs.py"


def test_the_catalogue_of_rules_is_what_the_rules_say() -> None:
    assert render_rules() == page("rules.md"), "run: python scripts/rule_docs.py"


def test_every_layer_of_flags_is_explained() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", page("flags.md"), re.MULTILINE)
    assert sorted(rows) == sorted(Layer)


def test_every_setting_is_in_the_page_of_commands() -> None:
    assert set(Settings.model_fields) <= in_code(page("cli.md")) | {"limits"}


def test_every_verdict_is_explained() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", page("verdicts.md"), re.MULTILINE)
    assert sorted(rows) == sorted(Verdict)


def test_every_key_style_comparator_and_limit_of_a_task_is_explained() -> None:
    known = in_code(page("tasks.md"))
    wanted = {*_KEYS, *_CASE_KEYS, *KINDS, *UnitStyle, *Limits.model_fields}
    assert sorted(wanted - known) == []


def test_every_key_of_an_sql_task_is_explained() -> None:
    known = in_code(page("sql.md"))
    assert sorted(set(SqlSpec.model_fields) - known) == []


def test_limits_have_the_defaults_the_page_names() -> None:
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| ([\d, ]+) \|", page("tasks.md"), re.MULTILINE)
    said = {
        name: float(value)
        for names, values in rows
        for name, value in zip(re.findall(r"\w+", names), values.split(","), strict=True)
    }
    assert said == {name: float(value) for name, value in Limits().model_dump().items()}


def test_every_reader_and_text_field_is_in_the_page_of_responses() -> None:
    known = in_code(page("responses.md"))
    assert sorted({*readers(), *TEXT_FIELDS} - known) == []
    assert set(Response.model_fields) - {"origin", "line"} <= known


def test_known_failures_of_the_sandbox_are_all_confessed() -> None:
    rows = dict(re.findall(r"^\| `(\w+/\w+)` \| (.+) \|$", page("sandbox.md"), re.MULTILINE))
    known = {one.id: one.known_failure for one in load_attacks() if one.known_failure}
    assert rows == known


def test_the_example_task_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "task.toml").write_text(example(page("tasks.md"), "# task.toml"))
    (tmp_path / "prompt.md").write_text("Rotate a list.\n")
    found = load_tasks(tmp_path)
    assert found.invalid == ()
    assert [len(task.cases) for task in found.tasks.values()] == [2]


def test_the_example_response_belongs_to_the_example_task(tmp_path: Path) -> None:
    row = json.loads(example(page("responses.md"), '{"task_id"'))
    assert row["task_id"] in page("tasks.md")


def test_the_example_reader_reads(tmp_path: Path) -> None:
    space: dict[str, Any] = {}
    code = example(page("adding.md"), '"""Answers of the Example benchmark')
    exec(compile(code, "adding.md", "exec"), space)
    file = tmp_path / "rows.jsonl"
    file.write_text('{"problem": "p1", "attempt": "x = 1"}\n{"problem": "p2"}\n')
    good, bad = space["READER"].responses(file)
    assert (good.task_id, good.text) == ("p1", "x = 1")
    assert bad.line == 2
    assert "attempt" in bad.reason
    assert space["READER"].detect(file, {"problem": 1, "attempt": 2}) > 0


def test_every_key_of_a_rubric_is_explained() -> None:
    records: list[type[Record]] = [Rubric, Axis, ScalePoint, PreferenceScale, Ranking, Reasons]
    records += [Justification, Marks, Severity, When]
    wanted = {name for record in records for name in record.model_fields} | {*Mode, *Choice}
    assert sorted(wanted - in_code(page("rubrics.md"))) == []


def test_every_action_and_default_key_is_explained() -> None:
    table = page("rubrics.md").partition("| action |")[2]
    said = set(re.findall(r"`([^`]+)`", table.partition("\n\n")[0]))
    between = {f"preference_{step}" for step in range(2, 7)} | set("23456")
    wanted = {*DESK_KEYS, *DESK_KEYS.values()} - between - {"focus_b", "focus_c"}
    assert sorted(wanted - said) == []


def test_the_example_rubric_is_right(tmp_path: Path) -> None:
    file = tmp_path / "two-snippets.yaml"
    file.write_text(example(page("rubrics.md"), "# two-snippets.yaml"))
    rubric = load_rubric(file)
    assert str(rubric.ref) == "two-snippets@1"
    keys = example(page("rubrics.md"), "keys:\n")
    shipped = (SHIPPED / "pairwise-code.yaml").read_text("utf-8")
    file.write_text(shipped[: shipped.index("\nkeys:")] + "\n" + keys)
    assert load_rubric(file).keys["run"] == "R"


def test_the_page_of_rubrics_names_every_shipped_one() -> None:
    rows = re.findall(r"^\| `([\w-]+)`(?: \(default\))? \| ", page("rubrics.md"), re.MULTILINE)
    assert {file.stem for file in SHIPPED.glob("*.yaml")} <= set(rows)


def test_every_export_format_and_choice_is_explained() -> None:
    rows = re.findall(r"^\| `([\w-]+)`(?: \(default\))? \| ", page("exports.md"), re.MULTILINE)
    assert {*exports(), *Aggregate} <= set(rows)
    assert {*Corrections, *Conflicts} - {"off", "report"} <= in_code(page("exports.md"))


def anchors(file: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head).strip().lower().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_links_lead_somewhere(file: Path) -> None:
    # Lines of code are left out: a C++ lambda looks like a link.
    text = re.sub(r"^    .*$", "", file.read_text("utf-8"), flags=re.MULTILINE)
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        place = (file.parent / path).resolve() if path else file
        assert place.exists(), target
        assert not anchor or anchor in anchors(place), target
