"""The languages."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """The six languages; values are the names used in files, images and reports."""

    PYTHON = "python"
    JAVASCRIPT = "javascript"
    CPP = "cpp"
    CSHARP = "csharp"
    SQL = "sql"
    HTML = "html"
