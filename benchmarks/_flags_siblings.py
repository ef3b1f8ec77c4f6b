"""Siblings: does standing out mean being wrong, beside the plainest measure, the length?

The measure is the area under the ROC curve within a task: how often a wrong response stands out
more than a right one (0.5 is chance), each against five others of its task, drawn ``DRAWS`` times;
then the mean over tasks that have both kinds.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median, stdev

from benchmarks import _flags_programs as answers
from benchmarks._common import corpus, harness_run, machine, publish, table
from benchmarks._flags_programs import HOME, responses
from benchmarks.truth import CODET
from harness.flags.siblings import (
    Group,
    Profile,
    Program,
    disagreement,
    distance,
    gave,
    passes_examples,
    profile,
)
from harness.intake import load_tasks
from harness.models import Result, Verdict

SIBLINGS = 5
DRAWS = 10
WANTED = 0.05
HEADINGS = ("responses", "tasks", "length", "build", "values", "both", "build - length",
            "both - length", "build, most right", "build, most wrong", "as wanted")  # fmt: skip
FLAGS = ("responses", "rule", "of the wrong", "of the right", "ratio",
         "of the wrong that pass the examples", "of the right that pass the examples")  # fmt: skip
Score = Callable[[Profile, Sequence[Profile]], float]


@dataclass(frozen=True)
class Judged:
    """A response and its verdict."""

    profile: Profile
    right: bool


Tasks = dict[str, list[Judged]]


def run(*, update: bool) -> bool:
    """Publish both tables; whether the build tells more than the length on CodeT."""
    sets = _sets()
    lines = [_line(name, tasks) for name, tasks in sets.items()]
    about = (f"Machine: {machine()}. {SIBLINGS} siblings, {DRAWS} draws, programs that parse, "
             "95 % intervals over tasks.\n\n")  # fmt: skip
    publish("flags-siblings", about + table(HEADINGS, lines), update=update)
    hits = [line for name, tasks in sets.items() for line in _hits(name, tasks)]
    publish("flags-siblings-hits", table(FLAGS, hits), update=update)
    return all(line[-1] != "no" for line in lines)


def _sets() -> dict[str, Tasks]:
    codet = _codet()
    dev, test = _halves(codet)
    alike = {task: [_untold(one) for one in found] for task, found in codet.items()}
    return {
        "CodeT, dev half": {task: codet[task] for task in dev},
        "CodeT, test half": {task: codet[task] for task in test},
        "CodeT": codet,
        "CodeT, examples not run": alike,
        "can-ai-code, Python": _recorded("canaicode_python"),
        "can-ai-code, JavaScript": _recorded("canaicode_javascript"),
        "Spider, SQL": _of(
            responses(
                "sql/tasks_spider_dev", "sql/responses_spider_dev", lambda row: row["observed_pass"]
            )
        ),
    }


def _codet() -> Tasks:
    """CodeT's responses as they ran, with what they gave for examples and probes."""
    HOME.mkdir(parents=True, exist_ok=True)
    tasks = load_tasks(corpus() / "tasks/humaneval_python.jsonl.gz", "corpus").tasks
    found: Tasks = defaultdict(list)
    for row in harness_run("tasks/humaneval_python", CODET, HOME).results.values():
        one = Result.model_validate(row)
        if one.verdict in (Verdict.REJECTED, Verdict.HARNESS_ERROR):
            continue
        made = profile(
            Program(one.response_id, one.language, one.code, tasks[one.task_id], one.first_line,
                    gave(one), passes_examples(one))
        )  # fmt: skip
        if made is not None:
            found[one.task_id].append(Judged(made, one.verdict is Verdict.PASSED))
    return found


def _untold(one: Judged) -> Judged:
    return Judged(replace(one.profile, trusted=False, gave={}), one.right)


def _recorded(name: str) -> Tasks:
    return _of(responses(f"tasks/{name}", f"responses/{name}", lambda row: row["expected_pass"]))


def _of(programs: Iterable[answers.Program]) -> Tasks:
    found: Tasks = defaultdict(list)
    for one in programs:
        made = profile(Program(one.name, one.language, one.source, one.task, one.first_line))
        if made is not None:
            found[one.task_id].append(Judged(made, one.right))
    return found


def _halves(tasks: Tasks) -> tuple[list[str], list[str]]:
    """Tasks by their number in HumanEval, shuffled and cut in two."""
    names = sorted(tasks, key=lambda name: int(name.rpartition("-")[2]))
    random.Random(0).shuffle(names)
    return names[: len(names) // 2], names[len(names) // 2 :]


def _length(one: Profile, siblings: Sequence[Profile]) -> float:
    """The baseline: how far its number of tokens is from the siblings' median."""
    return abs(one.size - median(other.size for other in siblings))


def _trusted(score: Score) -> Score:
    """The score against those siblings that the product would compare with; never none."""
    return lambda one, siblings: score(one, _compared(one, siblings))


def _compared(one: Profile, siblings: Sequence[Profile]) -> Sequence[Profile]:
    trusted = Group(siblings).siblings(replace(one, trusted=False))
    return trusted or siblings


def _both(one: Profile, siblings: Sequence[Profile]) -> float:
    return distance(one, siblings) + disagreement(one, siblings)


SCORES: dict[str, Score] = {
    "length": _length,
    "build": _trusted(distance),
    "values": _trusted(disagreement),
    "both": _trusted(_both),
}


def _line(name: str, tasks: Tasks) -> list[object]:
    mixed = {task: found for task, found in sorted(tasks.items()) if _is_mixed(found)}
    areas = {task: _areas(task, found) for task, found in mixed.items()}
    columns = {score: [areas[task][score] for task in areas] for score in SCORES}
    gain = [build - length for build, length in zip(columns["build"], columns["length"],
                                                    strict=True)]  # fmt: skip
    more = [both - length for both, length in zip(columns["both"], columns["length"],
                                                  strict=True)]  # fmt: skip
    ran = any(one.profile.gave for found in mixed.values() for one in found)
    most = [areas[task]["build"] for task, found in mixed.items() if _mostly_right(found)]
    few = [areas[task]["build"] for task, found in mixed.items() if not _mostly_right(found)]
    wanted = ("yes" if fmean(gain) >= WANTED else "no") if name == "CodeT" else ""
    means = [f"{fmean(columns[score]):.3f}" for score in SCORES]
    return [name, len(areas), *(means if ran else [*means[:2], "", ""]), _gain(gain),
            _gain(more) if ran else "", _mean(most), _mean(few), wanted]  # fmt: skip


def _is_mixed(found: Sequence[Judged]) -> bool:
    return len({one.right for one in found}) == 2 and len(found) > SIBLINGS


def _mostly_right(found: Sequence[Judged]) -> bool:
    return sum(one.right for one in found) * 2 >= len(found)


def _mean(values: Sequence[float]) -> str:
    return f"{fmean(values):.3f} ({len(values)} tasks)" if values else ""


def _gain(values: Sequence[float]) -> str:
    return f"{fmean(values):+.3f} ± {1.96 * stdev(values) / math.sqrt(len(values)):.3f}"


def _areas(task: str, found: Sequence[Judged]) -> dict[str, float]:
    """Mean area of each score over the draws."""
    drawing = random.Random(task)
    areas: dict[str, list[float]] = defaultdict(list)
    for _ in range(DRAWS):
        drawn = [
            [other.profile for other in drawing.sample([two for two in found if two is not one],
                                                       SIBLINGS)]
            for one in found
        ]  # fmt: skip
        for name, score in SCORES.items():
            marks = [score(one.profile, others) for one, others in zip(found, drawn, strict=True)]
            areas[name].append(_area(marks, [one.right for one in found]))
    return {name: fmean(values) for name, values in areas.items()}


def _area(marks: Sequence[float], right: Sequence[bool]) -> float:
    wrong_marks = [mark for mark, ok in zip(marks, right, strict=True) if not ok]
    right_marks = [mark for mark, ok in zip(marks, right, strict=True) if ok]
    wins = sum((a > b) + 0.5 * (a == b) for a in wrong_marks for b in right_marks)
    return wins / (len(wrong_marks) * len(right_marks))


def _hits(name: str, tasks: Tasks) -> list[list[object]]:
    """Shares of the responses that each rule flags, in tasks that have both kinds."""
    counts: Counter[tuple[str, bool, bool]] = Counter()
    for found in tasks.values():
        if len({one.right for one in found}) == 2:
            group = Group(one.profile for one in found)
            for one in found:
                counts.update(
                    (what, one.right, passing)
                    for what, hit in (
                        ("all", True),
                        ("differs-from-siblings", group.differs(one.profile)),
                        ("behaves-unlike-siblings", group.behaves(one.profile)),
                    )
                    for passing in {False, one.profile.trusted}
                    if hit
                )
    rules = [rule for rule in ("differs-from-siblings", "behaves-unlike-siblings")
             if any(key[0] == rule for key in counts)]  # fmt: skip
    return [_hit_line(name, rule, counts) for rule in rules]


def _hit_line(name: str, rule: str, counts: Counter[tuple[str, bool, bool]]) -> list[object]:
    def share(right: bool, passing: bool = False) -> str:
        hits, of = counts[rule, right, passing], counts["all", right, passing]
        return f"{100 * hits / of:.1f} % ({hits} of {of})" if of else ""

    rates = [counts[rule, right, False] / counts["all", right, False] for right in (False, True)]
    ratio = f"{rates[0] / rates[1]:.1f}" if rates[1] else "only wrong"
    return [name, rule, share(False), share(True), ratio, share(False, True), share(True, True)]
