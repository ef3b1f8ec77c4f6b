"""Runs on request: own input, edited code, and corrected responses handed in."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response, StreamingResponse

from harness.errors import Conflict, NotFound
from harness.models import Language, Record, Result, Verdict
from harness.models.review import Correction
from harness.review.access import Access, SignedIn
from harness.review.blind import encodable
from harness.review.own_input import input_form
from harness.review.pages.desk import Work, work_of
from harness.review.pages.runs import (
    CorrectionOut,
    RunOut,
    correction_out,
    run_out,
    run_page,
)
from harness.review.rendering import page
from harness.review.reruns import Reruns
from harness.review.routes.refusals import ERRORS, SIGN_IN, Refusal
from harness.review.run_orders import edit_order, input_order, require_open
from harness.review.run_records import Order, Run, RunKind, RunState, TooMany
from harness.store.artifacts import artifact_file

router = APIRouter(
    prefix="/api/desk/{assignment_id}", tags=["runs"], responses=ERRORS, dependencies=SIGN_IN
)
# A stream ends after a while and the page asks again: nobody holds a server up that stops.
STREAM_S = 20.0
LOOK_S = 0.1
Text = Annotated[str, Field(max_length=200_000)]


class Ask(Record):
    """kind ``input``: letters as displayed, and the input. kind ``edit``: one letter, and code."""

    kind: RunKind
    letters: Annotated[tuple[str, ...], Field(min_length=1, max_length=8)]
    input: Text = ""
    code: Text = ""


class Asked(Record):
    """Where to look for the run."""

    id: str


class InputField(Record):
    """What can be typed. samples: names and texts to begin from."""

    kind: str
    label: str
    hint: str
    samples: list[tuple[str, str]]


class RunsOut(Record):
    """All about the runs of an item: what can be typed, the code to edit, what was run."""

    language: Language
    input: InputField | None
    codes: dict[str, str]
    runs: list[RunOut]
    corrections: list[CorrectionOut]


class HandIn(Record):
    """A corrected response. It must have been run exactly as it is."""

    letter: str
    code: Text


def reruns_of(request: Request) -> Reruns:
    """The server's queue of runs."""
    found: Reruns = request.app.state.reruns
    return found


Queue = Annotated[Reruns, Depends(reruns_of)]
_ASK_ERRORS: dict[int | str, dict[str, Any]] = {
    429: {"model": Refusal, "description": "Too many runs; Retry-After says when"},
}  # fmt: skip


@router.get("/runs")
def runs(access: SignedIn, reruns: Queue, assignment_id: str) -> RunsOut:
    """What can be run here, and what was."""
    work = work_of(access, assignment_id)
    form = input_form(work.task)
    pairs = zip(work.letters, work.responses, strict=True)
    return RunsOut(
        language=work.item.language,
        input=None if form is None else InputField(
            kind=form.kind, label=form.label, hint=form.hint, samples=list(form.samples)
        ),
        codes={letter: encodable(one.result.code) for letter, one in pairs},
        runs=[run_out(reruns, one) for one in reruns.runs(assignment_id)],
        corrections=_corrections(access, work),
    )  # fmt: skip


@router.post("/runs", response_model=Asked, status_code=202, responses=_ASK_ERRORS)
def ask(access: SignedIn, reruns: Queue, assignment_id: str, wanted: Ask) -> Asked | Response:
    """Queue a run; its address is this one, a slash and the id."""
    order = _order(access, work_of(access, assignment_id), wanted)
    try:
        return Asked(id=reruns.ask(order).run_id)
    except TooMany as error:
        body = Refusal(message=error.message, fix=error.fix).model_dump()
        return JSONResponse(body, 429, headers={"retry-after": str(error.wait_s)})


def _order(access: Access, work: Work, wanted: Ask) -> Order:
    letters = tuple(dict.fromkeys(wanted.letters))
    if wanted.kind is RunKind.INPUT:
        return input_order(work, access.person_id, letters, wanted.input)
    return edit_order(work, access.person_id, letters[0], wanted.code)


def _own_run(access: Access, reruns: Reruns, assignment_id: str, run_id: str) -> Run:
    """A run of one's own assignment. Raises NotFound for any other."""
    access.assignment(assignment_id)
    run = reruns.run(assignment_id, run_id)
    if run.order.person_id != access.person_id:
        raise NotFound("no such run")
    return run


@router.get("/runs/{run_id}")
def run(access: SignedIn, reruns: Queue, assignment_id: str, run_id: str) -> RunOut:
    """A run as it is now."""
    return run_out(reruns, _own_run(access, reruns, assignment_id, run_id))


@router.delete("/runs/{run_id}")
def cancel(access: SignedIn, reruns: Queue, assignment_id: str, run_id: str) -> RunOut:
    """Cancel a run, waiting or running; one that is over stays as it is."""
    _own_run(access, reruns, assignment_id, run_id)
    return run_out(reruns, reruns.cancel(assignment_id, run_id))


@router.get(
    "/runs/{run_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def events(
    access: SignedIn, reruns: Queue, assignment_id: str, run_id: str
) -> StreamingResponse:
    """Server-sent events: the run's state at every change, and its last one when it is over."""
    await run_in_threadpool(_own_run, access, reruns, assignment_id, run_id)
    stream = _changes(reruns, assignment_id, run_id)
    return StreamingResponse(
        stream, media_type="text/event-stream", headers={"x-accel-buffering": "no"}
    )


async def _changes(reruns: Reruns, assignment_id: str, run_id: str) -> AsyncIterator[str]:
    """One event a change of version, place or second."""
    yield "retry: 500\n\n"
    until, told = time.monotonic() + STREAM_S, None
    while time.monotonic() < until:
        try:
            one = reruns.run(assignment_id, run_id)
        except NotFound:
            return
        now = (one.version, reruns.place(one), int(one.seconds))
        if now != told:
            told = now
            yield f"data: {json.dumps(_progress(reruns, one))}\n\n"
        if one.state.over:
            return
        await asyncio.sleep(LOOK_S)


def _progress(reruns: Reruns, one: Run) -> dict[str, Any]:
    """What a line of progress needs."""
    return {
        "state": one.state.value, "place": reruns.place(one), "seconds": round(one.seconds, 1),
        "note": one.note[:200], "done": len(one.results), "of": len(one.order.programs),
        "over": one.state.over,
    }  # fmt: skip


@router.get("/runs/{run_id}/view", include_in_schema=False)
def view(access: SignedIn, reruns: Queue, assignment_id: str, run_id: str) -> Response:
    """A piece of the desk's page: the run and how it ended."""
    one = _own_run(access, reruns, assignment_id, run_id)
    work = work_of(access, assignment_id)
    originals: dict[str, Result] = {
        letter: response.result
        for letter, response in zip(work.letters, work.responses, strict=True)
    }
    base = f"/api/desk/{assignment_id}/runs/{run_id}"
    return page("run.html", run_page(one, originals, base))


@router.get("/runs/{run_id}/pictures/{place}/{number}", include_in_schema=False)
def picture(
    access: SignedIn, reruns: Queue, assignment_id: str, run_id: str, place: int, number: int
) -> Response:
    """A screenshot of a run, by its place: no name of a file comes in."""
    results = _own_run(access, reruns, assignment_id, run_id).results
    artifacts = results[place][1].artifacts if 0 <= place < len(results) else ()
    if not 0 <= number < len(artifacts) or artifacts[number].media_type != "image/png":
        raise NotFound("no such picture")
    file = artifact_file(access.server.options.home, artifacts[number].sha256)
    if not file.is_file():
        raise NotFound("this picture is no longer kept")
    return Response(file.read_bytes(), media_type="image/png")


@router.post("/corrections")
def hand_in(access: SignedIn, reruns: Queue, assignment_id: str, said: HandIn) -> CorrectionOut:
    """Hand in a corrected response as a further candidate; the same code counts once."""
    work = work_of(access, assignment_id)
    require_open(work)
    if said.letter not in work.letters:
        raise NotFound("no such response")
    position = work.assignment.order[work.letters.index(said.letter)]
    for one in access.store.corrections(work.item.item_id, access.person_id):
        if (one.code, one.position) == (said.code, position):
            return correction_out(one, said.letter)
    result = _result_of(reruns, assignment_id, said)
    made = access.store.add_correction(
        assignment_id, access.person_id, said.code, position=position, result=result
    )
    return correction_out(made, said.letter)


def _result_of(reruns: Reruns, assignment_id: str, said: HandIn) -> Result:
    """How exactly this code ran. Raises Conflict if it was not run."""
    for one in reversed(reruns.runs(assignment_id)):
        order = one.order
        same = (order.kind, order.letter, order.given) == (RunKind.EDIT, said.letter, said.code)
        if same and one.state is RunState.DONE:
            result = one.results[0][1]
            if result.verdict is not Verdict.HARNESS_ERROR:
                return result
    raise Conflict(
        "exactly this code has not been run yet", fix="run the tests on it, then hand it in"
    )


def _corrections(access: Access, work: Work) -> list[CorrectionOut]:
    names = dict(zip(work.assignment.order, work.letters, strict=True))
    found: list[Correction] = access.store.corrections(work.item.item_id, access.person_id)
    return [
        correction_out(one, None if one.position is None else names.get(one.position))
        for one in found
    ]
