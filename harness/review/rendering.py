"""Templates and our own static files."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from harness.reporting.html import ASSETS
from harness.reporting.text import duration, one_line, percent, plain, plural

_STATIC = files("harness.review") / "static"
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}


@cache
def environment() -> Environment:
    """Autoescaping, and a name missing from a context is an error, never an empty string."""
    env = Environment(
        loader=ChoiceLoader([PackageLoader("harness.review"), PackageLoader("harness.reporting")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        duration=duration, one_line=one_line, percent=percent, plain=plain, plural=plural
    )
    return env


def page(template: str, context: Any, status: int = 200) -> HTMLResponse:
    """A page from its frozen context; every field of the record is a name in the template."""
    html = environment().get_template(template).render(vars(context))
    # Text of a response may hold half of a surrogate pair, which no encoding takes.
    return HTMLResponse(html.encode("utf-8", "backslashreplace"), status)


@cache
def static_files() -> dict[str, tuple[bytes, str]]:
    """Name → content and type. The list is closed: no path of the file system is ever built."""
    found = {}
    for folder in (_STATIC, ASSETS):
        for file in folder.iterdir():
            kind = _TYPES.get("." + file.name.rsplit(".", 1)[-1])
            if kind and (folder is _STATIC or file.name == "base.css"):
                found[file.name] = (file.read_bytes(), kind)
    return found


@cache
def static_address() -> str:
    """Where static files are: a digest of all of them, so that they may be kept for ever."""
    digest = hashlib.sha256()
    for name, (content, _) in sorted(static_files().items()):
        digest.update(name.encode() + b"\0" + content + b"\0")
    return f"/static/{digest.hexdigest()[:16]}"


def static_response(digest: str, name: str) -> Response | None:
    """One file; of another version it is served too, but not to be kept."""
    found = static_files().get(name)
    if found is None:
        return None
    content, kind = found
    current = static_address() == f"/static/{digest}"
    keep = "public, max-age=31536000, immutable" if current else "no-cache"
    return Response(content, media_type=kind, headers={"cache-control": keep})
