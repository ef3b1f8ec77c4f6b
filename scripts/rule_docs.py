"""Write docs/rules.md, the catalogue of flag rules, from the rules' own documentation.

python scripts/rule_docs.py
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Mapping
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
one strong: [flags.md](flags.md). What was measured is in
`harness/flags/strength.json`{measured}.

"""

if TYPE_CHECKING:
    from harness.flags.rule import Rule
    from harness.flags.strength import Measured
    from harness.models import Language


def render() -> str:
    """The page."""
    sys.path.insert(0, str(ROOT))
    from harness.flags import rules
    from harness.flags.strength import SHIPPED
    from harness.flags.strength_file import read_strength

    found = list(rules().values())
    shipped = read_strength(SHIPPED)
    table = ["| rule | layer | languages | strong in | what it flags |", "|---|---|---|---|---|"]
    table += [
        f"| [`{rule.id}`](#{rule.id}) | {rule.layer} | {_languages(rule)} | "
        f"{_strong(shipped.rules.get(rule.id, {}))} | {_one_line(rule.section('What'))} |"
        for rule in found
    ]
    measured = f" (of {shipped.date}; its first lines say how)" if shipped.date else ""
    pages = (_rule(rule, shipped.rules.get(rule.id, {})) for rule in found)
    return HEAD.format(measured=measured) + "\n".join(table) + "\n" + "".join(pages)


def _strong(rows: Mapping[Language, Measured]) -> str:
    return ", ".join(NAMES[key] for key, row in rows.items() if row.strength == "strong")


def _rule(rule: Rule, rows: Mapping[Language, Measured]) -> str:
    return f"\n## {rule.id}\n\n" + "\n\n".join(_sections(rule, rows)) + "\n"


def _sections(rule: Rule, rows: Mapping[Language, Measured]) -> Iterator[str]:
    from harness.flags.strength import measured_text

    for name, language, text in rule.sections:
        title = f"{name} ({NAMES.get(language, language)})" if language else name
        if name in ("Bad", "Good"):
            yield f"{title}:\n\n{textwrap.indent(text, '    ')}"
        elif name == "What":
            yield f"{_text(text)} ({_languages(rule)}; {rule.layer})"
        else:
            yield f"{title}: {_text(text)}"
    yield f"Question: {_text(rule.question)}"
    hit = [f"- {NAMES[key]}: {measured_text(row)}" for key, row in rows.items() if row.total]
    if hit:
        yield "Measured:\n\n" + "\n".join(hit)


def _languages(rule: Rule) -> str:
    return ", ".join(name for key, name in NAMES.items() if key in rule.languages)


def _text(text: str) -> str:
    # Code is quoted with one backtick in Markdown; a bare tag would be taken for HTML.
    return text.replace("``", "`").replace("|", "\\|")


def _one_line(text: str) -> str:
    return " ".join(_text(text).split())


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
