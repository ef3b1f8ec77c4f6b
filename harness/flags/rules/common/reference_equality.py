"""Arrays or objects are compared by identity.

Why: two arrays with the same elements are two things, so the comparison is false. A literal on
one side is a new thing each time: then it is always false.

Bad (javascript):
    if (values === []) return 0;

Bad (csharp):
    int[] sorted = Sorted(values);
    if (values == sorted) return true;

Good (javascript):
    if (values.length === 0) return 0;

Good (csharp):
    int[] sorted = Sorted(values);
    if (values.SequenceEqual(sorted)) return true;

Known misses: values of which the program does not show what they are; in JavaScript, two plain
names, which may be meant to be one thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from harness.flags.rule import CSHARP, JAVASCRIPT, Context, Finding, Rule
from harness.models import Language
from harness.syntax.kinds import declared_type, kind_of
from harness.syntax.scopes import scopes
from harness.syntax.shapes import bare, calls, comparisons
from harness.syntax.tree import Document, Node

_FRESH = frozenset({"array", "object", "array_creation_expression",
                    "implicit_array_creation_expression"})  # fmt: skip
_COLLECTION = re.compile(r"(?:List|Dictionary|HashSet|Queue|Stack|IEnumerable|IList)<.*>|.*\[,*\]")


def check(context: Context) -> Iterable[Finding]:
    """Equality of two such things, one of them fresh or both known."""
    for node, left, right in _equalities(context.doc):
        if any(one.type in ("null", "null_literal") for one in (left, right)):
            continue
        if left.type in _FRESH or right.type in _FRESH:
            yield Finding(node, "this compares with a new object, which equals nothing else")
        elif _is_collection(left) and _is_collection(right):
            yield Finding(node, "this compares which object it is, not what is in it")


def _equalities(doc: Document) -> Iterator[tuple[Node, Node, Node]]:
    for one in comparisons(doc):
        if one.op in ("==", "!=", "===", "!=="):
            yield one.node, bare(one.left), bare(one.right)
    if doc.language is Language.CSHARP:
        for call in calls(doc):
            if call.name == "Equals" and call.receiver is not None and len(call.args) == 1:
                yield call.node, bare(call.receiver), bare(call.args[0])


def _is_collection(node: Node) -> bool:
    if node.doc.language is Language.JAVASCRIPT:
        return node.type != "identifier" and kind_of(node) == "list"
    variable = scopes(node.doc).variable_of(node)
    if variable is None:
        return False
    written = declared_type(variable).rstrip("?")
    return _COLLECTION.fullmatch(written) is not None


RULE = Rule(
    id="reference-equality",
    languages=JAVASCRIPT | CSHARP,
    question="Is this meant to compare what is inside?",
    doc=__doc__,
    check=check,
)
