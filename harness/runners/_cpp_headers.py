"""Which precompiled header a C++ program may use without seeing anything it did not include."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from harness.sandbox.recipe import sandboxes_folder

_FOLDER = "/opt/harness/pch"
_USES_BITS = re.compile(r"^[ \t]*#[ \t]*include[ \t]*<bits/stdc\+\+\.h>", re.MULTILINE)
_INCLUDE = re.compile(r"#[ \t]*include[ \t]*<([\w/.+]+)>[ \t]*(?://.*)?$")


def precompiled(source: str) -> list[str]:
    """Compiler options for ``source``; [] where a precompiled header would slow it or change it.

    bits/stdc++.h is found by its name. Of the smaller sets the largest one is taken whose headers
    the program includes before anything else: the order of standard headers does not matter, and
    nothing stands before them that could change what they mean.
    """
    if _USES_BITS.search(source):
        return [f"-I{_FOLDER}"]
    included = set(leading_includes(source))
    for headers in _sets():
        if included.issuperset(headers):
            return ["-include", f"{_FOLDER}/{'+'.join(headers)}.hpp"]
    return []


def leading_includes(source: str) -> Iterator[str]:
    """Names of ``#include <…>`` lines before any other code; comments may stand between."""
    comment = False
    for line in source.split("\n"):
        text = line.strip()
        if comment or text.startswith("/*"):
            end = text.find("*/", 0 if comment else 2)
            if 0 <= end < len(text) - 2:  # code follows the comment
                return
            comment = end < 0
            continue
        # A comment that ends in a backslash swallows the next line.
        if text.endswith("\\"):
            return
        if not text or text.startswith("//"):
            continue
        found = _INCLUDE.match(text)
        if found is None:
            return
        yield found[1]


@cache
def _sets() -> tuple[tuple[str, ...], ...]:
    text = (sandboxes_folder() / "cpp" / "toolchain" / "precompiled.txt").read_text("utf-8")
    return tuple(
        tuple(line.split()) for line in text.splitlines() if line and not line.startswith("#")
    )
