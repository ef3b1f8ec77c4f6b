"""Loads a folder of modules that each define one constant (``RUNNER``, ``READER``, …)."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import TypeVar

from harness.errors import HarnessError

T = TypeVar("T")


def load_plugins(package: ModuleType, constant: str, kind: type[T]) -> dict[str, T]:
    """Return plugins by their ``name`` field, in name order.

    A module without the constant is a helper if its name starts with ``_``; anything else
    that is missing, of the wrong type, or named twice raises HarnessError.
    """
    found: dict[str, T] = {}
    for info in pkgutil.iter_modules(package.__path__):
        if info.name.startswith("_") or info.ispkg:
            continue
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        plugin = getattr(module, constant, None)
        if not isinstance(plugin, kind):
            raise HarnessError(f"{module.__name__} must define {constant} as a {kind.__name__}")
        name: str = plugin.name  # type: ignore[attr-defined]
        if name in found:
            raise HarnessError(f"two plugins are named {name!r}; the second is {module.__name__}")
        found[name] = plugin
    return dict(sorted(found.items()))
