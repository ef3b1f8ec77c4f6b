"""C++ text around a response: drivers for calls, and tests that say when they reached the end."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from harness import syntax
from harness.errors import TaskError
from harness.models import Language, Signature

# Line splices and digraphs are other ways to write the same directive.
_SPLICE = re.compile(r"\\[ \t]*\r?\n")
_GAP = r"(?:[ \t]|/\*[^\n*]*\*/)*+"
_DEFINE = re.compile(
    rf"^{_GAP}(?:#|%:|\?\?=){_GAP}define{_GAP}(?<![a-z])([A-Za-z_]\w*)", re.MULTILINE
)
# Numbers, raw strings, strings, characters, comments: what looks like a comment in a string is
# none. What is not closed ends with its line or the text, so one pass is always enough.
_TOKEN = re.compile(
    r"""(?<!\w)\.?\d(?:'?\w|\.)*+
    |(?<!\w)(?:u8|[uUL])?R"([^()\\\s"]{0,16})\(.*?(?:\)\1"|\Z)
    |"(?:\\.|[^"\\\n])*+"?
    |'(?:\\.|[^'\\\n])*+'?
    |//[^\n]*+
    |/\*.*?(?:\*/|\Z)""",
    re.DOTALL | re.VERBOSE,
)
ASSERTS = {"assert", "NDEBUG"}


@dataclass(frozen=True)
class Tests:
    """Test text with its sentinel: ``nonce`` is given on stdin and must end the output."""

    source: str
    nonce: str


def hostile_macros(code: str, prefix: str) -> list[str]:
    """Macros the response defines and the task's own code does not."""
    return sorted(_macros(code) - _macros(prefix))


def _macros(source: str) -> set[str]:
    """Names defined in the text as a compiler reads it, and in the text as it stands.

    The second costs at most an ``#undef`` of a name that a comment mentions, and sees what a
    trick with comments could hide from the first.
    """
    whole = _SPLICE.sub("", source)
    plain = _TOKEN.sub(lambda found: " " if found[0].startswith("/") else '""', whole)
    return {*_DEFINE.findall(plain), *_DEFINE.findall(whole)}


def shield(code: str, prefix: str) -> str:
    """Directives that take the response's macros away before trusted text follows."""
    names = hostile_macros(code, prefix)
    lines = [f"#undef {name}" for name in names]
    if ASSERTS & set(names):
        lines += ["#undef NDEBUG", "#include <assert.h>"]
    return "\n".join(lines)


def instrumented(tests: str) -> Tests:
    """Tests that print a nonce when ``main`` comes to its end, and only then.

    The nonce is read from stdin before anything of the response runs and is kept
    under a random name. Whoever shares the process can still find it: such a verdict says
    ``trust: shared``.
    """
    name = f"h{secrets.token_hex(8)}"
    body = _main_body(tests)
    if body is None:
        raise TaskError("the tests define no main", fix="give the tests an int main()")
    data = tests.encode("utf-8", "surrogatepass")
    inserts = [(offset, text.format(name=name)) for offset, text in body]
    for offset, text in sorted(inserts, reverse=True):
        data = data[:offset] + text.encode() + data[offset:]
    return Tests(_GUARD.format(name=name) + data.decode("utf-8", "surrogatepass"), name[1:] * 2)


def _main_body(tests: str) -> list[tuple[int, str]] | None:
    """Where to insert the sentinel: the end of main's block and each ``return`` of zero."""
    tree = syntax.parse(Language.CPP, tests)
    if tree is None:
        return None
    for node in syntax.walk(tree.root_node):
        if node.type != "function_definition":
            continue
        declarator = node.child_by_field_name("declarator")
        block = node.child_by_field_name("body")
        if declarator is None or block is None or block.type != "compound_statement":
            continue
        name = declarator.child_by_field_name("declarator")
        if name is None or name.text != b"main":
            continue
        places = [(block.end_byte - 1, " {name}_end(); ")]
        for inner in syntax.walk(block):
            if inner.type == "return_statement" and _is_zero(inner.text or b""):
                places.append((inner.start_byte + len("return"), " {name}_end(),"))
        return places
    return None


def _is_zero(statement: bytes) -> bool:
    value = statement.decode("utf-8", "replace").removeprefix("return").rstrip(";").strip()
    return value.strip("()") in ("0", "EXIT_SUCCESS")


# .preinit_array runs before every initialiser, libstdc++'s own included: nothing of the response
# has run by then, and the stack main() finds is the one it would find without this guard
# (programs that read uninitialised variables behave as they do elsewhere).
_GUARD = """
#include <unistd.h>
#include <cstdio>
static char {name}[65];
static void {name}_begin(int, char **, char **) {{
  if (::read(0, {name}, 32) != 32) {name}[0] = 0;
}}
__attribute__((section(".preinit_array"), used))
static void (*{name}_first)(int, char **, char **) = {name}_begin;
static int {name}_end() {{
#ifdef _GLIBCXX_IOSTREAM
  std::cout.flush();
#endif
  std::fflush(nullptr);
  if ({name}[0]) {{ (void)!::write(1, {name}, 32); }}
  {name}[0] = 0;
  return 0;
}}
#line 1 "tests.cpp"
"""


def call_driver(entry_point: str, signature: Signature) -> str:
    """A main that answers one request on descriptors 3 and 4 with the typed call's value."""
    stored = [stored_type(one) for one in signature.params]
    reads = "\n".join(
        f"    {kind} a{i} = harness_call::get<{kind}>(request, {i});"
        for i, kind in enumerate(stored)
    )
    arguments = ", ".join(f"a{i}" for i in range(len(stored)))
    call = f"{entry_point}({arguments})"
    if signature.returns.strip() == "void":
        reply = f"{call}; harness_call::reply_value(a0);" if stored else f"{call};"
    else:
        reply = f"harness_call::reply_value({call});"
    return f"""
#include "/opt/harness/cpp/harness_call.hpp"
int main() {{
  harness_call::Value request = harness_call::read_request();
  try {{
{reads}
    {reply}
  }} catch (const std::exception &error) {{
    harness_call::reply_error(harness_call::type_name(error), error.what());
  }} catch (...) {{
    harness_call::reply_error("unknown", "something that is no std::exception was thrown");
  }}
  return 0;
}}
"""


def stored_type(parameter: str) -> str:
    """``const std::vector<int>&`` → ``std::vector<int>``; a name after the type is not taken."""
    plain = re.sub(r"^\s*const\s+", "", parameter.strip())
    plain = re.sub(r"\s*(?:const\s*)?&{0,2}\s*$", "", plain)
    return plain.strip()
