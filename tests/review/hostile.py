"""Attacks on markup, scripts, URLs, layouts and terminals: attacks.json, one or more a line."""

from __future__ import annotations

import json
from pathlib import Path

ATTACKS: tuple[str, ...] = tuple(
    json.loads(Path(__file__).with_name("attacks.json").read_text(encoding="utf-8"))
)
