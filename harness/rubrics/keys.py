"""Keys of the review desk: the defaults, how one is written, and what may not be bound.

A key is one printable character (``t``, ``T``, ``?``) or modifiers and a character or Enter
(``Ctrl+S``, ``Ctrl+Shift+K``). Plain keys act only outside text fields; ``IN_FIELDS`` lists the
actions that act inside them too, so they need Ctrl.

A rubric may bind ``axis.ID`` (gives that axis the focus), ``acceptable`` and ``justification``
(the same), ``reason.ID`` (on or off), ``severity.ID`` and ``category.ID`` (while marking lines),
and every action of the desk anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

DESK_KEYS: Mapping[str, str] = {
    **{f"preference_{step}": str(step) for step in range(1, 8)},
    "tie": "t", "both_bad": "T", "focus_a": "a", "focus_b": "b", "next": "j", "previous": "k",
    "accept_flag": "y", "reject_flag": "n", "mark": "m", "run": "r", "edit": "e", "diff": "d",
    "scroll_together": "=", "prompt": "[", "guidelines": "g", "skip": "s", "expert": "x",
    "undo": "u", "save": "Ctrl+S", "submit": "Ctrl+Enter", "sheet": "?",
}  # fmt: skip
IN_FIELDS = frozenset({"save", "submit"})
# Only while lines are being marked, so they may be the same as keys that act elsewhere.
_MARKING = ("severity.", "category.")
# No Alt: it opens menus, and types characters on many keyboards.
_MODIFIERS = ("Ctrl", "Shift")
_NAMED = ("Enter",)
_OF_THE_BROWSER = {
    **{f"Ctrl+{key}": "closes or opens tabs and windows" for key in "TWNQ"},
    **{f"Ctrl+Shift+{key}": "closes or opens tabs and windows" for key in "TWNQP"},
    **{f"Ctrl+{key}": "edits text" for key in "ACVXZY"}, "Ctrl+Shift+Z": "edits text",
    **{f"Ctrl+{key}": "belongs to the browser" for key in "FGLPRJHU+-0"},
    **{f"Ctrl+Shift+{key}": "belongs to the browser" for key in "RIJCK"},
    **{f"Ctrl+{key}": "goes to a tab" for key in "123456789"},
}  # fmt: skip


@dataclass(frozen=True)
class KeyFault:
    """Why an action cannot have its key."""

    action: str
    message: str
    fix: str


def normal_key(key: str) -> str | None:
    """The one spelling of a key, or None if it is none: ``ctrl+s`` is ``Ctrl+S``."""
    *modifiers, name = key.split("+") if len(key) > 1 and not key.endswith("+") else _plus(key)
    held = {modifier.strip().capitalize() for modifier in modifiers}
    held = {"Ctrl" if modifier == "Control" else modifier for modifier in held}
    name = name.strip() if len(name) > 1 else name
    named = name.capitalize() in _NAMED
    printable = len(name) == 1 and "!" <= name <= "~"
    if not held <= set(_MODIFIERS) or not (named or printable) or len(held) != len(modifiers):
        return None
    if named:
        name = name.capitalize()
    elif "Ctrl" in held:
        name = name.upper()
    elif "Shift" in held:
        held, name = set(), name.upper()
    return "+".join([*(one for one in _MODIFIERS if one in held), name])


def check_keys(bindings: Mapping[str, str], known: Iterable[str] = ()) -> tuple[KeyFault, ...]:
    """What is wrong with ``bindings`` ({action: key}), laid over the desk's defaults.

    known: actions besides the desk's own.
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


def _plus(key: str) -> Sequence[str]:
    """The parts of a key that is the plus sign itself, as in ``Ctrl++``."""
    return [*key[:-2].split("+"), "+"] if len(key) > 2 else [key]


def _fault(action: str, key: str, actions: Sequence[str]) -> KeyFault | None:
    from harness.rubrics._wording import unknown

    if action not in actions:
        return KeyFault(
            action, f"no action is called {action!r}", unknown(action, list(actions))[1]
        )
    normal = normal_key(key)
    if normal is None or normal in {"Enter", "Shift+Enter"}:
        fix = "use one printable character (t and T differ), or Ctrl+ and one, or Ctrl+Enter"
        return KeyFault(action, f"{key!r} cannot be bound", fix)
    if normal in _OF_THE_BROWSER:
        return KeyFault(action, f"{normal} {_OF_THE_BROWSER[normal]}", "choose another key")
    if action in IN_FIELDS and "+" not in normal[:-1]:
        message = f"{action} acts while typing too, where {normal} is a character"
        return KeyFault(action, message, "use a key with Ctrl+")
    if normal.isdigit() and not action.startswith("preference_"):
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
