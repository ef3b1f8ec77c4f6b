"""The application: routes, the guard around them, and what errors look like."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from harness import __version__
from harness.errors import Conflict, HarnessError, InputError, NotFound, StoreError
from harness.review.access import NotAllowed, NotSignedIn, Server, shell_for_all
from harness.review.bench import Bench
from harness.review.options import ReviewOptions
from harness.review.pages.shell import Link, MessagePage
from harness.review.passwords import Throttle
from harness.review.rendering import page, static_response
from harness.review.reruns import Reruns
from harness.review.routes import (
    api,
    api_manage,
    api_reading,
    auth,
    desk,
    manage,
    projects,
    runs,
    settings,
)
from harness.review.security import Guard
from harness.store import Store, review_of

_STATUS = ((NotFound, 404), (Conflict, 409), (InputError, 422), (StoreError, 503))
_WIDE_TRIES = 50


def create_app(store: Store, options: ReviewOptions) -> FastAPI:
    """The review application over an open store. Closing the store is the caller's."""
    app = FastAPI(
        title="Review", version=__version__, docs_url=None, redoc_url=None,
        openapi_url="/api/openapi.json", lifespan=_ends_runs,
    )  # fmt: skip
    throttles = (Throttle(), Throttle(free=_WIDE_TRIES))
    app.state.server = Server(review_of(store), options, *throttles)
    app.state.reruns = Reruns(Bench(options.home), options.runs)
    for area in (auth, projects, desk, api, api_reading, api_manage, runs, settings, manage):
        app.include_router(area.router)
    app.get("/static/{digest}/{name}", include_in_schema=False)(_static)
    _add_errors(app)
    app.add_middleware(Guard, options=options)
    return app


@asynccontextmanager
async def _ends_runs(app: FastAPI) -> AsyncIterator[None]:
    """At the server's end no container of a run is left."""
    yield
    await run_in_threadpool(app.state.reruns.close)


def _static(digest: str, name: str) -> Response:
    found = static_response(digest, name)
    return Response(status_code=404) if found is None else found


def _add_errors(app: FastAPI) -> None:
    app.add_exception_handler(NotSignedIn, _not_signed_in)
    app.add_exception_handler(NotAllowed, _not_allowed)
    app.add_exception_handler(HarnessError, _harness_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _not_signed_in(request: Request, _error: Exception) -> Response:
    if _is_api(request):
        return JSONResponse({"message": "you are not signed in any more", "fix": "sign in"}, 401)
    target = request.url.path if request.method == "GET" else "/"
    return RedirectResponse(f"/sign-in?next={quote(target)}", 303)


def _not_allowed(request: Request, _error: Exception) -> Response:
    return _refused(request, 403, "This page is for managers", "Your role does not reach so far.")


def _harness_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HarnessError)
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    fix = f" To go on: {error.fix}." if error.fix else ""
    heading = {404: "There is nothing here", 409: "That cannot be done now"}.get(
        status, "Something went wrong"
    )
    if _is_api(request):
        return JSONResponse({"message": error.message, "fix": error.fix}, status)
    if status == 404:
        return _refused(request, 404, heading, "It does not exist, or it is not yours to see.")
    return _refused(request, status, heading, f"{error.message[:400]}.{fix}")


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part != "body")
    return _refused(request, 422, "The request is not as it should be", f"{where}: {first['msg']}")


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    heading = "There is nothing here" if error.status_code == 404 else "That does not work"
    answer = _refused(request, error.status_code, heading, "The address may be old or mistyped.")
    answer.headers.update(error.headers or {})
    return answer


def _refused(request: Request, status: int, heading: str, text: str) -> Response:
    if _is_api(request):
        return JSONResponse({"message": text, "fix": None}, status)
    shell = shell_for_all(request, heading)
    view = MessagePage(shell, heading, text, (Link("/", "To the projects"),))
    return page("message.html", view, status)
