"""An async method returns void.

Why: nobody can wait for it, and an exception in it ends the process.

Bad:
    public async void SaveAsync()

Good:
    public async Task SaveAsync()

Known misses: lambdas. Handlers of events must be so and are not flagged.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import CSHARP, Context, Finding, Rule
from harness.syntax.scopes import Function


def check(context: Context) -> Iterable[Finding]:
    """Such methods, unless they look like handlers or override one."""
    for function in context.scopes.functions:
        result = function.return_type
        if not function.is_async or result is None or result.text != "void":
            continue
        if not _is_handler(function):
            yield Finding(result, f"nobody can wait for {function.name}")


def _is_handler(function: Function) -> bool:
    if any(one.type == "modifier" and one.text == "override" for one in function.node.children):
        return True
    types = [one.type.text if one.type is not None else "" for one in function.params]
    return any(text.endswith("EventArgs") or text == "object?" for text in types) or (
        bool(types) and types[0] in ("object", "object?")
    )


RULE = Rule(
    id="async-void",
    languages=CSHARP,
    question="Who waits for this?",
    doc=__doc__,
    check=check,
)
