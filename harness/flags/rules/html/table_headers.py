"""``headers`` of a table cell names no header cell of its table.

Why: assistive tools do not say to what the cell belongs.

Bad:
    <table><tr><th id="price">Price</th></tr><tr><td headers="cost">3</td></tr></table>

Good:
    <table><tr><th id="price">Price</th></tr><tr><td headers="price">3</td></tr></table>

Known misses: tables that name no headers.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from harness.flags.rule import HTML, Context, Finding, Rule
from harness.syntax.page import Element


def check(context: Context) -> Iterable[Finding]:
    """Ids in headers, looked up among the cells of the same table."""
    known: dict[str, set[int]] = {}
    cells = [(one, id(_table(one))) for one in context.page.all("td", "th")]
    for cell, table in cells:
        known.setdefault(cell.get("id") or "", set()).add(table)
    for cell, table in cells:
        attribute = cell.attribute("headers")
        if attribute is None or context.ids.open:
            continue
        for name in (attribute.value or "").split():
            if table not in known.get(name, ()):
                yield Finding(attribute.node, f"no cell of this table has the id {name}")


def _table(cell: Element) -> Element | None:
    """The table around a cell; looked for no further than a table's parts go."""
    above = islice(cell.ancestors, 4)
    return next((one for one in above if one.tag == "table"), None)


RULE = Rule(
    id="table-headers",
    languages=HTML,
    question="Which header does this cell belong to?",
    doc=__doc__,
    check=check,
)
