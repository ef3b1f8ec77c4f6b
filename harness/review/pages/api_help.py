"""The HTTP API as a page, read from its own OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from harness.review.access import Access
from harness.review.pages.shell import Shell

_METHODS = ("get", "put", "post", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    """One operation. takes: names of parameters. body, answer: names of their schemas or "–"."""

    method: str
    path: str
    text: str
    takes: str
    body: str
    answer: str


@dataclass(frozen=True)
class ApiPage:
    """All operations by area."""

    shell: Shell
    document: str
    areas: tuple[tuple[str, tuple[Operation, ...]], ...]


def api_page(access: Access, document: dict[str, Any], address: str) -> ApiPage:
    """``document``: OpenAPI; ``address``: where it is."""
    areas: dict[str, list[Operation]] = {}
    for area, operation in _operations(document):
        areas.setdefault(area, []).append(operation)
    return ApiPage(
        shell=access.shell("HTTP API"),
        document=address,
        areas=tuple((area, tuple(found)) for area, found in areas.items()),
    )


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, Operation]]:
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                yield methods[method]["tags"][0], _operation(method, path, methods[method])


def _operation(method: str, path: str, found: dict[str, Any]) -> Operation:
    taken = (one["name"] for one in found.get("parameters", ()) if one["in"] == "query")
    answers: dict[str, dict[str, Any]] = found["responses"]
    done = next((one for code, one in answers.items() if code.startswith("2")), {})
    return Operation(
        method=method.upper(),
        path=path,
        text=found.get("description") or found.get("summary", ""),
        takes=", ".join(taken) or "–",
        body=_schema_of(found.get("requestBody", {})),
        answer=_schema_of(done),
    )


def _schema_of(holder: dict[str, Any]) -> str:
    schema = holder.get("content", {}).get("application/json", {}).get("schema", {})
    name = schema.get("items", schema).get("$ref", "").rsplit("/", 1)[-1]
    return (f"list of {name}" if "items" in schema else name) or "–"
