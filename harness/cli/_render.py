"""Write a run's report folder from the store."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import InputError

if TYPE_CHECKING:
    from harness.models import Result
    from harness.quality.ranking import Ranking
    from harness.reporting import Summary
    from harness.store import Store

RUN_FILE = "run.json"


def render(
    store: Store, run_id: str, out_dir: Path, *, pages: bool = True, home: Path | None = None
) -> tuple[Summary, Path]:
    """Summary and main file of a run (index.html, or results.jsonl without ``pages``).

    home: where its screenshots are, if not in the settings' own.
    """
    from harness.reporting import summarise, write_data, write_report
    from harness.settings import load_settings

    info = store.get_run(run_id)
    tasks = store.tasks(run_id)
    invalid = store.invalid_rows(run_id)
    results = _results(store, run_id)
    summary = summarise(info, results, invalid, tasks, _judged(store, run_id))
    if pages:
        main = write_report(
            info, summary, results, invalid, tasks, out_dir, home=home or load_settings().home
        )
    else:
        main = write_data(summary, results, invalid, out_dir)
    mark_folder(out_dir, run_id)
    return summary, main


def _judged(store: Store, run_id: str) -> tuple[Ranking, ...]:
    """Models ranked by what people said of the run's responses, language by language."""
    if not store.has_projects():
        return ()
    from harness.quality.ranking import rank_votes
    from harness.quality.votes import votes
    from harness.store import review_of

    review = review_of(store)
    said = [
        vote
        for slug in review.projects_of_run(run_id)
        for vote in votes(review.judged(slug))
        if run_id in (vote.first.run_id, vote.second.run_id)
    ]
    languages = sorted({vote.item.language for vote in said})
    return tuple(one for language in languages for one in rank_votes(said, language))


def _results(store: Store, run_id: str) -> Callable[[], Iterator[Result]]:
    """A fresh stream at every call."""
    return lambda: store.results(run_id)


def mark_folder(out_dir: Path, run_id: str) -> None:
    """Remember which run a folder shows."""
    partial = out_dir / f"{RUN_FILE}.partial"
    partial.write_text(json.dumps({"schema_version": 1, "run_id": run_id}) + "\n")
    partial.replace(out_dir / RUN_FILE)


def run_id_of(given: str) -> str:
    """A run named by its id or by its report folder."""
    file = Path(given) / RUN_FILE
    if not file.exists():
        if Path(given).is_dir():
            raise InputError("not a run's folder", file=given, fix="name the --out of a run")
        return given
    try:
        run_id = json.loads(file.read_text())["run_id"]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError("does not name a run", file=file, fix="name the run by its id") from error
    return str(run_id)
