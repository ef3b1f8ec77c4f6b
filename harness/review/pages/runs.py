"""A run as data for programs, and as a piece of the desk's page."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from harness.models import Record, Result, TestKind, Verdict
from harness.models.review import Correction
from harness.reporting.cases import CaseView, case_view
from harness.reporting.text import block, duration, one_line, plain
from harness.reporting.words import verdict_word
from harness.review.bench import REFERENCE
from harness.review.pages.responses import Picture, ResponseView, response_view
from harness.review.reruns import Reruns
from harness.review.run_records import Run, RunKind, RunState

CASES_GIVEN = 200
AT_FAULT = "the task is at fault: "  # how the SQL runner begins what no response can help
RAISES = "raises "  # how the runners begin what a call raised
_ENDED_WELL = {Verdict.PASSED, Verdict.FAILED}


class CaseOut(Record):
    """One case; texts are capped."""

    name: str
    verdict: Verdict
    input: str
    expected: str
    actual: str
    message: str
    stdout: str
    stderr: str
    cpu_s: float


class ProgramOut(Record):
    """How one program did. label: a letter, or "reference".

    agrees: on a typed input, whether it gave what the reference gave; None where that is not
    known. Nothing but the reference says what is right there, so its verdict is no judgment.
    """

    label: str
    verdict: Verdict
    agrees: bool | None
    message: str
    build_log: str
    cpu_s: float
    cases: list[CaseOut]
    cases_left: int


class RunOut(Record):
    """A run. place: in the queue, 0 once it has begun. version grows with every change."""

    id: str
    version: int
    kind: RunKind
    letter: str
    state: RunState
    place: int
    seconds: float
    note: str
    message: str
    fix: str | None
    given: str
    programs: list[ProgramOut]


class CorrectionOut(Record):
    """A corrected response that was handed in. letter: of the response it began as."""

    id: str
    letter: str | None
    code: str
    verdict: Verdict | None
    passed: int
    cases: int
    created_at: float


@dataclass(frozen=True)
class ProgramView:
    """One program of a run as shown. value: what it gave on a typed input, None elsewhere.

    before: the response's own verdict, beside that of its changed code. opened: cases worth a
    look: of a typed input the one there is, of changed code those that failed.
    """

    title: str
    shown: ResponseView
    word: str
    tone: str
    value: Markup | None
    message: Markup
    stdout: Markup
    stderr: Markup
    cpu: str
    agrees: bool | None
    before: str
    opened: tuple[CaseView, ...]


@dataclass(frozen=True)
class RunPage:
    """What run.html shows. compact: one value each, from a typed input."""

    given: Markup
    kind: str
    compact: bool
    programs: tuple[ProgramView, ...]
    message: str
    fix: str


def run_out(reruns: Reruns, run: Run) -> RunOut:
    """A run as data."""
    return RunOut(
        id=run.run_id,
        version=run.version,
        kind=run.order.kind,
        letter=run.order.letter,
        state=run.state,
        place=reruns.place(run),
        seconds=round(run.seconds, 1),
        note=plain(run.note, 200),
        message=plain(run.message, 1000),
        fix=run.fix,
        given=run.order.given,
        programs=[_program_out(run, label, one) for label, one in run.results],
    )


def correction_out(correction: Correction, letter: str | None) -> CorrectionOut:
    """A correction as data."""
    cases = correction.result.cases if correction.result else ()
    return CorrectionOut(
        id=correction.correction_id,
        letter=letter,
        code=correction.code,
        verdict=correction.result.verdict if correction.result else None,
        passed=sum(one.verdict is Verdict.PASSED for one in cases),
        cases=len(cases),
        created_at=correction.created_at,
    )


def run_page(run: Run, originals: dict[str, Result], base: str) -> RunPage:
    """A run as a piece of a page. base: address of the run, for its pictures."""
    order = run.order
    return RunPage(
        given=block(order.given) if order.kind is RunKind.INPUT else Markup(""),
        kind=order.kind.value,
        compact=_is_compact(run),
        programs=tuple(
            _program(run, label, result, originals.get(label), f"{base}/pictures/{place}")
            for place, (label, result) in enumerate(run.results)
        ),
        message=plain(run.message, 1000),
        fix=plain(run.fix or "", 400),
    )


def _is_compact(run: Run) -> bool:
    """Whether every program has one value that nothing but the reference can judge."""
    order = run.order
    return order.kind is RunKind.INPUT and order.task.kind in {TestKind.CALL, TestKind.STDIO}


def _value(run: Run, result: Result) -> str | None:
    """What a program gave on a typed input, or raised; None if it did not get so far."""
    if not result.cases:
        return None
    case = result.cases[0]
    called = run.order.task.kind is TestKind.CALL
    if called and case.actual.startswith(RAISES):
        return case.actual
    # A call that returned shows its value; one that could not be made has a message only.
    return case.actual if case.verdict in _ENDED_WELL and (case.actual or not called) else None


def _agrees(run: Run, label: str, result: Result) -> bool | None:
    """Whether it gave what the reference gave, as the task compares values."""
    if label == REFERENCE or run.expecting is None or not _is_compact(run):
        return None
    return result.verdict is Verdict.PASSED


def _program_out(run: Run, label: str, result: Result) -> ProgramOut:
    return ProgramOut(
        label=label,
        verdict=_verdict(run, result),
        agrees=_agrees(run, label, result),
        message=_message(run, result),
        build_log=result.build_log,
        cpu_s=result.cpu_s,
        cases=[
            CaseOut(**{name: getattr(case, name) for name in CaseOut.model_fields})
            for case in result.cases[:CASES_GIVEN]
        ],
        cases_left=max(0, len(result.cases) - CASES_GIVEN),
    )


def _returned(run: Run, result: Result) -> bool:
    """Whether it gave a value on a typed input; then it has not failed, whatever was expected."""
    value = _value(run, result) if _is_compact(run) else None
    return value is not None and not value.startswith(RAISES)


def _verdict(run: Run, result: Result) -> Verdict:
    return Verdict.PASSED if _returned(run, result) else result.verdict


def _message(run: Run, result: Result) -> str:
    """Why it did not get so far; where a value differs stands beside it."""
    if run.order.kind is RunKind.INPUT and result.verdict is Verdict.HARNESS_ERROR:
        # What a runner blames on the task is the person's own rows here.
        return result.message.replace(AT_FAULT, "your input cannot be used: ")
    return "" if _returned(run, result) else result.message


def _program(
    run: Run, label: str, result: Result, original: Result | None, pictures: str
) -> ProgramView:
    value = _value(run, result) if _is_compact(run) else None
    case = result.cases[0] if result.cases else None
    shots = tuple(
        Picture(one_line(one.name, 80), f"{pictures}/{number}")
        for number, one in enumerate(result.artifacts)
        if one.media_type == "image/png"
    )
    edited = run.order.kind is RunKind.EDIT
    verdict = _verdict(run, result)
    shown = response_view(label, result, text=None, pictures=shots)
    return ProgramView(
        title="Reference" if label == REFERENCE else f"{label}, edited" if edited else label,
        shown=shown,
        word=_word(value, verdict),
        tone=verdict.value,
        value=None if value is None else block(value),
        message=block("" if value is not None and case and case.stderr else _message(run, result)),
        stdout=block(case.stdout if case else ""),
        stderr=block(case.stderr if case else ""),
        cpu=duration(result.cpu_s),
        agrees=_agrees(run, label, result),
        before=_before(original) if edited and original else "",
        opened=shown.failing if edited else tuple(map(case_view, result.cases[:1])),
    )


def _word(value: str | None, verdict: Verdict) -> str:
    if value is None:
        return verdict_word(verdict)
    return "raised" if value.startswith(RAISES) else "returned"


def _before(original: Result) -> str:
    """The response's own verdict in a few words."""
    passed = sum(one.verdict is Verdict.PASSED for one in original.cases)
    of = f", {passed} of {len(original.cases)} cases passed" if original.cases else ""
    return f"as it was: {verdict_word(original.verdict)}{of}"
