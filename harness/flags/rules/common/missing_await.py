"""The promise, task or coroutine of an async function is used as if it were the result.

Why: without await there is only a promise: it has no fields of the result, is always true, and
what fails in it goes unseen. A coroutine of Python does not even begin.

Bad (javascript):
    async function load(id) { return { id }; }
    async function show() { return load(7).id; }

Bad (python):
    async def load(key): return {"id": key}
    async def show(): print(load(7)["id"])

Bad (csharp):
    private async Task SaveAsync() { await Task.Delay(1); }
    public async Task RunAsync() { SaveAsync(); }

Good (javascript):
    async function load(id) { return { id }; }
    async function show() { return (await load(7)).id; }

Good (python):
    async def load(key): return {"id": key}
    async def show(): print((await load(7))["id"])

Good (csharp):
    private async Task SaveAsync() { await Task.Delay(1); }
    public async Task RunAsync() { await SaveAsync(); }

Known misses: async functions of other modules and objects; in JavaScript and C#, calls
outside of async functions, which may be the start of everything.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import CSHARP, JAVASCRIPT, PYTHON, Context, Finding, Rule
from harness.models import Language
from harness.syntax.scopes import scopes
from harness.syntax.shapes import Call, as_assign, as_binary, calls, operand_of_not
from harness.syntax.tree import Node

_OF_PROMISES = frozenset({
    "then", "catch", "finally", "Result", "Wait", "GetAwaiter", "ConfigureAwait", "ContinueWith",
    "Status", "IsCompleted", "IsFaulted", "IsCanceled", "IsCompletedSuccessfully", "Exception",
    "AsTask", "WaitAsync", "Dispose", "Id", "Start", "send", "close", "throw", "cr_frame",
})  # fmt: skip
_MEMBERS = frozenset({"member_expression", "member_access_expression", "subscript_expression",
                      "element_access_expression", "attribute", "subscript"})  # fmt: skip
_VALUES = frozenset({"template_substitution", "interpolation", "spread_element"})


def check(context: Context) -> Iterable[Finding]:
    """Calls of the program's own async functions whose promise is taken for a value."""
    names = _async_names(context)
    for call in calls(context.doc):
        if call.name not in names or call.new or not _is_own(call):
            continue
        place = _misuse(call.node) or _unwatched(call, context) or _misused_variable(call)
        if place is not None:
            yield Finding(place, f"{call.name} is async: without await this is its promise")


def _async_names(context: Context) -> set[str]:
    found = [one for one in context.scopes.functions if one.name]
    plain = {one.name for one in found if not one.is_async}
    return {one.name for one in found if one.is_async and not one.yields} - plain


def _is_own(call: Call) -> bool:
    return call.receiver is None or call.receiver.text in ("this", "self")


def _outer(node: Node) -> Node:
    while node.parent is not None and node.parent.type == "parenthesized_expression":
        node = node.parent
    return node


def _misuse(node: Node) -> Node | None:
    """The node itself where a promise cannot be what is meant there."""
    node = _outer(node)
    parent = node.parent
    if parent is None:
        return None
    if parent.type in _MEMBERS and node.field in ("object", "expression", "value"):
        name = parent.get("property") or parent.get("name") or parent.get("attribute")
        return None if name is not None and name.text in _OF_PROMISES else node
    if parent.type in _VALUES or operand_of_not(parent) is node:
        return node
    binary = as_binary(parent)
    if binary is not None and binary.op not in ("and", "or", "??", "==", "!=", "===", "!=="):
        return node
    conditional = parent.type in ("if_statement", "while_statement", "ternary_expression",
                                  "conditional_expression", "elif_clause")  # fmt: skip
    if conditional and node.field == "condition":
        return node
    each = parent.type == "for_statement" and node.field == "right"  # Python
    return node if each and not parent.has("async") else None


def _unwatched(call: Call, context: Context) -> Node | None:
    """A call that stands alone in an async function; in Python anywhere."""
    parent = call.node.parent
    if parent is None or parent.type != "expression_statement":
        return None
    if context.language is Language.PYTHON:
        return call.node
    around = context.scopes.function_at(call.node)
    if around is None or not around.is_async:
        return None
    returns_void = call.node.doc.language is Language.CSHARP and _is_void(call, context)
    return None if returns_void else call.node


def _is_void(call: Call, context: Context) -> bool:
    function = context.scopes.function_named(call.name)
    kind = function.return_type if function is not None else None
    return kind is not None and kind.text == "void"


def _misused_variable(call: Call) -> Node | None:
    """The first wrong use of a variable that holds the promise and is used in no right way."""
    node = _outer(call.node)
    assign = as_assign(node.parent) if node.parent is not None else None
    if assign is None or assign.target.type != "identifier":
        return None
    variable = scopes(node.doc).variable_of(assign.target)
    if variable is None or len(variable.writes) != 1 or not variable.reads:
        return None
    places = [_misuse(read) for read in variable.reads]
    return places[0] if all(place is not None for place in places) else None


RULE = Rule(
    id="missing-await",
    languages=JAVASCRIPT | CSHARP | PYTHON,
    question="Should this be awaited?",
    doc=__doc__,
    check=check,
)
