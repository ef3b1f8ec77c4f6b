"""A container loses or gains elements while a loop goes through it.

Why: the loop then skips elements or fails: what follows moves into the place just visited.

Bad:
    for word in words:
        if not word:
            words.remove(word)

Good:
    for word in list(words):
        if not word:
            words.remove(word)

Known misses: changes in functions that the loop calls, or under another name. Appending to a list
or array while going through it is well defined in Python and JavaScript and passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.flags._counters import Counter, counters
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.models import Language
from harness.syntax.blocks import loops, statements
from harness.syntax.constants import length_of
from harness.syntax.elements import as_element
from harness.syntax.flow import leaves
from harness.syntax.kinds import kind_of
from harness.syntax.shapes import as_call, bare
from harness.syntax.tree import Node, same

_METHODS: dict[Language, frozenset[str]] = {
    Language.PYTHON: frozenset({"remove", "pop", "insert", "clear", "discard", "popitem",
                                "popleft"}),
    Language.JAVASCRIPT: frozenset({"splice", "shift", "unshift"}),
    Language.CPP: frozenset({"push_back", "emplace_back", "pop_back", "erase", "insert", "clear",
                             "push_front", "pop_front"}),
    Language.CSHARP: frozenset({"Add", "AddRange", "Insert", "RemoveAt", "RemoveAll", "Remove",
                                "Clear", "RemoveRange"}),
}  # fmt: skip
_SHRINKING = frozenset({"remove", "pop", "splice", "shift", "popleft"})
_VIEWS = frozenset({"items", "keys", "values", "enumerate"})
_BLOCKS = ("block", "statement_block", "compound_statement")


def check(context: Context) -> Iterable[Finding]:
    """Changes of size inside the loop, unless the loop is left right after."""
    for container, body, is_index in _walked(context):
        for node in body.walk():
            changed = _changed(node, is_index)
            if changed is not None and same(changed, container) and not _is_safe(node, body):
                yield Finding(
                    node, f"{node.text} changes {container.text} while it is gone through"
                )


def _walked(context: Context) -> Iterator[tuple[Node, Node, bool]]:
    """(container, body, whether by its positions) of each loop."""
    for loop in loops(context.doc):
        if loop.kind == "each" and loop.iterable is not None and loop.body is not None:
            yield _container(loop.iterable), loop.body, False
    if context.language is Language.PYTHON:
        for counter in counters(context.doc):
            counted = _counted(counter)
            if counted is not None and counter.loop.body is not None:
                yield counted, counter.loop.body, True


def _counted(counter: Counter) -> Node | None:
    """The container whose positions a ``range`` goes through upwards."""
    if counter.loop.kind != "each" or counter.limit is None or counter.op != "<":
        return None
    return length_of(counter.limit)


def _container(iterable: Node) -> Node:
    iterable = bare(iterable)
    call = as_call(iterable)
    if call is None or call.name not in _VIEWS:
        return iterable
    if call.receiver is not None:
        return call.receiver
    return bare(call.args[0]) if call.args else iterable


def _changed(node: Node, is_index: bool) -> Node | None:
    """What a node adds an element to, or takes one from."""
    if node.type == "delete_statement" and node.parts:
        element = as_element(node.parts[0])
        return element.base if element is not None else None
    call = as_call(node)
    if call is None or call.receiver is None:
        return None
    if call.name not in (_SHRINKING if is_index else _METHODS[node.doc.language]):
        return None
    keyed = node.doc.language is Language.CSHARP and call.name == "Remove"
    return None if keyed and kind_of(call.receiver) != "list" else call.receiver


def _is_safe(node: Node, body: Node) -> bool:
    """Whether the loop is left after the change, or goes through something new by then."""
    for above in (node, *node.ancestors):
        if above.parent is None or above is body:
            return False
        if above.parent.type in _BLOCKS and leaves(above.parent):
            last = statements(above.parent)[-1]
            return last.type != "continue_statement"
    return False


RULE = Rule(
    id="mutated-while-iterating",
    languages=PROCEDURAL,
    question="Which element comes after the one that is removed?",
    doc=__doc__,
    check=check,
)
