"""Unit tasks of the code-completion benchmarks: a code prompt, a solution, tests."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from harness.intake._code_prompt import last_function, preamble
from harness.intake._fields import RowError, id_of, optional_text, text_of
from harness.intake._rows import Row
from harness.models import Language, Task, TestKind, UnitStyle

_STYLES = {
    Language.PYTHON: UnitStyle.SCRIPT,
    Language.JAVASCRIPT: UnitStyle.SCRIPT,
    Language.CPP: UnitStyle.MAIN,
    Language.CSHARP: UnitStyle.MAIN,
}
_CHECK = re.compile(r"^def check\(", re.MULTILINE)
_CHECK_CALL = re.compile(r"\n+check\(\w+\)\s*\Z")
# "return list;" and nothing else: what a generator left where the solution should be.
_COMMENT = re.compile(r"//[^\n]*")
_HANDS_BACK = re.compile(r"\s*return\s+(?!true\b|false\b|null\b|nullptr\b|\d)\w+\s*;\s*\}?\s*")
_INCLUDE = re.compile(r"^[ \t]*#[ \t]*include[ \t]*[<\"][^>\"\n]+[>\"]", re.MULTILINE)


def unit_task(row: Row, path: Path, line: int, language: Language, **fields: Any) -> Task:
    """A unit task; ``fields`` holds at least task_id, prompt and tests.

    ``prompt`` is code and becomes the prefix of completions. ``canonical_solution`` of the row,
    if any, makes the reference unless it is a stub. Raises RowError where the language has no
    unit tests.
    """
    if language not in _STYLES:
        raise RowError(f"unit tests in {language.value} are not supported yet")
    prefix = fields.pop("prefix", fields["prompt"])
    entry_point = fields.pop("entry_point", None) or last_function(language, prefix)
    style, tests = style_of(language, fields.pop("tests"))
    solution = optional_text(row, "canonical_solution")
    if solution is not None and is_stub(language, solution):
        solution = None
    suffix = fields.get("suffix", "")
    return Task(
        language=language,
        kind=TestKind.UNIT,
        prefix=prefix,
        entry_point=entry_point,
        unit_style=style,
        tests=tests,
        preamble=preamble(language, prefix, entry_point),
        reference=None if solution is None else prefix + solution + suffix,
        source=optional_text(row, "source"),
        licence=optional_text(row, "licence"),
        origin=str(path),
        line=line,
        **fields,
    )


def is_stub(language: Language, solution: str) -> bool:
    """Whether a C# solution is only a placeholder that hands an argument back."""
    return language is Language.CSHARP and bool(_HANDS_BACK.fullmatch(_COMMENT.sub("", solution)))


def declared_task(row: Row, path: Path, line: int, language: Language, tests: str) -> Task:
    """A HumanEval-X task: its row's ``declaration`` may have includes the prompt lacks."""
    prompt, declaration = text_of(row, "prompt"), text_of(row, "declaration", default="")
    fields: dict[str, Any] = {"task_id": id_of(row, "task_id"), "prompt": prompt, "tests": tests}
    if language is Language.CPP:
        fields["prefix"] = with_includes(prompt, declaration)
    entry_point = optional_text(row, "entry_point")
    return unit_task(row, path, line, language, entry_point=entry_point, **fields)


def style_of(language: Language, tests: str) -> tuple[UnitStyle, str]:
    """The style of tests and their text; a closing ``check(name)`` is left to the runner."""
    if language is Language.PYTHON and _CHECK.search(tests):
        return UnitStyle.CHECK, _CHECK_CALL.sub("\n", tests)
    return _STYLES[language], tests


def with_includes(prompt: str, declaration: str) -> str:
    """A C++ prompt preceded by the includes that only its ``declaration`` has.

    HumanEval-X keeps the headers its solutions need in the declaration, not in the prompt.
    """
    present = {_squeezed(found) for found in _INCLUDE.findall(prompt)}
    missing = [one for one in _INCLUDE.findall(declaration) if _squeezed(one) not in present]
    return "".join(f"{include}\n" for include in missing) + prompt


def _squeezed(include: str) -> str:
    return "".join(include.split())
