"""Open the sandboxes for some tasks, and leave none behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from harness.models import Task
from harness.pipeline.evaluate import Evaluator
from harness.pipeline.prepared import languages_of
from harness.pipeline.retry import Retry
from harness.sandbox.engine import client as engine_client
from harness.sandbox.engine import require_runtime
from harness.sandbox.images import ensure_images
from harness.sandbox.orphans import collect_orphans, collect_own, run_labels
from harness.sandbox.pool import Pool, PoolSettings
from harness.settings import Settings


@contextmanager
def open_evaluator(
    settings: Settings,
    tasks: Iterable[Task],
    run_id: str,
    *,
    early_stop: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Iterator[Evaluator]:
    """Images, a pool and an evaluator; every container is gone afterwards, whatever happens.

    The caller holds the lock of ``run_id``.
    """
    engine = engine_client()
    require_runtime(engine, settings.runtime)
    images = ensure_images(sorted(languages_of(tasks)), progress=progress, engine=engine)
    collect_orphans(engine, settings.home, resuming=run_id)
    pool_settings = PoolSettings(
        images={name: ref.tag for name, ref in images.items()},
        labels=run_labels(run_id, settings.home),
        fresh=settings.isolation == "fresh",
        recycle_after=settings.recycle_after,
        budget_mb=settings.memory_budget_mb or default_budget_mb(engine),
        runtime=settings.runtime,
    )
    try:
        with Pool(pool_settings, engine) as pool:
            retry = Retry(pool, settings.engine_wait_s, progress or _silent)
            yield Evaluator(pool, retry, images, settings, early_stop, settings.examples)
    finally:
        collect_own(engine, run_id, settings.home)


def _silent(line: str) -> None:
    """Progress for callers that want none."""


def default_budget_mb(engine: Any) -> int:
    """70 % of the engine's memory: limits are bounds, most responses use little of theirs."""
    total = int(engine.info().get("MemTotal") or 4 << 30) >> 20
    return max(2048, total * 7 // 10)
