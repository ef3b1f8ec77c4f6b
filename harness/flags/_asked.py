"""What a task asks of its entry point: how many arguments, and whether it gives a value back."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from harness.flags.rule import Context
from harness.models import Language
from harness.syntax.scopes import Function, Param, scopes
from harness.syntax.tree import document

if TYPE_CHECKING:
    from harness.models import Task


def argument_counts(task: Task) -> frozenset[int]:
    """How many positional arguments the task's cases, signature or prompt give; may be empty."""
    calls = [case for case in task.cases if case.check == "call" and not case.kwargs]
    if task.kind == "call" and calls:
        return frozenset(len(case.args) for case in calls)
    if task.signature is not None:
        return frozenset({len(task.signature.params)})
    prompted = prompt_function(task)
    if prompted is None:
        return frozenset()
    low, high = accepts(prompted, task.language)
    return frozenset({low}) if low == high else frozenset()


def prompt_function(task: Task) -> Function | None:
    """The entry point as the prompt's own code declares it."""
    if not task.prefix or task.entry_point is None:
        return None
    return _declared(task.language, task.prefix + task.suffix, task.entry_point)


@lru_cache(maxsize=16)  # all responses to a task ask the same
def _declared(language: Language, source: str, name: str) -> Function | None:
    doc = document(language, source)
    return None if doc is None else scopes(doc).function_named(name)


def accepts(function: Function, language: Language) -> tuple[int, float]:
    """Least and greatest number of positional arguments."""
    params = positional(function, language)
    required = sum(one.default is None and not one.variadic for one in params)
    return required, float("inf") if any(one.variadic for one in params) else len(params)


def positional(function: Function, language: Language) -> list[Param]:
    """Parameters that a call's positional arguments fill; ``self`` is none."""
    params = [one for one in function.params if not (one.keyword_only or one.name.startswith("**"))]
    bound = language is Language.PYTHON and function.is_method and params
    return params[1:] if bound and params[0].name in ("self", "cls") else params


def gives_back(context: Context) -> bool:
    """Whether some case of the task expects the entry point to return something."""
    task = context.task
    if task is None or task.kind != "call":
        return False
    return any(
        case.check == "call" and case.expected is not None and case.raises is None
        for case in task.cases
    )
