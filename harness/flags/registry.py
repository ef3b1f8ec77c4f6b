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

SECTIONS = ("What", "Why", "Bad", "Good", "Known misses")


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by id. Raises HarnessError for one that is not documented or named as it must."""
    found: dict[str, Rule] = {}
    for info in pkgutil.iter_modules(folder.__path__):
        package = importlib.import_module(f"{folder.__name__}.{info.name}")
        for name, rule in load_plugins(package, "RULE", Rule).items():
            _require(rule, f"{package.__name__}.{name.replace('-', '_')}", found)
            found[name] = rule
    return dict(sorted(found.items()))


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
    """Rules that look at programs of a language."""
    return tuple(rule for rule in rules().values() if language in rule.languages)
