"""Radio buttons of a form do not share a name.

Why: only those of one name exclude each other; these can all be chosen at once.

Bad:
    <input type="radio" name="yes"> <input type="radio" name="no">

Good:
    <input type="radio" name="answer" value="yes"> <input type="radio" name="answer" value="no">

Known misses: groups that a script makes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from harness.flags.rule import HTML, Context, Finding, Rule
from harness.syntax.page import Element


def check(context: Context) -> Iterable[Finding]:
    """Radio buttons that are alone under their name, next to others."""
    by_form: dict[int, list[Element]] = {}
    for one in context.page.all("input"):
        if (one.get("type") or "").lower() == "radio":
            form = next((above for above in one.ancestors if above.tag == "form"), None)
            by_form.setdefault(id(form), []).append(one)
    for radios in by_form.values():
        count = Counter(one.get("name") or "" for one in radios)
        for one in radios if len(radios) > 1 else ():
            name = one.get("name")
            if not name:
                yield Finding(one.open, "a radio button without a name excludes no other")
            elif count[name] == 1:
                yield Finding(one.open, f"no other radio button has the name {name}")


RULE = Rule(
    id="radio-names",
    languages=HTML,
    question="Which of these exclude each other?",
    doc=__doc__,
    check=check,
)
