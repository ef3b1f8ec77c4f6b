"""The parts of a chat answer: fenced blocks, thinking, transcripts. Text only, no parsing."""

from __future__ import annotations

import html
import re
import textwrap
from dataclasses import dataclass

from harness.models import Language

_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})[ \t]*([\w+#.-]*)(.*)$")
_FENCE_AT_END = re.compile(r"(`{3,})([\w+#]*)[ \t]*$")
_LONG_LINE = 400
_TAGGED = (
    re.compile(r"\[(?:PYTHON|CODE)\](.*?)(?:\[/(?:PYTHON|CODE)\]|\Z)", re.DOTALL),
    re.compile(r"<(?:code|pre)>(.*?)(?:</(?:code|pre)>|\Z)", re.DOTALL | re.IGNORECASE),
)
_ONE_LINE = re.compile(
    r"`{3}[ \t]*(?:(?:python|py|javascript|js|cpp|csharp|sql|html)\b)?([^`\n]+)`{3}"
)
_NO_CODE_TAGS = {
    "text", "txt", "output", "console", "bash", "sh", "shell", "json", "diff", "plaintext",
    "powershell", "yaml", "markdown", "md",
}  # fmt: skip
_CODE_START = {
    Language.PYTHON: re.compile(r"^\s*(?:def |class |async def |import |from \w|@\w)"),
    Language.JAVASCRIPT: re.compile(
        r"^\s*(?:function\b|async |class |const |let |var |module\.|export|import |\w+ = )"
    ),
    Language.CPP: re.compile(
        r"^\s*(?:#\s*include|using |template|namespace |struct |class |"
        r"\w[\w:<>,*& ]*\([^;]*\)\s*\{?$)"
    ),
    Language.CSHARP: re.compile(r"^\s*(?:using |namespace |public |class |static |internal )"),
    Language.SQL: re.compile(r"^\s*(?:select|with|insert|update|delete|create)\b", re.IGNORECASE),
    Language.HTML: re.compile(r"^\s*<"),
}


@dataclass(frozen=True)
class Block:
    """One fenced block: its language tag in lower case, and its text."""

    tag: str
    body: str

    @property
    def may_be_code(self) -> bool:
        """False for blocks whose tag says they are output or shell commands."""
        return self.tag not in _NO_CODE_TAGS


def without_thinking(text: str) -> str:
    """``text`` without its ``<think>`` blocks; models may leave out the opening tag."""
    lower = text.lower()
    if "</think" not in lower:
        return text
    kept: list[str] = []
    at = 0
    # Searched by hand: a lazy regex is quadratic in unclosed tags.
    while (opened := lower.find("<think", at)) >= 0:
        closed = lower.find("</think", opened)
        if closed < 0:
            break
        kept.append(text[at:opened])
        at = lower.find(">", closed) + 1 or len(text)
    rest = "".join([*kept, text[at:]])
    _, closing, answer = rest.rpartition("</think>")
    return answer if closing else rest


def has_fence_line(text: str) -> bool:
    """Whether some line starts a fenced block."""
    return ("```" in text or "~~~" in text) and any(
        _FENCE.match(line) for line in text.split("\n") if "```" in line or "~~~" in line
    )


def fenced(text: str) -> list[Block]:
    """Fenced blocks in order; a missing closing fence ends with the text."""
    blocks: list[Block] = []
    lines: list[str] = []
    fence, tag = "", ""
    for line in text.split("\n"):
        if not fence:
            fence, tag, first = _opening(line)
            lines = [first] if first else []
        elif _closes(line, fence):
            lines.append(line.rstrip().rstrip(fence[0]))
            blocks.append(Block(tag, _tidy(lines)))
            fence = ""
        else:
            lines.append(line)
    if fence:
        blocks.append(Block(tag, _tidy(lines)))
    return [block for block in blocks if block.body.strip()]


def _opening(line: str) -> tuple[str, str, str]:
    """Fence, tag and code on the opening line; fence is "" if the line opens nothing."""
    if "```" not in line and "~~~" not in line:
        return "", "", ""
    found = _FENCE.match(line)
    if found is None:
        found = _FENCE_AT_END.search(line[-_LONG_LINE:])
        return (found[1], found[2].lower(), "") if found else ("", "", "")
    fence, tag, rest = found[1], found[2], found[3]
    if fence[0] in rest:  # a one-line block is not the start of a longer one
        return "", "", ""
    code = (tag + rest) if rest.lstrip().startswith(("(", "=")) else rest.strip()
    is_code = any(start.match(code) for start in _CODE_START.values())
    return fence, tag.lower(), code if is_code else ""


def _closes(line: str, fence: str) -> bool:
    bare = line.strip().lstrip("> ")
    if bare and not bare.strip(fence[0]):
        return len(bare) >= len(fence)
    return line.rstrip().endswith(fence) and line.count(fence) == 1 and "#" not in line


def _tidy(lines: list[str]) -> str:
    first = next((line for line in lines if line.strip()), "")
    text = "\n".join(lines)
    return (textwrap.dedent(text) if first[:1].isspace() else text).strip("\n") + "\n"


def outermost(text: str) -> str:
    """Everything from the first opening fence to the last closing one."""
    lines = text.split("\n")
    marks = [number for number, line in enumerate(lines) if _FENCE.match(line)]
    return "\n".join(lines[marks[0] + 1 : marks[-1]]) + "\n" if len(marks) > 1 else ""


def tagged(text: str) -> list[str]:
    """Code between tags some models use instead of fences, and in one-line fences."""
    patterns = (*_TAGGED, _ONE_LINE)
    return [found.strip() + "\n" for pattern in patterns for found in pattern.findall(text)]


def without_prompts(text: str) -> str:
    """The input lines of a ``>>>`` transcript, "" if the text is none."""
    if ">>> " not in text:
        return ""
    kept = [line[4:] for line in text.split("\n") if line.startswith((">>> ", "... "))]
    return "\n".join(kept) + "\n" if kept else ""


def unescaped(text: str) -> str:
    """``text`` with HTML entities resolved, "" if it has none."""
    return html.unescape(text) if re.search(r"&(?:lt|gt|amp|quot|#\d+);", text) else ""


def code_starts(language: Language, text: str, limit: int = 6) -> list[str]:
    """Tails of ``text`` that begin where code seems to begin, at most ``limit``."""
    lines = text.split("\n")
    start = _CODE_START[language]
    found: list[str] = []
    after_code = False
    for number, line in enumerate(lines):
        is_start = bool(start.match(line[:_LONG_LINE]))
        if is_start and not after_code:
            found.append(textwrap.dedent("\n".join(lines[number:])))
        after_code = is_start or (after_code and (line[:1].isspace() or not line.strip()))
        if len(found) == limit:
            break
    return found
