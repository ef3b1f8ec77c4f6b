"""Where control can go: whether a block always leaves, and whether a function can fall off its end.

Conservative: what is not understood is taken to go on.
"""

from __future__ import annotations

from harness.models import Language
from harness.syntax.blocks import as_branch, as_loop, statements
from harness.syntax.constants import fold
from harness.syntax.scopes import Function
from harness.syntax.tree import Node

LEAVES = frozenset({
    "return_statement", "raise_statement", "throw_statement", "break_statement",
    "continue_statement", "goto_statement",
})  # fmt: skip
_NEVER_RETURN = frozenset(
    {
        "exit",
        "abort",
        "_exit",
        "quit",
        "sys.exit",
        "os._exit",
        "std::exit",
        "std::abort",
        "process.exit",
        "Environment.Exit",
    }
)
_INNER = frozenset({"function_definition", "function_declaration", "lambda", "arrow_function",
                    "function_expression", "lambda_expression", "local_function_statement",
                    "class_definition", "class_declaration"})  # fmt: skip
_MAX_DEPTH = 60


def leaves(block: Node | None, depth: int = 0) -> bool:
    """Whether control never comes out at the end of a block or statement."""
    if depth > _MAX_DEPTH:
        return True
    return any(_leaves(one, depth) for one in statements(block))


def _leaves(node: Node, depth: int) -> bool:
    if node.type in LEAVES:
        return True
    if node.type == "expression_statement":
        return _never_returns(node)
    if node.type == "assert_statement":  # assert False
        condition = fold(node.parts[0]) if node.parts else None
        return condition is not None and not condition.value
    if node.type in ("block", "statement_block", "compound_statement"):
        return leaves(node, depth + 1)
    branch = as_branch(node)
    if branch is not None:
        return _all_branches(node, depth)
    loop = as_loop(node)
    if loop is not None:
        return _endless(node)
    if node.type in ("switch_statement", "match_statement"):
        return _switch(node, depth)
    if node.type == "try_statement":
        return _try(node, depth)
    if node.type in ("with_statement", "using_statement", "lock_statement", "checked_statement",
                     "labeled_statement", "synchronized_statement"):  # fmt: skip
        return leaves(node.get("body") or (node.parts[-1] if node.parts else None), depth + 1)
    return False


def _never_returns(node: Node) -> bool:
    call = node.parts[0] if node.parts else None
    function = call.get("function") if call is not None else None
    if function is None:
        return call is not None and call.type == "throw_statement"
    return function.text in _NEVER_RETURN


def _all_branches(node: Node, depth: int) -> bool:
    current: Node | None = node
    while current is not None:
        branch = as_branch(current)
        if branch is None:
            return leaves(current, depth + 1)
        if not leaves(branch.then, depth + 1):
            return False
        current = branch.otherwise
    return False


def _endless(node: Node) -> bool:
    """``while True`` without a break of its own."""
    loop = as_loop(node)
    if loop is None or loop.kind == "each":
        return False
    condition = fold(loop.condition) if loop.condition is not None else None
    always = (loop.condition is None and loop.kind == "for") or (
        condition is not None and bool(condition.value)
    )
    return always and not _breaks(loop.body)


def _breaks(body: Node | None) -> bool:
    """Whether a loop's body holds a break of that loop (one that names a label counts too)."""
    stack = [(body, False)] if body is not None else []
    while stack:
        node, inner = stack.pop()
        labelled = bool(node.parts)
        if node.type == "break_statement" and (labelled or not inner):
            return True
        if node.type == "goto_statement":
            return True
        if node.type in _INNER:
            continue
        deeper = inner or as_loop(node) is not None or node.type == "switch_statement"
        stack.extend((child, deeper) for child in node.children)
    return False


def _switch(node: Node, depth: int) -> bool:
    body = node.get("body")
    cases = [one for one in body.parts if one.parts] if body is not None else []
    if not cases or body is None or _breaks(body):
        return False
    texts = [one.text for one in body.parts]
    default = any(text.startswith(("default", "case _:", "case _ ")) for text in texts)
    last = cases[-1]
    return default and any(_leaves(one, depth + 1) for one in (
        statements(last.get("consequence")) or last.parts))  # fmt: skip


def _try(node: Node, depth: int) -> bool:
    parts = node.parts
    final = [one for one in parts if one.type == "finally_clause"]
    if final and leaves(next(iter(final[0].parts[-1:]), None), depth + 1):
        return True
    handlers = [one for one in parts if one.type in ("except_clause", "catch_clause",
                                                     "except_group_clause")]  # fmt: skip
    otherwise = [one for one in parts if one.type == "else_clause"]
    body = leaves(node.get("body"), depth + 1) or any(
        leaves(one.get("body"), depth + 1) for one in otherwise
    )
    return body and all(
        leaves(one.get("body") or (one.parts[-1] if one.parts else None), depth + 1)
        for one in handlers
    )


def falls_off(function: Function) -> bool:
    """Whether a function's end can be reached without a return."""
    if function.body is None or function.value is not None:
        return False
    return not leaves(function.body)


def returns_value(node: Node) -> bool:
    """Whether a return statement gives a value (``return None`` does not)."""
    values = node.parts
    if not values:
        return False
    return not (node.doc.language is Language.PYTHON and values[0].type == "none")


def unreachable(block: Node | None) -> Node | None:
    """First statement behind one that always leaves."""
    left = False
    for one in statements(block):
        if left and one.type not in ("function_declaration", "local_function_statement",
                                     "labeled_statement", "case_statement"):  # fmt: skip
            return one
        left = left or _leaves(one, 0)
    return None
