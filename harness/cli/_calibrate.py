"""``harness flag --calibrate``: from runs to strength.json, and what was found as tables."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from pydantic import ValidationError

from harness.cli import _options as options
from harness.errors import InputError, UsageError
from harness.models import Verdict

NAMES = 2  # columns that hold names

if TYPE_CHECKING:
    from harness.flags.strength_file import Calibration, Share
    from harness.models import Result, Task
    from harness.pipeline.calibration import Observation
    from harness.store import Store


def require_measurable(
    responses: list[Path] | None,
    disable: list[str] | None,
    only: list[str] | None,
    fail_on: str,
    *,
    as_sarif: bool,
) -> None:
    """Raise UsageError for options that say nothing about --calibrate."""
    if responses or disable or only or as_sarif or fail_on != "never":
        raise UsageError(
            "--calibrate measures all rules on runs",
            fix="name the runs after it; of the other options only --tasks, --references, --out, "
            "--seed and --json go with it",
        )


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
    for path in (*references, *([tasks] if tasks else ())):
        options.existing(path)
    settings = load_settings()
    target = out or settings.home / FILE
    options.writable_folder(target.parent, "--out")
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
    from harness.pipeline.calibration import of_own_programs, of_results
    from harness.store import open_store

    given = load_tasks(tasks).tasks if tasks else {}
    seen: set[bytes] = set()
    with open_store(store_url) as store:
        for name in results:
            known, rows = _run(name, store)
            yield from of_results(rows, {**known, **given}, seen)
        for path in references:
            run_id = _run_of_own_programs(path, store)
            yield from of_own_programs(store.results(run_id), store.tasks(run_id))


def _run_of_own_programs(path: Path, store: Store) -> str:
    """Run the tasks' own programs: one counts only if its verdict is what it should be."""
    from harness.intake import OWN_PROGRAMS, load_tasks
    from harness.pipeline import RunOptions, run_batch

    run_options = RunOptions(
        tasks_path=path, references=True, command=f"harness flag --calibrate --references {path}"
    )
    typer.echo(f"running the references of {path}", err=True)
    done = run_batch(run_options, options.settings_with(), store, load_tasks(path))
    count = Counter((row.model, row.verdict) for row in store.results(done.run_id))
    for model in OWN_PROGRAMS:
        total = sum(number for (name, _), number in count.items() if name == model)
        if total:
            passed = count[model, Verdict.PASSED]
            typer.echo(f"  {model}: {passed} of {total} pass (run {done.run_id})", err=True)
    return done.run_id


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
    for title, rows in (
        ("Responses", _languages(found)),
        ("Flags, within tasks", _layers(found)),
        ("Rules, within tasks (hits are on wrong:right responses)", _rules(found)),
    ):
        typer.echo(title)
        for line in _aligned(list(rows)):
            typer.echo(f"  {line}")
        typer.echo("")


def _aligned(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Rows as columns, names to the left and figures to the right; never cut short."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = zip(row, widths, strict=True)
        yield "  ".join(
            cell.ljust(width) if number < NAMES else cell.rjust(width)
            for number, (cell, width) in enumerate(cells)
        ).rstrip()


def _languages(found: Calibration) -> Iterator[tuple[str, ...]]:
    yield "language", "", "right", "wrong", "tasks", "with both", "right ones with a strong flag"
    for language, row in found.languages.items():
        yield (language, "", str(row.right), str(row.wrong), str(row.tasks), str(row.mixed),
               _share(row.false_flags))  # fmt: skip


def _share(share: Share) -> str:
    if not share.size:
        return "-"
    return f"{share.hits / share.size:.1%} ({share.low:.1%} to {share.high:.1%})"


def _rate(hits: int, size: int) -> str:
    return f"{hits / size:.1%}" if size else "-"


def _lift(lift: float | None, wrong: int, right: int) -> str:
    if lift is not None:
        return f"{lift:.1f}"
    return "∞" if wrong and not right else "-"


def _layers(found: Calibration) -> Iterator[tuple[str, ...]]:
    yield ("language", "layer", "of wrong", "of right", "lift", "pairs", "discriminating",
           "reverse")  # fmt: skip
    for language, row in found.languages.items():
        for name, one in row.layers.items():
            if one.wrong.hits or one.right.hits or name == "strong":
                yield (language, name, _share(one.wrong), _share(one.right),
                       _lift(one.lift, one.wrong.hits, one.right.hits),
                       str(one.pairs) if one.pairs else "-",
                       _rate(one.discriminating, one.pairs),
                       _rate(one.reverse, one.pairs))  # fmt: skip


def _rules(found: Calibration) -> Iterator[tuple[str, ...]]:
    yield ("language", "rule", "hits", "lift", "tasks", "dev", "test", "discriminating", "reverse",
           "all right", "strength")  # fmt: skip
    rows = [
        (language, rule, row)
        for rule, by_language in found.rules.items()
        for language, row in by_language.items()
        if row.total
    ]
    for language, rule, row in sorted(rows, key=lambda one: (one[0], -one[2].total, one[1])):
        halves = (f"{one.wrong}:{one.right}" if one else "-" for one in (row.dev, row.test))
        yield (language, rule, f"{row.wrong}:{row.right}", _lift(row.lift, row.wrong, row.right),
               str(row.tasks), *halves, _rate(row.discriminating, row.pairs),
               _rate(row.reverse, row.pairs),
               _rate(row.all_right, row.all_right_size), row.strength)  # fmt: skip
