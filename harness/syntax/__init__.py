"""Syntax trees of the supported languages: the only package that knows tree-sitter.

Everything here reads hostile text: trees are walked with explicit stacks (never by recursion),
and input beyond ``MAX_SOURCE_BYTES`` counts as unparseable instead of being parsed.
"""

from harness.syntax.names import (
    Chunk,
    FunctionInfo,
    defines,
    definitions,
    functions,
    is_callable_from_outside,
    top_level,
)
from harness.syntax.parsing import (
    MAX_SOURCE_BYTES,
    first_error_line,
    has_error,
    parse,
    serve_child,
    tree_has_error,
    walk,
)

__all__ = [
    "MAX_SOURCE_BYTES",
    "Chunk",
    "FunctionInfo",
    "defines",
    "definitions",
    "first_error_line",
    "functions",
    "has_error",
    "is_callable_from_outside",
    "parse",
    "serve_child",
    "top_level",
    "tree_has_error",
    "walk",
]
