"""An attribute refers to an id that is not in the page: ``for``, ``aria-…``, ``href="#…"``.

Why: the label names nothing, the link goes nowhere.

Bad:
    <label for="mail">E-mail</label> <input id="email">

Good:
    <label for="email">E-mail</label> <input id="email">

Known misses: ids that only a further script would make.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.flags.rule import HTML, Context, Finding, Rule
from harness.models import Layer
from harness.syntax.page import Attribute, Element

_LISTS = frozenset({"aria-labelledby", "aria-describedby", "aria-controls", "aria-owns",
                    "aria-details", "aria-flowto", "aria-errormessage", "aria-activedescendant",
                    "form", "list", "popovertarget", "commandfor"})  # fmt: skip
_LINKS = frozenset({"a", "area", "use"})


def check(context: Context) -> Iterable[Finding]:
    """References that lead nowhere."""
    ids = context.ids
    if ids.open:
        return
    for element in context.page.elements:
        for attribute in element.attributes:
            for name in _references(element, attribute):
                if name not in ids.known:
                    yield Finding(
                        attribute.node,
                        f"{attribute.name} of <{element.tag}> refers to the id {name}; "
                        "no element has it",
                    )


def _references(element: Element, attribute: Attribute) -> Iterator[str]:
    value = (attribute.value or "").strip()
    if attribute.name == "for" and element.tag == "label":
        yield from [value] if value else []
    elif attribute.name in _LISTS or (attribute.name, element.tag) == ("for", "output"):
        yield from value.split()
    elif attribute.name == "href" and element.tag in _LINKS and value.startswith("#"):
        target = value[1:]
        # "#/path" is a client-side route, "#a=b" a state, "#:~:" a text fragment.
        if (
            target
            and target.lower() != "top"
            and target[0] not in "/!:"
            and (not set("%=&?{") & set(target))
        ):
            yield target


RULE = Rule(
    id="reference-missing-id",
    languages=HTML,
    question="Which element should this point to?",
    doc=__doc__,
    check=check,
    layer=Layer.CONTRACT,
)
