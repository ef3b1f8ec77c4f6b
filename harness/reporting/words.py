"""The words and signs of verdicts, trust and languages: the same in every report."""

from __future__ import annotations

from harness.models import Language, Trust, Verdict

ICONS = {
    Verdict.PASSED: "✓",
    Verdict.FAILED: "✗",
    Verdict.BUILD_FAILED: "⊘",
    Verdict.RUNTIME_ERROR: "↯",
    Verdict.TIMEOUT: "◷",
    Verdict.MEMORY_LIMIT: "▤",
    Verdict.OUTPUT_LIMIT: "≡",
    Verdict.REJECTED: "∅",
    Verdict.HARNESS_ERROR: "△",
}
MEANINGS = {
    Verdict.PASSED: "every case gave what was expected",
    Verdict.FAILED: "it ran, and at least one case gave something else",
    Verdict.BUILD_FAILED: "it did not compile or parse",
    Verdict.RUNTIME_ERROR: "it raised, crashed or ended before it answered",
    Verdict.TIMEOUT: "it used up its CPU or wall time",
    Verdict.MEMORY_LIMIT: "it asked for more memory than it may have",
    Verdict.OUTPUT_LIMIT: "it printed more than it may",
    Verdict.REJECTED: "no code to run was found in the response",
    Verdict.HARNESS_ERROR: "ours, not the model's: left out of every rate",
}
LANGUAGES = {
    Language.PYTHON: "Python",
    Language.JAVASCRIPT: "JavaScript",
    Language.CPP: "C++",
    Language.CSHARP: "C#",
    Language.SQL: "SQL",
    Language.HTML: "HTML",
}
TRUST = {
    Trust.ISOLATED: "The judge ran apart from the response, which never held an expected value: "
    "code that tries to cheat cannot forge this verdict.",
    Trust.SHARED: "The tests ran in the response's own process: code written to cheat "
    "could have forged this verdict.",
}


def verdict_word(verdict: Verdict) -> str:
    """``build failed`` for BUILD_FAILED."""
    return verdict.value.replace("_", " ")
