"""Spread work over threads: a bounded number in flight, results as they finish.

Threads suffice: a worker waits for its sandbox nearly all the time.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

# Enough waiting work that no worker idles while the reader is busy, and no more.
DEPTH_PER_WORKER = 4


def spread(
    items: Iterable[T],
    work: Callable[[T], R],
    workers: int,
    *,
    on_stop: Callable[[], None] = lambda: None,
) -> Iterator[R]:
    """Yield ``work(item)`` in completion order; the first exception ends the stream.

    ``items`` is read lazily, at most ``workers * DEPTH_PER_WORKER`` ahead. ``on_stop`` is called
    before waiting for running work when the stream is left early, to make that work end.
    """
    done: queue.SimpleQueue[Future[R]] = queue.SimpleQueue()
    source = iter(items)
    running = 0
    with ThreadPoolExecutor(workers, thread_name_prefix="worker") as executor:
        try:
            exhausted = False
            while True:
                while not exhausted and running < workers * DEPTH_PER_WORKER:
                    try:
                        item = next(source)
                    except StopIteration:
                        exhausted = True
                        break
                    executor.submit(work, item).add_done_callback(done.put)
                    running += 1
                if not running:
                    return
                future = done.get()
                running -= 1
                yield future.result()
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            on_stop()
            raise
