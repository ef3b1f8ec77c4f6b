"""``harness review token``: secrets for programs that use the HTTP API."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from harness.cli import _options as options
from harness.cli._review_people import DAY_S, person_id_of, when


def token(
    handle: Annotated[
        str, typer.Argument(metavar="HANDLE", help="Whose; harness review users lists everyone.")
    ],
    name: Annotated[
        str, typer.Option("--for", metavar="TEXT", help="What it is for, to tell it apart.")
    ] = "command line",
    days: Annotated[
        float | None,
        typer.Option("--days", metavar="D", help="How long it works; until revoked if left out."),
    ] = None,
    revoke: Annotated[
        str | None, typer.Option("--revoke", metavar="ID", help="Make one useless instead.")
    ] = None,
    show: Annotated[bool, typer.Option("--list", help="List those there are instead.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Make a token with which a program does what its person may; it is shown once."""
    from harness.errors import UsageError
    from harness.settings import load_settings
    from harness.store import open_store, review_of

    if days is not None and days <= 0:
        raise UsageError("--days must be above zero")
    with open_store(load_settings().store_url) as store:
        review = review_of(store)
        person_id = person_id_of(review, handle)
        if revoke is not None:
            review.revoke_token(person_id, revoke)
            return
        if show:
            _print([one.model_dump() for one in review.tokens(person_id)], as_json)
            return
        lasts_s = None if days is None else days * DAY_S
        made, secret = review.create_token(person_id, name.strip()[:100] or "token", lasts_s)
    if as_json:
        shown = {"schema_version": 1, "secret": secret, **made.model_dump()}
        typer.echo(json.dumps(shown, indent=2))
        return
    typer.echo(secret)
    typer.echo(f"Send it as Authorization: Bearer …; id {made.token_id}, shown once.", err=True)


def _print(tokens: list[dict[str, object]], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"schema_version": 1, "tokens": tokens}, indent=2))
        return
    for one in tokens:
        state = "revoked" if one["revoked_at"] else "works"
        made = when(float(str(one["created_at"])))
        typer.echo(f"{one['token_id']}  {one['hint']}…  {state:<7}  {made}  {one['name']}")
    if not tokens:
        typer.echo("no token yet")
