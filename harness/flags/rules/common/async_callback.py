"""An async function is the callback of something that does not wait for it.

Why: an async function returns a promise at once. forEach goes on before the work is done;
filter, some, every and find take the promise for true. In C# such a callback is async void:
nobody waits, and its exceptions end the process.

Bad (javascript):
    const open = sites.filter(async (site) => await isUp(site));

Bad (csharp):
    names.ForEach(async name => await SaveAsync(name));

Good (javascript):
    const up = await Promise.all(sites.map(isUp));
    const open = sites.filter((site, index) => up[index]);

Good (csharp):
    foreach (var name in names) await SaveAsync(name);

Known misses: async functions that are passed by name; forEach as the last thing a function does.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._functions import function_argument
from harness.flags.rule import CSHARP, JAVASCRIPT, Context, Finding, Rule
from harness.syntax.shapes import Call, calls

_TAKEN_FOR_TRUE = frozenset({"filter", "some", "every", "find", "findIndex", "findLast", "sort"})


def check(context: Context) -> Iterable[Finding]:
    """Async functions written out as such callbacks."""
    for call in calls(context.doc):
        function = function_argument(call)
        if function is None or call.receiver is None or not function.is_async:
            continue
        if call.name in _TAKEN_FOR_TRUE:
            yield Finding(function.node, f"{call.name} takes the promise of this callback for true")
        elif call.name == "ForEach" or (call.name == "forEach" and _goes_on(call)):
            yield Finding(function.node, f"{call.name} does not wait for an async callback")


def _goes_on(call: Call) -> bool:
    statement = call.node.parent
    return statement is not None and statement.next is not None


RULE = Rule(
    id="async-callback",
    languages=JAVASCRIPT | CSHARP,
    question="When is the work of this callback done?",
    doc=__doc__,
    check=check,
)
