"""Checks: facts seen from outside the page's world, compared here, outside the browser."""

import re
import time

from boxes import RELATIONS, place, told

RETRY_S = 0.05
TOLERANCE_PX = 1.0
IMPACTS = ("minor", "moderate", "serious", "critical")
SHOWN = 300
LEVELS = {"error": ("error", "assert"), "warning": ("error", "assert", "warning")}


class Failed(Exception):
    """A check that does not hold: what was expected and what was found."""

    def __init__(self, expected, actual):
        super().__init__(expected)
        self.expected, self.actual = expected, actual


def check(page, one, patience_s):
    """None, or what is wrong; a check that may still come true is tried again for a while."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            CHECKS[one["check"]](page, one)
            return None
        except Failed as failure:
            if time.monotonic() >= deadline:
                return {"expected": failure.expected, "actual": failure.actual}
        page.browser.rest(RETRY_S)


def quoted(value):
    """A value as the report shows it."""
    text = value if isinstance(value, str) else str(value)
    return f"'{text[:SHOWN]}…'" if len(text) > SHOWN else f"'{text}'"


def squeezed(text):
    """Text with its white space collapsed, as a reader sees it."""
    return " ".join(text.split())


def subject(one):
    """What a check looks at."""
    nth = f" [{one['nth']}]" if one.get("nth") else ""
    return f"{one['selector']}{nth}" if one.get("selector") else ""


def numeric(value):
    """The number a text begins with ("12.5px" → 12.5), None if it does not."""
    if isinstance(value, (int, float)):
        return float(value)
    found = re.match(r"\s*(-?\d+(?:\.\d+)?)", value)
    return float(found[1]) if found else None


def matcher(one):
    """The comparison a check asks for, as ``(words, test)``; None if it asks for none."""
    fold = (lambda text: text.casefold()) if one.get("ignore_case") else (lambda text: text)
    if one.get("equals") is not None:
        wanted = one["equals"]
        return quoted(wanted), lambda value: fold(str(value)) == fold(squeezed(str(wanted)))
    if one.get("one_of"):
        wanted = [fold(squeezed(text)) for text in one["one_of"]]
        words = "one of " + ", ".join(quoted(text) for text in one["one_of"])
        return words, lambda value: fold(str(value)) in wanted
    if one.get("contains") is not None:
        part = squeezed(str(one["contains"]))
        return f"containing {quoted(part)}", lambda value: fold(part) in fold(str(value))
    if one.get("matches") is not None:
        pattern = re.compile(one["matches"], re.IGNORECASE if one.get("ignore_case") else 0)
        return f"matching /{one['matches']}/", lambda value: bool(pattern.search(str(value)))
    low, high = one.get("at_least"), one.get("at_most")
    if low is None and high is None:
        return None
    words = " and ".join(
        f"at {name} {bound:g}"
        for name, bound in (("least", low), ("most", high))
        if bound is not None
    )

    def between(value):
        number = numeric(value)
        return (
            number is not None
            and (low is None or number >= low)
            and (high is None or number <= high)
        )

    return words, between


def require(one, name, value, found=None, default=None):
    """Fail unless ``value`` is as the check asks (or is not, when negated)."""
    words, test = matcher(one) or default
    if test(value) != (not one.get("negate")):
        negation = "not " if one.get("negate") else ""
        shown = quoted(value if found is None else found)
        raise Failed(f"{subject(one)}: {name} {negation}{words}".strip(": "), shown)


def elements(page, one, fact, **options):
    """A fact of the elements a check is about: the nth, or every one."""
    values = page.ask("look", fact=fact, selector=one["selector"], **options)
    if one.get("every"):
        chosen = values
    else:
        nth = one.get("nth", 0)
        chosen = values[nth : nth + 1] if nth >= 0 else values[nth:][:1]
    if not chosen:
        raise Failed(f"{subject(one)} to exist", f"{len(values)} elements match {one['selector']}")
    return chosen


def count(page, one):
    """How many elements match."""
    number = page.ask("look", fact="count", selector=one["selector"])
    require(one, "count", number, default=("at least 1", lambda value: value >= 1))


def text_like(fact, name):
    """A check of one text per element."""

    def run(page, one):
        for value in elements(page, one, fact):
            require(one, name, squeezed(value or ""), default=("some", bool))

    return run


def attribute(page, one):
    """An attribute's value, or only its presence."""
    name = f"attribute {one['name']}"
    for value in elements(page, one, "attribute", name=one["name"]):
        if matcher(one) is None:
            if (value is None) != bool(one.get("negate")):
                wanted = "no" if one.get("negate") else "an"
                raise Failed(f"{subject(one)}: {wanted} {name}", quoted(value))
        elif value is None:
            if not one.get("negate"):
                raise Failed(f"{subject(one)}: {name} {matcher(one)[0]}", "no such attribute")
        else:
            require(one, name, squeezed(value))


def state(fact, name):
    """A check of something an element is or is not."""

    def run(page, one):
        # What is not there is not visible.
        gone = one.get("negate") and fact == "visible"
        if gone and not any(page.ask("look", fact=fact, selector=one["selector"])):
            return
        for value in elements(page, one, fact):
            if bool(value) == bool(one.get("negate")):
                words = ("not " if one.get("negate") else "") + name
                found = ("" if value else "not ") + name
                raise Failed(f"{subject(one)} to be {words}", found)

    return run


def style(page, one):
    """A computed style; colours are compared as colours, however they are written."""
    name = one["name"]
    pseudo = one.get("pseudo")
    for value in elements(page, one, "style", name=name, pseudo=pseudo):
        wanted = dict(one)
        if one.get("equals") is not None and numeric(value) is None:
            same = page.ask("colours", values=[value, str(one["equals"])])
            if None not in same and same[0] == same[1]:
                wanted["equals"] = value
        require(wanted, f"style {name}", squeezed(value), default=("set", bool))


def layout(page, one):
    """How two boxes, or a box and the viewport, stand to each other."""
    relation = one["relation"]
    boxes = elements(page, one, "box")
    if relation == "within_viewport":
        size = page.ask("page")
        others = [{"left": 0, "top": 0, "right": size["width"], "bottom": size["height"]}]
        other_name = "the viewport"
    else:
        other_name = one["other"]
        others = elements(page, {"selector": other_name}, "box")
    slack = one.get("tolerance_px", TOLERANCE_PX)
    for box in boxes:
        holds = RELATIONS[relation](box, others[0], slack)
        if holds == bool(one.get("negate")):
            words = told(relation, one.get("negate"))
            raise Failed(
                f"{subject(one)} {words} {other_name}",
                f"{place(box)}, {other_name} {place(others[0])}",
            )


def no_sideways_scrolling(page, one):
    """The page is no wider than the viewport."""
    size = page.ask("page")
    if size["scrollWidth"] > size["width"] + one.get("tolerance_px", TOLERANCE_PX):
        raise Failed(f"no wider than {size['width']} px", f"{size['scrollWidth']} px wide")


def url(page, one):
    """A part of the address: fragment (the default), path or query."""
    part = one.get("name") or "fragment"
    address, _, fragment = page.ask("page")["url"].partition("#")
    address, _, query = address.partition("?")
    path = "/" + address.split("/", 3)[-1]
    value = {"fragment": fragment, "path": path, "query": query}[part]
    require(one, part, value, default=("some", bool))


def title(page, one):
    """The document's title."""
    require(one, "title", squeezed(page.ask("page")["title"]), default=("some", bool))


def console(page, one):
    """Without a comparison: nothing of that level was logged. With one: some line is like it."""
    found = matcher(one)
    if found is None:
        levels = LEVELS[one.get("level") or "error"]
        bad = [text for level, text in page.said.console if level in levels]
        if bad:
            raise Failed("a clean console", quoted(bad[0]))
        return
    lines = [squeezed(text) for _level, text in page.said.console]
    if any(found[1](line) for line in lines) == bool(one.get("negate")):
        words = ("no" if one.get("negate") else "a") + " console message " + found[0]
        raise Failed(words, quoted(" | ".join(lines)))


def errors(page, _one):
    """No uncaught error, whatever the page does to hide it."""
    found = page.said.uncaught()
    if found:
        raise Failed("no page error", found[0])


def dialog(page, one):
    """A dialog like this was opened (or none was)."""
    found = matcher(one) or ("", lambda _text: True)
    texts = [squeezed(text) for _kind, text in page.said.dialogs]
    if any(found[1](text) for text in texts) == bool(one.get("negate")):
        words = ("no" if one.get("negate") else "a") + f" dialog {found[0]}"
        raise Failed(words.strip(), quoted(" | ".join(texts)) if texts else "no dialog")


def accessibility(page, one):
    """axe-core finds nothing above the impact that is tolerated, allowed rules aside."""
    found = page.accessibility(one.get("selector"), one.get("tags", []))
    allowed = set(one.get("allow", ()))
    tolerated = IMPACTS.index(one["max_impact"]) if one.get("max_impact") else -1
    bad = [
        rule
        for rule in found
        if rule["id"] not in allowed and IMPACTS.index(rule["impact"]) > tolerated
    ]
    if bad:
        raise Failed(
            "no accessibility violation",
            "\n".join(
                f"{rule['id']} ({rule['impact']}): {rule['help']} at {', '.join(rule['nodes'])}"
                for rule in bad
            ),
        )


CHECKS = {
    "exists": count,
    "count": count,
    "text": text_like("text", "text"),
    "content": text_like("content", "content"),
    "value": text_like("value", "value"),
    "attribute": attribute,
    "visible": state("visible", "visible"),
    "checked": state("checked", "checked"),
    "enabled": state("enabled", "enabled"),
    "focused": state("focused", "focused"),
    "style": style,
    "layout": layout,
    "no_sideways_scrolling": no_sideways_scrolling,
    "url": url,
    "title": title,
    "console": console,
    "errors": errors,
    "dialog": dialog,
    "accessibility": accessibility,
}
