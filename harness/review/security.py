"""What every request and every answer goes through, whatever the route: hosts, origins, headers.

Requests that change something must come from our own pages: a browser says so itself in
Sec-Fetch-Site, an older one in Origin. A program that sends a token has no cookie to abuse and is
exempt. Nothing here depends on the session.

Every answer says in ``Server-Timing`` how long it took, in ms from the request's arrival here to
the answer's first byte: shown by the browser's own tools, and what the load tests measure.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.review.options import ReviewOptions

MAX_ADDRESS_BYTES = 8_000
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "font-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'; "
    "trusted-types page"
)
# A page that a response wrote: an origin of its own (``sandbox`` without allow-same-origin), no
# network at all, and only our desk may frame it.
LIVE_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; media-src data: blob:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Guard:
    """The outermost layer: refuses what is not ours, limits bodies, adds headers."""

    def __init__(self, app: ASGIApp, options: ReviewOptions) -> None:
        self._app = app
        self._options = options

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self._refusal(scope, headers)
        guarded = self._with_headers(send)
        if refused is not None:
            body = {"message": refused[1], "fix": None}
            answer = JSONResponse(body, status_code=refused[0])
            await answer(scope, receive, guarded)
            return
        await self._served(scope, self._limited(receive), guarded)

    async def _served(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application's answer; a bug gets one too, with our headers and nothing else."""
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception:
            if not begun:
                body = {"message": "something broke in this server", "fix": "see its log"}
                await JSONResponse(body, status_code=500)(scope, receive, send)
            raise  # to the log

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        if not host_allowed(headers.get("host", ""), self._options.hosts):
            return 421, "this server is not reached under that name; see --allow-host"
        query = scope["query_string"]
        if "\0" in scope["path"] or b"%00" in query or b"\0" in query:
            return 400, "there is a NUL in the address"  # no id has one, and not every store copes
        if len(scope["raw_path"]) + len(query) > MAX_ADDRESS_BYTES:
            return 414, "the address is too long"
        if not _within(headers.get("content-length", "0"), self._options.max_body_bytes):
            return 413, "the request is too large"
        if scope["method"] not in SAFE_METHODS and not is_ours(headers, self._options):
            return 403, "the request did not come from a page of this server"
        return None

    def _limited(self, receive: Receive) -> Receive:
        left = self._options.max_body_bytes

        async def limited() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:  # no length was announced
                raise HTTPException(413)
            return message

        return limited

    def _with_headers(self, send: Send) -> Send:
        begun = time.perf_counter()

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("content-security-policy", PAGE_POLICY)
                headers.setdefault("cache-control", "no-store")
                took_ms = 1000 * (time.perf_counter() - begun)
                headers.setdefault("server-timing", f"app;dur={took_ms:.1f}")
                if self._options.secure:
                    headers.setdefault("strict-transport-security", "max-age=31536000")
            await send(message)

        return guarded


def _within(length: str, most: int) -> bool:
    """Whether a Content-Length is a number, of plain digits, and small enough."""
    return length.isascii() and length.isdigit() and len(length) < 16 and int(length) <= most


def host_allowed(host: str, hosts: Iterable[str]) -> bool:
    """Whether a Host header names us; an allowed name without a port stands for every port."""
    given = host.strip().lower()
    bare = given.rsplit(":", 1)[0] if not given.endswith("]") else given
    return any(allowed.lower() in {given, bare} for allowed in hosts)


def is_ours(headers: Headers, options: ReviewOptions) -> bool:
    """Whether a changing request comes from one of our pages, or from a program with a token."""
    if headers.get("authorization", "").lower().startswith("bearer "):
        return True
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is None:
        return site == "same-origin"
    parts = urlsplit(origin)
    same_host = parts.netloc.lower() == headers.get("host", "").strip().lower()
    return same_host and parts.scheme == ("https" if options.secure else "http")


def safe_next(target: str) -> str:
    """A path of our own to go on to, or "/": never another site, whatever the link said."""
    parts = urlsplit(target)
    inside = target.startswith("/") and not target.startswith(("//", "/\\"))
    plain = not parts.scheme and not parts.netloc and "\\" not in target and target.isprintable()
    return target if inside and plain else "/"
