"""Tasks: what a response is asked to do and how it is judged."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from harness.models.base import Json, Record
from harness.models.html import HtmlSpec
from harness.models.language import Language
from harness.models.sql import SqlSpec


class TestKind(StrEnum):
    """How a task is tested; see the README's section on tasks."""

    __test__ = False  # not a pytest class

    CALL = "call"
    STDIO = "stdio"
    UNIT = "unit"
    SQL = "sql"
    HTML = "html"


class Trust(StrEnum):
    """Whether the judge shares a process with the candidate."""

    ISOLATED = "isolated"
    SHARED = "shared"


class UnitStyle(StrEnum):
    """The shape of a unit test text."""

    CHECK = "check"  # Python: defines check(candidate)
    SCRIPT = "script"  # a script that asserts as it runs (Python, JavaScript)
    MAIN = "main"  # C++/C#: a main that asserts
    PYTEST = "pytest"  # Python: test_* functions, plain asserts
    NODE_TEST = "node_test"  # JavaScript: node:test
    FACTS = "facts"  # C#: classes with [Fact] and [Theory] methods


class Comparator(Record):
    """How actual is compared with expected.

    kind: exact | lines | tokens | float | unordered | json | rows | regex | checker.
    rel_tol and abs_tol belong to ``float`` (and to numbers inside ``json`` when set);
    ``ordered`` belongs to ``rows``; ``program`` (source) and ``program_language`` to
    ``checker``, a sandboxed program that gets input, expected and actual as JSON on stdin
    and accepts by exit code 0.
    """

    kind: str = "exact"
    rel_tol: float | None = None
    abs_tol: float | None = None
    ordered: bool = True
    ignore_case: bool = False
    program: str | None = None
    program_language: str = "python"


class Limits(Record):
    """Resource limits of one case (build_* of one build). CPU time decides; wall is a wider cap."""

    cpu_s: float = Field(default=3.0, gt=0)
    wall_s: float = Field(default=12.0, gt=0)
    build_cpu_s: float = Field(default=30.0, gt=0)
    build_wall_s: float = Field(default=90.0, gt=0)
    memory_mb: int = Field(default=512, ge=64)
    output_kb: int = Field(default=1024, ge=1)
    processes: int = Field(default=64, ge=8)
    disk_mb: int = Field(default=64, ge=1)


class Case(Record):
    """One case of a ``call`` or ``stdio`` task.

    check: "call" compares a call's value; "type" compares the JSON type of a call's value
    (expected: integer | number | string | boolean | array | object | null); "name", "arg_names"
    and "arg_count" compare the candidate's signature (read from its syntax tree, nothing is run).
    path: keys and indexes followed into the call's value before it is compared; a path that
    does not exist fails the case.
    any_of: further accepted values. raises: exception type name expected instead of a value.
    """

    name: str
    check: str = "call"
    args: tuple[Json, ...] = ()
    kwargs: dict[str, Json] = Field(default_factory=dict)
    path: tuple[str | int, ...] = ()
    expected: Json = None
    any_of: tuple[Json, ...] = ()
    raises: str | None = None
    stdin: str = ""
    argv: tuple[str, ...] = ()
    comparator: Comparator | None = None
    hidden: bool = True


class Signature(Record):
    """Typed signature of a C++ or C# ``call`` entry point, in that language's own type names."""

    params: tuple[str, ...]
    returns: str


class Task(Record):
    """One task. ``prompt`` is what a trainer reads; the rest is how responses are judged.

    prefix: code put before a completion (HumanEval style; usually the code prompt).
    suffix: code put after it. preamble: trusted code the tests need (helpers of the prompt).
    tests: the text of a ``unit`` task. reference: a complete right response (code).
    start: a complete response that is not right yet, such as the page an exercise begins with.
    files: extra files of the work folder, path → text.
    sql: databases and accepted answers of an ``sql`` task.
    html: steps and checks of an ``html`` task.
    origin: file the task came from; line: 1-based line in it.
    """

    task_id: str
    language: Language
    kind: TestKind
    prompt: str
    entry_point: str | None = None
    signature: Signature | None = None
    prefix: str = ""
    suffix: str = ""
    preamble: str = ""
    tests: str = ""
    unit_style: UnitStyle | None = None
    cases: tuple[Case, ...] = ()
    comparator: Comparator = Comparator()
    limits: Limits | None = None
    reference: str | None = None
    start: str | None = None
    trust: Trust | None = None
    files: dict[str, str] = Field(default_factory=dict)
    sql: SqlSpec | None = None
    html: HtmlSpec | None = None
    title: str | None = None
    tags: tuple[str, ...] = ()
    source: str | None = None
    licence: str | None = None
    origin: str | None = None
    line: int | None = None
