"""What the HTTP API says when it does not do something, and how a program signs in."""

from __future__ import annotations

from typing import Any

from fastapi import Security
from fastapi.security import APIKeyCookie, HTTPBearer

from harness.models import Problem, Record


class Refusal(Record):
    """Why something was not done, and what to do about it."""

    message: str
    fix: str | None = None


class Incomplete(Refusal):
    """The answer is not a judgment yet."""

    problems: list[Problem]


def _says(description: str) -> dict[str, Any]:
    return {"model": Refusal, "description": description}


ERRORS: dict[int | str, dict[str, Any]] = {
    400: _says("The request cannot be read"),
    401: _says("Nobody is signed in, or the token is revoked"),
    403: _says("Not for this role, or not from a page of this server"),
    404: _says("It does not exist, or is not yours"),
    409: _says("Its state does not allow it"),
    413: _says("The request is too large"),
    421: _says("The server is not reached under this name"),
    422: _says("The request is not as described"),
    503: _says("The store cannot be reached; try again"),
}
# For the document only: ``access`` decides who someone is, from the same two places.
SIGN_IN = (
    Security(HTTPBearer(auto_error=False, description="A token of yours: Settings, Tokens")),
    Security(APIKeyCookie(name="review_session", auto_error=False, description="The desk's own")),
)
