"""A few SVG elements as safe markup: numbers are rounded, text and attributes escaped."""

from __future__ import annotations

from markupsafe import Markup, escape

from harness.reporting.text import plain, trusted


def element(tag: str, *children: Markup | str, **attributes: str | float | None) -> Markup:
    """One element. ``class_`` is class, ``stroke_width`` is stroke-width; None leaves it out."""
    parts = [tag]
    for name, value in attributes.items():
        if value is not None:
            shown = _number(value) if isinstance(value, int | float) else plain(value)
            parts.append(f'{name.rstrip("_").replace("_", "-")}="{escape(shown)}"')
    inner = "".join(
        child if isinstance(child, Markup) else escape(plain(child)) for child in children
    )
    return trusted(f"<{' '.join(parts)}>{inner}</{tag}>")


def picture(width: float, height: float, label: str, *children: Markup) -> Markup:
    """A whole drawing, with the sentence a screen reader says for it."""
    box = f"0 0 {_number(width)} {_number(height)}"
    return element(
        "svg", element("title", label), *children,
        width=width, height=height, viewBox=box, role="group", aria_label=label, class_="chart",
    )  # fmt: skip


def text(x: float, y: float, words: str, css: str = "", anchor: str | None = None) -> Markup:
    """Words with their baseline at (x, y)."""
    return element("text", words, x=x, y=y, class_=css or None, text_anchor=anchor)


def rect(x: float, y: float, width: float, height: float, css: str, rx: float = 0) -> Markup:
    """A filled rectangle."""
    return element("rect", x=x, y=y, width=max(width, 0), height=height, class_=css, rx=rx or None)


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> Markup:
    """A stroke."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=css)


def link(href: str | None, title: str, *children: Markup) -> Markup:
    """Children that lead to rows, if there are any; the title is shown on hover and read aloud."""
    if href is None:
        return element("g", element("title", title), *children, role="img", aria_label=title)
    return element("a", element("title", title), *children, href=href, aria_label=title)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
