"""What the prompt declares of the function to write: its parameters and their types."""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.models import Language, Task
from harness.syntax.tree import Document, Node, document

_ENDINGS = {
    Language.PYTHON: ("", "\n    pass\n"),
    Language.JAVASCRIPT: ("", "\n}\n", "\n};\n"),
    Language.CPP: ("", "\n}\n", ";\n"),
    Language.CSHARP: ("", "\n}\n", "\n}\n}\n", "\n}\n}\n}\n"),
}
_DECLARATORS = {
    "function_definition", "function_declaration", "method_declaration", "variable_declarator",
    "local_function_statement", "declaration", "method_definition",
}  # fmt: skip
_FENCE = re.compile(
    r"^[ \t]*(?:```|~~~)[ \t]*[\w#+]*[ \t]*\n(.*?)^[ \t]*(?:```|~~~)", re.MULTILINE | re.DOTALL
)
_SKIPPED = {"self", "cls"}
MAX_DECLARATION_CHARS = 16_000


@dataclass(frozen=True)
class Parameter:
    """type: the declared type, "" if there is none. optional: has a default, or takes many."""

    name: str
    type: str = ""
    optional: bool = False


@dataclass(frozen=True)
class Declared:
    """params: None if the prompt declares no function of the name."""

    params: tuple[Parameter, ...] | None = None
    returns: str = ""

    def takes(self, count: int, language: Language) -> bool:
        """Whether a call with so many arguments can be meant."""
        if self.params is None:
            return True
        if any(one.name.startswith(("*", "...")) for one in self.params):
            return True
        needed = sum(not one.optional for one in self.params)
        if language is Language.JAVASCRIPT:  # the rest are undefined
            needed = min(needed, 1)
        return needed <= count <= len(self.params)


UNKNOWN = Declared()


def declared(task: Task) -> Declared:
    """The declaration of the task's entry point in its prompt, else in its code prompt."""
    name = task.entry_point
    if not name or task.language not in _ENDINGS:
        return Declared()
    fenced = [one[1] for one in _FENCE.finditer(task.prompt)]
    for text in dict.fromkeys((*fenced, task.prefix, task.prompt)):
        # What is declared stands at the end of a code prompt; a long text is costly to parse.
        code = text[-MAX_DECLARATION_CHARS:]
        found = _in(task.language, code, name) if name in code else None
        if found is not None:
            return found
    return _in_prose(task.prompt, name)


def _in(language: Language, text: str, name: str) -> Declared | None:
    """The last declaration of ``name`` in a text that may stop inside the function."""
    for ending in _ENDINGS[language]:
        doc = document(language, text.rstrip() + ending)
        if doc is None:
            return None
        for node in reversed(list(doc.all(*_DECLARATORS))):
            found = _declaration(doc, node, name)
            if found is not None:
                return found
    return None


def _declaration(doc: Document, node: Node, name: str) -> Declared | None:
    holder: Node | None = node
    if doc.language is Language.CPP:
        holder = node.first("function_declarator") or _behind_reference(node)
    if holder is None:
        return None
    label = holder.get("name") or holder.get("declarator")
    if label is None or label.text != name:
        return None
    if doc.language is Language.JAVASCRIPT and node.type == "variable_declarator":
        holder = node.get("value")
    params = None if holder is None else holder.get("parameters")
    if holder is not None and params is None:
        params = holder.get("parameter")
    if params is None:
        return None
    kind = node.get("type") or node.get("return_type") or node.get("returns")
    listed = [params] if params.type == "identifier" else params.parts
    found = [_parameter(one) for one in listed]
    return Declared(
        tuple(one for one in found if one.name not in _SKIPPED), "" if kind is None else kind.text
    )


def _behind_reference(node: Node) -> Node | None:
    """``T &f()`` and ``T *f()``: the pointer stands around the function."""
    around = node.first("reference_declarator", "pointer_declarator")
    return None if around is None else around.first("function_declarator")


def _parameter(node: Node) -> Parameter:
    kind = node.get("type")
    label = node.get("name") or node.get("declarator") or node.get("pattern") or node.get("left")
    text = label.text if label is not None else node.text
    if kind is not None and label is None:
        text = node.text.partition(":")[0]
    if kind is not None and label is not None and "*" in text:
        return Parameter(re.sub(r"^[*&. ]+", "", text), kind.text + "*", False)
    optional = "default" in node.type or "=" in node.text or "rest" in node.type
    rest = "..." if "rest" in node.type or "params " in node.text else ""
    return Parameter(rest + text.lstrip("&. ").strip(), kind.text if kind else "", optional)


def _in_prose(prompt: str, name: str) -> Declared:
    """``a function f(a, b)`` in a sentence."""
    found = re.search(
        rf"(?<![\w.]){re.escape(name)}\(\s*([A-Za-z_]\w*(?:\s*,\s*\w+)*)?\s*\)", prompt
    )
    if found is None:
        return Declared()
    names = [one.strip() for one in (found[1] or "").split(",") if one.strip()]
    if any(one in ("true", "false", "null", "True", "False", "None") for one in names):
        return Declared()
    if any(one[0].isdigit() for one in names):
        return Declared()
    return Declared(tuple(Parameter(one) for one in names))
