"""A page's elements, ids and scripts, as they stand in the text (no browser repairs it)."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from harness.models import Language
from harness.syntax.tree import Document, Node, embedded

_SCRIPT_TYPES = frozenset({"", "module", "text/javascript", "application/javascript",
                           "text/ecmascript", "application/ecmascript", "text/babel"})  # fmt: skip
MAX_SCRIPTS = 100
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta",
                  "param", "source", "track", "wbr"})  # fmt: skip
# Elements that matter to all in them, however deep.
_MARKS = frozenset({"svg", "math", "template", "a", "button", "label", "form", "figure", "article",
                    "aside", "footer", "header", "nav"})  # fmt: skip

_ROWS = ("td", "th", "tr", "thead", "tbody", "tfoot")
_CLOSES = {
    "option": ("option",), "optgroup": ("option", "optgroup"),
    "thead": _ROWS, "tbody": _ROWS, "tfoot": _ROWS,
}  # fmt: skip


@dataclass(eq=False)
class Attribute:
    """name: lower case; value: entities resolved, None where only the name is there."""

    name: str
    value: str | None
    node: Node
    value_node: Node | None = None


@dataclass(eq=False)
class Element:
    """An element. open: its start tag's node. end_tag: None where it is not closed.

    around: which of the elements that matter to all in them (links, forms, SVG …) it stands in; a
    link without an address does not count.
    """

    tag: str
    node: Node
    open: Node
    parent: Element | None
    attributes: list[Attribute] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)
    end_tag: Node | None = None
    around: frozenset[str] = frozenset()

    def attribute(self, name: str) -> Attribute | None:
        """First attribute of a name: the one a browser takes."""
        return next((one for one in self.attributes if one.name == name), None)

    def get(self, name: str) -> str | None:
        """Value of an attribute; "" for one without, None for one that is absent."""
        found = self.attribute(name)
        return None if found is None else found.value or ""

    @property
    def ancestors(self) -> Iterator[Element]:
        """Elements around it, from the nearest."""
        above = self.parent
        while above is not None:
            yield above
            above = above.parent

    def walk(self) -> Iterator[Element]:
        """The element and those below, in source order."""
        stack = [self]
        while stack:
            one = stack.pop()
            yield one
            stack.extend(reversed(one.children))

    @property
    def text(self) -> str:
        """Text in it, entities resolved, without scripts and styles."""
        parts = [one.text for one in self.node.walk() if one.type in ("text", "entity")]
        return html.unescape(" ".join(parts))

    def __repr__(self) -> str:
        return f"<element {self.tag}>"


class Page:
    """The elements of an HTML document."""

    def __init__(self, doc: Document) -> None:
        self.doc = doc
        self.elements: list[Element] = []
        self._read()

    def _read(self) -> None:
        frames: list[tuple[Iterator[Node], list[Element | None]]] = [
            (iter([self.doc.root]), [None])
        ]
        while frames:
            nodes, parent = frames[-1]
            node = next(nodes, None)
            if node is None:
                frames.pop()
                continue
            inner = self._enter(node, parent[0])
            if node.type == "start_tag" and inner is not None and inner.open is node:
                # What follows a tag that nothing closes is in it.
                parent[0] = parent[0] if inner.tag in VOID else inner
            if node.children:
                frames.append((iter(node.children), [inner]))

    def _enter(self, node: Node, parent: Element | None) -> Element | None:
        """The element that a node begins, or the one around it."""
        if node.type in ("element", "script_element", "style_element"):
            tag = node.first("start_tag", "self_closing_tag")
        else:
            # Where elements are left open to the end of the text, the parser leaves bare tags.
            bare = node.type in ("start_tag", "self_closing_tag")
            loose = bare and node.parent is not None and node.parent.type == "ERROR"
            tag = node if loose else None
        if tag is None:
            return parent
        parent = _not_closed_by(tag, parent)
        made = _element(node, tag, parent)
        self.elements.append(made)
        if parent is not None:
            parent.children.append(made)
        return made

    def all(self, *tags: str) -> Iterator[Element]:
        """Elements of the tags, in source order."""
        return (one for one in self.elements if one.tag in tags)

    @cached_property
    def by_id(self) -> dict[str, list[Element]]:
        """Elements by their id."""
        found: dict[str, list[Element]] = {}
        for one in self.elements:
            value = one.get("id")
            if value:
                found.setdefault(value, []).append(one)
        return found

    @cached_property
    def handlers(self) -> list[tuple[Element, Attribute]]:
        """``onclick="…"`` and the like."""
        return [
            (element, one)
            for element in self.elements
            for one in element.attributes
            if one.name.startswith("on") and one.value
        ]

    @cached_property
    def scripts(self) -> list[Element]:
        """Script elements that hold JavaScript of their own."""
        return [one for one in self.all("script") if _is_script(one) and _raw(one) is not None]

    @cached_property
    def file_names(self) -> frozenset[str]:
        """Names of the files that follow the page in the same text."""
        return frozenset(
            name for one in self.all("script", "style") if (name := one.get("data-file"))
        )

    @cached_property
    def has_foreign_script(self) -> bool:
        """Whether a script is loaded that is not in this text: it may make anything."""
        for one in self.all("script"):
            source = one.get("src")
            if source and source.removeprefix("./").lstrip("/") not in self.file_names:
                return True
        return False

    @cached_property
    def style_text(self) -> list[tuple[str, int]]:
        """Style sheets in the page, each with its byte offset."""
        raws = [_raw(one) for one in self.all("style")]
        return [(raw.text, raw.start) for raw in raws if raw is not None]


def _not_closed_by(tag: Node, parent: Element | None) -> Element | None:
    """The element around, but for those whose end tag was left out and which this tag closes.

    The parser knows this of list items, paragraphs and cells only.
    """
    name = tag.first("tag_name")
    closed = _CLOSES.get(name.text.lower(), ()) if name is not None else ()
    while parent is not None and parent.end_tag is None and parent.tag in closed:
        parent = parent.parent
    return parent


def _element(node: Node, tag: Node, parent: Element | None) -> Element:
    name = tag.first("tag_name")
    made = Element(name.text.lower() if name is not None else "", node, tag, parent)
    made.end_tag = node.first("end_tag")
    for one in tag.children:
        if one.type == "attribute":
            made.attributes.append(_attribute(one))
    if parent is not None:
        made.around = parent.around
        is_link = parent.tag != "a" or parent.attribute("href") is not None
        if parent.tag in _MARKS and is_link and parent.tag not in made.around:
            made.around |= {parent.tag}
    return made


def _attribute(node: Node) -> Attribute:
    name = node.first("attribute_name")
    holder = node.first("quoted_attribute_value", "attribute_value")
    value = holder
    if holder is not None and holder.type == "quoted_attribute_value":
        value = holder.first("attribute_value")
    text = None
    if holder is not None:
        text = html.unescape(value.text) if value is not None else ""
    return Attribute(name.text.lower() if name is not None else "", text, node, value or holder)


def _is_script(element: Element) -> bool:
    kind = (element.get("type") or "").partition(";")[0].strip().lower()
    return kind in _SCRIPT_TYPES


def _raw(element: Element) -> Node | None:
    raw = element.node.first("raw_text")
    return raw if raw is not None and raw.end > raw.start else None


def script_documents(doc: Document) -> tuple[Document, ...]:
    """The scripts of a page as programs, placed where they stand."""
    found = []
    for element in Page(doc).scripts[:MAX_SCRIPTS]:
        raw = _raw(element)
        script = None
        if raw is not None:
            script = embedded(doc, Language.JAVASCRIPT, raw.start, raw.end)
        if script is not None:
            found.append(script)
    return tuple(found)
