"""Who people are, without saying it: salted hashes, the same in every export of an installation."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from functools import cache
from pathlib import Path

_FILE = "export-salt"
_BYTES = 32
_SHOWN = 16


def salt_of(home: Path) -> bytes:
    """The installation's salt, made once. Whoever has it can tell who a pseudonym is."""
    file = home / _FILE
    try:
        return file.read_bytes()
    except FileNotFoundError:
        home.mkdir(parents=True, exist_ok=True)
    partial = home / f"{_FILE}.{os.getpid()}"
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as opened:
        opened.write(secrets.token_bytes(_BYTES))
    try:
        # A link fails where another export was first; its salt is everybody's then.
        os.link(partial, file)
    except FileExistsError:
        pass
    finally:
        partial.unlink()
    return file.read_bytes()


def pseudonyms(salt: bytes) -> Callable[[str], str]:
    """person_id → pseudonym."""

    @cache
    def pseudonym(person_id: str) -> str:
        digest = hmac.new(salt, person_id.encode("utf-8", "surrogatepass"), hashlib.sha256)
        return f"annotator-{digest.hexdigest()[:_SHOWN]}"

    return pseudonym
