"""Judged items as the store would give them, with fixed ids, and exports of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from harness.exports import Export, ExportOptions, find_export
from harness.exports.conflicts import ConflictList
from harness.exports.export import Row, RowContext
from harness.exports.folder import new_folder
from harness.exports.manifest import Origin
from harness.exports.project import finish, offer_items, with_tasks
from harness.exports.writing import Plan, Writing
from harness.models.pair import Fix, JudgedItem, Side, Vote
from harness.models.rubric import Rubric
from harness.rubrics import SHIPPED, load_rubric

PAIRWISE: Rubric = load_rubric(SHIPPED / "pairwise-code.yaml")
SINGLE: Rubric = load_rubric(SHIPPED / "single-response.yaml")
ORIGIN = Origin("project", "p", "A project")
GOOD = "def add(a, b):\n    return a + b\n"
BAD = "def add(a, b):\n\n    return a - b\n"
FLAG = {
    "rule": "unused-argument", "layer": "rule", "strength": "hint", "message": "b is unused",
    "question": "Should b count?", "line": 3, "column": 5, "end_line": 3, "end_column": 17,
    "precision": 0.5,
}  # fmt: skip


def side(position: int, text: str = GOOD, *, passed: bool = True, **fields: Any) -> Side:
    result = {
        "verdict": "passed" if passed else "failed", "language": "python", "code": text,
        "flags": [] if passed else [FLAG],
        "cases": [{"name": "one", "verdict": "passed" if passed else "failed"}],
    }  # fmt: skip
    values: dict[str, Any] = {
        "position": position, "response_id": f"r_{position}", "model": f"model-{position}",
        "text": text, "result": result,
    }  # fmt: skip
    return Side(**(values | fields))


def vote(number: int = 1, preference: int | None = 1, **fields: Any) -> Vote:
    said = {
        "ratings": {"1": {"correctness": 0}, "2": {"correctness": 4}},
        "acceptable": {"1": False, "2": True}, "preference": preference,
        "tie": preference == 0, "both_bad": False, "ranking": [], "reasons": ["wrong-result"],
        "justification": f"Judge {number} saw it.",
        "marks": [
            {
                "response": "1", "first_line": 3, "last_line": 3, "severity": "breaks",
                "category": "logic", "note": "subtracts",
            }
        ],
        "flags": [],
    }  # fmt: skip
    answer = said | fields.pop("answer", {})
    values = {
        "judgment_id": f"j_{number}", "assignment_id": f"a_{number}", "person_id": f"p_{number}",
        "role": "trainer", "revision": 1, "parent": None, "kind": "submitted", "answer": answer,
        "rubric_ref": str(PAIRWISE.ref), "rubric_digest": PAIRWISE.digest,
        "guidelines_version": 2, "flags_seen": False, "created_at": 1_900_000_000.0 + number,
        "order": (2, 1), "wall_s": 60.0, "active_s": 50.0, "paused_s": 0.0, "surplus": False,
        "final": True,
    }  # fmt: skip
    return Vote(**(values | fields))


def fix(code: str = GOOD, **fields: Any) -> Fix:
    values: dict[str, Any] = {
        "correction_id": "c_1", "person_id": "p_1", "position": 1, "code": code,
        "result": {"verdict": "passed"}, "created_at": 1_900_000_000.0,
    }  # fmt: skip
    return Fix(**(values | fields))


def item(name: str = "1", votes: Iterable[Vote] = (), **fields: Any) -> JudgedItem:
    task = {
        "task_id": f"task-{name}", "prompt": f"Add two numbers, case {name}.",
        "language": "python", "source": "own", "licence": "MIT",
    }  # fmt: skip
    values = {
        "item_id": f"i_{name}", "task_key": f"task-{name}", "task": task | fields.pop("task", {}),
        "state": "submitted", "reason": "mixed verdicts",
        "sides": (side(1, BAD, passed=False), side(2)), "votes": tuple(votes),
    }  # fmt: skip
    return JudgedItem(**(values | fields))


def single(name: str = "s", **said: Any) -> JudgedItem:
    """An item of one response, rated on the five attributes."""
    ratings = {
        "helpfulness": 1, "correctness": 0, "coherence": 4, "complexity": 2, "verbosity": 2,
    }  # fmt: skip
    answer = {
        "ratings": {"1": ratings}, "acceptable": {"1": False}, "preference": None, "tie": False,
    }  # fmt: skip
    votes = (vote(1, answer=answer | said), vote(2, answer=answer | said))
    return item(name, votes, sides=(side(1, BAD, passed=False),))


def export_items(
    items: Iterable[JudgedItem], out: Path, rubric: Rubric | None = PAIRWISE, **options: Any
) -> Row:
    """Export items that are in memory; returns the manifest."""
    found = list(items)
    wanted = ExportOptions.model_validate({"format": "trl-dpo-chat"} | options)
    export = find_export(wanted.format)
    context = RowContext(
        with_margin=wanted.with_margin, pseudonym=lambda one: f"hidden-{one}", rubric=rubric
    )
    prompts = {one.task_key: one.prompt for one in found}
    with new_folder(out) as folder:
        plan = with_tasks(Plan(export, wanted, context), prompts.items())
        with Writing(plan, folder) as writing, ConflictList(folder, context) as conflicts:
            offer_items(writing, conflicts, found)
            return finish(writing, conflicts, ORIGIN)


def rows_of(out: Path, name: str = "train") -> list[Row]:
    """Rows of a JSON file of an export, whichever kind."""
    array = out / f"{name}.json"
    if array.exists():
        found: list[Row] = json.loads(array.read_text("utf-8"))
        return found
    lines = (out / f"{name}.jsonl").read_text("utf-8").split("\n")
    assert lines.pop() == ""
    return [json.loads(line) for line in lines]


def rubric_for(export: Export) -> Rubric:
    return SINGLE if export.name in ("helpsteer2", "trl-prm") else PAIRWISE
