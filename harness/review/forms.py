"""Fields of an HTML form, as browsers send them; nothing but text is ever read from one."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

MAX_FIELDS = 200


async def _fields(request: Request) -> dict[str, str]:
    """Fields of an urlencoded body, the last of each name; NUL is dropped."""
    text = (await request.body()).decode("utf-8", "replace")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        return {}
    return {name: value.replace("\0", "") for name, value in pairs}


Fields = Annotated[dict[str, str], Depends(_fields)]
