"""The SQL in a response: bare, in fences, or between sentences.

Nothing here asks whether a statement is valid: that says the database. What is found is kept to
the letter; only what stands before and after it goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.intake import _answer_text as answer
from harness.models import Code, Form
from harness.syntax import sql_text

# How a statement begins, as against a sentence that begins with the same word.
_START = re.compile(
    r"""(?:
        \(?\s{0,99}select\b(?!\s+(?:the|an|all\s+the|your|one\s+of)\s)
      | with\s+(?:recursive\s+)?["\w`\[\]]+\s*(?:\([^)]{0,999}\)\s*)?
        as\s+(?:(?:not\s+)?materialized\s*)?\(
      | insert\s+(?:or\s+\w+\s+)?into\b | replace\s+into\b
      | update\s+(?:or\s+\w+\s+)?(?:only\s+)?["\w`.\[\]]+(?:\s+(?:as\s+)?\w+)?\s+set\b
      | delete\s+from\b | merge\s+into\b | truncate\s+(?:table\s+)?\w | values\s*\(
      | (?:create|alter|drop)\s+(?:or\s+replace\s+|temp(?:orary)?\s+|unique\s+|materialized\s+
          |global\s+|local\s+|unlogged\s+|recursive\s+)*
        (?:table|view|index|trigger|function|procedure|sequence|type|domain|schema|policy|rule
          |column|database|extension|role|user)\b
      | begin\s*(?:transaction|work|immediate|exclusive|deferred)?\s*; | start\s+transaction\b
      | explain\s+(?:query\s+plan\s+|analyze\s+)?(?:select|with)\b | pragma\s+\w+ | do\s+\$
      | set\s+\w+\s*(?:=|to)\s | savepoint\s+\w+\s*; | call\s+\w+\s*\( | table\s+\w+\s*;
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_LINE_START = re.compile(r"^[ \t>*-]*(?:\*{0,2}(?:sql|query|answer|output|response)\*{0,2}\s*:)?"
                         r"[ \t`*]*", re.IGNORECASE | re.MULTILINE)  # fmt: skip
# A line that ends as sentences do, and no statement: "Select rows by age, like this:".
_SENTENCE = re.compile(r"(?:(?!--|/\*)[^\n;()=<>*])*[:.!?][ \t]*(?:\n|\Z)")
_AFTER_COLON = re.compile(r":[ \t]+(?=\S)")
# First words of a paragraph or line that goes on with a statement.
_GOES_ON = {
    "select", "from", "where", "group", "order", "having", "limit", "offset", "union", "intersect",
    "except", "join", "left", "right", "full", "inner", "outer", "cross", "natural", "on", "using",
    "and", "or", "not", "as", "in", "is", "like", "between", "when", "then", "else", "end", "case",
    "with", "values", "set", "into", "returning", "window", "over", "partition", "rows", "range",
    "fetch", "for", "exists", "null", "distinct", "all", "asc", "desc", "by", "insert", "update",
    "delete", "create", "alter", "drop", "begin", "commit",
}  # fmt: skip
_REMARK = re.compile(
    r"\s{0,99}(?:explanation|note|this (?:query|will|statement|sql|returns)|here,|here is|"
    r"the (?:query|above|result|output)|output|results?|in this query|where:)\b[^\n]*",
    re.IGNORECASE,
)
_FINAL = re.compile(
    r"\b(?:final|complete|full|whole|together|combin\w+|corrected|revised|fixed)\b", re.IGNORECASE
)
_ALTERNATIVE = re.compile(r"\b(?:alternativ\w*|instead|another way|or you|other option|equivalent)",
                          re.IGNORECASE)  # fmt: skip
_SQL_TAGS = {"", "sql", "sqlite", "sqlite3", "postgresql", "postgres", "pgsql", "psql", "mysql",
             "plpgsql", "tsql", "code", "sqlquery"}  # fmt: skip


def extract_sql(text: str, form: Form, *, query: bool) -> Code | None:
    """The SQL a response means, or None if there is none. ``query``: rows are asked for."""
    fences = answer.has_fence_line(text)
    if form is Form.FULL and not fences:
        return Code(source=text, form=form)
    body = answer.without_thinking(text)
    found = _from_fences(body, query) if fences else None
    found = found or _from_prose(body) or _from_tags(body)
    if found is None:
        return None
    source, note = found
    return Code(source=source, form=Form.FULL if form is Form.FULL else Form.CHAT, note=note)


def _from_fences(text: str, query: bool) -> tuple[str, str] | None:
    """The fence that answers: the one called final, else the first; changes may take several."""
    blocks = [block for block in answer.fenced(text) if block.tag in _SQL_TAGS]
    fitting = [block.body for block in blocks if _fits(block.body, query)]
    if not fitting:
        fitting = [block.body for block in blocks if _starts(block.body)][:1]
    if len(fitting) < 2:
        return (
            (fitting[0], "" if len(blocks) == 1 else "one of several fences") if fitting else None
        )
    number = _named_final(text, fitting)
    if number is None and not query and not _ALTERNATIVE.search(text):
        return "\n".join(_ended(body) for body in fitting), f"{len(fitting)} fences joined"
    chosen = number or 0
    return fitting[chosen], f"fence {chosen + 1} of {len(fitting)}"


def _fits(body: str, query: bool) -> bool:
    """Whether a fence holds what is asked for: rows or a change."""
    found = sql_text.statements(body)
    if query:
        return any(one.is_query for one in found)
    return any(one.word in sql_text.CHANGE_WORDS for one in found)


def _starts(body: str) -> bool:
    found = sql_text.statements(body)
    return bool(found and (_START.match(_bare(found[0].text))))


def _bare(text: str) -> str:
    """``text`` from its first token on."""
    first = next(sql_text.tokens(text), None)
    return text[first.start :] if first else ""


def _ended(body: str) -> str:
    stripped = body.rstrip()
    return stripped if stripped.endswith(";") else f"{stripped};"


def _named_final(text: str, bodies: list[str]) -> int | None:
    """Number of the last fence whose introduction calls it final, complete or the like."""
    at, found = 0, None
    for number, body in enumerate(bodies):
        first = body.strip().split("\n")[0]
        begin = text.find(first, at)
        if begin < 0:
            continue
        if number and _FINAL.search(text[at:begin]):
            found = number
        at = begin + len(first)
    return found


def _from_prose(text: str) -> tuple[str, str] | None:
    """The first statement that stands at the start of a line or after a colon."""
    for start in _begins(text):
        source = _without_tail(text[start:])
        if sql_text.statements(source):
            whole = not text[:start].strip() and len(source.strip()) == len(text[start:].strip())
            return source, "" if whole else "prose left out"
    return None


def _begins(text: str) -> Iterator[int]:
    first = next(sql_text.tokens(text), None)
    bare = first is not None and bool(_START.match(text, first.start))
    if bare and not _SENTENCE.match(text, first.start if first else 0):
        yield 0  # comments before it are its own
        return
    lines = [found.end() for found in _LINE_START.finditer(text)]
    colons = [found.end() for found in _AFTER_COLON.finditer(text)]
    for places in (lines, colons):
        yield from (at for at in places if _START.match(text, at) and not _SENTENCE.match(text, at))
    if bare:
        yield 0


def _without_tail(text: str) -> str:
    """``text`` up to where prose begins: after a ``;``, a blank line or a remark."""
    end = 0
    for statement in sql_text.statements(text):
        if end and not _START.match(_bare(statement.text)):
            return text[:end].rstrip()
        cut = _prose_in(statement.text)
        if cut is not None:
            return (text[: statement.start] + statement.text[:cut]).rstrip().rstrip("`")
        end = statement.start + len(statement.text)
        semicolon = re.compile(r"\s*;").match(text, end)
        end = semicolon.end() if semicolon else end
    return text.rstrip().rstrip("`")


def _prose_in(statement: str) -> int | None:
    """Where prose begins within what has no ``;`` to end it."""
    depth_at = {token.start: token.depth for token in sql_text.tokens(statement)}
    for found in re.finditer(r"\n(?:[ \t]*\n)?", statement):
        blank = found[0].count("\n") > 1
        word = re.compile(r"[ \t]*(\*{0,2}[A-Za-z]+)").match(statement, found.end())
        if word is None or depth_at.get(word.start(1), 1):
            continue
        prose = word[1].lower() not in _GOES_ON and blank
        if prose or _REMARK.match(statement, found.end()):
            return found.start()
    return None


def _from_tags(text: str) -> tuple[str, str] | None:
    for code in answer.tagged(text):
        if _starts(code):
            return code.strip(), "between tags"
    return None
