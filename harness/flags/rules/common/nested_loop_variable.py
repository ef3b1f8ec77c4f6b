"""A loop inside another uses the same variable.

Why: the inner loop destroys the outer one's value: elements are skipped, looked at twice, or the
loop never ends.

Bad:
    for i in range(len(rows)):
        for i in range(len(rows[0])):
            total += rows[i][i]

Good:
    for i in range(len(rows)):
        for j in range(len(rows[0])):
            total += rows[i][j]

Known misses: inner loops that declare a variable of the same name, which is another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.flags._counters import counters
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.syntax.blocks import loops
from harness.syntax.scopes import Variable
from harness.syntax.tree import Document, Node


def check(context: Context) -> Iterable[Finding]:
    """Loop variables that an inner loop takes for its own."""
    taken = list(_taken(context.doc, context))
    by_variable: dict[int, list[tuple[Node, Node]]] = {}
    for variable, name, loop in taken:
        by_variable.setdefault(id(variable), []).append((name, loop))
    for variable, name, loop in taken:
        if variable.name.startswith("_"):
            continue
        for other, outer in by_variable[id(variable)]:
            if outer is not loop and loop.within(outer) and not _starts_over(loop, outer):
                message = f"{variable.name} already counts the loop of line {outer.line}"
                yield Finding(name, message, related=((other, "the outer loop"),))
                break


def _starts_over(loop: Node, outer: Node) -> bool:
    """A loop in the ``else`` or the header of the other is not inside it."""
    body = outer.get("body")
    return body is None or not loop.within(body)


def _taken(doc: Document, context: Context) -> Iterator[tuple[Variable, Node, Node]]:
    for loop in loops(doc):
        if loop.kind == "each" and loop.target is not None:
            for one in loop.target.walk():
                variable = context.scopes.variable_of(one)
                if variable is not None and one.type == "identifier":
                    yield variable, one, loop.node
    for counter in counters(doc):
        if counter.loop.kind == "for" and counter.start is not None:
            yield counter.variable, counter.name, counter.loop.node


RULE = Rule(
    id="nested-loop-variable",
    languages=PROCEDURAL,
    question="Which of the two loops should this variable belong to?",
    doc=__doc__,
    check=check,
)
