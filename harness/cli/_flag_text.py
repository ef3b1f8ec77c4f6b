"""Flags for a terminal: the line, a caret under the place, the question."""

from __future__ import annotations

from collections.abc import Iterator

from harness.flags.files import Flagged
from harness.flags.rule import Rule
from harness.flags.strength import Measured, measured, measured_text
from harness.models import Flag, Language, Strength

COLUMNS = 96


def lines_of(flagged: Flagged) -> Iterator[str]:
    """Text of every flag of a program."""
    for flag in flagged.flags:
        place = f"{flagged.path}:{flag.line}:{flag.column}"
        if flagged.name:
            place = f"{flagged.name}:{flag.line}:{flag.column}"
        yield f"{place}: {flag.strength}: {flag.message} [{flag.rule}]"
        yield from _source(flag)
        for other in flag.related:
            yield f"    also line {other.line}: {other.message}"
        record = f" ({flag.record})" if flag.record else ""
        yield f"    ? {flag.question}{record}"


def _source(flag: Flag) -> Iterator[str]:
    number = f"{flag.line:>5} | "
    yield number + flag.source
    start = flag.column - 1
    if start > len(flag.source):
        return
    end = flag.end_column - 1 if flag.end_line == flag.line else len(flag.source)
    width = max(1, min(end, len(flag.source)) - start)
    yield " " * (len(number) - 2) + "| " + " " * start + "^" * width


def explain(rule: Rule) -> str:
    """A rule's own documentation, and what was measured of it."""
    import textwrap

    parts = [f"{rule.id} ({rule.layer}; {', '.join(sorted(rule.languages))})"]
    for section, language, text in rule.sections:
        title = f"{section} ({language})" if language else section
        if section in ("Bad", "Good"):
            parts.append(f"{title}:\n{textwrap.indent(text, '    ')}")
        else:
            body = textwrap.fill(" ".join(text.split()), COLUMNS)
            parts.append(body if section == "What" else f"{title}: {body}")
    parts.append(f"Question: {rule.question}")
    found = [f"  {language}: {measured_text(row)}" for language, row in rows_of(rule).items()]
    parts.append("Measured:\n" + ("\n".join(found) or "  not yet, so it is a hint"))
    return "\n\n".join(parts)


def rows_of(rule: Rule) -> dict[Language, Measured]:
    """What was measured of a rule, by language."""
    return {language: row for (name, language), row in measured().items() if name == rule.id}


def strength_name(rule: Rule) -> Strength:
    """Its best strength in any language."""
    found = [row.strength for row in rows_of(rule).values()]
    return Strength.STRONG if Strength.STRONG in found else Strength.HINT
