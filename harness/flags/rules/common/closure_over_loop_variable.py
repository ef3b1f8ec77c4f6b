"""A function that is kept for later uses the counter of the loop it is made in.

Why: all rounds share one counter (var in JavaScript, for in C#): when the functions run, each
sees its last value.

Bad (javascript):
    for (var i = 0; i < 3; i++) setTimeout(() => console.log(i), 100);

Bad (csharp):
    for (int i = 0; i < 3; i++) actions.Add(() => Console.WriteLine(i));

Good (javascript):
    for (let i = 0; i < 3; i++) setTimeout(() => console.log(i), 100);

Good (csharp):
    for (int i = 0; i < 3; i++) { int copy = i; actions.Add(() => Console.WriteLine(copy)); }

Known misses: functions that are kept in another way than by the usual calls.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import CSHARP, JAVASCRIPT, Context, Finding, Rule
from harness.models import Language
from harness.syntax.scopes import Function, Variable, loop_around
from harness.syntax.shapes import as_assign, as_call
from harness.syntax.tree import Node

_KEEP = frozenset({
    "push", "setTimeout", "setInterval", "addEventListener", "then", "on", "nextTick",
    "requestAnimationFrame", "queueMicrotask", "setImmediate", "unshift",
    "Add", "Enqueue", "Push", "Run", "StartNew", "ContinueWith", "QueueUserWorkItem", "Thread",
    "Task", "AddLast",
})  # fmt: skip


def check(context: Context) -> Iterable[Finding]:
    """Counters of for loops that a kept function reads."""
    for variable in context.scopes.variables:
        if variable.kind != "loop" or not _is_shared(variable):
            continue
        for read in variable.reads:
            function = context.scopes.function_at(read)
            if function is None or function is variable.scope.function:
                continue
            if loop_around(function.node) is not None and _is_kept(function):
                message = f"all rounds share {variable.name}: later it has its last value"
                yield Finding(read, message)
                break


def _is_shared(variable: Variable) -> bool:
    declarator = variable.declarations[0].parent if variable.declarations else None
    holder = declarator.parent if declarator is not None else None
    if holder is None or holder.parent is None or holder.parent.type != "for_statement":
        return False
    csharp = holder.doc.language is Language.CSHARP
    return csharp or holder.type == "variable_declaration"


def _is_kept(function: Function) -> bool:
    holder: Node | None = function.node.parent
    if holder is not None and holder.type == "argument":
        holder = holder.parent
    assign = as_assign(holder) if holder is not None else None
    if assign is not None:
        return assign.value is function.node and not assign.target.type.endswith("identifier")
    call = as_call(holder.parent) if holder is not None and holder.parent is not None else None
    return call is not None and call.name in _KEEP


RULE = Rule(
    id="closure-over-loop-variable",
    languages=JAVASCRIPT | CSHARP,
    question="Which value does each of these functions see?",
    doc=__doc__,
    check=check,
)
