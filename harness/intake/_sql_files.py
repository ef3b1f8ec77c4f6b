"""The files of an SQL task's folder, read and written.

schema.sql, seed.sql           scripts of the database
gold.sql, gold-2.sql, …        accepted answers (without them: reference.sql)
states/<name>/                 schema.sql, seed.sql: scripts that replace the task's;
                               expected.json: accepted results (one grid, or a list of them);
                               after.json: contents wanted afterwards, by table or check query
sql.json                       all of it as one value, where files could not hold it
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.intake._fields import RowError
from harness.models import SqlGrid, SqlSpec, SqlState

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,60}")
_SCRIPTS = ("schema_sql", "seed_sql")
_STATE_FILES = {"schema.sql", "seed.sql", "expected.json", "after.json"}


def read_sql(folder: Path, table: Mapping[str, Any]) -> dict[str, Any]:
    """The [sql] table completed by the folder's files. Raises RowError, OSError."""
    values = dict(table)
    _add_scripts(values, folder, "")
    golds = _golds(folder)
    if golds:
        if values.get("golds"):
            raise RowError("golds are in the sql table and in gold.sql; keep one of them")
        values["golds"] = golds
    states = list(values.get("states", ()))
    if not all(isinstance(state, dict) and state.get("name") for state in states):
        raise RowError("every one of sql.states needs a name")
    found = sorted(one.name for one in (folder / "states").glob("*") if one.is_dir())
    states = states or [{"name": name} for name in found]
    unlisted = set(found) - {str(state["name"]) for state in states}
    if unlisted:
        raise RowError(f"states/{min(unlisted)} is not among sql.states; list it or remove it")
    if states:
        values["states"] = [_state(folder, dict(state)) for state in states]
    return values


def _golds(folder: Path) -> list[str]:
    """gold.sql, then gold-2.sql and so on in the order of their numbers."""
    found = []
    for file in folder.glob("gold*.sql"):
        number = re.fullmatch(r"gold(?:-(\d+))?\.sql", file.name)
        if number is None:
            raise RowError(f"{file.name}: accepted answers are named gold.sql, gold-2.sql, …")
        found.append((int(number[1] or 1), file))
    return [file.read_text("utf-8") for _, file in sorted(found)]


def _add_scripts(values: dict[str, Any], folder: Path, where: str) -> None:
    for key in _SCRIPTS:
        file = folder / f"{key.removesuffix('_sql')}.sql"
        if not file.is_file():
            continue
        if key in values:
            raise RowError(f"{key} is in the sql table and in {where}{file.name}; keep one of them")
        values[key] = file.read_text("utf-8")


def _state(folder: Path, state: dict[str, Any]) -> dict[str, Any]:
    name = str(state["name"])
    own = folder / "states" / name
    if not _PLAIN.fullmatch(name) or not own.is_dir():
        return state
    unknown = sorted({file.name for file in own.iterdir()} - _STATE_FILES)
    if unknown:
        known = ", ".join(sorted(_STATE_FILES))
        raise RowError(f"states/{name}/{unknown[0]} is none of a state's files: {known}")
    _add_scripts(state, own, f"states/{name}/")
    for key in ("expected", "after"):
        file = own / f"{key}.json"
        if not file.is_file():
            continue
        try:
            value = json.loads(file.read_text("utf-8"))
        except ValueError as error:
            where = f"states/{name}/{file.name}"
            raise RowError(f"{where} is not valid JSON: {error}") from None
        state[key] = [value] if key == "expected" and isinstance(value, dict) else value
    return state


def with_reference(table: Any, reference: str | None) -> Any:
    """The table with the reference as its gold, where it needs one and names none."""
    if not isinstance(table, Mapping) or table.get("golds") or not reference:
        return table
    key = "expected" if table.get("read_only", True) else "after"
    states = table.get("states") or ()
    told = states and all(isinstance(one, Mapping) and one.get(key) for one in states)
    return table if told else {**table, "golds": [reference]}


def files_of(spec: SqlSpec) -> tuple[dict[str, str], dict[str, Any]]:
    """Files of the folder by name, and the [sql] table beside them ({} with sql.json)."""
    table = spec.model_dump(mode="json", exclude_defaults=True)
    if not all(_survives(text) for text in _texts(spec)):
        return {
            "sql.json": json.dumps({"dialect": spec.dialect.value, **table}, indent=1) + "\n"
        }, {}
    files = {}
    for key in _SCRIPTS:
        if table.pop(key, ""):
            files[f"{key.removesuffix('_sql')}.sql"] = getattr(spec, key)
    table.pop("golds", None)
    for number, gold in enumerate(spec.golds, 1):
        files["gold.sql" if number == 1 else f"gold-{number}.sql"] = gold
    for state in spec.states:
        files |= {f"states/{state.name}/{name}": text for name, text in _state_files(state)}
    if table.pop("states", None):
        table["states"] = [{"name": state.name} for state in spec.states]
    return files, {"dialect": spec.dialect.value, **table}


def _state_files(state: SqlState) -> Iterator[tuple[str, str]]:
    for key in _SCRIPTS:
        text = getattr(state, key)
        if text is not None:
            yield f"{key.removesuffix('_sql')}.sql", text
    if state.expected:
        yield "expected.json", _json([_grid(grid) for grid in state.expected])
    if state.after:
        yield "after.json", _json({name: _grid(grid) for name, grid in state.after.items()})


def _grid(grid: SqlGrid) -> dict[str, Any]:
    return grid.model_dump(mode="json", exclude_none=False)


def _json(value: Any) -> str:
    return json.dumps(value, indent=1) + "\n"


def _texts(spec: SqlSpec) -> Iterator[str]:
    yield from (spec.schema_sql, spec.seed_sql, *spec.golds)
    for state in spec.states:
        yield from (state.schema_sql or "", state.seed_sql or "")
        yield "" if _PLAIN.fullmatch(state.name) else "\r"  # no name for a folder


def _survives(text: str) -> bool:
    """Whether a text file gives this very text again."""
    return "\r" not in text
