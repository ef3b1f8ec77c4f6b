"""The review desk: one item, its responses under letters, and the form that judges them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from harness.models.rubric import Rubric
from harness.review.pages.responses import ResponseView
from harness.review.pages.shell import Shell


@dataclass(frozen=True)
class DeskPage:
    """Everything desk.html shows.

    position, total: "item 12 of 40"; total 0 where the end is not known. data: what desk.js reads,
    JSON that cannot end its script element (see ``DeskData``).
    """

    shell: Shell
    project: str
    project_href: str
    position: int
    total: int
    task_title: str
    prompt: Markup
    facts: tuple[tuple[str, str], ...]
    guidelines: Markup | None
    guidelines_version: str
    rubric: Rubric
    responses: tuple[ResponseView, ...]
    flags_hidden: bool
    skip_reasons: tuple[tuple[str, str], ...]
    may_skip: bool
    returned: str
    data: Markup


@dataclass(frozen=True)
class DeskData:
    """What desk.js is given: addresses, the draft and its version, keys, flags once shown.

    flags: None while they are hidden. runs: address to start runs, None where none may be.
    """

    base: str
    user: str
    letters: tuple[str, ...]
    version: int
    answer: dict[str, Any]
    keys: dict[str, str]
    titles: dict[str, str]
    flags: list[dict[str, Any]] | None
    flags_wait: str
    next: str
    seconds: float
    idle_s: int
    runs: str | None = None
    severities: list[dict[str, str]] = field(default_factory=list)
    categories: list[dict[str, str]] = field(default_factory=list)
