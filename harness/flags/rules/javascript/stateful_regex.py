"""A regular expression with the flag g is kept and asked again with test.

Why: with g (or y) test goes on where the last match ended, so the same text gives true, then
false.

Bad:
    const vowel = /[aeiou]/g;
    const count = letters.filter((letter) => vowel.test(letter)).length;

Good:
    const vowel = /[aeiou]/;
    const count = letters.filter((letter) => vowel.test(letter)).length;

Known misses: expressions kept in an object, and loops that ask exec.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import JAVASCRIPT, Context, Finding, Rule
from harness.syntax.constants import fold
from harness.syntax.scopes import Variable, loop_around, scopes
from harness.syntax.shapes import as_assign, as_call
from harness.syntax.tree import Node


def check(context: Context) -> Iterable[Finding]:
    """Names of such expressions whose test is asked more than once."""
    for variable in context.scopes.variables:
        if len(variable.writes) != 1 or not _is_stateful(variable.writes[0]):
            continue
        tests = [read for read in variable.reads if _method(read) == "test"]
        if any(_method(read) == "lastIndex" for read in variable.reads):
            continue
        if any(_is_while_condition(test) for test in tests):
            continue
        if len(tests) > 1 or any(_is_repeated(test, variable) for test in tests):
            yield Finding(tests[-1], f"{variable.name} has the flag g: test remembers its place")


def _is_stateful(write: Node) -> bool:
    assign = as_assign(write.parent) if write.parent is not None else None
    if assign is None or assign.target is not write:
        return False
    flags = assign.value.get("flags") if assign.value.type == "regex" else None
    call = as_call(assign.value)
    if call is not None and call.name == "RegExp" and len(call.args) > 1:
        constant = fold(call.args[1])
        return constant is not None and bool({"g", "y"} & set(str(constant.value)))
    return flags is not None and bool({"g", "y"} & set(flags.text))


def _method(read: Node) -> str:
    member = read.parent
    if member is None or member.type != "member_expression" or read.field != "object":
        return ""
    name = member.get("property")
    return name.text if name is not None else ""


def _is_while_condition(test: Node) -> bool:
    loop = loop_around(test)
    condition = loop.get("condition") if loop is not None else None
    return condition is not None and test.within(condition)


def _is_repeated(test: Node, variable: Variable) -> bool:
    """Whether one expression serves many calls: made outside the test's loop or function."""
    made = variable.writes[0]
    loop = loop_around(test)
    if loop is not None and not made.within(loop):
        return True
    function = scopes(test.doc).function_at(test)
    return function is not None and not made.within(function.node)


RULE = Rule(
    id="stateful-regex",
    languages=JAVASCRIPT,
    question="What does the second call of test say about the same text?",
    doc=__doc__,
    check=check,
)
