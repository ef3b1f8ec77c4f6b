"""Hostile text, and a browser that tells whether any of it came to life."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page

from harness.models import (
    CaseResult,
    Flag,
    GridDiff,
    Language,
    Layer,
    Result,
    Strength,
    Trust,
    Verdict,
)

HOSTILE = (
    "<script>window.pwned=1</script><img src=x onerror=window.pwned=1>"
    "</textarea></pre></title></style>]]>--><svg/onload=window.pwned=1>"
    "{{7*7}}{% raw %}\"' onmouseover=window.pwned=1 \x00\x07\x1b[31mred\x1b[0m\x1b]0;title\x07"
    "\u202eoverride\u2066iso\u2028line\ufeff\r\r\n&amp;&#x3c;=1+1"
)
# pydantic refuses lone surrogates; a record built without validation can still carry one.
SURROGATE = HOSTILE + "\udfff\ud800"


def hostile_grid(text: str) -> GridDiff:
    """Rows of an SQL case in which every name and cell is an attack; one row is ragged."""
    return GridDiff.model_construct(
        what=text, columns=(text, text), expected_rows=1, actual_rows=2, left=3,
        marks=("missing", "extra", text), rows=((text, text), (text,), (text,) * 90),
    )  # fmt: skip


def hostile_flag(text: str) -> Flag:
    """A flag as it would be if a rule quoted the program without care."""
    return Flag(
        rule=text, layer=Layer.RULE, strength=Strength.HINT, message=text, question=text,
        line=1, column=1, end_line=1, end_column=4, source=text, language=Language.PYTHON,
        related=(), precision=0.5,
    )  # fmt: skip


def hostile_result(number: int, verdict: Verdict = Verdict.FAILED, text: str = HOSTILE) -> Result:
    """A result with hostile text in every field that a response or a file can reach."""
    case = CaseResult.model_construct(
        name=text, verdict=verdict, input=text, message=text,
        expected=text + "\nsame", actual=text[3:] + "\nsame",
        stdout=text, stderr=text, cpu_s=0.1, wall_s=0.1, memory_mb=1.0,
        grids=(hostile_grid(text),) if number % 3 == 2 else (),
    )  # fmt: skip
    return Result.model_construct(
        schema_version=1,
        response_id=f"{text}/../../{number}",
        task_id=f"../{text}",
        language=(Language.PYTHON, Language.JAVASCRIPT, Language.CPP, Language.HTML)[number % 4],
        model=text,
        verdict=verdict,
        trust=Trust.ISOLATED,
        cases=(case, case.model_copy(update={"verdict": Verdict.PASSED})),
        flags=(hostile_flag(text),),
        message=text,
        build_log=text,
        cpu_s=0.1,
        wall_s=0.1,
        memory_mb=1.0,
        content_key="",
        cached=False,
        code=text + "\nx = '</code><script>window.pwned=1</script>'\n",
        first_line=2,
        extraction_note=text,
        origin=text,
        line=number,
    )


@dataclass
class Visit:
    """A page and everything it complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """A fresh page that records console errors, page errors, CSP violations and requests."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    found = Visit(page)
    page.on("console", lambda message: found.complaints.append(message.text))
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    page.on("dialog", lambda dialog: found.complaints.append("dialog"))
    page.on("request", lambda request: found.requests.append(request.url))
    page.add_init_script(
        "addEventListener('securitypolicyviolation',"
        "(e) => console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI))"
    )
    yield found
    context.close()
