"""Where a value goes: writes nobody reads, and reads before any write.

    dead_writes(variable)        writes whose value no read can see
    early_reads(variable)        reads that come before every write of a local
    first_use(variable)          its first read or write in source order

Conservative: a loop around both, a closure, a jump, a try, an alias: then nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.models import Language
from harness.syntax.kinds import declared_type
from harness.syntax.scopes import LOOPS, Variable, scopes
from harness.syntax.shapes import as_assign
from harness.syntax.tree import Node

# Every write is held against every read; a variable used more often is no one's code.
MAX_PAIRS = 250_000
_BLOCKS = frozenset({"block", "statement_block", "compound_statement", "module", "program",
                     "switch_case", "switch_section", "case_statement"})  # fmt: skip
_JUMPS = frozenset({"return_statement", "raise_statement", "throw_statement", "break_statement",
                    "continue_statement", "goto_statement", "yield", "yield_expression",
                    "yield_statement"})  # fmt: skip
_GUARDED = ("try_statement", "with_statement", "using_statement")
_BRANCHING = frozenset({
    "if_statement", "elif_clause", "else_clause", "conditional_expression", "ternary_expression",
    "switch_statement", "match_statement", "try_statement", "except_clause", "catch_clause",
    "case_clause", "switch_section", "switch_case", "boolean_operator", *LOOPS,
})  # fmt: skip


def _is_local(variable: Variable) -> bool:
    """Whether all its uses are in sight: a local of one function, no alias of another thing."""
    if variable.captured or variable.function is None:
        return False
    if variable.kind not in ("local", "param", "loop"):
        return False
    doc = variable.scope.node.doc
    if any(one.parent is not None and one.parent.has("modifier") for one in variable.declarations):
        return False  # C#: ref, out
    if scopes(doc).dynamic:
        return False
    return doc.language is not Language.CPP or not declared_type(variable).endswith(("&", "*"))


def first_use(variable: Variable) -> Node | None:
    """Its first read or write in the text; an initialiser's reads come before its write."""
    uses = sorted({*variable.reads, *variable.writes}, key=lambda node: (_when(node), node.start))
    return uses[0] if uses else None


def _effect(write: Node) -> int:
    """Byte offset at which a write has happened: behind the value it gives."""
    assign = _assignment(write)
    return assign.end if assign is not None else write.end


def _when(node: Node) -> int:
    """Order of a use: a write counts when its value is known."""
    variable = scopes(node.doc).variable_of(node)
    wrote = variable is not None and any(one is node for one in variable.writes)
    read = variable is not None and any(one is node for one in variable.reads)
    return _effect(node) if wrote and not read else node.start


def _assignment(write: Node) -> Node | None:
    """The assignment that a written name is the target of, patterns included."""
    for above in write.ancestors:
        assign = as_assign(above)
        if assign is not None:
            return above if write.within(assign.target) else None
        if above.type.endswith("_statement"):
            return None
    return None


def _loops(node: Node, within: Node) -> Iterator[Node]:
    for above in node.ancestors:
        if above is within:
            return
        if above.type in LOOPS:
            yield above


def dead_writes(variable: Variable) -> list[Node]:
    """Writes that no read can see: none comes after, or the next statement overwrites."""
    if not _is_local(variable) or len(variable.writes) * len(variable.reads) > MAX_PAIRS:
        return []
    return [write for write in variable.writes if _is_dead(variable, write)]


def _is_dead(variable: Variable, write: Node) -> bool:
    function = variable.scope.function
    assert function is not None
    if write.inside(*_GUARDED) is not None or _gives_nothing(write):
        return False
    loops = list(_loops(write, function.node))
    effect = _effect(write)
    later = [
        read
        for read in variable.reads
        if read is not write and (read.start >= effect or any(read.within(loop) for loop in loops))
    ]
    return not later or _overwritten(variable, write, effect)


def _statement(node: Node) -> Node | None:
    """The statement of a block that a node is in."""
    for above in (node, *node.ancestors):
        if above.parent is not None and above.parent.type in _BLOCKS:
            return above
    return None


def _gives_nothing(write: Node) -> bool:
    """An object made by its declaration alone, or a name lent to a call (ref, out, >>)."""
    parent = write.parent
    if parent is None or parent.type in ("argument", "declaration_expression", "binary_expression"):
        return True
    return write.doc.language is Language.CPP and parent.type in (
        "declaration", "array_declarator", "field_declaration",
    )  # fmt: skip


def _overwritten(variable: Variable, write: Node, effect: int) -> bool:
    """Whether a later statement of the same block writes again with nothing between."""
    own = _statement(write)
    if own is None or own.type in _BRANCHING:
        return False
    for other in variable.writes:
        there = _statement(other)
        if there is None or there.parent is not own.parent or there.start < own.end:
            continue
        if there.type in _BRANCHING or any(other is read for read in variable.reads):
            continue
        until = _effect(other)
        between = any(effect <= read.start < until for read in variable.reads)
        if not between and not _jumps(own, there):
            return True
    return False


def _jumps(first: Node, last: Node) -> bool:
    node = first.next
    while node is not None and node is not last:
        if any(one.type in _JUMPS for one in node.walk()):
            return True
        node = node.next
    return node is None


def early_reads(variable: Variable) -> list[Node]:
    """Reads of a local that stand before its first write, outside any loop around that write."""
    if not _is_local(variable) or variable.kind != "local" or not variable.writes:
        return []
    if len(variable.writes) * len(variable.reads) > MAX_PAIRS:
        return []
    function = variable.scope.function
    assert function is not None
    first = min(variable.writes, key=_effect)
    loops = [one for write in variable.writes for one in _loops(write, function.node)]
    effect = _effect(first)
    return [
        read
        for read in variable.reads
        if read.start < effect
        and not any(read.within(loop) for loop in loops)
        and all(read is not write or write is first for write in variable.writes)
    ]
