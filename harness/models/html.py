"""HTML tasks: what a user does with a page, and what must then be true of it."""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from harness.models.base import Record

Action = Literal[
    "click", "hover", "type", "press", "select", "resize", "wait", "dialogs", "screenshot"
]
Relation = Literal[
    "left_of", "right_of", "above", "below", "inside", "same_row", "same_column",
    "same_width", "same_height", "overlapping", "within_viewport",
]  # fmt: skip
Impact = Literal["minor", "moderate", "serious", "critical"]
Fact = Literal[
    "exists", "count", "text", "content", "attribute", "value", "visible", "checked", "enabled",
    "focused", "style", "layout", "no_sideways_scrolling", "url", "title", "console", "errors",
    "dialog", "accessibility",
]  # fmt: skip
_KEY = re.compile(
    r"(?:(?:Alt|Control|Meta|Shift)\+)*(?:Enter|Tab|Escape|Backspace|Delete|Space|Home|End"
    r"|Page(?:Up|Down)|Arrow(?:Left|Up|Right|Down)|F(?:[1-9]|1[0-2])|\S)"
)
_STEP_NEEDS: dict[str, tuple[str, ...]] = {
    "click": ("selector",),
    "hover": ("selector",),
    "type": ("selector", "text"),
    "press": ("key",),
    "select": ("selector", "values"),
    "resize": ("width", "height"),
    "screenshot": ("name",),
}
_CHECK_NEEDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("exists", "count", "text", "content", "value", "visible", "checked", "enabled", "focused"),
        ("selector",),
    ),
    "attribute": ("selector", "name"),
    "style": ("selector", "name"),
    "layout": ("selector", "relation"),
}
_COMPARISONS = ("equals", "one_of", "contains", "matches", "at_least", "at_most")
_NEVER_NEGATED = {"errors", "accessibility", "no_sideways_scrolling"}
_COMPARED = {
    "count", "text", "content", "attribute", "value", "style", "url", "title", "console", "dialog",
}  # fmt: skip
_MAX_SIDE_PX = 4096


class Viewport(Record):
    """A named size of the window, in CSS pixels."""

    name: str = "desktop"
    width: int = Field(default=1280, ge=100, le=_MAX_SIDE_PX)
    height: int = Field(default=720, ge=100, le=_MAX_SIDE_PX)


class Screenshot(Record):
    """A picture of the page as it loads. viewport: a declared one's name (the first if none)."""

    name: str
    viewport: str | None = None
    full_page: bool = False


class HtmlStep(Record):
    """One thing a user does.

    selector: CSS; it also finds elements of open shadow roots. nth: which match, from 0.
    click: count (2 is a double click). type: replaces what the field held unless append.
    press: a key ("Enter", "a", "Control+Enter"), on selector or what has the focus.
    select: options by value or text. wait: ms, or until selector is visible (at most timeout_s).
    dialogs: how alert, confirm and prompt are answered from here on (accept, with text).
    screenshot: a picture of that name is kept with the result.
    """

    action: Action
    selector: str | None = None
    nth: int = Field(default=0, ge=0)
    text: str | None = None
    append: bool = False
    key: str | None = None
    values: tuple[str, ...] = ()
    count: int = Field(default=1, ge=1, le=100)
    width: int | None = Field(default=None, ge=100, le=_MAX_SIDE_PX)
    height: int | None = Field(default=None, ge=100, le=_MAX_SIDE_PX)
    ms: int | None = Field(default=None, ge=0, le=10_000)
    accept: bool = True
    name: str | None = None
    full_page: bool = False
    timeout_s: float | None = Field(default=None, gt=0, le=10)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _require(self, f"action {self.action!r}", _STEP_NEEDS.get(self.action, ()))
        if self.action == "wait" and self.selector is None and self.ms is None:
            raise ValueError("action 'wait' needs ms or selector")
        if self.key is not None and not _KEY.fullmatch(self.key):
            raise ValueError(f"unknown key {self.key!r}; write it like Enter, a or Control+Enter")
        return self


class HtmlCheck(Record):
    """One thing that must be true. Without a comparison: that the fact is there at all.

    text is what a reader sees; content is the element's text whether shown or not.
    every: all matches of selector instead of the nth. negate: it must not be so.
    style: name is the CSS property, pseudo a pseudo-element; colours compare as colours.
    layout: relation to the element ``other``, within tolerance_px. url: name is fragment
    (the default), path or query. console: nothing of ``level`` was logged, or with a comparison
    some message is like it. accessibility: axe-core's violations, but for rules in ``allow`` and
    impacts up to max_impact; ``tags`` limits the rules, selector the part of the page.
    timeout_s: how long it may take to come true (the task's patience_s).
    """

    check: Fact
    selector: str | None = None
    nth: int = 0
    every: bool = False
    negate: bool = False
    name: str | None = None
    pseudo: str | None = None
    equals: str | int | float | None = None
    one_of: tuple[str, ...] = ()
    contains: str | None = None
    matches: str | None = None
    at_least: float | None = None
    at_most: float | None = None
    ignore_case: bool = False
    relation: Relation | None = None
    other: str | None = None
    tolerance_px: float = Field(default=1.0, ge=0)
    level: Literal["error", "warning"] = "error"
    allow: tuple[str, ...] = ()
    max_impact: Impact | None = None
    tags: tuple[str, ...] = ()
    timeout_s: float | None = Field(default=None, gt=0, le=10)

    @field_validator("matches")
    @classmethod
    def _is_regex(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from None
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _require(self, f"check {self.check!r}", _CHECK_NEEDS.get(self.check, ()))
        if self.relation not in (None, "within_viewport") and self.other is None:
            raise ValueError(f"relation {self.relation!r} needs other, the second selector")
        if self.check == "url" and self.name not in (None, "fragment", "path", "query"):
            raise ValueError(f"unknown part {self.name!r}; use fragment, path or query")
        given = [name for name in _COMPARISONS if getattr(self, name) not in (None, ())]
        if len(given) > 1 and set(given) != {"at_least", "at_most"}:
            raise ValueError(f"{' and '.join(given)} together; keep one comparison a check")
        if given and self.check not in _COMPARED:
            raise ValueError(f"check {self.check!r} takes no {given[0]}")
        if self.negate and (
            self.check in _NEVER_NEGATED or (self.check == "console" and not given)
        ):
            raise ValueError(f"check {self.check!r} cannot be negated")
        return self


class HtmlCase(Record):
    """A fresh page, what is done with it, and what must then be true."""

    name: str
    viewport: str | None = None
    steps: tuple[HtmlStep, ...] = ()
    checks: tuple[HtmlCheck, ...] = Field(min_length=1)


class InPageTest(Record):
    """A script that must not throw in the page's own world, with assert and $ in reach."""

    text: str
    js: str


class HtmlSpec(Record):
    """How a page is judged. patience_s: how long a step or check may take to come true."""

    viewports: tuple[Viewport, ...] = Field(default=(Viewport(),), min_length=1)
    screenshots: tuple[Screenshot, ...] = ()
    cases: tuple[HtmlCase, ...] = ()
    in_page: tuple[InPageTest, ...] = ()
    patience_s: float = Field(default=1.0, ge=0, le=10)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.cases and not self.in_page:
            raise ValueError("neither cases nor in_page tests; every response would pass")
        names = [one.name for one in self.viewports]
        users: tuple[HtmlCase | Screenshot, ...] = (*self.cases, *self.screenshots)
        for used in users:
            if used.viewport is not None and used.viewport not in names:
                known = ", ".join(names)
                raise ValueError(f"{used.name!r} names viewport {used.viewport!r}; use {known}")
        return self

    def viewport(self, name: str | None) -> Viewport:
        """A declared viewport by name, the first one for None."""
        return next((one for one in self.viewports if one.name == name), self.viewports[0])


def _require(record: Record, what: str, names: tuple[str, ...]) -> None:
    missing = [name for name in names if getattr(record, name) in (None, ())]
    if missing:
        raise ValueError(f"{what} needs {missing[0]}")
