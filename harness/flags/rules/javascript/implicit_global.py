"""A function assigns to a name that is declared nowhere, and that does harm.

Why: it makes a variable of the whole program, which calls of a recursive or async function share;
in modules, classes and strict code it throws.

Bad:
    function count(node) {
      for (i = 0; i < node.children.length; i++) count(node.children[i]);
    }

Good:
    function count(node) {
      for (let i = 0; i < node.children.length; i++) count(node.children[i]);
    }

Known misses: functions that run once at a time, where such a variable only leaks; scripts of
pages, where another script may declare the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags.rule import JAVASCRIPT, Context, Finding, Rule
from harness.syntax.globals import known_in_javascript
from harness.syntax.scopes import Function
from harness.syntax.shapes import as_call
from harness.syntax.tree import Node


def check(context: Context) -> Iterable[Finding]:
    """Names without a declaration that a function writes to."""
    if context.host is not None or context.scopes.dynamic:
        return
    for variable in context.scopes.module.variables.values():
        if variable.declarations or known_in_javascript(variable.name, browser=True):
            continue
        inside = [one for one in variable.writes if context.scopes.function_at(one) is not None]
        if len(inside) < len(variable.writes) or _is_given(variable.name, context):
            continue
        if any(_does_harm(one, context) for one in inside):
            yield Finding(inside[0], f"{variable.name} is declared nowhere")


def _is_given(name: str, context: Context) -> bool:
    return context.task is not None and name in context.task.preamble


def _does_harm(write: Node, context: Context) -> bool:
    if write.doc.root.has("import_statement", "export_statement") or write.inside("class_body"):
        return True
    if re.match(r"""\s*["']use strict["']""", write.doc.source):
        return True
    function = context.scopes.function_at(write)
    return function is not None and (function.is_async or _calls_itself(function))


def _calls_itself(function: Function) -> bool:
    inner = (as_call(node) for node in function.node.walk())
    return bool(function.name) and any(
        one is not None and one.name == function.name for one in inner
    )


RULE = Rule(
    id="implicit-global",
    languages=JAVASCRIPT,
    question="Where should this variable be declared?",
    doc=__doc__,
    check=check,
)
