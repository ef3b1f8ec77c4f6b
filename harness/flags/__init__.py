"""Flags: places in a response that are worth a trainer's look, found without running it.

    find_flags(language, source, task=task)   flags of one program, in source order
    rules()                                   every rule by id

How a rule is written
=====================

A rule is one file, ``rules/<language or common>/<id with underscores>.py``. Drop it in; nothing is
registered by hand. Its docstring is its documentation, shown by ``harness flag --explain`` and in
docs/rules.md: the first paragraph says what is flagged, then come the sections Why, Bad, Good and
Known misses (Bad and Good are code, indented; ``Bad (javascript):`` names its language)::

    \"\"\"Both sides of a comparison are the same.

    Why: the result is known beforehand; one side was meant to be something else.

    Bad:
        if left == left:

    Good:
        if left == right:

    Known misses: sides that are equal in meaning but spelled differently.
    \"\"\"

    from collections.abc import Iterable

    from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
    from harness.syntax.shapes import comparisons, is_pure
    from harness.syntax.tree import same

    def check(context: Context) -> Iterable[Finding]:
        for one in comparisons(context.doc):
            if same(one.left, one.right) and is_pure(one.left):
                yield Finding(one.node, f"both sides of {one.op} are {one.left.text}")

    RULE = Rule(
        id="same-operands",
        languages=PROCEDURAL,
        question="What should this be compared with?",
        doc=__doc__,
        check=check,
    )

``check`` looks at one program and yields findings; a finding is a node (or a ``Span``), a message
and, where the rule's own question is not enough, a question of its own. It reads:

    context.doc          the tree (harness.syntax.tree): .root, .all("type", …), .comments
    context.scopes       functions, variables, reads, writes (harness.syntax.scopes)
    context.task         the task, or None; context.entry: the function the task asks for
    context.page         HTML: elements, attributes, ids (harness.syntax.page)
    context.scripts      HTML: its scripts, each a context; context.host: the page of a script
    context.statements   SQL: sqlglot trees; context.sql_node(tree): their place
    context.schema       SQL: tables and columns of the task's database

and from harness.syntax, alike in all languages:

    shapes      calls, comparisons, binaries, assignments; as_call(node) …; bare, is_pure
    blocks      loops, branches, statements; as_loop(node), as_branch(node)
    constants   fold(node) -> Constant | None, bounds(node), length_of(node), is_length(node)
    kinds       kind_of(node) -> "int", "float", "str", "list", …; declared_type(variable)
    flow        leaves(block), falls_off(function), unreachable(block), returns_value(return)
    scopes      loop_around(node)
    defuse      dead_writes(variable), early_reads(variable), first_use(variable)
    tree        same(left, right): equal code, spaces aside

``Node``: .type .text .parts (named children, never comments) .get(field) .all(field) .parent
.ancestors .inside(types) .walk() .next .previous .has(token) .line. Never recurse over a tree.

A program that does not parse is shown only to rules with ``broken=True`` (SQL and HTML always are
shown). Scripts inside a page are programs of their own: JavaScript rules see them too, with
``context.host`` set to the page. A rule is a ``hint`` until strength.json, written by measuring,
says ``strong``.

Fixtures: ``tests/flags/fixtures/<id>/bad.<ext>`` and ``good.<ext>`` for each language of the rule
(more of each: bad_2.py …). In a bad file a comment ``flag: <id>`` stands on each line that must be
flagged, and on no other; a good file must be clean under all rules. ``task.json`` beside them is
the task (only the fields that matter). Run: pytest tests/flags -k <id>. Then write the catalogue:
python scripts/rule_docs.py.
"""

from harness.flags.engine import Options, find_flags
from harness.flags.registry import rules

__all__ = ["Options", "find_flags", "rules"]
