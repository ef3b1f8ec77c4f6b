"""Frozen records shared by every stage.

Each is imported when it is first asked for: a command that only looks at a file for flags starts
without the models of tasks and results.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.models.base import Json, Record
    from harness.models.flag import Flag, FlagPlace, Layer, Strength
    from harness.models.html import (
        HtmlCase,
        HtmlCheck,
        HtmlSpec,
        HtmlStep,
        InPageTest,
        Screenshot,
        Viewport,
    )
    from harness.models.judgment import Answer, FlagFeedback, FlagVerdict, LineMark, Problem
    from harness.models.language import Language
    from harness.models.response import Code, Form, InvalidRow, Response
    from harness.models.result import (
        Artifact,
        CaseResult,
        Outcome,
        Probe,
        Result,
        RunInfo,
        Verdict,
    )
    from harness.models.sql import (
        ColumnNames,
        ColumnOrder,
        Dialect,
        GridDiff,
        SqlGrid,
        SqlSpec,
        SqlState,
    )
    from harness.models.task import (
        Case,
        Comparator,
        Limits,
        Signature,
        Task,
        TestKind,
        Trust,
        UnitStyle,
    )

__all__ = [
    "Answer",
    "Artifact",
    "Case",
    "CaseResult",
    "Code",
    "ColumnNames",
    "ColumnOrder",
    "Comparator",
    "Dialect",
    "Flag",
    "FlagFeedback",
    "FlagPlace",
    "FlagVerdict",
    "Form",
    "GridDiff",
    "HtmlCase",
    "HtmlCheck",
    "HtmlSpec",
    "HtmlStep",
    "InPageTest",
    "InvalidRow",
    "Json",
    "Language",
    "Layer",
    "Limits",
    "LineMark",
    "Outcome",
    "Probe",
    "Problem",
    "Record",
    "Response",
    "Result",
    "RunInfo",
    "Screenshot",
    "Signature",
    "SqlGrid",
    "SqlSpec",
    "SqlState",
    "Strength",
    "Task",
    "TestKind",
    "Trust",
    "UnitStyle",
    "Verdict",
    "Viewport",
]

# In the order in which a name is looked for: the cheap ones first.
_MODULES = ("language", "flag", "base", "task", "response", "result", "sql", "html", "judgment")


def __getattr__(name: str) -> Any:
    if name in __all__:
        for module in _MODULES:
            found = getattr(import_module(f"{__name__}.{module}"), name, None)
            if found is not None:
                globals()[name] = found
                return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
