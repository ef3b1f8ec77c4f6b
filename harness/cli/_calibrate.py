"""``harness flag --calibrate``: from runs to strength.json, and what was found as tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from pydantic import ValidationError

from harness.cli import _options as options
from harness.errors import InputError, UsageError

if TYPE_CHECKING:
    from rich.table import Table

    from harness.flags.strength import Calibration, Share
    from harness.models import Result, Task
    from harness.pipeline.calibration import Observation
    from harness.store import Store


def calibrate_command(
    results: list[str],
    *,
    tasks: Path | None,
    references: list[Path],
    out: Path | None,
    seed: int,
    as_json: bool,
) -> None:
    """Measure, write the file, show what was found."""
    from harness.flags.strength import FILE, SHIPPED
    from harness.pipeline.calibration import calibrate, write_strength
    from harness.settings import load_settings

    if not results:
        raise UsageError("nothing to measure", fix="name runs: harness flag --calibrate RUN …")
    settings = load_settings()
    target = out or settings.home / FILE
    found = calibrate(
        _observations(results, tasks, references, settings.store_url),
        seed=seed,
        command=_command(results, tasks, references, out, seed),
    )
    write_strength(found, target)
    if as_json:
        typer.echo(json.dumps({"path": str(target), **found.model_dump(mode="json")}))
        return
    _show(found)
    typer.echo(f"written to {target}")
    if out is None:
        typer.echo(f"it is used from now on instead of the one that came along ({SHIPPED.name})")


def _command(
    results: list[str], tasks: Path | None, references: list[Path], out: Path | None, seed: int
) -> str:
    import shlex

    parts = ["harness", "flag", "--calibrate", *results]
    parts += ["--tasks", str(tasks)] if tasks else []
    for one in references:
        parts += ["--references", str(one)]
    parts += ["--seed", str(seed)] if seed else []
    parts += ["--out", str(out)] if out else []
    return shlex.join(parts)


# What is measured


def _observations(
    results: list[str], tasks: Path | None, references: list[Path], store_url: str
) -> Iterator[Observation]:
    from harness.intake import load_tasks
    from harness.pipeline.calibration import of_references, of_results
    from harness.store import open_store

    given = load_tasks(options.existing(tasks)).tasks if tasks else {}
    seen: set[bytes] = set()
    with open_store(store_url) as store:
        for name in results:
            known, rows = _run(name, store)
            yield from of_results(rows, {**known, **given}, seen)
    for path in references:
        yield from of_references(load_tasks(options.existing(path)).tasks.values())


def _run(name: str, store: Store) -> tuple[Mapping[str, Task], Iterator[Result]]:
    """Tasks and results of a run, a run's folder, or a results.jsonl (its tasks from the store)."""
    from harness.cli._render import RUN_FILE, run_id_of
    from harness.errors import StoreError

    path = Path(name)
    if not path.is_file():
        run_id = run_id_of(name)
        return store.tasks(run_id), store.results(run_id)
    tasks: Mapping[str, Task] = {}
    if (path.parent / RUN_FILE).exists():
        try:
            tasks = store.tasks(run_id_of(str(path.parent)))
        except StoreError:  # a report that came from another machine
            tasks = {}
    return tasks, _lines(path)


def _lines(path: Path) -> Iterator[Result]:
    from harness.models import Result

    with path.open("rb") as rows:
        for number, row in enumerate(rows, 1):
            if not row.strip():
                continue
            try:
                yield Result.model_validate(json.loads(row))
            except (ValidationError, ValueError) as error:
                raise InputError(
                    f"not a result of a run: {_first(error)}",
                    file=path,
                    line=number,
                    fix="name a run's results.jsonl, its folder or its id",
                ) from error


def _first(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        one = error.errors()[0]
        return f"{'.'.join(map(str, one['loc']))}: {one['msg']}"
    return str(error).splitlines()[0]


# What was found


def _show(found: Calibration) -> None:
    console = options.console()
    for table in (_languages(found), _layers(found), _rules(found)):
        console.print(table)


def _table(title: str, *columns: str) -> Table:
    from rich import box
    from rich.table import Table

    made = Table(title=title, title_justify="left", box=box.SIMPLE, pad_edge=False)
    for number, column in enumerate(columns):
        made.add_column(column, justify="left" if number == 0 else "right", no_wrap=True)
    return made


def _languages(found: Calibration) -> Table:
    made = _table("Responses", "language", "right", "wrong", "tasks", "with both", "false flags")
    for language, row in found.languages.items():
        made.add_row(language, str(row.right), str(row.wrong), str(row.tasks), str(row.mixed),
                     _share(row.false_flags))  # fmt: skip
    return made


def _share(share: Share) -> str:
    if not share.size:
        return "-"
    rate = share.hits / share.size
    return f"{rate:.1%} ({share.low:.1%} to {share.high:.1%})"


def _rate(hits: int, size: int) -> str:
    return f"{hits / size:.1%}" if size else "-"


def _lift(lift: float | None, right: int, wrong: int) -> str:
    if lift is not None:
        return f"{lift:.1f}"
    return "∞" if wrong and not right else "-"


def _layers(found: Calibration) -> Table:
    made = _table("Flags, within tasks", "language", "layer", "of wrong", "of right", "lift",
                  "pairs", "discriminating", "reverse")  # fmt: skip
    for language, row in found.languages.items():
        for name, one in row.layers.items():
            if one.wrong.hits or one.right.hits or name == "strong":
                made.add_row(language, name, _share(one.wrong), _share(one.right),
                             _lift(one.lift, one.right.hits, one.wrong.hits), str(one.pairs),
                             _rate(one.discriminating, one.pairs),
                             _rate(one.reverse, one.pairs))  # fmt: skip
    return made


def _rules(found: Calibration) -> Table:
    made = _table("Rules, within tasks (wrong:right)", "rule", "language", "hits", "lift", "tasks",
                  "dev", "test", "discriminating", "reverse", "strength")  # fmt: skip
    rows = [
        (rule, language, row)
        for rule, by_language in found.rules.items()
        for language, row in by_language.items()
        if row.total
    ]
    for rule, language, row in sorted(rows, key=lambda one: (one[1], -one[2].total, one[0])):
        halves = (f"{one.wrong}:{one.right}" if one else "-" for one in (row.dev, row.test))
        made.add_row(rule, language, f"{row.wrong}:{row.right}",
                     _lift(row.lift, row.right, row.wrong), str(row.tasks), *halves,
                     _rate(row.discriminating, row.pairs), _rate(row.reverse, row.pairs),
                     row.strength)  # fmt: skip
    return made
