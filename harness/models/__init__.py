"""Frozen records shared by every stage."""

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
from harness.models.response import Code, Form, InvalidRow, Response
from harness.models.result import Artifact, CaseResult, Outcome, Result, RunInfo, Verdict
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
