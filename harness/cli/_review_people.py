"""``harness review invite|users``."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import _options as options

if TYPE_CHECKING:
    from harness.models.review import Invite, Person, Role
    from harness.store import ReviewStore

DEFAULT_URL = "http://127.0.0.1:8000"
# The page of the server that takes the token of an invitation.
INVITE_PATH = "/welcome/"
DAY_S = 86_400


def invite(
    role: Annotated[
        str,
        typer.Option("--role", metavar="trainer|reviewer|expert|manager", help="What they may do."),
    ] = "trainer",
    name: Annotated[str, typer.Option("--name", help="What others see.")] = "",
    handle: Annotated[
        str | None,
        typer.Option(
            "--handle",
            metavar="E-MAIL",
            help="E-mail or nickname; they choose one if left out. One that is known logs in.",
        ),
    ] = None,
    days: Annotated[
        float, typer.Option("--days", metavar="D", help="How long the link can be used.")
    ] = 7.0,
    url: Annotated[
        str, typer.Option("--url", metavar="URL", help="Where people find the server.")
    ] = DEFAULT_URL,
    as_json: options.AsJson = False,
) -> None:
    """Make a link that lets one person in, once."""
    from harness.errors import UsageError
    from harness.settings import load_settings
    from harness.store import open_store, review_of

    if days <= 0:
        raise UsageError("--days must be above zero")
    with open_store(load_settings().store_url) as store:
        review = review_of(store)
        made, token = review.invite(_role(role), handle=handle, name=name, lasts_s=days * DAY_S)
    link = f"{url.rstrip('/')}{INVITE_PATH}{token}"
    if as_json:
        shown = {"schema_version": 1, "link": link, **made.model_dump(mode="json")}
        typer.echo(json.dumps(shown, indent=2))
        return
    typer.echo(link)
    until = when(made.expires_at)
    typer.echo(f"Works once, until {until}, for a {made.role}; it is not shown again.", err=True)


def users(
    set_role: Annotated[
        tuple[str, str] | None,
        typer.Option("--role", metavar="HANDLE ROLE", help="Give someone another role."),
    ] = None,
    deactivate: Annotated[
        str | None,
        typer.Option("--deactivate", metavar="HANDLE", help="Shut someone out, at once."),
    ] = None,
    activate: Annotated[
        str | None, typer.Option("--activate", metavar="HANDLE", help="Let someone in again.")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """List people and open invitations, or change one person."""
    from harness.settings import load_settings
    from harness.store import open_store, review_of

    with open_store(load_settings().store_url) as store:
        review = review_of(store)
        if set_role is not None:
            person_id = person_id_of(review, set_role[0])
            review.change_person(person_id, role=_role(set_role[1]))
        for handle, active in ((deactivate, False), (activate, True)):
            if handle is not None:
                review.change_person(person_id_of(review, handle), active=active)
        people, invites = review.people(), review.invites()
    if as_json:
        shown = {
            "schema_version": 1,
            "people": [one.model_dump(mode="json") for one in people],
            "invites": [one.model_dump(mode="json") for one in invites],
        }
        typer.echo(json.dumps(shown, indent=2))
    else:
        _print_people(people, invites)


def erase(
    handle: Annotated[
        str, typer.Argument(metavar="HANDLE", help="E-mail or nickname, or the id of the person.")
    ],
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it; without, say what would be done.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Forget who someone is: name and handle go, what they judged stays under a pseudonym.

    Texts they wrote stay as they are. Copies of the store keep what they had.
    """
    from harness.settings import load_settings
    from harness.store import open_store, review_of

    with open_store(load_settings().store_url) as store:
        review = review_of(store)
        known = {one.person_id: one for one in review.people()}
        person = known.get(handle) or known[person_id_of(review, handle)]
        if not yes:
            typer.echo(f"{person.name} ({person.handle}) would be forgotten for good: add --yes")
            return
        erased = review.erase_person(person.person_id)
    if as_json:
        typer.echo(json.dumps({"schema_version": 1, **erased.model_dump(mode="json")}, indent=2))
    else:
        typer.echo(f"forgotten; what they judged stands under {erased.name}")


def _role(name: str) -> Role:
    from harness.errors import UsageError
    from harness.models.review import Role

    if name not in set(Role):
        raise UsageError(f"--role {name} is not known", fix=f"use one of {', '.join(Role)}")
    return Role(name)


def person_id_of(review: ReviewStore, handle: str) -> str:
    """The id of a handle. Raises InputError."""
    from harness.errors import InputError

    found = review.person_by_handle(handle)
    if found is None:
        raise InputError(f"nobody is called {handle!r}", fix="harness review users lists everyone")
    return found.person_id


def _print_people(people: list[Person], invites: list[Invite]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table("name", "handle", "role", "active", "since", box=None, pad_edge=False)
    for one in people:
        active = "yes" if one.active else "no"
        cells = (one.name, one.handle, one.role, active, when(one.created_at))
        table.add_row(*map(Text, cells))
    if people:
        options.console().print(table)
    else:
        typer.echo("nobody yet: harness review invite makes a link")
    waiting = [one for one in invites if one.used_by is None]
    for invited in waiting:
        who = invited.handle or invited.name or "someone"
        typer.echo(f"invited: {who} as {invited.role}, until {when(invited.expires_at)}")


def when(at: float) -> str:
    """Epoch seconds in local time, to the minute."""
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M")
