"""Who asks, and what they may touch: the one place where that is decided.

Every route takes one of the dependencies below, and gets records through it; none asks the store
for something by an id that came from outside without saying whose it must be.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, cast

from fastapi import Depends, Request

from harness.errors import NotFound
from harness.models.review import Assignment, Item, Person, Project, Role, Work
from harness.models.rubric import Rubric
from harness.review import preferences
from harness.review.options import ReviewOptions
from harness.review.pages.shell import Link, Shell
from harness.review.passwords import Throttle
from harness.review.preferences import Preferences
from harness.review.rendering import static_address
from harness.store import ReviewStore


class NotSignedIn(Exception):
    """Nobody is signed in, or the session is over."""


class NotAllowed(Exception):
    """The person's role does not reach so far."""


class LineCounts:
    """Line counts of items seen lately. Items never change, so nothing here goes stale."""

    def __init__(self, most: int = 5_000) -> None:
        self._most = most
        self._found: dict[str, tuple[int, ...]] = {}

    def get(self, item_id: str) -> tuple[int, ...] | None:
        """What is known of an item."""
        return self._found.get(item_id)

    def put(self, item_id: str, lines: tuple[int, ...]) -> None:
        """Keep an item's counts; far too many of them are dropped together."""
        if len(self._found) >= self._most:
            self._found.clear()
        self._found[item_id] = lines


@dataclass(frozen=True)
class Server:
    """What all requests of one server share.

    throttle: failed sign-ins of one name from one address; wide: of a name from anywhere, and of
    an address under any name.
    """

    store: ReviewStore
    options: ReviewOptions
    throttle: Throttle
    wide: Throttle
    rubrics: dict[str, Rubric] = field(default_factory=dict)
    lines: LineCounts = field(default_factory=LineCounts)

    def rubric(self, slug: str) -> Rubric:
        """A project's rubric, read once: a project keeps the one it was made with."""
        if slug not in self.rubrics:
            self.rubrics[slug] = rubric_of(self.store.project(slug))
        return self.rubrics[slug]

    def lines_of(self, item_id: str) -> tuple[int, ...]:
        """How many lines of code each response of an item has, in item order."""
        found = self.lines.get(item_id)
        if found is None:
            responses = self.store.responses_of(item_id)
            found = tuple(one.result.code.count("\n") + 1 for one in responses)
            self.lines.put(item_id, found)
        return found


def server_of(request: Request) -> Server:
    """The server a request came to."""
    return cast("Server", request.app.state.server)


@dataclass(frozen=True)
class Access:
    """A signed-in person and what is theirs. by_token: a program asks, not their browser."""

    server: Server
    person: Person
    preferences: Preferences
    by_token: bool = False

    @property
    def store(self) -> ReviewStore:
        """The store; ask it with ``person_id`` wherever it takes one."""
        return self.server.store

    @property
    def person_id(self) -> str:
        """Whose work it is."""
        return self.person.person_id

    def project(self, slug: str) -> Project:
        """A project one may work in: every open one; managers see closed ones too."""
        found = self.store.project(slug)
        if found.closed and self.person.role is not Role.MANAGER:
            raise NotFound(f"no project {slug!r}")
        return found

    def item(self, slug: str, item_id: str) -> Item:
        """An item of a project, for managers. Raises NotFound if it belongs to another one."""
        project, found = self.project(slug), self.store.item(item_id)
        if found.project != project.slug:
            raise NotFound(f"no item {item_id!r} in {slug!r}")
        return found

    def assignment(self, assignment_id: str) -> Assignment:
        """One's own assignment. Raises NotFound for anyone else's."""
        return self.store.assignment(assignment_id, self.person_id)

    def work(self, assignment_id: str) -> Work:
        """One's own assignment with all that the desk shows. Raises NotFound likewise."""
        return self.store.work(assignment_id, self.person_id)

    def shell(self, title: str, here: str = "") -> Shell:
        """The frame of a page."""
        places = [("/", "Projects"), ("/history", "My judgments"), ("/settings", "Settings")]
        if self.person.role is Role.MANAGER:
            places[2:2] = [("/manage", "Manage"), ("/manage/people", "People")]
        return Shell(
            title=f"{title} · Review",
            static=static_address(),
            theme=self.preferences.theme,
            user=self.person.name or self.person.handle,
            links=tuple(Link(href, text, href == here) for href, text in places),
        )


def rubric_of(project: Project) -> Rubric:
    """The rubric a project was made with."""
    return _rubric(json.dumps(project.rubric, sort_keys=True))


@lru_cache(maxsize=64)
def _rubric(text: str) -> Rubric:
    # As JSON: labels of a scale have numbers for keys, which JSON writes as text.
    return Rubric.model_validate_json(text)


def preferences_of(request: Request) -> Preferences:
    """What this browser's cookie says."""
    return preferences.read(request.cookies.get(preferences.COOKIE))


def shell_for_all(request: Request, title: str) -> Shell:
    """The frame of a page that needs no person."""
    return Shell(f"{title} · Review", static_address(), preferences_of(request).theme)


def signed_in(request: Request) -> Access:
    """Dependency: the person of the session's cookie, or of an API token."""
    server = server_of(request)
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    by_token = kind.lower() == "bearer"
    if by_token:
        person = server.store.token_person(secret.strip())
    else:
        token = request.cookies.get(server.options.cookie, "")
        person = server.store.session_person(token) if token else None
    if person is None:
        raise NotSignedIn
    return Access(server, person, preferences_of(request), by_token)


def manager(access: Annotated[Access, Depends(signed_in)]) -> Access:
    """Dependency: a signed-in manager."""
    if access.person.role is not Role.MANAGER:
        raise NotAllowed
    return access


SignedIn = Annotated[Access, Depends(signed_in)]
Manager = Annotated[Access, Depends(manager)]
