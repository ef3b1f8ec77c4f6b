"""Modules of the standard library that most responses never need: imported when one does.

A slot that serves one response would pay for them every time; other zygotes have them ahead.
"""

import importlib
import sys

# Without the job's folder, whose files may have such names.
_STANDARD = [path for path in sys.path if path.startswith("/usr/lib/")]


def late(name):
    """The module of that name, as it is or newly imported."""
    found = sys.modules.get(name)
    if found is None:
        path, sys.path = sys.path, list(_STANDARD)
        try:
            found = importlib.import_module(name)
        finally:
            sys.path = path
    return found
