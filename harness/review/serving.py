"""Running the server: one process, one socket, and the link that lets its owner in."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from harness.errors import InputError, UsageError
from harness.models.review import Role
from harness.review.app import create_app
from harness.review.options import ReviewOptions
from harness.store import ReviewStore, Store, review_of

if TYPE_CHECKING:
    from uvicorn import Server

OWNER = "owner"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_bind(host: str, options: ReviewOptions) -> None:
    """Refuse to open to the network what one person set up for this machine. Raises UsageError."""
    if not is_loopback(host) and options.local:
        raise UsageError(
            f"--host {host} opens the review desk to the network",
            fix="add --team, which asks everyone for a password, and serve it behind TLS (--tls)",
        )


def one_time_link(store: Store, base: str) -> str:
    """A link that lets the owner of this server in once; the owner is made if there is none."""
    review = review_of(store)
    owner = _owner(review)
    _, token = review.invite(Role.MANAGER, handle=owner, lasts_s=12 * 3600.0)
    return f"{base}/welcome/{token}"


def _owner(review: ReviewStore) -> str:
    """The handle of the first active manager."""
    for person in review.people():
        if person.active and person.role is Role.MANAGER:
            return person.handle
    return review.add_person("Owner", OWNER, Role.MANAGER).handle


def serve(
    store: Store,
    options: ReviewOptions,
    *,
    host: str,
    port: int,
    say: Callable[[], None] = lambda: None,
) -> None:
    """Serve until interrupted; ``say`` is called once the port is ours.

    Raises InputError where it is taken.
    """
    check_bind(host, options)
    listener = _listen(host, port)
    server = _server(store, options)
    say()
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


@contextmanager
def serving(
    store: Store, options: ReviewOptions, *, port: int = 0, host: str = "127.0.0.1"
) -> Iterator[str]:
    """Serve from another thread for as long as the context lasts; gives the server's address.

    port: 0 takes any that is free. Raises InputError where it is taken.
    """
    check_bind(host, options)
    listener = _listen(host, port)
    server = _server(store, options)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def _server(store: Store, options: ReviewOptions) -> Server:
    import uvicorn

    # Forwarded headers are believed from this machine's own proxy only, uvicorn's default.
    config = uvicorn.Config(
        create_app(store, options), log_level="warning", access_log=False, server_header=False,
        timeout_keep_alive=30, timeout_graceful_shutdown=5,
    )  # fmt: skip
    return uvicorn.Server(config)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), port))
        listener.listen(1024)  # who follows the link at once waits, and is not refused
    except OSError as error:
        listener.close()
        raise InputError(
            f"cannot listen on {host}:{port}: {error.strerror}", fix="choose another --port"
        ) from error
    return listener
