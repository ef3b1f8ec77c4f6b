"""Made results, plausible enough to judge a report by: many models, all verdicts, real shapes."""

from __future__ import annotations

import random
from collections.abc import Iterator

from harness.models import (
    CaseResult,
    Flag,
    InvalidRow,
    Language,
    Layer,
    Result,
    RunInfo,
    Strength,
    Task,
    TestKind,
    Trust,
    Verdict,
)
from harness.reporting import Results

PYTHON = '''from typing import List


def running_total(values: List[int], start: int = 0) -> List[int]:
    """Sums so far: running_total([1, 2], 10) is [11, 13]."""
    total = start
    out = []
    for value in values:  # one pass
        total += value
        out.append(total)
    return out[1:] if len(out) > 3 else out
'''
JAVASCRIPT = """// Longest run of equal letters.
function longestRun(text) {
  let best = 0, run = 0;
  for (let i = 0; i < text.length; i++) {
    run = text[i] === text[i - 1] ? run + 1 : 1;
    if (run > best) best = run;
  }
  return `${best}`;
}
"""
CPP = """#include <string>
#include <vector>
using namespace std;

int count_pairs(const vector<int>& xs, int target) {
    int found = 0;
    for (size_t i = 0; i < xs.size(); ++i)
        for (size_t j = i; j < xs.size(); ++j)
            if (xs[i] + xs[j] == target) ++found;  // i == j counts once too often
    return found;
}
"""
CODE = {Language.PYTHON: PYTHON, Language.JAVASCRIPT: JAVASCRIPT, Language.CPP: CPP}
FAILURES = (
    [Verdict.FAILED] * 10
    + [Verdict.RUNTIME_ERROR] * 4
    + [Verdict.BUILD_FAILED, Verdict.TIMEOUT, Verdict.TIMEOUT, Verdict.MEMORY_LIMIT]
    + [Verdict.OUTPUT_LIMIT, Verdict.REJECTED]
)


def run_info(**changes: object) -> RunInfo:
    """A finished run of 41 seconds."""
    return RunInfo(
        run_id="20260301-091500-k3f9",
        started_at="2026-03-01T09:15:00+00:00",
        finished_at="2026-03-01T09:15:41+00:00",
        status="finished",
        command="harness run tasks --responses answers.jsonl --workers 2",
        tasks_path="tasks",
        response_paths=("answers.jsonl",),
        settings={"workers": 2, "isolation": "warm"},
        machine={"cpus": 2, "memory_gb": 8},
        images={"python": "sha256:1f2e3d", "cpp": "sha256:9a8b7c"},
    ).model_copy(update=changes)


def task(task_id: str, language: Language) -> Task:
    """A task with a short prompt."""
    return Task(
        task_id=task_id,
        language=language,
        kind=TestKind.CALL,
        title="Running total",
        prompt="Return the sums so far of a list of whole numbers.\n\n"
        "running_total([1, 2, 3]) gives [1, 3, 6]; an optional start is added to each.",
    )


def tasks(languages: tuple[Language, ...] = (Language.PYTHON,), count: int = 17) -> dict[str, Task]:
    """``count`` tasks a language, by id."""
    made = [task(f"{lang.value}/{n:03d}", lang) for lang in languages for n in range(count)]
    return {item.task_id: item for item in made}


def results(
    models: int = 3,
    languages: tuple[Language, ...] = (Language.PYTHON,),
    count: int = 17,
    samples: int = 2,
) -> Results:
    """A source of models x languages x tasks x samples results, the same at every call."""

    def source() -> Iterator[Result]:
        for language in languages:
            for model in range(models):
                skill = 0.25 + 0.7 * ((model * 7) % models) / models
                for number in range(count):
                    for sample in range(samples):
                        name = f"{language}-{model}-{number}-{sample}"
                        luck = random.Random(name)
                        verdict = Verdict.PASSED
                        if luck.random() > skill + 0.2 * (number % 3 - 1):
                            verdict = luck.choice(FAILURES)
                        if luck.random() < 0.002:
                            verdict = Verdict.HARNESS_ERROR
                        yield result(name, f"{language.value}/{number:03d}", model, language,
                                     verdict, luck)  # fmt: skip

    return source


def result(
    response_id: str,
    task_id: str,
    model: int,
    language: Language,
    verdict: Verdict,
    luck: random.Random,
) -> Result:
    """One result of the given verdict with cases that fit it."""
    wall_s = luck.lognormvariate(-4, 0.8) + (3 if verdict is Verdict.TIMEOUT else 0)
    own_tests = language is Language.CPP
    return Result(
        response_id=response_id,
        task_id=task_id,
        language=language,
        model=("nimbus-7b-instruct", "quartz-coder-33b", "tern-mini-q4_k_m", "heron-large")[
            model % 4
        ]
        + (f"-v{model // 4}" if model >= 4 else ""),
        verdict=verdict,
        trust=Trust.SHARED if own_tests else Trust.ISOLATED,
        cases=_cases(verdict, luck),
        flags=(_FLAG,) if verdict is Verdict.FAILED and luck.random() < 0.4 else (),
        message="the slot died twice" if verdict is Verdict.HARNESS_ERROR else "",
        build_log=_BUILD if verdict is Verdict.BUILD_FAILED else "",
        cpu_s=wall_s * 0.8,
        wall_s=wall_s,
        memory_mb=24 + 40 * luck.random(),
        cached=luck.random() < 0.1,
        code="" if verdict is Verdict.REJECTED else CODE[language],
        first_line=6 if language is Language.PYTHON else 1,
        extraction_note="second of 3 fences" if luck.random() < 0.1 else "",
        origin="answers.jsonl",
        line=luck.randrange(1, 5000),
    )


_FLAG = Flag(
    rule="slice-drops-first",
    layer=Layer.RULE,
    strength=Strength.STRONG,
    message="a slice from 1 drops the first element on one path only",
    question="Should long inputs lose their first sum?",
    line=11,
    column=5,
    end_line=11,
    end_column=9,
    source="return sums[1:]",
    language=Language.PYTHON,
    precision=0.9,
)
_BUILD = "main.cpp:6:22: error: expected ';' before '}' token\n    6 |     return found\n"


def _cases(verdict: Verdict, luck: random.Random) -> tuple[CaseResult, ...]:
    if verdict in {Verdict.REJECTED, Verdict.BUILD_FAILED, Verdict.HARNESS_ERROR}:
        return ()
    good = [
        CaseResult(
            name=f"case {n + 1}",
            verdict=Verdict.PASSED,
            input=f"running_total({list(range(n))})",
            expected=str(n),
            actual=str(n),
            cpu_s=0.002,
            wall_s=0.003,
        )
        for n in range(luck.randrange(3, 9))
    ]
    if verdict is Verdict.PASSED:
        return tuple(good)
    return (*good, *(_bad_case(verdict, n) for n in range(luck.randrange(1, 3))))


def _bad_case(verdict: Verdict, number: int) -> CaseResult:
    error = verdict is Verdict.RUNTIME_ERROR
    stderr = (
        'Traceback (most recent call last):\n  File "solution.py", line 9, in running_total\n'
        "    total += value\nTypeError: unsupported operand type(s) for +=: 'int' and 'str'\n"
    )
    return CaseResult(
        name=f"long list {number + 1}",
        verdict=verdict,
        input="running_total([4, 8, 15, 16, 23, 42], start=100)",
        expected="[104, 112, 127, 143, 166, 208]",
        actual="[112, 127, 143, 166, 208]" if verdict is Verdict.FAILED else "",
        message="TypeError: unsupported operand type(s) for +=" if error else "",
        stderr=stderr if error else "",
        stdout="\x1b[31mdebug:\x1b[0m start=100\n" if number else "",
        cpu_s=3.0 if verdict is Verdict.TIMEOUT else 0.004,
        wall_s=3.1 if verdict is Verdict.TIMEOUT else 0.006,
        memory_mb=31.5,
    )


def invalid_rows(count: int = 2) -> list[InvalidRow]:
    """Rows that no reader could read."""
    return [
        InvalidRow(file="answers.jsonl", line=40 + n, reason="no field 'response'")
        for n in range(count)
    ]
