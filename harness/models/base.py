"""The frozen record every stage takes and returns."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

# JSON with integers of any size; a value that plain JSON cannot hold is a tagged object.
Json = Any


class Record(BaseModel):
    """Immutable record: unknown fields are errors, so a typo in a file never passes silently."""

    model_config = ConfigDict(frozen=True, extra="forbid")
