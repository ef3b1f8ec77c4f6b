"""Runs the rules over one program."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from harness.flags.registry import rules_for
from harness.flags.rule import Context, Finding, Rule, Span
from harness.flags.strength import hits_of, strength_of
from harness.models import Flag, FlagPlace, Language
from harness.syntax.closing import closed
from harness.syntax.tree import Document, Node, document

if TYPE_CHECKING:
    from harness.models import CaseResult, Task

MAX_PER_RULE = 20
MAX_FLAGS = 100
MAX_MESSAGE_CHARS = 300
MAX_LINE_CHARS = 240
_ALWAYS = frozenset({Language.SQL, Language.HTML})
_IGNORE = re.compile(r"(?:#|//|--|/\*|<!--)\s*harness:\s*ignore\b([ \t,\w-]*)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True)
class Options:
    """disabled: ids of rules to leave out. only: ids of the rules to run, or None for all.

    comments: whether ``harness: ignore RULE`` is obeyed. Not in responses under evaluation:
    their authors must not choose what a trainer gets to see.
    """

    disabled: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    comments: bool = False

    def wants(self, rule_id: str) -> bool:
        """Whether a rule is to run."""
        return rule_id not in self.disabled and (self.only is None or rule_id in self.only)


DEFAULT = Options()


def find_flags(
    language: Language,
    source: str,
    *,
    task: Task | None = None,
    entry_point: str | None = None,
    first_line: int = 1,
    options: Options = DEFAULT,
    examples: tuple[CaseResult, ...] = (),
) -> tuple[Flag, ...]:
    """Flags of a program in source order; none if it is too long to be analysed.

    entry_point: the name asked for (the task's, if left out). first_line: where the response's
    own text begins; lines before it are the task's and not flagged. examples: how it did on the
    prompt's examples, if it ran.
    """
    nothing_wanted = options.only is not None and not options.only
    doc = None if nothing_wanted else _parsed(language, source, task)
    if doc is None:
        return ()
    name = entry_point or (task.entry_point if task is not None else None)
    context = Context(doc, task, name, first_line, examples=examples)
    ignored = _ignored_lines(source) if options.comments else {}
    found: dict[tuple[object, ...], Flag] = {}
    for one in (context, *context.scripts):
        for rule in _wanted(one.language, options):
            if not one.doc.has_error or rule.broken or one.language in _ALWAYS:
                for flag in _flags(rule, one):
                    if not _is_ignored(flag, ignored):
                        found.setdefault((flag.rule, flag.line, flag.column, flag.message), flag)
    ordered = sorted(found.values(), key=lambda flag: (flag.line, flag.column, flag.rule))
    return tuple(ordered[:MAX_FLAGS])


@lru_cache(maxsize=32)
def _wanted(language: Language, options: Options) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules_for(language) if options.wants(rule.id))


def _parsed(language: Language, source: str, task: Task | None) -> Document | None:
    """The program; where the task's code opens what only its tests close, closed."""
    if language is Language.CSHARP and task is not None and task.prefix:
        return closed(source)[1]
    return document(language, source)


def _flags(rule: Rule, context: Context) -> Iterator[Flag]:
    count = 0
    for finding in rule.check(context):
        flag = _flag(rule, context, finding)
        if flag.line < context.first_line and not rule.in_prompt:
            continue
        yield flag
        count += 1
        if count >= MAX_PER_RULE:
            return


def _flag(rule: Rule, context: Context, finding: Finding) -> Flag:
    strength, precision = strength_of(rule.id, context.language)
    line, column, end_line, end_column = _place(finding.where)
    return Flag(
        rule=rule.id,
        layer=rule.layer,
        strength=strength,
        message=clean(finding.message),
        question=clean(finding.question or rule.question),
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        source=clean(context.doc.line_text(line), MAX_LINE_CHARS, keep_tabs=True),
        language=context.language,
        related=tuple(_related(finding.related)),
        precision=precision,
        hits=hits_of(rule.id, context.language),
    )


def _related(places: Iterable[tuple[Node | Span, str]]) -> Iterator[FlagPlace]:
    for where, message in places:
        line, column, end_line, end_column = _place(where)
        yield FlagPlace(
            line=line,
            column=column,
            end_line=end_line,
            end_column=end_column,
            message=clean(message),
        )


def _place(where: Node | Span) -> tuple[int, int, int, int]:
    doc: Document = where.doc
    return (*doc.place(where.start), *doc.place(max(where.start, where.end)))


def clean(text: str, limit: int = MAX_MESSAGE_CHARS, *, keep_tabs: bool = False) -> str:
    """One capped line without control characters: names in it come from hostile text."""
    if keep_tabs:
        text = text.replace("\t", " ")
    text = _CONTROL.sub(" ", text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _ignored_lines(source: str) -> dict[int, frozenset[str]]:
    """Rules that a comment switches off, by line; the empty set is all of them.

    A comment alone on its line speaks for the line below.
    """
    found: dict[int, frozenset[str]] = {}
    for number, line in enumerate(source.split("\n"), start=1):
        mark = _IGNORE.search(line)
        if mark is not None:
            names = frozenset(re.findall(r"[a-z][a-z0-9-]*[a-z0-9]", mark[1]))
            alone = not line[: mark.start()].strip()
            found[number + alone] = names
            found.setdefault(number, names)
    return found


def _is_ignored(flag: Flag, ignored: dict[int, frozenset[str]]) -> bool:
    names = ignored.get(flag.line)
    return names is not None and (not names or flag.rule in names)
