"""Write docs/rules.md, the catalogue of flag rules, from the rules' own documentation.

python scripts/rule_docs.py
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "rules.md"
NAMES = {
    "python": "Python", "javascript": "JavaScript", "cpp": "C++", "csharp": "C#", "sql": "SQL",
    "html": "HTML",
}  # fmt: skip
HEAD = """\
# Rules

Written by `python scripts/rule_docs.py` from the rules themselves. What a flag is, and what makes
one strong: [flags.md](flags.md).

"""

if TYPE_CHECKING:
    from harness.flags.rule import Rule


def render() -> str:
    """The page."""
    sys.path.insert(0, str(ROOT))
    from harness.flags import rules

    found = list(rules().values())
    table = ["| rule | layer | languages | what it flags |", "|---|---|---|---|"]
    table += [
        f"| [`{rule.id}`](#{rule.id}) | {rule.layer} | {_languages(rule)} | "
        f"{_one_line(rule.section('What'))} |"
        for rule in found
    ]
    return HEAD + "\n".join(table) + "\n" + "".join(_rule(rule) for rule in found)


def _rule(rule: Rule) -> str:
    return f"\n## {rule.id}\n\n" + "\n\n".join(_sections(rule)) + "\n"


def _sections(rule: Rule) -> Iterator[str]:
    for name, language, text in rule.sections:
        title = f"{name} ({NAMES.get(language, language)})" if language else name
        if name in ("Bad", "Good"):
            yield f"{title}:\n\n{textwrap.indent(text, '    ')}"
        elif name == "What":
            yield f"{_text(text)} ({_languages(rule)}; {rule.layer})"
        else:
            yield f"{title}: {_text(text)}"
    yield f"Question: {_text(rule.question)}"


def _languages(rule: Rule) -> str:
    return ", ".join(name for key, name in NAMES.items() if key in rule.languages)


def _text(text: str) -> str:
    # Code is quoted with one backtick in Markdown; a bare tag would be taken for HTML.
    return text.replace("``", "`").replace("|", "\\|")


def _one_line(text: str) -> str:
    return " ".join(_text(text).split())


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
