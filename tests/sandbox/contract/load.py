"""Reads the contract files: how each language asks for each promise.

``<language>.toml`` holds one table a promise::

    code            the response that puts the promise to the test
    cases, …        keys of the task that differ from ``[task]`` and from the suite's
    cannot          instead of code: why the language cannot express it
    known_failure   why the promise is not kept; it is tested all the same

and ``[task]``, the keys of the language's tasks (a ``stdio`` task where it is left out). Every
language answers for every promise, so a promise is never forgotten by silence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.models import Form, Language, Limits, Response, Task

FOLDER = Path(__file__).parent
LIMITS = Limits(cpu_s=3.0, wall_s=12.0)
PROMISES = {
    "cpu": "uses CPU time without end",
    "wall": "waits without end and uses no CPU time",
    "memory": "takes memory without end",
    "self_kill": "sends itself SIGKILL",
    "output": "prints as many x as the input says",
    "processes": "starts processes until one is refused; prints how many there are besides it",
    "disk": "writes files of 1 MiB until that is refused; prints how many are whole",
    "damaged_text": "prints café, in damaged UTF-8 if the input says so",
    "stdin": "prints <the input>, opened by name",
    "litter": "prints what it finds in the writable places, then leaves files in all of them",
    "haunt": "leaves a daemon that holds the streams, and a zombie; prints gone",
    "tell": "prints the status of its process and its environment",
    "cpu_count": "prints how many CPUs it may use",
}
_OWN_KEYS = ("code", "cannot", "known_failure")


@dataclass(frozen=True)
class Probe:
    """One language's way to ask for one promise."""

    language: Language
    promise: str
    code: str
    keys: dict[str, Any] = field(default_factory=dict)
    cannot: str = ""
    known_failure: str = ""

    def work(
        self, *cases: tuple[str, str], limits: Limits = LIMITS, name: str = "contract"
    ) -> tuple[Task, Response]:
        """A task and the response to it; cases of (input, expected output), if it has none."""
        return made(self.language, self.code, cases, limits=limits, name=name, **self.keys)


def made(
    language: Language,
    source: str,
    inputs: Sequence[tuple[str, str]] = (),
    *,
    limits: Limits = LIMITS,
    name: str = "contract",
    **keys: Any,
) -> tuple[Task, Response]:
    """A program on cases of (stdin, expected stdout); none means no input and no output.

    ``keys`` are further keys of the task, ``cases`` in its own form among them.
    """
    given = [{"stdin": stdin, "expected": out} for stdin, out in inputs or [("", "")]]
    rows = [
        {"name": f"case {number}", **case}
        for number, case in enumerate(keys.pop("cases", given), 1)
    ]
    values = {"kind": "stdio", "comparator": {"kind": "lines"}, "limits": limits, **keys}
    task = Task.model_validate(
        {"task_id": name, "language": language, "prompt": "", "cases": rows, **values}
    )
    response = Response(
        response_id=f"{name}#1", task_id=name, model="m", text=source, form=Form.FULL
    )
    return task, response


def load_probes() -> list[Probe]:
    """Every probe, ordered by language and promise."""
    return [probe for file in sorted(FOLDER.glob("*.toml")) for probe in _probes(file)]


def _probes(file: Path) -> list[Probe]:
    tables = tomllib.loads(file.read_text("utf-8"))
    common = tables.pop("task", {})
    return [
        Probe(
            language=Language(file.stem),
            promise=promise,
            code=table.get("code", ""),
            keys=common | {key: value for key, value in table.items() if key not in _OWN_KEYS},
            cannot=table.get("cannot", ""),
            known_failure=table.get("known_failure", ""),
        )
        for promise, table in tables.items()
    ]
