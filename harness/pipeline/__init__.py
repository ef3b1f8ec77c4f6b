"""Theory of operation.

    load ─► extract ─► content key ─► cached? ─┬─► store ─► results.jsonl, summary, report
                                               └─► run in a sandbox ─┘

A run reads responses one by one and keeps none. Each is matched with its task and its code is
extracted; a row that cannot be evaluated is stored as an invalid row, never dropped. The content
key names everything the verdict depends on: code, task, image id, limits and runner version. A
result with that key, from any run, is reused. What is left is spread over workers; each leases a
slot (``sandbox.pool``), lets the language's runner (``runners``) turn the response into jobs, and
returns a frozen result. Results are committed in small batches, so a run killed at any moment has
lost only what it was computing, and resumes from the store.

Failures of ours (a dead container, an engine that hiccups) are retried in another slot and end
as ``harness_error``, which no rate counts. If the engine itself is gone the run stops, resumable.

The prompt's own examples are run in the same visit to a slot, after the tests (``examples``). What
they give raises flags and never changes a verdict. Static flags and these are found anew for every
result, a cached one's too.

Trust. Tests in Python and JavaScript run in a judge apart. If a value of the *reference* cannot
leave its process, the task's tests need one process, and the task is judged ``shared``. This is
asked of the reference only, and only once a response has stumbled over it: a response never
chooses its own judge.
"""

from harness.pipeline.evaluate import Abandoned, Evaluator
from harness.pipeline.opening import open_evaluator
from harness.pipeline.prepared import Prepared, result_of
from harness.pipeline.run import RunOptions, RunReport, run_batch

__all__ = [
    "Abandoned", "Evaluator", "Prepared", "RunOptions", "RunReport", "open_evaluator", "result_of",
    "run_batch",
]  # fmt: skip
