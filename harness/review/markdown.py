"""Markdown of prompts, guidelines and answers as HTML that cannot run or fetch anything."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from statistics import median
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from harness.models import Language
from harness.reporting.highlight import code_lines
from harness.reporting.text import HIDDEN, code_point, trusted

MAX_CHARS = 60_000
WRAPPED_AT = 60
_FENCED = re.compile(r"^ {0,3}(```|~~~).*?(?:^ {0,3}\1|\Z)", re.MULTILINE | re.DOTALL)
# What fences are called in answers.
_LANGUAGES = {
    "python": Language.PYTHON, "py": Language.PYTHON, "python3": Language.PYTHON,
    "javascript": Language.JAVASCRIPT, "js": Language.JAVASCRIPT, "node": Language.JAVASCRIPT,
    "cpp": Language.CPP, "c++": Language.CPP, "cc": Language.CPP,
    "csharp": Language.CSHARP, "c#": Language.CSHARP, "cs": Language.CSHARP,
    "sql": Language.SQL, "html": Language.HTML,
}  # fmt: skip
_TAGS = {
    "a", "b", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "i", "li", "ol", "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "i": {"class"}, "pre": {"class", "tabindex"}, "ol": {"start"}}


@lru_cache(maxsize=256)
def rendered(text: str, language: Language | None = None) -> Markup:
    """HTML of Markdown. Raw HTML in it is shown as text; pictures become their description.

    language: what fences without a name of their own are coloured as.
    """
    cut = text[:MAX_CHARS]
    shown = HIDDEN.sub(lambda match: code_point(match[0]), cut.replace("\r\n", "\n"))
    html = _parser(breaks=not _wrapped(shown)).render(shown, {"language": language})
    # The parser escapes all it is given; the second filter holds if one day it should not.
    safe = nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )  # fmt: skip
    rest = f"<p>… {len(text) - len(cut):,} more characters</p>" if len(cut) < len(text) else ""
    return trusted(safe + rest)


def _wrapped(text: str) -> bool:
    """Whether lines were broken at a width: then their ends mean nothing, else they are kept."""
    lines = _FENCED.sub("", text).split("\n")
    followed = [
        len(line)
        for line, after in pairwise(lines)
        if line.strip() and after.lstrip()[:1].isalpha()
    ]
    return bool(followed) and median(followed) >= WRAPPED_AT


@lru_cache(maxsize=2)
def _parser(*, breaks: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": breaks})
    parser.enable(["table", "strikethrough"])
    parser.add_render_rule("fence", _fence)
    parser.add_render_rule("code_block", _fence)
    parser.add_render_rule("image", _image)
    return parser


def _fence(_self: Any, tokens: Sequence[Token], index: int, _options: Any, env: Any) -> str:
    name = tokens[index].info.split(maxsplit=1)[0].lower() if tokens[index].info.strip() else ""
    language = _LANGUAGES.get(name, env.get("language") if not name else None)
    source = tokens[index].content
    html = str(escape(source)) if language is None else "\n".join(code_lines(source, language))
    return f'<pre class="code" tabindex="0"><code>{html}</code></pre>\n'


def _image(_self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return f"<em>[picture: {escape(tokens[index].content)}]</em>"
