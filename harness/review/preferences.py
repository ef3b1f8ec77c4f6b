"""What a person set for their own screen: the theme and keys. Kept in a cookie of that browser.

What comes back in a cookie is input like any other: it is checked each time, and what does not
hold is left out.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from harness.models.rubric import Rubric
from harness.review.pages.shell import Theme
from harness.rubrics import bound_keys, check_keys

COOKIE = "review_preferences"
MAX_CHARS = 3500
THEMES: tuple[Theme, ...] = ("system", "light", "dark")
# Actions of the desk that no rubric knows.
OWN_KEYS = {"show_flags": "f", "judge": "v", "pause": "p", "focus_c": "C", "focus_d": "D"}
TITLES = {
    **{f"preference_{n}": text for n, text in enumerate(
        ("A much better", "A better", "A slightly better", "About the same",
         "B slightly better", "B better", "B much better"), 1)},
    "tie": "Tie", "both_bad": "Both are bad", "focus_a": "To response A",
    "focus_b": "To response B", "focus_c": "To response C", "focus_d": "To response D",
    "next": "Next flag or failing case", "previous": "Previous flag or failing case",
    "accept_flag": "The flag is right", "reject_flag": "The flag is wrong", "mark": "Mark lines",
    "run": "Run with my own input", "edit": "Edit and run again", "diff": "Diff",
    "scroll_together": "Scroll together or apart", "prompt": "Fold the task",
    "guidelines": "Guidelines", "skip": "Skip", "expert": "Send to an expert", "undo": "Undo",
    "save": "Save now", "submit": "Submit", "sheet": "This sheet", "show_flags": "Show flags",
    "judge": "To the judgment", "pause": "Pause the clock",
}  # fmt: skip


@dataclass(frozen=True)
class Preferences:
    """keys: {action: key}, only those that differ from the defaults."""

    theme: Theme = "system"
    keys: Mapping[str, str] = field(default_factory=dict)


def read(cookie: str | None) -> Preferences:
    """What the cookie says, as far as it is valid."""
    try:
        text = base64.urlsafe_b64decode((cookie or "")[:MAX_CHARS].encode())
        values = json.loads(text or b"{}")
    except (binascii.Error, ValueError, UnicodeError, RecursionError):
        return Preferences()
    return (
        valid(values.get("theme"), values.get("keys"))
        if isinstance(values, dict)
        else (Preferences())
    )


def valid(theme: Any, keys: Any) -> Preferences:
    """Preferences of untrusted values; keys that cannot be are left out."""
    chosen = theme if theme in THEMES else "system"
    given = keys if isinstance(keys, dict) else {}
    known = {
        action: key
        for action, key in given.items()
        if action in TITLES and isinstance(key, str) and len(key) < 20
    }
    faulty = {fault.action for fault in faults(known)}
    good = {action: key for action, key in known.items() if action not in faulty}
    return Preferences(cast("Theme", chosen), good)


def faults(keys: Mapping[str, str]) -> tuple[Any, ...]:
    """What is wrong with bindings, laid over the defaults."""
    merged = {action: key for action, key in OWN_KEYS.items() if action not in keys}
    found = check_keys({**merged, **keys}, known=tuple(OWN_KEYS))
    return tuple(fault for fault in found if fault.action in keys)


def written(preferences: Preferences) -> str:
    """The cookie's text."""
    values = {"theme": preferences.theme, "keys": dict(preferences.keys)}
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def desk_keys(rubric: Rubric | None, preferences: Preferences) -> dict[str, str]:
    """{action: key} at the desk. A key someone chose wins over what it meant before."""
    layers = (OWN_KEYS, rubric.keys if rubric else {}, preferences.keys)
    keys = bound_keys(*layers)
    owner: dict[str, str] = {}
    for layer in (keys, rubric.keys if rubric else {}, preferences.keys):
        owner.update({keys[action]: action for action in layer})
    marking = ("severity.", "category.")
    return {
        action: key
        for action, key in keys.items()
        if action.startswith(marking) or owner[key] == action
    }


def desk_titles(rubric: Rubric) -> dict[str, str]:
    """What each action is called on the sheet of keys."""
    found = dict(TITLES)
    found.update({f"axis.{axis.id}": axis.title for axis in rubric.axes})
    if rubric.reasons:
        found.update({f"reason.{one.id}": one.title for one in rubric.reasons.categories})
    if rubric.acceptable:
        found["acceptable"] = rubric.acceptable.title
    if rubric.justification:
        found["justification"] = rubric.justification.title
    return found
