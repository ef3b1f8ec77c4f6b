"""Reads the attack files: one hostile (or honest but awkward) response each.

An attack is ``<language>/<name>.toml``::

    id, how             what it is called and how it works
    item                numbers of the threats it stands for (docs: "What a sandbox must resist")
    base                the task it is made against, from bases.toml; its keys may be overridden
    code                the response
    verdict             the verdicts that count as resisted
    trust               isolated | shared (default: shared for C++ unit tests)
    honest              the response is right, and a harness that fails it is wrong
    known_failure       why it succeeds where judge and candidate share a process
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.models import Form, Language, Limits, Response, Task, TestKind, Trust, Verdict

FOLDER = Path(__file__).parent
# Short, so that the many attacks that end by a limit end soon.
LIMITS = Limits(cpu_s=1.5, wall_s=5.0, build_cpu_s=12.0, build_wall_s=40.0)
_OWN_KEYS = ("id", "item", "how", "base", "code", "verdict", "trust", "honest", "known_failure")


@dataclass(frozen=True)
class Attack:
    """One attack. ``neighbour`` is the honest answer to ``base`` that must pass after it."""

    id: str
    items: tuple[int, ...]
    how: str
    verdicts: frozenset[Verdict]
    trust: Trust
    honest: bool
    known_failure: str | None
    task: Task
    response: Response
    neighbour_task: Task
    neighbour: Response


def honest_work() -> list[tuple[Task, Response]]:
    """Every task that is attacked, with its right answer."""
    return [
        (task, _response(task, base["reference"]))
        for language, bases in _bases().items()
        for name, base in bases.items()
        for task in [_task(f"{language}/{name}", Language(language), base)]
    ]


def load_attacks() -> list[Attack]:
    """Every attack, ordered by language and name."""
    bases = _bases()
    return [_attack(file, bases) for file in sorted(FOLDER.glob("*/*.toml"))]


def _bases() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "bases.toml").read_text("utf-8"))


def _attack(file: Path, bases: dict[str, Any]) -> Attack:
    row = tomllib.loads(file.read_text("utf-8"))
    language = Language(file.parent.name)
    base = bases[language.value][row["base"]]
    changes = {key: value for key, value in row.items() if key not in _OWN_KEYS}
    task = _task(row["id"], language, {**base, **changes})
    neighbour = _task(f"{row['id']} (neighbour)", language, base)
    shared = language is Language.CPP and task.kind is TestKind.UNIT
    return Attack(
        id=row["id"],
        items=tuple(row["item"]),
        how=row["how"].strip(),
        verdicts=frozenset(Verdict(name) for name in row["verdict"]),
        trust=Trust(row.get("trust", "shared" if shared else "isolated")),
        honest=row.get("honest", False),
        known_failure=row.get("known_failure"),
        task=task,
        response=_response(task, row["code"]),
        neighbour_task=neighbour,
        neighbour=_response(neighbour, base["reference"]),
    )


def _task(name: str, language: Language, keys: dict[str, Any]) -> Task:
    cases = [
        {"name": f"case {number}", **_case(case)}
        for number, case in enumerate(keys.get("cases", []), 1)
    ]
    known = {key: value for key, value in keys.items() if key != "cases"}
    return Task.model_validate(
        {
            "task_id": name,
            "language": language,
            "prompt": "",
            "limits": LIMITS,
            **known,
            "cases": cases,
        }
    )


def _case(case: dict[str, Any]) -> dict[str, Any]:
    if "stdout" not in case:
        return case
    return {**{k: v for k, v in case.items() if k != "stdout"}, "expected": case["stdout"]}


def _response(task: Task, code: str) -> Response:
    return Response(
        response_id=f"{task.task_id}#1", task_id=task.task_id, model="attacker", text=code,
        form=Form.FULL,
    )  # fmt: skip
