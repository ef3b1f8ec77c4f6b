"""Untrusted text made safe to show: escapes, cuts, file names; and figures in human words."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import PurePath

from markupsafe import Markup, escape

from harness.models import Result

# Characters that hide, reorder or drive a terminal. Newline and tab are honest and stay.
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_UNSAFE = re.compile(r"[^a-z0-9]+")
_MARK = '<span class="esc">%s</span>'
FIELD_CHARS = 20_000


def trusted(html: str) -> Markup:
    """Mark HTML as safe: only for our own files, and for parts that were escaped already."""
    return Markup(html)  # noqa: S704  (the one place; every caller escapes what it was given)


def code_point(char: str) -> str:
    """A hidden character in visible ASCII: backslash, x, u or U, and its number in hex."""
    value = ord(char)
    if value < 0x100:
        return f"\\x{value:02x}"
    return f"\\u{value:04x}" if value < 0x10000 else f"\\U{value:08x}"


def plain(text: str, limit: int = 0) -> str:
    """Text with hidden characters spelt out, cut to ``limit`` characters (0: whole)."""
    cut = text[:limit] if limit else text
    shown = HIDDEN.sub(lambda match: code_point(match[0]), cut)
    return shown + "…" if len(cut) < len(text) else shown


def middle(text: str, limit: int) -> str:
    """One line, cut in the middle: names often differ only at their ends."""
    line = one_line(text, 400)
    if len(line) <= limit:
        return line
    return f"{line[: limit - limit // 2 - 1]}…{line[-(limit // 2) :]}"


def one_line(text: str, limit: int = 160) -> str:
    """Like ``plain`` with all whitespace runs folded to one space."""
    return plain(" ".join(text[: limit * 4].split()), limit)


def visible(text: str) -> Markup:
    """HTML of text: escaped, hidden characters spelt out and marked."""
    safe = str(escape(text))
    return trusted(HIDDEN.sub(lambda match: _MARK % code_point(match[0]), safe))


def block(text: str) -> Markup:
    """``visible`` for a whole field, with a note of how much is not shown."""
    if len(text) <= FIELD_CHARS:
        return visible(text)
    rest = f"{len(text) - FIELD_CHARS:,}"
    note = f'\n<span class="note">… {rest} more characters are in results.jsonl</span>'
    return visible(text[:FIELD_CHARS]) + trusted(note)


def page_name(result: Result) -> str:
    """File name of a response's page: readable, safe on every file system, stable, unique.

    Ids are hostile (slashes, 10,000 characters, names that differ by case only), so the
    readable part is only a hint and the hash of the whole identity tells pages apart.
    """
    origin = PurePath(result.origin).name if result.origin else None
    identity = [
        result.response_id,
        result.task_id,
        result.language.value,
        result.model,
        origin,
        result.line,
    ]
    digest = hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:16]
    # Ids of one task differ at their end: the last part is kept whatever the length.
    hint = _UNSAFE.sub("-", f"{result.task_id[:60]} {result.model[:60]}".lower()).strip("-")[:48]
    own = _UNSAFE.sub("-", _own_part(result)[-30:].lower()).strip("-")[-24:]
    words = "-".join(part.strip("-") for part in (hint, own) if part)
    return f"{words or 'response'}-{digest}.html"


def _own_part(result: Result) -> str:
    """What a response's id says beyond its task and model: ``2`` of ``task#model#2``."""
    rest = result.response_id.removeprefix(result.task_id).lstrip("#")
    return rest.removeprefix(result.model)


def duration(seconds: float | None) -> str:
    """Seconds in human units: ``0.4 ms``, ``12 ms``, ``1.24 s``, ``3 min 05 s``, ``2 h 10 min``."""
    if seconds is None:
        return "–"
    if seconds < 0.9995:
        return f"{seconds * 1000:.1f} ms" if seconds < 0.00995 else f"{seconds * 1000:.0f} ms"
    if seconds < 59.995:
        return f"{seconds:.2f} s" if seconds < 9.995 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def percent(share: float | None) -> str:
    """A share as a percentage that never rounds up to certainty: 0.9996 is 99.9 %."""
    if share is None:
        return "–"
    if 0 < share < 1:
        return f"{min(99.9, max(0.1, share * 100)):.1f} %"
    return f"{share * 100:.0f} %"


def span(low: float, high: float) -> str:
    """An interval in whole percent: ``55–71 %``."""
    return f"{low * 100:.0f}–{high * 100:.0f} %"


def plural(count: int, noun: str) -> str:
    """``1 task``, ``1,640 responses``."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
