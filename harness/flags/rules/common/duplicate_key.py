"""The same key stands twice in a dictionary, an object or a switch.

Why: one of the two values is lost without a word (in C# the program fails); another key was meant.

Bad:
    values = {"I": 1, "V": 5, "V": 10}

Bad (javascript):
    const values = { I: 1, V: 5, V: 10 };

Bad (cpp):
    std::map<char, int> values = {{'I', 1}, {'V', 5}, {'V', 10}};

Bad (csharp):
    var values = new Dictionary<char, int> { { 'I', 1 }, { 'V', 5 }, { 'V', 10 } };

Good:
    values = {"I": 1, "V": 5, "X": 10}

Known misses: keys that are equal in value but written differently.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from harness.flags._values import literal
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.syntax.tree import Node, same

_MAPS = re.compile(r"^(?:std::)?(?:unordered_)?map\s*<|Dictionary\s*<")
_FILLED = frozenset({"init_declarator", "field_declaration", "object_creation_expression",
                     "implicit_object_creation_expression"})  # fmt: skip


def check(context: Context) -> Iterable[Finding]:
    """Keys that are known and were given above, in the same table."""
    for holder in context.doc.all("dictionary", "object", "initializer_list",
                                  "initializer_expression", "switch_body"):  # fmt: skip
        seen: dict[tuple[str, str], Node] = {}
        for key in _keys(holder):
            known = _known(key)
            first = seen.setdefault(known, key) if known is not None else key
            if first is not key and not _equal_entries(first, key):
                message = f"{key.text} already has a value in line {first.line}"
                yield Finding(key, message, related=((first, "first value"),))


def _known(key: Node) -> tuple[str, str] | None:
    """What makes two keys the same one; None for what is not constant."""
    if key.type == "property_identifier":
        return "str", key.text
    constant = literal(key)
    if constant is None:
        return None
    value = constant.value
    if isinstance(value, int | float):
        return "number", repr(float(value))
    return type(value).__name__, str(value)


def _equal_entries(first: Node, second: Node) -> bool:
    """Whether the whole entry is merely repeated."""
    if first.parent is None or second.parent is None:
        return False
    if first.parent.type not in ("pair", "initializer_list"):
        return False  # a case that is never reached; an exception in C#
    return same(first.parent, second.parent)


def _keys(holder: Node) -> Iterator[Node]:
    if holder.type.startswith("initializer_") and not _MAPS.search(_type(holder)):
        return
    for one in holder.parts:
        if one.type in ("pair", "switch_case"):
            key = one.get("key") or one.get("value")
            if key is not None and (one.type == "pair" or one.get("value") is not None):
                yield key
        elif one.type in ("initializer_list", "initializer_expression") and len(one.parts) == 2:
            yield one.parts[0]
        elif one.type == "assignment_expression" and one.parts:
            binding = one.parts[0]
            if binding.type == "element_binding_expression" and len(binding.parts) == 1:
                yield binding.parts[0]


def _type(holder: Node) -> str:
    """The type of what an initialiser fills; "" for one inside another."""
    parent = holder.parent
    if parent is None or parent.type not in _FILLED:
        return ""
    type_ = parent.get("type")
    if type_ is None:
        declaration = holder.inside("declaration", "field_declaration", "variable_declaration")
        type_ = declaration.get("type") if declaration is not None else None
    return type_.text if type_ is not None else ""


RULE = Rule(
    id="duplicate-key",
    languages=PROCEDURAL,
    question="Which key was meant here?",
    doc=__doc__,
    check=check,
)
