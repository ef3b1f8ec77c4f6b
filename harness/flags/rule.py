"""What a rule is, what it sees and what it yields."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from harness.models import Language, Layer
from harness.syntax.scopes import Function, Scopes, scopes
from harness.syntax.tree import Document, Node

if TYPE_CHECKING:
    from sqlglot import exp

    from harness.flags.page_ids import PageIds
    from harness.flags.schema import Schema
    from harness.flags.sql_names import Names
    from harness.flags.sql_queries import Query
    from harness.models import CaseResult, Dialect, Task
    from harness.syntax.page import Page

PROCEDURAL = frozenset({Language.PYTHON, Language.JAVASCRIPT, Language.CPP, Language.CSHARP})
PYTHON = frozenset({Language.PYTHON})
JAVASCRIPT = frozenset({Language.JAVASCRIPT})
CPP = frozenset({Language.CPP})
CSHARP = frozenset({Language.CSHARP})
SQL = frozenset({Language.SQL})
HTML = frozenset({Language.HTML})
EVERY = frozenset(Language)


@dataclass(frozen=True, slots=True)
class Span:
    """A place that is no node: byte offsets of ``doc.data``."""

    doc: Document
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A place and what is odd there. question: instead of the rule's. related: further places."""

    where: Node | Span
    message: str
    question: str = ""
    related: tuple[tuple[Node | Span, str], ...] = ()


@dataclass(eq=False)
class Context:
    """One program as rules see it. entry_point: the name the task asks for.

    host: the page around a script. examples: how it did on the prompt's examples, if it ran.
    stubs: what ``stub_reason`` has said, by the function's identity.
    """

    doc: Document
    task: Task | None = None
    entry_point: str | None = None
    first_line: int = 1
    host: Context | None = None
    examples: tuple[CaseResult, ...] = ()
    stubs: dict[int, str] = field(default_factory=dict)

    @property
    def language(self) -> Language:
        """Language of this program."""
        return self.doc.language

    @cached_property
    def scopes(self) -> Scopes:
        """Functions and variables."""
        return scopes(self.doc)

    @cached_property
    def entry(self) -> Function | None:
        """The function the task asks for; None if there is none of that name."""
        return self.scopes.function_named(self.entry_point) if self.entry_point else None

    @cached_property
    def page(self) -> Page:
        """Elements of a page (its own, or the one around a script)."""
        from harness.syntax.page import Page

        return self.host.page if self.host is not None else Page(self.doc)

    @cached_property
    def scripts(self) -> tuple[Context, ...]:
        """HTML: the scripts of the page, each as a program."""
        if self.language is not Language.HTML:
            return ()
        from harness.syntax.page import script_documents

        docs = script_documents(self.doc)
        return tuple(Context(doc, self.task, None, self.first_line, self) for doc in docs)

    @cached_property
    def script_names(self) -> frozenset[str]:
        """HTML: names that any of the page's scripts defines for all."""
        return frozenset(
            name for one in self.scripts for name in one.scopes.module.variables
        ) | frozenset(re.findall(r"\b(?:window|globalThis|self)\.(\w+)\s*=[^=]", self.doc.source))

    @cached_property
    def ids(self) -> PageIds:
        """HTML: ids of the page, those that its scripts make included."""
        from harness.flags.page_ids import page_ids

        return page_ids(self)

    @cached_property
    def schema(self) -> Schema | None:
        """Tables of the task's database; None if the task names none."""
        from harness.flags.schema import schema_of

        return None if self.task is None or self.task.sql is None else schema_of(self.task.sql)

    @cached_property
    def statements(self) -> tuple[exp.Expr, ...]:
        """SQL: the statements as sqlglot trees; none where they cannot be parsed."""
        from harness.flags.schema import statements

        return statements(self.doc.source, self.dialect)

    @property
    def dialect(self) -> Dialect:
        """SQL: the task's dialect."""
        from harness.models import Dialect

        if self.task is None or self.task.sql is None:
            return Dialect.SQLITE
        return self.task.sql.dialect

    @cached_property
    def sql_names(self) -> Names:
        """SQL: names that are not in the task's schema, and what each SELECT reads."""
        from harness.flags.schema import Schema
        from harness.flags.sql_names import resolve

        # Without a schema any table may be there, with any columns.
        schema = self.schema or Schema(self.dialect, open=True)
        return resolve(self.statements, schema, self.doc.source)

    @cached_property
    def queries(self) -> tuple[Query, ...]:
        """SQL: every SELECT, with its tables and columns."""
        from harness.flags.sql_queries import queries

        return tuple(queries(self))

    def sql_span(self, start: int, end: int) -> Span:
        """SQL: the span of two character offsets."""
        source = self.doc.source
        first = len(source[:start].encode("utf-8", "replace"))
        return Span(self.doc, first, first + len(source[start:end].encode("utf-8", "replace")))

    def sql_node(self, node: exp.Expr) -> Span:
        """SQL: the span of a sqlglot node, from its first name to its last.

        Where it has none, that of what is around it; else all of the text.
        """
        around: exp.Expr | None = node
        places: list[dict[str, int]] = []
        while around is not None and not places:
            places = [one.meta for one in around.walk() if "start" in one.meta]
            around = around.parent
        if not places:
            return self.sql_span(0, len(self.doc.source.rstrip()))
        first = min(place["start"] for place in places)
        return self.sql_span(first, max(place["end"] for place in places) + 1)


Check = Callable[[Context], Iterable[Finding]]


def elsewhere(_context: Context) -> Iterable[Finding]:
    """The check of a rule whose flags need more than one program: a stage finds them."""
    return ()


_SECTION = re.compile(r"^(Why|Bad|Good|Known misses)(?: \((\w+)\))?:[ ]*", re.MULTILINE)


@dataclass(frozen=True)
class Rule:
    """One kind of flag. broken: runs on programs that do not parse, too.

    in_prompt: may point at lines that are the task's own (a parameter the prompt declares).
    """

    id: str
    languages: frozenset[Language]
    question: str
    doc: str | None
    check: Check
    layer: Layer = Layer.RULE
    broken: bool = False
    in_prompt: bool = False

    @property
    def name(self) -> str:
        """The id, as plugins are named."""
        return self.id

    @cached_property
    def sections(self) -> tuple[tuple[str, str, str], ...]:
        """(section, language or "", text) of the docstring, the first paragraph as "What"."""
        text = inspect.cleandoc(self.doc or "")
        marks = list(_SECTION.finditer(text))
        found = [("What", "", text[: marks[0].start() if marks else len(text)].strip())]
        ends = [*(one.start() for one in marks[1:]), len(text)]
        for mark, end in zip(marks, ends, strict=True):
            found.append((mark[1], mark[2] or "", inspect.cleandoc(text[mark.end() : end])))
        return tuple(found)

    def section(self, name: str) -> str:
        """Text of a section; "" if there is none."""
        return next((text for what, _, text in self.sections if what == name), "")
