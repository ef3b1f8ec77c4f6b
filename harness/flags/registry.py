"""Every rule, found by looking into the folders of ``rules``."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

import harness.flags.rules as folder
from harness.errors import HarnessError
from harness.flags.rule import Rule
from harness.models import Language
from harness.plugins import load_plugins

# The folder of rules for several languages; each other folder is named after its own.
COMMON = "common"
SECTIONS = ("What", "Why", "Bad", "Good", "Known misses")


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by id. Raises HarnessError for one that is not documented or named as it must."""
    found: dict[str, Rule] = {}
    for info in pkgutil.iter_modules(folder.__path__):
        for name, rule in _folder(info.name).items():
            _require(rule, f"{folder.__name__}.{info.name}.{name.replace('-', '_')}", found)
            found[name] = rule
    return dict(sorted(found.items()))


@cache
def _folder(name: str) -> Mapping[str, Rule]:
    return load_plugins(importlib.import_module(f"{folder.__name__}.{name}"), "RULE", Rule)


def _require(rule: Rule, module: str, others: Mapping[str, Rule]) -> None:
    if rule.id in others:
        raise HarnessError(f"two rules are named {rule.id!r}")
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise HarnessError(f"rule {rule.id!r} must live in {module}") from error
    missing = [name for name in SECTIONS if not rule.section(name)]
    if missing:
        raise HarnessError(f"rule {rule.id!r}: its docstring has no section {missing[0]!r}")


@cache
def rules_for(language: Language) -> tuple[Rule, ...]:
    """Rules that look at programs of a language, in the order of their ids.

    Only the folders where they can be are imported.
    """
    both = {**_folder(COMMON), **_folder(language.value)}
    return tuple(rule for _, rule in sorted(both.items()) if language in rule.languages)
