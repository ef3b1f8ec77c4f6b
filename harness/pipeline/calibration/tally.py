"""Counts within tasks: hits, how often wrong ones are hit for every right one, and pairs."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from harness.models import Language
from harness.pipeline.calibration.observe import Observation, problem_of

MAX_PAIRS = 100  # of one task: a task with a hundred responses must not outvote all others
Pair = tuple[Observation, Observation]  # wrong, right


class Half(StrEnum):
    """DEV: strength is decided on it. TEST: and must be confirmed on it."""

    DEV = "dev"
    TEST = "test"


@dataclass
class Group:
    """The responses to one task."""

    task_id: str
    language: Language
    half: Half
    wrong: list[Observation] = field(default_factory=list)
    right: list[Observation] = field(default_factory=list)

    @property
    def mixed(self) -> bool:
        """Whether it has both kinds."""
        return bool(self.wrong and self.right)


@dataclass(frozen=True)
class Tally:
    """Responses hit. up, down: the two sums whose ratio is the lift; tasks: with a wrong one hit.

    The lift is the risk ratio of Mantel and Haenszel (Rothman, Greenland and Lash, Modern
    Epidemiology, 3rd ed., ch. 15): with a of n wrong and b of m right responses of a task hit,
    up adds a*m/(n+m), down b*n/(n+m). How many of a task's responses are wrong cancels out.
    """

    wrong: int = 0
    right: int = 0
    wrong_size: int = 0
    right_size: int = 0
    tasks: int = 0
    up: float = 0.0
    down: float = 0.0

    @property
    def total(self) -> int:
        """All hits."""
        return self.wrong + self.right

    @property
    def lift(self) -> float | None:
        """up/down; None where no right one was hit."""
        return self.up / self.down if self.down else None

    def reaches(self, ratio: float) -> bool:
        """Whether wrong responses were hit so many times as often, counted and weighted."""
        return self.wrong >= ratio * self.right and self.up >= ratio * self.down * (1 - 1e-9)


def half_of(task_id: str, seed: int) -> Half:
    """The half of a task: the same for all tasks on its problem, whatever else is measured."""
    digest = hashlib.sha256(f"{seed}:{problem_of(task_id)}".encode("utf-8", "replace")).digest()
    return Half.TEST if digest[0] % 2 else Half.DEV


def grouped(observations: Iterable[Observation], seed: int) -> list[Group]:
    """Observations by task, in the order of ids, so that the order of the input is no matter."""
    found: dict[tuple[str, Language], Group] = {}
    for one in observations:
        key = (one.task_id, one.language)
        if key not in found:
            found[key] = Group(*key, half_of(one.task_id, seed))
        group = found[key]
        (group.wrong if one.wrong else group.right).append(one)
    for group in found.values():
        for side in (group.wrong, group.right):
            side.sort(key=lambda one: (one.response_id, one.model))
    return [found[key] for key in sorted(found)]


def tally(groups: Iterable[Group], hit: Callable[[Observation], bool]) -> Tally:
    """Count the responses of mixed tasks that are hit."""
    wrong = right = wrong_size = right_size = tasks = 0
    up = down = 0.0
    for group in groups:
        if not group.mixed:
            continue
        n, m = len(group.wrong), len(group.right)
        a, b = sum(map(hit, group.wrong)), sum(map(hit, group.right))
        wrong, right = wrong + a, right + b
        wrong_size, right_size = wrong_size + n, right_size + m
        tasks += a > 0
        up += a * m / (n + m)
        down += b * n / (n + m)
    return Tally(wrong, right, wrong_size, right_size, tasks, up, down)


def parsing(groups: Iterable[Group]) -> list[Group]:
    """The same without wrong responses that do not parse."""
    return [replace(one, wrong=[row for row in one.wrong if row.parses]) for one in groups]


def pairs_of(groups: Iterable[Group], seed: int) -> list[Pair]:
    """Pairs of a wrong and a right response to one task: of one model, where a task has such."""
    found: list[Pair] = []
    for group in groups:
        found += _pairs(group, seed)
    return found


def _pairs(group: Group, seed: int) -> Sequence[Pair]:
    by_model: Mapping[str, list[Observation]] = defaultdict(list)
    for one in group.right:
        by_model[one.model].append(one)
    same = [(bad, good) for bad in group.wrong for good in by_model.get(bad.model, ())]
    pairs = same or [(bad, good) for bad in group.wrong for good in group.right]
    if len(pairs) <= MAX_PAIRS:
        return pairs
    return random.Random(f"{seed}:{group.language}:{group.task_id}").sample(pairs, MAX_PAIRS)
