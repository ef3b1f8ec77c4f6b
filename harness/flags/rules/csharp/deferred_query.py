"""A query is read after the list it is over was changed.

Why: a query runs when it is read, not where it is written: it sees the changed list.

Bad:
    var small = values.Where(value => value < 3);
    values.Clear();
    return small.Count();

Good:
    var small = values.Where(value => value < 3).ToList();
    values.Clear();
    return small.Count;

Known misses: lists that other methods change; changes that come round in a loop.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import CSHARP, Context, Finding, Rule
from harness.syntax.scopes import Variable, loop_around, scopes
from harness.syntax.shapes import as_assign, as_call, bare
from harness.syntax.tree import Node

_DEFERRED = frozenset({"Where", "Select", "SelectMany", "OrderBy", "OrderByDescending", "ThenBy",
                       "Distinct", "Skip", "Take", "TakeWhile", "SkipWhile", "GroupBy",
                       "Concat"})  # fmt: skip
_CHANGES = frozenset({"Add", "AddRange", "Remove", "RemoveAt", "RemoveAll", "Clear", "Insert"})


def check(context: Context) -> Iterable[Finding]:
    """Variables of a query that are read behind a change of its source."""
    for variable in context.scopes.variables:
        if len(variable.writes) != 1 or variable.kind != "local":
            continue
        write = variable.writes[0]
        source = _source(write)
        if source is None or source is variable:
            continue
        for read in variable.reads:
            change = _change_between(source, write, read)
            if change is not None:
                message = f"{variable.name} runs here and sees {source.name} after {change.text}"
                yield Finding(read, message)
                break


def _source(write: Node) -> Variable | None:
    """The variable at the root of a deferred query."""
    assign = as_assign(write.parent) if write.parent is not None else None
    node: Node | None = bare(assign.value) if assign is not None else None
    deferred = False
    while node is not None:
        call = as_call(node)
        if call is None:
            break
        if call.name not in _DEFERRED:
            return None
        deferred, node = True, call.receiver
    return scopes(write.doc).variable_of(node) if deferred and node is not None else None


def _change_between(source: Variable, write: Node, read: Node) -> Node | None:
    for use in source.reads:
        member = use.parent
        call = as_call(member.parent) if member is not None and member.parent is not None else None
        if call is None or call.receiver is not use or call.name not in _CHANGES:
            continue
        same_round = loop_around(use) is loop_around(write)
        if write.start < use.start < read.start and same_round and not read.within(call.node):
            return call.node
    return None


RULE = Rule(
    id="deferred-query",
    languages=CSHARP,
    question="Which elements does the query see here?",
    doc=__doc__,
    check=check,
)
