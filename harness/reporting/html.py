"""The template environment and the content security policy of report pages."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from harness.reporting.text import duration, one_line, percent, plain, plural, span, trusted

ASSETS = files("harness.reporting") / "assets"
_LATIN = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


@cache
def environment() -> Environment:
    """Autoescaping, and a name missing from a context is an error, never an empty string."""
    env = Environment(
        loader=PackageLoader("harness.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        duration=duration, one_line=one_line, percent=percent, plain=plain, plural=plural
    )
    env.globals["span"] = span
    return env


@cache
def asset(name: str) -> Markup:
    """Text of one of our own scripts or style sheets, for inlining."""
    parts = ("base.css", name) if name == "report.css" else (name,)
    return trusted("".join((ASSETS / part).read_text(encoding="utf-8") for part in parts))


@cache
def policy(script: str, style: str | None) -> str:
    """A policy that allows our inlined script and style by hash and nothing else at all.

    style None: pages share one sheet, and file: is named because browsers disagree on
    whether 'self' means anything for a page opened from disk.
    """
    styles = _hash(style) if style else "'self' file:"
    pictures = "'none'" if style else "'self' file:"
    return (
        f"default-src 'none'; script-src {_hash(script)}; style-src {styles}; "
        f"img-src {pictures}; "
        "base-uri 'none'; form-action 'none'"
    )


def data_block(value: Any) -> Markup:
    """JSON that cannot end its script element, whatever the strings in it hold."""
    return trusted(json.dumps(value, separators=(",", ":")).translate(_LATIN))


def _hash(name: str) -> str:
    digest = hashlib.sha256(asset(name).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
