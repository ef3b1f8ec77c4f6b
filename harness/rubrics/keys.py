"""Keys of the review desk: the defaults, how one is written, and what may not be bound.

A key is one printable character (``t``, ``T``, ``?``), or Ctrl, perhaps Shift, and a letter or
Enter (``Ctrl+S``, ``Ctrl+Shift+K``). On a Mac, Cmd is Ctrl. Plain keys act only outside text
fields; ``IN_FIELDS`` lists the actions that act inside them too, so they need Ctrl.

A rubric may bind ``axis.ID`` (gives that axis the focus), ``acceptable`` and ``justification``
(the same), ``reason.ID`` (on or off), ``severity.ID`` and ``category.ID`` (while marking lines),
and every action of the desk anew. A trainer's own keys lie over the rubric's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.rubrics._wording import meant

DESK_KEYS: Mapping[str, str] = {
    **{f"preference_{step}": str(step) for step in range(1, 8)},
    "tie": "t", "both_bad": "T", "judge": "]",
    "focus_a": "a", "focus_b": "b", "focus_c": "C", "focus_d": "D",
    "next": "j", "previous": "k", "diff": "d", "scroll_together": "=",
    "prompt": "[", "guidelines": "g",
    "show_flags": "f", "accept_flag": "y", "reject_flag": "n", "mark": "m",
    "run": "r", "edit": "e",
    "save": "Ctrl+S", "submit": "Ctrl+Enter", "undo": "u", "skip": "s", "expert": "x",
    "pause": "p", "sheet": "?",
}  # fmt: skip
IN_FIELDS = frozenset({"save", "submit"})
# Only while lines are being marked, so they may be the same as keys that act elsewhere.
_MARKING = ("severity.", "category.")
_OF_THE_BROWSER = {
    **dict.fromkeys(["Ctrl+W", "Ctrl+T", "Ctrl+N", "Ctrl+Q"], "closes or opens tabs and windows"),
    **{f"Ctrl+Shift+{key}": "closes or opens tabs and windows" for key in "WTNQP"},
    **{f"Ctrl+{key}": "edits text" for key in "ACVXZY"}, "Ctrl+Shift+Z": "edits text",
    **{f"Ctrl+{key}": "belongs to the browser" for key in "FGLPRJHUD"},
    **{f"Ctrl+Shift+{key}": "belongs to the browser" for key in "RIJCK"},
}  # fmt: skip


@dataclass(frozen=True)
class KeyFault:
    """Why an action cannot have its key."""

    action: str
    message: str
    fix: str


def normal_key(key: str) -> str | None:
    """The one spelling of a key, or None if it is none: ``ctrl + s`` is ``Ctrl+S``."""
    if len(key) == 1:
        return key if "!" <= key <= "~" else None
    *words, name = (part.strip() for part in key.split("+"))
    held = ["Ctrl" if word.lower() in {"ctrl", "control"} else word.capitalize() for word in words]
    letter = len(name) == 1 and name.isascii() and name.isalpha()
    if held == ["Shift"] and letter:
        return name.upper()
    enter = name.lower() == "enter"
    # With other characters it would depend on the keyboard which key it is.
    if sorted(held) not in (["Ctrl"], ["Ctrl", "Shift"]) or not (letter or enter):
        return None
    return "+".join([*sorted(held), "Enter" if enter else name.upper()])


def check_keys(bindings: Mapping[str, str], known: Iterable[str] = ()) -> tuple[KeyFault, ...]:
    """What is wrong with ``bindings`` ({action: key}), laid over the desk's defaults.

    known: actions besides the desk's own (``actions_of`` a rubric). For a trainer's keys, lay them
    over the rubric's: ``check_keys({**rubric.keys, **own}, actions_of(rubric))``.
    """
    actions = [*DESK_KEYS, *known]
    faults = [fault for action, key in bindings.items() if (fault := _fault(action, key, actions))]
    wrong = {fault.action for fault in faults}
    good = {action: key for action, key in bindings.items() if action not in wrong}
    return (*faults, *_clashes(good))


def bound_keys(*layers: Mapping[str, str]) -> dict[str, str]:
    """{action: key} of the defaults with ``layers`` over them (rubric, then trainer)."""
    found = dict(DESK_KEYS)
    for layer in layers:
        found.update({action: normal_key(key) or key for action, key in layer.items()})
    return found


def _fault(action: str, key: str, actions: Sequence[str]) -> KeyFault | None:
    if action not in actions:
        return KeyFault(action, f"no action is called {action!r}", meant(action, list(actions)))
    normal = normal_key(key)
    if normal is None:
        fix = "use one printable character (t and T differ), or Ctrl+ and a letter or Enter"
        return KeyFault(action, f"{key!r} cannot be bound", fix)
    if normal in _OF_THE_BROWSER:
        return KeyFault(action, f"{normal} {_OF_THE_BROWSER[normal]}", "choose another key")
    if action in IN_FIELDS and not normal.startswith("Ctrl+"):
        message = f"{action} acts while typing too, where {normal} is a character"
        return KeyFault(action, message, "use a key with Ctrl+")
    if normal.isdigit() and not action.startswith(("preference_", *_MARKING)):
        message = f"{normal} rates the axis that has the focus, or says the preference"
        return KeyFault(action, message, "use a letter")
    return None


def _clashes(bindings: Mapping[str, str]) -> Iterable[KeyFault]:
    """Two actions of one key; the one that is bound here and comes second is to blame."""
    taken: dict[tuple[bool, str], str] = {}
    for action, key in bound_keys().items():
        if action not in bindings:
            taken[False, key] = action
    for action, key in bindings.items():
        place = (action.startswith(_MARKING), normal_key(key) or key)
        if place in taken:
            message = f"{place[1]} is the key of {taken[place]} already"
            yield KeyFault(action, message, "choose another key, or give the other one another")
        taken.setdefault(place, action)
