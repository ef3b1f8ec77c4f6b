"""The figures of a run: one streaming pass over its results."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias, TypeVar

from harness.models import (
    CaseResult,
    InvalidRow,
    Language,
    Record,
    Result,
    RunInfo,
    Strength,
    Task,
    Verdict,
)
from harness.quality.passk import Count, Interval, PassAtK, estimate, lead, rate_interval
from harness.quality.ranking import Ranking
from harness.quality.verdict_ranks import verdict_rankings
from harness.reporting.text import plural
from harness.reporting.times import Bin, Timing, histogram, joined, timing

Results: TypeAlias = Callable[[], Iterator[Result]]  # each call starts again, in input order
INVALID_LISTED = 1000
DEFECTS_KEPT = 1000
_K = TypeVar("_K")


class TaskCount(Record):
    """One task within a group: samples judged, passed, and lost to harness errors."""

    task_id: str
    samples: int
    passed: int
    harness_errors: int = 0


class GroupSummary(Record):
    """One model in one language. ``pass_rate`` leaves harness errors out.

    ranked: it has answers to at least half of the language's tasks; three lucky tasks of a
    hundred must not lead a table.
    """

    model: str
    language: Language
    ranked: bool
    responses: int
    passed: int
    pass_rate: Interval | None
    pass_at_k: tuple[PassAtK, ...]
    harness_errors: int
    verdicts: dict[Verdict, int]
    trust: dict[str, int]
    cached: int
    flagged: int
    cpu: Timing
    wall: Timing
    tasks: tuple[TaskCount, ...]


class RuleCount(Record):
    """One flag rule: responses it hit, how many of them passed, and how many flags were strong."""

    rule: str
    responses: int
    passed: int
    strong: int


class PromptDefect(Record):
    """An example of a prompt that the task's own reference contradicts.

    expected: as the prompt shows it. reference: what the reference gives. place: line and words.
    """

    task_id: str
    call: str
    expected: str
    reference: str
    place: str


class Replaced(Record):
    """Characters that are none, read as U+FFFD, and the responses that held them."""

    characters: int = 0
    responses: int = 0

    @property
    def words(self) -> str:
        """One sentence for the report and the terminal."""
        found, where = plural(self.characters, "character"), plural(self.responses, "response")
        return f"{found} of {where} were no text (half of a pair) and were read as U+FFFD"


class Leader(Record):
    """Best ranked model of a language.

    ahead: share of paired resamples of tasks in which it beats the next, None if incomparable.
    unranked: models that answered too few of the tasks.
    """

    language: Language
    model: str
    pass_rate: Interval
    next_model: str | None = None
    next_rate: Interval | None = None
    ahead: float | None = None
    unranked: int = 0


class Summary(Record):
    """summary.json. Counts are responses unless named otherwise; ``*_s`` are seconds.

    wall_s: from the run's start to its end, None while it has no end.
    tasks: those with a response.
    flagged: responses with a flag; rules: how often each rule hit, most hits first.
    flags_left_out: the run looked for none.
    prompt_defects: examples that the tasks' own references contradict, each once.
    rankings: who beats whom, by verdicts and by judgments of the run's responses, per language.
    replaced: what was no text in responses (halves of surrogate pairs).
    invalid: the first rows that could not be evaluated (all of them are in invalid.jsonl).
    """

    schema_version: int = 1
    run_id: str
    status: str
    started_at: str
    finished_at: str | None
    tasks: int
    tasks_without_response: int
    models: int
    responses: int
    passed: int
    pass_rate: float | None
    harness_errors: int
    verdicts: dict[Verdict, int]
    trust: dict[str, int]
    cached: int
    flagged: int
    flags_left_out: bool = False
    rules: tuple[RuleCount, ...] = ()
    prompt_defects: tuple[PromptDefect, ...] = ()
    wall_s: float | None
    rate_per_s: float | None
    cpu: Timing
    wall: Timing
    wall_histogram: tuple[Bin, ...]
    groups: tuple[GroupSummary, ...]
    leaders: tuple[Leader, ...]
    rankings: tuple[Ranking, ...] = ()
    replaced: Replaced = Replaced()
    invalid_rows: int
    invalid: tuple[InvalidRow, ...]


@dataclass
class _Tally:
    """What is kept per group while results stream by: counts, and 16 bytes a response."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    trust: Counter[str] = field(default_factory=Counter)
    tasks: dict[str, list[int]] = field(default_factory=dict)
    cpu: array[float] = field(default_factory=lambda: array("d"))
    wall: array[float] = field(default_factory=lambda: array("d"))
    cached: int = 0
    flagged: int = 0
    replaced: int = 0
    damaged: int = 0
    rules: dict[str, list[int]] = field(default_factory=dict)

    def add(self, result: Result) -> None:
        self.verdicts[result.verdict] += 1
        self.trust[result.trust.value] += 1
        self.cpu.append(result.cpu_s)
        self.wall.append(result.wall_s)
        self.cached += result.cached
        self.flagged += bool(result.flags)
        self.replaced += result.replaced
        self.damaged += bool(result.replaced)
        strong = {flag.rule for flag in result.flags if flag.strength is Strength.STRONG}
        for rule in {flag.rule for flag in result.flags}:
            hits = self.rules.setdefault(rule, [0, 0, 0])
            hits[0] += 1
            hits[1] += result.verdict is Verdict.PASSED
            hits[2] += rule in strong
        counts = self.tasks.setdefault(result.task_id, [0, 0, 0])
        if result.verdict is Verdict.HARNESS_ERROR:
            counts[2] += 1
        else:
            counts[0] += 1
            counts[1] += result.verdict is Verdict.PASSED

    def pairs(self) -> list[Count]:
        return [(n, c) for n, c, _ in self.tasks.values()]


def summarise(
    run: RunInfo, results: Results, invalid: Iterable[InvalidRow], tasks: Mapping[str, Task],
    said: tuple[Ranking, ...] = (),
) -> Summary:  # fmt: skip
    """Read every result once and return the figures; memory does not grow with texts.

    said: rankings by what people said, shown after those by verdicts.
    """
    tallies: dict[tuple[str, str], _Tally] = {}
    defects: dict[tuple[str, str], PromptDefect] = {}
    for result in results():
        for case in result.prompt_defects[: DEFECTS_KEPT - len(defects)]:
            defects.setdefault((result.task_id, case.input), defect_of(result.task_id, case))
        tallies.setdefault((result.model, result.language.value), _Tally()).add(result)
    rows = list(invalid)
    groups = _groups(tallies)
    verdicts = _total(tally.verdicts for tally in tallies.values())
    responses = verdicts.total()
    answered = {(lang, task) for (_, lang), tally in tallies.items() for task in tally.tasks}
    judged = responses - verdicts[Verdict.HARNESS_ERROR]
    wall_s = _elapsed(run)
    walls = joined(tally.wall for tally in tallies.values())
    return Summary(
        run_id=run.run_id,
        status=run.status,
        started_at=run.started_at,
        finished_at=run.finished_at,
        tasks=len(answered),
        tasks_without_response=len(tasks.keys() - {task for _, task in answered}),
        models=len({model for model, _ in tallies}),
        responses=responses,
        passed=verdicts[Verdict.PASSED],
        pass_rate=verdicts[Verdict.PASSED] / judged if judged else None,
        harness_errors=verdicts[Verdict.HARNESS_ERROR],
        verdicts=_ordered(verdicts),
        trust=dict(sorted(_total(tally.trust for tally in tallies.values()).items())),
        cached=sum(tally.cached for tally in tallies.values()),
        flagged=sum(tally.flagged for tally in tallies.values()),
        flags_left_out=run.settings.get("flags") is False,
        rules=_rules(tallies.values()),
        prompt_defects=tuple(defects[key] for key in sorted(defects)),
        wall_s=wall_s,
        rate_per_s=responses / wall_s if wall_s else None,
        cpu=timing(joined(tally.cpu for tally in tallies.values())),
        wall=timing(walls),
        wall_histogram=histogram(walls),
        groups=groups,
        leaders=_leaders(groups),
        rankings=(*_rankings(groups), *said),
        replaced=Replaced(
            characters=sum(tally.replaced for tally in tallies.values()),
            responses=sum(tally.damaged for tally in tallies.values()),
        ),
        invalid_rows=len(rows),
        invalid=tuple(rows[:INVALID_LISTED]),
    )


def defect_of(task_id: str, case: CaseResult) -> PromptDefect:
    """A prompt's defect from the case that showed it."""
    return PromptDefect(
        task_id=task_id, call=case.input, expected=case.expected, reference=case.actual,
        place=case.message,
    )  # fmt: skip


def _rules(tallies: Iterable[_Tally]) -> tuple[RuleCount, ...]:
    hits: dict[str, list[int]] = {}
    for tally in tallies:
        for rule, counts in tally.rules.items():
            known = hits.setdefault(rule, [0, 0, 0])
            hits[rule] = [one + more for one, more in zip(known, counts, strict=True)]
    found = [
        RuleCount(rule=rule, responses=all_, passed=passed, strong=strong)
        for rule, (all_, passed, strong) in hits.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.responses, one.rule)))


def _groups(tallies: Mapping[tuple[str, str], _Tally]) -> tuple[GroupSummary, ...]:
    at_k = estimate({key: tally.pairs() for key, tally in tallies.items()})
    sizes = _language_sizes(tallies)
    groups = [
        GroupSummary(
            model=key[0],
            language=Language(key[1]),
            ranked=2 * sum(n > 0 for n, _ in tally.pairs()) >= sizes[key[1]],
            responses=tally.verdicts.total(),
            passed=tally.verdicts[Verdict.PASSED],
            pass_rate=rate_interval(tally.pairs()),
            pass_at_k=at_k[key],
            harness_errors=tally.verdicts[Verdict.HARNESS_ERROR],
            verdicts=_ordered(tally.verdicts),
            trust=dict(sorted(tally.trust.items())),
            cached=tally.cached,
            flagged=tally.flagged,
            cpu=timing(tally.cpu),
            wall=timing(tally.wall),
            tasks=tuple(
                TaskCount(task_id=task, samples=n, passed=c, harness_errors=lost)
                for task, (n, c, lost) in tally.tasks.items()
            ),
        )
        for key, tally in tallies.items()
    ]
    return tuple(sorted(groups, key=_rank))


def _language_sizes(tallies: Mapping[tuple[str, str], _Tally]) -> dict[str, int]:
    seen: dict[str, set[str]] = {}
    for (_, language), tally in tallies.items():
        seen.setdefault(language, set()).update(tally.tasks)
    return {language: len(ids) for language, ids in seen.items()}


def _rank(group: GroupSummary) -> tuple[str, bool, float, float, str]:
    """Best first; of equal rates the one with more evidence."""
    rate, low = (group.pass_rate.value, group.pass_rate.low) if group.pass_rate else (-1.0, -1.0)
    return group.language.value, not group.ranked, -rate, -low, group.model


def _leaders(groups: tuple[GroupSummary, ...]) -> tuple[Leader, ...]:
    leaders = []
    for language in dict.fromkeys(group.language for group in groups):
        judged = [g for g in groups if g.language is language and g.pass_rate]
        ranked = [g for g in judged if g.ranked] or judged
        if ranked:
            second = ranked[1] if len(ranked) > 1 else None
            leaders.append(_leader(ranked[0], second, len(judged) - len(ranked)))
    return tuple(leaders)


def _leader(first: GroupSummary, second: GroupSummary | None, unranked: int) -> Leader:
    assert first.pass_rate is not None
    return Leader(
        language=first.language,
        model=first.model,
        pass_rate=first.pass_rate,
        next_model=second.model if second else None,
        next_rate=second.pass_rate if second else None,
        ahead=lead(_by_task(first), _by_task(second)) if second else None,
        unranked=unranked,
    )


def _rankings(groups: Iterable[GroupSummary]) -> tuple[Ranking, ...]:
    """Ranked models only: one with answers to few tasks was compared on those few alone."""
    return verdict_rankings(
        (one.model, one.language,
         {task.task_id: task.passed / task.samples for task in one.tasks if task.samples})
        for one in groups
        if one.ranked
    )  # fmt: skip


def _by_task(group: GroupSummary) -> dict[str, Count]:
    return {task.task_id: (task.samples, task.passed) for task in group.tasks}


def _total(counters: Iterable[Counter[_K]]) -> Counter[_K]:
    whole: Counter[_K] = Counter()
    for counter in counters:
        whole.update(counter)
    return whole


def _ordered(verdicts: Mapping[Verdict, int]) -> dict[Verdict, int]:
    return {verdict: verdicts[verdict] for verdict in Verdict if verdicts.get(verdict)}


def _elapsed(run: RunInfo) -> float | None:
    try:
        start = datetime.fromisoformat(run.started_at)
        seconds = (datetime.fromisoformat(run.finished_at or "") - start).total_seconds()
    except (ValueError, TypeError):  # not ISO, or one has a zone and the other none
        return None
    return seconds if seconds > 0 else None
