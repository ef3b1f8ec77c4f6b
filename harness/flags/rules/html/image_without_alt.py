"""An image has no alt attribute.

Why: who does not see it learns nothing of it; an empty one says that it is decoration.

Bad:
    <img src="cat.jpg">

Good:
    <img src="cat.jpg" alt="A cat asleep on a keyboard">

Known misses: texts that do not describe the image.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import HTML, Context, Finding, Rule
from harness.syntax.page import Element

_NAMED = ("aria-label", "aria-labelledby", "title")


def check(context: Context) -> Iterable[Finding]:
    """Images, areas with a target and image buttons."""
    for one in context.page.all("img", "area", "input"):
        if one.tag == "input" and (one.get("type") or "").lower() != "image":
            continue
        if (one.tag == "area" and one.get("href") is None) or (one.tag == "img" and _is_empty(one)):
            continue
        hidden = one.get("aria-hidden") == "true" or one.get("role") in ("presentation", "none")
        if one.attribute("alt") is None and not hidden and not any(map(one.get, _NAMED)):
            yield Finding(one.open, f"this <{one.tag}> has no alt")


def _is_empty(image: Element) -> bool:
    """A place that a script fills."""
    return not image.get("src") and not image.get("srcset")


RULE = Rule(
    id="image-without-alt",
    languages=HTML,
    question="What does the image say to somebody who does not see it?",
    doc=__doc__,
    check=check,
)
