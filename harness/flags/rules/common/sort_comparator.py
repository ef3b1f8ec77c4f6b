"""A comparator of a sort gives what no comparator may give.

Why: in JavaScript it must give a number: true and false never say "before". In C++ equal
elements must not come before each other: with <= the sort may run off its range.

Bad (javascript):
    words.sort((a, b) => a > b);

Bad (cpp):
    std::sort(v.begin(), v.end(), [](int a, int b) { return a <= b; });

Good (javascript):
    words.sort((a, b) => a.localeCompare(b));

Good (cpp):
    std::sort(v.begin(), v.end(), [](int a, int b) { return a < b; });

Known misses: comparators that are objects, or are kept in a variable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.flags.rule import CPP, JAVASCRIPT, Context, Finding, Rule
from harness.models import Language
from harness.syntax.scopes import Function
from harness.syntax.shapes import Call, as_binary, bare, calls
from harness.syntax.tree import Node

_SORTS = {
    Language.JAVASCRIPT: frozenset({"sort", "toSorted"}),
    Language.CPP: frozenset({"sort", "stable_sort", "partial_sort", "nth_element", "max_element",
                             "min_element"}),
}  # fmt: skip
_WRONG = {
    Language.JAVASCRIPT: frozenset({"<", ">", "<=", ">=", "==", "==="}),
    Language.CPP: frozenset({"<=", ">="}),
}


def check(context: Context) -> Iterable[Finding]:
    """Comparators, written out or named, whose result is such a comparison."""
    for call in calls(context.doc):
        if call.name not in _SORTS.get(context.language, ()) or not call.args:
            continue
        comparator = _comparator(call, context)
        for value in _results(comparator) if comparator is not None else ():
            binary = as_binary(bare(value))
            if binary is not None and binary.op in _WRONG[context.language]:
                yield Finding(value, _message(binary.op, context.language))


def _message(op: str, language: Language) -> str:
    if language is Language.CPP:
        return f"{op} puts equal elements before each other"
    return f"{op} gives true or false, which says nothing about the order"


def _comparator(call: Call, context: Context) -> Function | None:
    if context.language is Language.CPP and len(call.args) < 3:
        return None
    last = call.args[-1]
    found = context.scopes.functions_by_node.get(id(last))
    if found is None and last.type == "identifier":
        found = context.scopes.function_named(last.text)
    return found if found is not None and len(found.params) == 2 else None


def _results(function: Function) -> Iterator[Node]:
    if function.value is not None:
        yield function.value
    for returned in function.returns:
        yield from returned.parts[:1]


RULE = Rule(
    id="sort-comparator",
    languages=JAVASCRIPT | CPP,
    question="What does this give for two equal elements, and for a smaller first one?",
    doc=__doc__,
    check=check,
)
