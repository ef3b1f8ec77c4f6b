"""Which responses are judged beside each other: by policy, balanced over models, from a seed."""

from __future__ import annotations

import hashlib
import itertools
import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from harness.models import Record, Result, Verdict

# Shares of passed cases no further apart than this are nearly a tie.
NEAR = 0.2
# Groups of one task that are looked at; beyond that a sample of them is, so that hundreds of
# responses to a task cost no more than a few dozen.
MAX_GROUPS = 3_000


class PairPolicy(StrEnum):
    """Which responses to a task are set side by side."""

    ALL = "all"
    SAMPLED = "sampled"
    MIXED = "mixed"  # one that passes beside one that does not, then whatever there is
    SAME = "same"  # equal verdicts only
    NEAR_TIES = "near-ties"  # equal or nearly equal shares of passed cases


class Candidate(Record):
    """A response that may be set beside others: what the choice of pairs looks at.

    share: of cases passed, 0 … 1.
    """

    response_id: str
    model: str
    verdict: Verdict
    share: float
    code_digest: str


def candidate_of(result: Result) -> Candidate:
    """What the choice looks at of a result. Programs equal but for outer blanks count as one."""
    passed = sum(case.verdict is Verdict.PASSED for case in result.cases)
    share = passed / len(result.cases) if result.cases else float(result.verdict is Verdict.PASSED)
    lines = "\n".join(line.rstrip() for line in result.code.strip().splitlines())
    return Candidate(
        response_id=result.response_id,
        model=result.model,
        verdict=result.verdict,
        share=share,
        code_digest=hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest(),
    )


@dataclass(frozen=True)
class Group:
    """Responses of one task to be judged together, in item order; and why these."""

    task_id: str
    responses: tuple[str, ...]
    reason: str


@dataclass
class _Used:
    """How often models, sets of models and responses have been chosen so far."""

    models: Counter[str] = field(default_factory=Counter)
    together: Counter[tuple[str, ...]] = field(default_factory=Counter)
    responses: Counter[str] = field(default_factory=Counter)

    def add(self, group: Sequence[Candidate]) -> None:
        self.models.update(one.model for one in group)
        self.together[_models(group)] += 1
        self.responses.update(one.response_id for one in group)

    def weight(self, group: Sequence[Candidate]) -> tuple[int, int, int]:
        """Least for what has been chosen least: responses, then models together, then models."""
        return (
            sum(self.responses[one.response_id] for one in group),
            self.together[_models(group)],
            sum(self.models[one.model] for one in group),
        )


def choose_groups(
    tasks: Mapping[str, Sequence[Candidate]],
    policy: PairPolicy,
    *,
    size: int = 2,
    most: int | None = None,
    seed: int = 0,
) -> list[Group]:
    """Groups of ``size`` different responses, at most ``most`` a task, in an order at random.

    Responses with equal code count as one. The same arguments give the same groups. Tasks with
    fewer than ``size`` different responses give none.
    """
    rng = random.Random(seed)
    used = _Used()
    chosen = [
        group
        for task_id in sorted(tasks)
        for group in _of_task(task_id, tasks[task_id], policy, size, most, rng, used)
    ]
    rng.shuffle(chosen)
    return chosen


def distinct(candidates: Iterable[Candidate], rng: random.Random) -> list[Candidate]:
    """One response for each different code, which one at random."""
    by_code: dict[str, list[Candidate]] = {}
    for one in candidates:
        by_code.setdefault(one.code_digest, []).append(one)
    return [rng.choice(same) for same in by_code.values()]


def _of_task(
    task_id: str, candidates: Sequence[Candidate], policy: PairPolicy, size: int,
    most: int | None, rng: random.Random, used: _Used,
) -> list[Group]:  # fmt: skip
    groups = _groups(distinct(candidates, rng), size, most, rng)
    ranked = [(_tier(group, policy), group) for group in groups]
    left = [(tier, group) for tier, group in ranked if tier is not None]
    rng.shuffle(left)
    if most is None or most >= len(left):
        picked = [group for _, group in left]
    else:
        picked = [_best(left, used) for _ in range(most)]
    return [_ordered(task_id, group, rng) for group in picked]


def _best(left: list[tuple[float, tuple[Candidate, ...]]], used: _Used) -> tuple[Candidate, ...]:
    """Take what the policy wants most and has been chosen least out of ``left``."""
    best = min(range(len(left)), key=lambda at: (left[at][0], used.weight(left[at][1])))
    group = left.pop(best)[1]
    used.add(group)
    return group


def _ordered(task_id: str, group: Sequence[Candidate], rng: random.Random) -> Group:
    ids = [one.response_id for one in group]
    rng.shuffle(ids)
    return Group(task_id, tuple(ids), _reason(group))


def _groups(
    candidates: Sequence[Candidate], size: int, most: int | None, rng: random.Random
) -> list[tuple[Candidate, ...]]:
    total = math.comb(len(candidates), size)
    if total <= MAX_GROUPS or most is None:
        return list(itertools.combinations(candidates, size))
    drawn = {tuple(sorted(rng.sample(range(len(candidates)), size))) for _ in range(MAX_GROUPS)}
    return [tuple(candidates[at] for at in places) for places in sorted(drawn)]


def _tier(group: Sequence[Candidate], policy: PairPolicy) -> float | None:
    """Lower is taken first; None never."""
    if policy is PairPolicy.MIXED:
        return 0.0 if _is_mixed(group) else 1.0
    if policy is PairPolicy.SAME:
        return 0.0 if len({one.verdict for one in group}) == 1 else None
    if policy is PairPolicy.NEAR_TIES:
        spread = _spread(group)
        return spread if spread <= NEAR else None
    return 0.0


def _is_mixed(group: Sequence[Candidate]) -> bool:
    return len({one.verdict is Verdict.PASSED for one in group}) > 1


def _spread(group: Sequence[Candidate]) -> float:
    shares = [one.share for one in group]
    return max(shares) - min(shares)


def _reason(group: Sequence[Candidate]) -> str:
    if len(group) == 1:
        return "single"
    if _is_mixed(group):
        return "mixed verdicts"
    return "near tie" if _spread(group) <= NEAR else "both fail, unlike"


def _models(group: Sequence[Candidate]) -> tuple[str, ...]:
    return tuple(sorted(one.model for one in group))
