"""What HTML and ARIA allow, as far as rules need it: values of attributes, parents, roles.

Elements that a browser does not know (custom ones) and the insides of SVG and MathML follow rules
of their own; ``is_foreign`` says so.
"""

from __future__ import annotations

import re

from harness.syntax.page import Element


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FOREIGN = frozenset({"svg", "math"})
# Elements whose end tag may be left out.
OPTIONAL_END = _words(
    "html head body li dt dd p rt rp option optgroup colgroup caption thead tbody tfoot tr td th"
)
LABELABLE = _words("input select textarea meter progress output button")

# Where an element may stand: its parents. An element that stands nowhere yet is part of a page.
PARENTS = {
    "li": _words("ul ol menu"),
    "dt": _words("dl div"),
    "dd": _words("dl div"),
    "tr": _words("table thead tbody tfoot"),
    "td": _words("tr"),
    "th": _words("tr"),
    "thead": _words("table"),
    "tbody": _words("table"),
    "tfoot": _words("table"),
    "caption": _words("table"),
    "colgroup": _words("table"),
    "col": _words("colgroup table"),
    "option": _words("select datalist optgroup"),
    "optgroup": _words("select"),
    "legend": _words("fieldset"),
    "figcaption": _words("figure"),
    "summary": _words("details"),
    "source": _words("picture video audio"),
    "track": _words("video audio"),
    "param": _words("object"),
    "area": _words("map"),
}
# What may stand directly in an element.
CHILDREN = {
    "ul": _words("li script template"),
    "ol": _words("li script template"),
    "menu": _words("li script template"),
    "dl": _words("dt dd div script template"),
    "table": _words("caption colgroup col thead tbody tfoot tr script template"),
    "thead": _words("tr script template"),
    "tbody": _words("tr script template"),
    "tfoot": _words("tr script template"),
    "tr": _words("td th script template"),
    "optgroup": _words("option script template legend"),
    "colgroup": _words("col template"),
    "picture": _words("source img script template"),
    "head": _words("title meta link script style base noscript template object"),
}
_BLOCK = _words(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure "
    "footer form header hgroup hr main menu nav ol p pre search section table ul h1 h2 h3 h4 h5 h6"
)
# Elements that hold text and what marks it, and no blocks.
PHRASING = _words(
    "abbr b bdi bdo button cite code data dfn em h1 h2 h3 h4 h5 h6 i kbd mark meter p pre "
    "progress q s samp small span strong sub sup time u var"
)
NOT_WITHIN = {
    "a": _words("a button"),
    "button": _words("a button"),
    "select": _words("a button"),
    "textarea": _words("a button"),
    "input": _words("a button"),
    "label": _words("label button"),
    "form": _words("form"),
    "iframe": _words("a button"),
    "main": _words("article aside footer header nav"),
}


def is_foreign(element: Element) -> bool:
    """Whether it is of SVG or MathML, or a custom element."""
    return "-" in element.tag or element.tag in FOREIGN or in_foreign(element)


def in_foreign(element: Element) -> bool:
    """Whether it stands inside SVG, MathML or a template."""
    return not element.around.isdisjoint({"template", *FOREIGN})


def misplaced(element: Element) -> str | None:
    """Why an element may not stand where it does; None if it may or is not known."""
    parent, tag = element.parent, element.tag
    if parent is None or is_foreign(element) or is_foreign(parent) or tag == "":
        return None
    allowed = PARENTS.get(tag)
    if tag == "figcaption" and "figure" in element.around:
        return None
    if allowed is not None and parent.tag not in allowed:
        return f"<{tag}> belongs into <{'> or <'.join(sorted(allowed))}>, not into <{parent.tag}>"
    children = CHILDREN.get(parent.tag)
    if children is not None and tag not in children:
        return f"<{parent.tag}> may not have a <{tag}> directly in it"
    if parent.tag in PHRASING and tag in _BLOCK:
        return f"<{parent.tag}> holds text; a <{tag}> may not stand in it"
    around = element.around & NOT_WITHIN.get(tag, frozenset())
    if around and not (tag == "input" and (element.get("type") or "").lower() == "hidden"):
        return f"<{tag}> may not stand in <{min(around)}>"
    return None


_INPUT_TYPES = _words(
    "hidden text search tel url email password date month week time datetime-local number range "
    "color checkbox radio file submit image reset button"
)
_TOKENS: dict[tuple[str, str], frozenset[str]] = {
    ("input", "type"): _INPUT_TYPES,
    ("button", "type"): _words("submit reset button"),
    ("form", "method"): _words("get post dialog"),
    ("form", "enctype"): _words("application/x-www-form-urlencoded multipart/form-data text/plain"),
    ("th", "scope"): _words("row col rowgroup colgroup"),
    ("img", "loading"): _words("lazy eager"),
    ("img", "decoding"): _words("sync async auto"),
    ("iframe", "loading"): _words("lazy eager"),
    ("ol", "type"): _words("1 a i"),
    ("video", "preload"): _words("none metadata auto"),
    ("audio", "preload"): _words("none metadata auto"),
    ("track", "kind"): _words("subtitles captions descriptions chapters metadata"),
    ("textarea", "wrap"): _words("soft hard off"),
    ("area", "shape"): _words("default circle poly rect circ polygon rectangle"),
    ("*", "dir"): _words("ltr rtl auto"),
    ("*", "contenteditable"): _words("true false plaintext-only"),
    ("*", "draggable"): _words("true false"),
    ("*", "spellcheck"): _words("true false"),
    ("*", "translate"): _words("yes no"),
    ("*", "inputmode"): _words("none text tel url email numeric decimal search"),
    ("*", "crossorigin"): _words("anonymous use-credentials"),
}
_BOOLEAN = _words(
    "allowfullscreen async autofocus autoplay checked controls default defer disabled "
    "formnovalidate inert ismap loop multiple muted nomodule novalidate open playsinline "
    "readonly required reversed selected"
)
# Whole numbers, from a smallest value on.
_WHOLE = {
    ("td", "colspan"): 1, ("th", "colspan"): 1, ("td", "rowspan"): 0, ("th", "rowspan"): 0,
    ("textarea", "rows"): 1, ("textarea", "cols"): 1, ("input", "maxlength"): 0,
    ("input", "minlength"): 0, ("textarea", "maxlength"): 0, ("textarea", "minlength"): 0,
    ("input", "size"): 1, ("select", "size"): 1, ("canvas", "width"): 0, ("canvas", "height"): 0,
    ("col", "span"): 1, ("colgroup", "span"): 1,
}  # fmt: skip
_INTEGER = re.compile(r"-?\d+")
# Frameworks fill these in: {{ x }}, ${x}, <%= x %>.
_TEMPLATE = re.compile(r"[{}<]")
_INPUT_FORMS = {
    "date": re.compile(r"\d{4,}-\d\d-\d\d"),
    "month": re.compile(r"\d{4,}-\d\d"),
    "week": re.compile(r"\d{4,}-W\d\d"),
    "time": re.compile(r"\d\d:\d\d(:\d\d(\.\d{1,3})?)?"),
    "datetime-local": re.compile(r"\d{4,}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?"),
    "number": re.compile(r"-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?"),
    "range": re.compile(r"-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?"),
    "color": re.compile(r"#[0-9a-fA-F]{6}"),
}


def bad_value(element: Element, name: str, value: str | None) -> str | None:
    """What is wrong with the value of an attribute; None where nothing is known to be."""
    if value is None or _TEMPLATE.search(value):
        return None
    text, lowered = value.strip(), value.strip().lower()
    tokens = _TOKENS.get((element.tag, name)) or _TOKENS.get(("*", name))
    if tokens is not None and lowered and lowered not in tokens:
        return f"{text!r} is none of {', '.join(sorted(tokens))}"
    if name in _BOOLEAN and lowered in ("false", "no", "off", "0"):
        return f"the attribute counts as set, whatever its value; {text!r} does not clear it"
    smallest = _WHOLE.get((element.tag, name), -1 if name == "tabindex" else None)
    if smallest is not None:
        return _bad_number(text, smallest)
    if name == "id" and (not value or re.search(r"\s", value)):
        return "an id is one word" if value else "the id is empty"
    return _bad_input(element, name, text)


def _bad_number(text: str, smallest: int) -> str | None:
    if _INTEGER.fullmatch(text) is None:
        return f"{text!r} is no whole number" if text else None
    return f"{text} is less than {smallest}" if int(text[:18]) < smallest else None


def _bad_input(element: Element, name: str, text: str) -> str | None:
    if element.tag != "input" or name not in ("value", "min", "max") or not text:
        return None
    kind = (element.get("type") or "text").lower()
    form = _INPUT_FORMS.get(kind)
    if form is None or form.fullmatch(text):
        return None
    return None if name == "value" and kind == "color" else f"{text!r} is no {kind}"


ROLES = _words(
    "alert alertdialog application article banner blockquote button caption cell checkbox code "
    "columnheader combobox comment complementary contentinfo definition deletion dialog directory "
    "document emphasis feed figure form generic graphics-document graphics-object graphics-symbol "
    "grid gridcell group heading image img insertion link list listbox listitem log main mark "
    "marquee math menu menubar menuitem menuitemcheckbox menuitemradio meter navigation none note "
    "option paragraph presentation progressbar radio radiogroup region row rowgroup rowheader "
    "scrollbar search searchbox separator slider spinbutton status strong subscript suggestion "
    "superscript switch tab table tablist tabpanel term textbox time timer toolbar tooltip tree "
    "treegrid treeitem"
)
_TRI = _words("true false mixed")
_BOOL = _words("true false")
_BOOL_OPEN = _words("true false undefined")
_FREE_ARIA = _words(
    "aria-activedescendant aria-braillelabel aria-brailleroledescription aria-colcount "
    "aria-colindex aria-colindextext aria-colspan aria-controls aria-describedby "
    "aria-description aria-details aria-dropeffect aria-errormessage aria-flowto aria-grabbed "
    "aria-keyshortcuts aria-label aria-labelledby aria-level aria-owns aria-placeholder "
    "aria-posinset aria-relevant aria-roledescription aria-rowcount aria-rowindex "
    "aria-rowindextext aria-rowspan aria-setsize aria-valuemax aria-valuemin aria-valuenow "
    "aria-valuetext"
)
# Attributes that take one of a few values.
ARIA: dict[str, frozenset[str]] = {
    "aria-atomic": _BOOL, "aria-autocomplete": _words("inline list both none"),
    "aria-busy": _BOOL, "aria-checked": _TRI | _BOOL_OPEN,
    "aria-current": _words("page step location date time true false"),
    "aria-disabled": _BOOL, "aria-expanded": _BOOL_OPEN,
    "aria-haspopup": _words("true false menu listbox tree grid dialog"),
    "aria-hidden": _BOOL_OPEN, "aria-invalid": _words("grammar false spelling true"),
    "aria-live": _words("assertive off polite"), "aria-modal": _BOOL, "aria-multiline": _BOOL,
    "aria-multiselectable": _BOOL,
    "aria-orientation": _words("horizontal vertical undefined"),
    "aria-pressed": _TRI | _BOOL_OPEN, "aria-readonly": _BOOL, "aria-required": _BOOL,
    "aria-selected": _BOOL_OPEN, "aria-sort": _words("ascending descending none other"),
}  # fmt: skip
# Without a role they are plain text: a label for them is not read.
_UNNAMED = _words(
    "b bdi bdo caption code data del div em i ins kbd mark p pre q s samp small span strong sub "
    "sup time u var"
)
_FOCUSABLE = _words("button select textarea summary")


def aria_misuse(element: Element, name: str, value: str | None) -> str | None:
    """What is wrong with a role or an ARIA attribute."""
    text = (value or "").strip().lower()
    if _TEMPLATE.search(text) or in_foreign(element):
        return None
    if name == "role":
        unknown = [one for one in text.split() if one not in ROLES and not one.startswith("doc-")]
        return f"there is no role {unknown[0]}" if unknown else None
    if not name.startswith("aria-"):
        return None
    if name in _FREE_ARIA:
        named = name in ("aria-label", "aria-labelledby") and text and _is_plain(element)
        return f"a <{element.tag}> without a role is not named by {name}" if named else None
    if name not in ARIA:
        return f"there is no attribute {name}"
    if text and text not in ARIA[name]:
        return f"{text!r} is none of {', '.join(sorted(ARIA[name]))}"
    if name == "aria-hidden" and text == "true" and _takes_focus(element):
        return f"the <{element.tag}> is hidden from assistive tools, and yet takes the focus"
    return None


def _is_plain(element: Element) -> bool:
    return element.tag in _UNNAMED and not element.get("role") and not any(
        one.name in ("tabindex", "contenteditable", "popover") for one in element.attributes
    )  # fmt: skip


def _takes_focus(element: Element) -> bool:
    if element.get("tabindex") is not None:
        return not (element.get("tabindex") or "").strip().startswith("-")
    if element.attribute("disabled") is not None:
        return False
    linked = element.tag == "a" and element.get("href") is not None
    shown = element.tag == "input" and (element.get("type") or "").lower() != "hidden"
    return element.tag in _FOCUSABLE or linked or shown
