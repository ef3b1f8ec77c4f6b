"""SQL: a response runs on a copy of every state's database and is compared outside."""

from __future__ import annotations

from harness.models import CaseResult, SqlSpec, SqlState, Verdict
from harness.runners._calls import skipped
from harness.runners._job import Evaluation, Job, Runner, Wire, shorten, single, summarise
from harness.runners._sql_examples import aside
from harness.runners._sql_judge import accepted_answers, answer_text, bad_end, compare
from harness.runners._sql_steps import TaskFault, blame, gold_reports, report_of, run_response
from harness.syntax import sql_text

# The server, its shared memory and its databases live beside the responses.
SERVER_MEMORY_MB = 192
SERVER_DISK_MB = 96
MAX_SEED_SHOWN = 1500


def evaluate(job: Job) -> Evaluation:
    """Judge a response on every state."""
    spec = job.task.sql
    assert spec is not None  # pipeline.prepared.require_evaluable has seen to it
    if not sql_text.statements(job.code.source):
        return Evaluation(single(Verdict.BUILD_FAILED, "there is no statement", job.trust))
    results: list[CaseResult] = []
    try:
        for batch in _batches(job, spec):
            results += _evaluate_states(job, spec, batch)
            if job.early_stop and results[-1].verdict is not Verdict.PASSED:
                break
    except TaskFault as error:
        return Evaluation(
            single(Verdict.HARNESS_ERROR, f"the task is at fault: {error}", job.trust)
        )
    log = results[0].message if all(r.verdict is Verdict.BUILD_FAILED for r in results) else ""
    return Evaluation(summarise(results, job.trust, build_log=log))


def _batches(job: Job, spec: SqlSpec) -> list[tuple[SqlState, ...]]:
    states = spec.all_states()
    return [(state,) for state in states] if job.early_stop else [states]


def _evaluate_states(job: Job, spec: SqlSpec, states: tuple[SqlState, ...]) -> list[CaseResult]:
    golds = [gold_reports(job, spec, state) for state in states]
    raw = run_response(job, spec, states)
    return [
        _judge(spec, state, wanted, one)
        for state, wanted, one in zip(states, golds, raw, strict=True)
    ]


def _judge(spec: SqlSpec, state: SqlState, golds: list[Wire], raw: Wire) -> CaseResult:
    answers = accepted_answers(spec, state, golds)
    seed = spec.scripts(state)[1].strip() if len(spec.states) > 1 else ""
    shown = shorten(seed, MAX_SEED_SHOWN)
    if raw.get("skipped"):
        return skipped(state.name, shown, answer_text(answers[0]))
    report = report_of(raw)
    blame(state, report)
    bad = bad_end(report, raw)
    if bad is None:
        found = compare(spec, answers, report)
    else:
        found = {"verdict": bad[0], "message": bad[1], "expected": answer_text(answers[0])}
    used: Wire = {name: report.get(f"used_{name}", raw[name]) for name in ("cpu_s", "wall_s")}
    used["memory_mb"] = raw.get("memory_mb", 0.0)
    return CaseResult(name=state.name, input=shown, **used, **found)


RUNNER = Runner(
    name="sql",
    version=1,
    evaluate=evaluate,
    aside=aside,
    slot_memory_mb=lambda limits: limits.memory_mb + SERVER_MEMORY_MB,
    slot_disk_mb=lambda limits: limits.disk_mb + SERVER_DISK_MB,
)
