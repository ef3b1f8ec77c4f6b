"""Frozen records shared by every stage."""

from harness.models.base import Json, Record
from harness.models.response import Code, Form, InvalidRow, Response
from harness.models.result import CaseResult, Outcome, Result, RunInfo, Verdict
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
    Language,
    Limits,
    Signature,
    Task,
    TestKind,
    Trust,
    UnitStyle,
)

__all__ = [
    "Case",
    "CaseResult",
    "Code",
    "ColumnNames",
    "ColumnOrder",
    "Comparator",
    "Dialect",
    "Form",
    "GridDiff",
    "InvalidRow",
    "Json",
    "Language",
    "Limits",
    "Outcome",
    "Record",
    "Response",
    "Result",
    "RunInfo",
    "Signature",
    "SqlGrid",
    "SqlSpec",
    "SqlState",
    "Task",
    "TestKind",
    "Trust",
    "UnitStyle",
    "Verdict",
]
