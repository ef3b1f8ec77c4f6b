"""Coming in and leaving: passwords, one-time links, the session's cookie."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from harness.errors import HarnessError
from harness.models.review import Person
from harness.review import passwords
from harness.review.access import Server, server_of, shell_for_all
from harness.review.forms import Fields
from harness.review.pages.shell import Link, MessagePage, SignInPage, WelcomePage
from harness.review.rendering import page
from harness.review.security import safe_next

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
def sign_in_form(request: Request, next: str = "/") -> Response:  # noqa: A002  (name of the query)
    """The form of name and password."""
    shell = shell_for_all(request, "Sign in")
    return page("sign_in.html", SignInPage(shell, next=safe_next(next)))


@router.post("/sign-in")
def sign_in(request: Request, fields: Fields) -> Response:
    """Check a password; the answer never says which part was wrong."""
    server = server_of(request)
    handle, target = fields.get("name", "").strip()[:200], safe_next(fields.get("next", "/"))
    by_name, by_address = f"name {handle.casefold()}", f"address {_address(request)}"
    pair = f"{by_name} {by_address}"
    wait_s = max(server.throttle.wait_s(pair), server.wide.wait_s(by_name, by_address))
    found = None if wait_s else server.store.password_hash(handle)
    if not wait_s and passwords.matches(found[1] if found else None, fields.get("password", "")):
        assert found is not None
        server.throttle.passed(pair)
        return start_session(server, found[0], target)
    error = "That name and password do not go together."
    if wait_s:
        error = (
            f"Too many tries. Wait {int(wait_s // 60) + 1} min, or ask a manager for a new link."
        )
    else:
        server.throttle.failed(pair)
        server.wide.failed(by_name, by_address)
    shell = shell_for_all(request, "Sign in")
    view = SignInPage(shell, error=error, name=handle, next=target)
    return page("sign_in.html", view, 429 if wait_s else 401)


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """End the session."""
    server = server_of(request)
    server.store.end_session(request.cookies.get(server.options.cookie, ""))
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(server.options.cookie, path="/", secure=server.options.secure,
                         httponly=True, samesite="lax")  # fmt: skip
    return answer


@router.get("/welcome/{token}")
def welcome(request: Request, token: str) -> Response:
    """Where a one-time link leads. Looking does not use it up: mail programs look too."""
    server = server_of(request)
    invite = server.store.open_invite(token)
    if invite is None:
        return _stale(request)
    known = server.store.person_by_handle(invite.handle) if invite.handle else None
    view = WelcomePage(
        shell=shell_for_all(request, "Welcome"),
        name=known.name if known else invite.name,
        handle=invite.handle or "",
        role=(known.role if known else invite.role).value,
        token=token,
        needs_handle=invite.handle is None,
        needs_password=not server.options.local and not (known and known.has_password),
        known=known is not None,
        local=server.options.local,
    )
    return page("welcome.html", view)


@router.post("/welcome/{token}")
def accept(request: Request, token: str, fields: Fields) -> Response:
    """Use the link: a person, a password where one is needed, a session."""
    server = server_of(request)
    invite = server.store.open_invite(token)
    if invite is None:
        return _stale(request)
    known = server.store.person_by_handle(invite.handle) if invite.handle else None
    handle = invite.handle or fields.get("handle", "").strip()[:200]
    password = fields.get("password", "")
    needed = not server.options.local and not (known and known.has_password)
    error = passwords.problem_with(password, handle) if needed or password else ""
    if not handle and not error:
        error = "Choose a name to sign in with."
    person: Person | None = None
    if not error:
        try:
            name = fields.get("name", "").strip()[:200] or invite.name or handle
            person = server.store.accept_invite(token, name=name, handle=handle)
        except HarnessError as problem:
            error = problem.message
    if person is None:
        view = WelcomePage(
            shell=shell_for_all(request, "Welcome"), name=fields.get("name", invite.name),
            handle=handle, role=invite.role.value, token=token, error=error,
            needs_handle=invite.handle is None, needs_password=needed, known=known is not None,
            local=server.options.local,
        )  # fmt: skip
        return page("welcome.html", view, 422)
    if password:
        server.store.set_password_hash(person.person_id, passwords.hashed(password))
    return start_session(server, person, "/")


def welcome_link(request: Request, token: str) -> str:
    """The address of an invitation on this server, under the name it was reached by."""
    scheme = "https" if server_of(request).options.secure else "http"
    return f"{scheme}://{request.headers.get('host', '')}/welcome/{token}"


def start_session(server: Server, person: Person, target: str) -> Response:
    """Sign a person in and go on to ``target``."""
    options = server.options
    token = server.store.start_session(person.person_id, options.session_s)
    answer = RedirectResponse(target, 303)
    answer.set_cookie(
        options.cookie, token, max_age=int(options.session_s), path="/", httponly=True,
        samesite="lax", secure=options.secure,
    )  # fmt: skip
    return answer


def _stale(request: Request) -> Response:
    view = MessagePage(
        shell_for_all(request, "Link"),
        "This link does not work any more",
        "It was used already, or it is too old. Nothing is lost: ask a manager for a new one, or, "
        "on your own machine, start the server again and take the link it prints.",
        (Link("/sign-in", "Sign in with a password"),),
    )
    return page("message.html", view, 410)


def _address(request: Request) -> str:
    return request.client.host if request.client else "nowhere"
