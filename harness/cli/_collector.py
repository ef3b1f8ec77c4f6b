"""Python's collector of cycles, told how a command uses memory."""

from __future__ import annotations

import gc


def collect_seldom(young: int) -> None:
    """Look for cycles after so many new objects; what is imported by now stays and is left out."""
    gc.freeze()
    gc.set_threshold(young, 50, 50)
