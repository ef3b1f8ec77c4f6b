"""C++ calls that ride along with a response's tests: their text, and what they print.

The calls are compiled behind the tests, in the same program, because a build of their own would
cost more than all the rest. They run instead of ``main`` when the environment asks for it, each in
a process of its own. Arguments are written as literals, and only the result's own type is printed:
general code for both takes the compiler a quarter of a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from harness.models import Case, Json, Signature
from harness.runners._cpp_program import stored_type
from harness.runners._job import Wire
from harness.runners._printed import printed_answers

ENVIRONMENT = "HARNESS_EXAMPLES"
FILE = "examples.cpp"
_LISTS = ("vector", "list", "deque", "set", "unordered_set", "multiset")
_MAPS = ("map", "unordered_map")
_SCALARS = {
    "string": "h_q(v.data(), v.size());", "char": "h_q(&v, 1);",
    "bool": 'h_s(v ? "true" : "false");', "float": "h_f(v, 9);", "double": "h_f(v, 17);",
    "long double": "h_f(v, 17);",
}  # fmt: skip
_MANGLED = re.compile(r'^(\{"error":\{"type":)"St\d+(\w+)"')  # St12out_of_range


@dataclass
class _Types:
    """Functions that print values, one a type; ``names`` gives each type's."""

    names: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    def printer(self, kind: str) -> str:
        """The function that prints a ``kind``, written if need be."""
        kind = re.sub(r"\s+", " ", kind).strip()
        if kind not in self.names:
            body = self._body(kind)
            name = self.names[kind] = f"h_put{len(self.names)}"
            self.texts.append(f"void {name}(const {kind} &v) {{ {body} }}")
        return self.names[kind]

    def _body(self, kind: str) -> str:
        outer, inner = split_type(kind)
        if outer in _LISTS and len(inner) == 1:
            return _loop(inner[0], f"{self.printer(inner[0])}(x);", "h_c('[');", "h_c(']');")
        if outer in _MAPS and len(inner) == 2:
            key, value = (self.printer(one) for one in inner)
            pair = f"h_c('['); {key}(x.first); h_c(','); {value}(x.second); h_c(']');"
            return _loop("auto", pair, 'h_s("{\\"$dict\\":[");', 'h_s("]}");')
        if outer == "pair" and len(inner) == 2:
            return self._row([(inner[0], "v.first"), (inner[1], "v.second")])
        if outer == "tuple" and inner:
            return self._row([(one, f"std::get<{n}>(v)") for n, one in enumerate(inner)])
        if outer == "optional" and len(inner) == 1:
            return f'if (v) {self.printer(inner[0])}(*v); else h_s("null");'
        return _scalar(outer)

    def _row(self, parts: list[tuple[str, str]]) -> str:
        shown = [f"{self.printer(kind)}({value});" for kind, value in parts]
        return "h_c('['); " + " h_c(','); ".join(shown) + " h_c(']');"


def _loop(kind: str, each: str, opening: str, closing: str) -> str:
    comma = "if (more) h_c(','); more = true;"
    loop = f"for (const {kind} &x : v) {{ {comma} {each} }}"
    return f"{opening} bool more = false; {loop} {closing}"


def _scalar(kind: str) -> str:
    if kind in _SCALARS:
        return _SCALARS[kind]
    unsigned = "unsigned" in kind or kind in ("size_t", "uint64_t", "uint32_t")
    return "h_u(v);" if unsigned else "h_i(v);"


def split_type(kind: str) -> tuple[str, list[str]]:
    """``std::map<string, int>`` → ("map", ["string", "int"])."""
    kind = kind.strip()
    found = re.fullmatch(r"(?:std\s*::\s*)?(\w+)\s*<(.*)>", kind, re.DOTALL)
    if found is None:
        return re.sub(r"^std\s*::\s*", "", kind), []
    parts, depth, current = [], 0, ""
    for mark in found[2]:
        depth += (mark == "<") - (mark == ">")
        if mark == "," and depth == 0:
            parts.append(current.strip())
            current = ""
        else:
            current += mark
    return found[1], [*parts, current.strip()]


def addition(entry_point: str, signature: Signature, cases: Sequence[Case]) -> str:
    """Text for behind the tests: it runs the cases before ``main`` where it is asked to."""
    types = _Types()
    returns = stored_type(signature.returns)
    stored = [stored_type(one) for one in signature.params]
    printed = stored[0] if returns == "void" and stored else returns
    put = types.printer(printed) if printed != "void" else ""
    bodies = "\n".join(
        f"void call{number}() {{ {_call(entry_point, stored, returns, put, case)} }}"
        for number, case in enumerate(cases)
    )
    table = ", ".join(f"call{number}" for number in range(len(cases)))
    return _PROGRAM.format(
        file=FILE, printers="\n".join(types.texts), bodies=bodies, table=table, count=len(cases),
        environment=ENVIRONMENT,
    )  # fmt: skip


def _call(entry_point: str, stored: list[str], returns: str, put: str, case: Case) -> str:
    names = [f"h_a{n}" for n in range(len(stored))]
    given = "".join(
        f"{kind} {name} = {literal(value, kind)}; "
        for kind, name, value in zip(stored, names, case.args, strict=True)
    )
    call = f"::{entry_point}({', '.join(names)})"
    if returns == "void":
        shown = f"{put}(h_a0);" if put else 'h_s("null");'
        return f"{given}{call}; {_BEGIN} {shown}"
    return f"{given}{returns} h_r = {call}; {_BEGIN} {put}(h_r);"


_BEGIN = 'h_begin("value");'


def literal(value: Json, kind: str) -> str:
    """A value as C++ of a type it fits (see ``harness.flags.examples.fit``)."""
    outer, inner = split_type(kind)
    if outer in _LISTS and inner:
        return f"{kind}{{{', '.join(literal(one, inner[0]) for one in value)}}}"
    if outer in _MAPS and len(inner) == 2:
        return f"{kind}{{{', '.join(_pairs(value, inner))}}}"
    if outer in ("pair", "tuple"):
        parts = (literal(one, each) for one, each in zip(value, inner, strict=True))
        return f"{kind}({', '.join(parts)})"
    if outer == "optional":
        return f"{kind}()" if value is None else f"{kind}({literal(value, inner[0])})"
    return _scalar_literal(value, kind)


def _pairs(value: Json, inner: list[str]) -> Iterator[str]:
    pairs = value["$dict"] if list(value) == ["$dict"] else value.items()
    for key, item in pairs:
        yield f"{{{literal(key, inner[0])}, {literal(item, inner[1])}}}"


def _scalar_literal(value: Json, kind: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        data = value.encode("utf-8", "surrogateescape")
        if kind == "char":
            return f"char({data[0]})"
        text = "".join(f"\\{byte:03o}" if byte < 32 or byte > 126 or byte in b'"\\?' else chr(byte)
                       for byte in data)  # fmt: skip
        return f'std::string("{text}", {len(data)})'
    if isinstance(value, float):
        return f"{kind.rsplit(maxsplit=1)[-1]}({value!r})"
    if value == -(2**63):
        return "(-9223372036854775807LL - 1)"
    return f"{value}{'LL' if abs(value) >= 2**31 else ''}"


def answers(report: Wire, count: int) -> list[Wire]:
    """What the program printed, as answers of a ``calls`` step."""
    given = printed_answers(report, count)
    for answer in given:
        if "reply" in answer:
            answer["reply"] = _MANGLED.sub(r'\1"std::\2"', answer["reply"])
    return given


_PROGRAM = """
#line 1 "{file}"
#include <stdio.h>
#include <stdlib.h>
#include <exception>
#include <typeinfo>
#include <sys/wait.h>
#include <unistd.h>
namespace h_examples {{
using namespace std;
void h_c(char c) {{ ::fputc(c, stdout); }}
void h_s(const char *s) {{ ::fputs(s, stdout); }}
void h_q(const char *s, unsigned long n) {{
  h_c('"');
  for (unsigned long i = 0; i < n; ++i) {{
    unsigned char c = (unsigned char)s[i];
    if (c < 32 || c == '"' || c == 92 || c == 127) ::printf("%cu%04x", 92, c);
    else h_c((char)c);
  }}
  h_c('"');
}}
int number = 0;
void h_begin(const char *key) {{ ::printf("%c%d {{%c%s%c:", 2, number, 34, key, 34); }}
void h_i(long long v) {{ ::printf("%lld", v); }}
void h_u(unsigned long long v) {{ ::printf("%llu", v); }}
void h_f(double v, int digits) {{
  if (v != v) h_s("{{\\"$float\\":\\"nan\\"}}");
  else if (v - v != 0) h_s(v > 0 ? "{{\\"$float\\":\\"inf\\"}}" : "{{\\"$float\\":\\"-inf\\"}}");
  else ::printf("%.*g", digits, v);
}}
{printers}
{bodies}
void (*const all[])() = {{{table}}};
unsigned long h_size(const char *text) {{
  unsigned long n = 0;
  while (n < 500 && text[n]) ++n;
  return n;
}}
void h_error(const char *name, const char *text) {{
  h_begin("error");
  h_s("{{\\"type\\":");
  h_q(name, h_size(name));
  h_s(",\\"message\\":");
  h_q(text, h_size(text));
  h_s("}}");
}}
struct First {{
  First() {{
    if (!::getenv("{environment}")) return;
    for (number = 0; number < {count}; ++number) {{
      ::fflush(stdout);
      int status = 0;
      pid_t child = ::fork();
      if (child == 0) {{ one(); ::fflush(stdout); ::_exit(0); }}
      if (child < 0 || ::waitpid(child, &status, 0) < 0) ::_exit(9);
      if (WIFSIGNALED(status)) ::printf("%c%d signal %d%c", 2, number, WTERMSIG(status), 3);
      else if (WEXITSTATUS(status)) ::printf("%c%d exit %d%c", 2, number, WEXITSTATUS(status), 3);
    }}
    ::fflush(stdout);
    ::_exit(0);
  }}
  static void one() {{
    try {{ all[number](); }}
    catch (const std::exception &error) {{ h_error(typeid(error).name(), error.what()); }}
    catch (...) {{ h_error("unknown", "something that is no std::exception was thrown"); }}
    h_s("}}");
    h_c(3);
  }}
}} first;
}}
"""
