"""Which part of a split a task goes to; prompts that are nearly the same go together.

Prompts are compared by MinHash over shingles of words (Broder, "On the resemblance and containment
of documents", 1997), candidates found by bands (Leskovec, Rajaraman, Ullman, "Mining of Massive
Datasets", 3.4).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import numpy as np

from harness.exports.options import NEAR, TRAIN, Split

SHINGLE_WORDS = 3
_BANDS, _ROWS = 32, 4
# How many prompts of one bucket are compared: boilerplate must not make it quadratic.
_LOOKED_AT = 64
# A Mersenne prime: products of two numbers below it fit into 64 bits.
_PRIME = np.uint64((1 << 31) - 1)
_WORD = re.compile(r"\w+")
_numbers = np.random.default_rng(20240607)
_A = _numbers.integers(1, int(_PRIME), _BANDS * _ROWS, dtype=np.uint64)
_B = _numbers.integers(0, int(_PRIME), _BANDS * _ROWS, dtype=np.uint64)


def signature(prompt: str) -> Any:
    """The MinHash of a prompt: an array of ``_BANDS * _ROWS`` numbers, case and marks ignored."""
    words = _WORD.findall(prompt.casefold())
    count = max(1, len(words) - SHINGLE_WORDS + 1)
    shingles = {" ".join(words[at : at + SHINGLE_WORDS]) for at in range(count)}
    hashes = [crc32(one.encode("utf-8", "surrogatepass")) for one in shingles]
    values = np.array(sorted(hashes), dtype=np.uint64) % _PRIME
    return ((values[:, None] * _A + _B) % _PRIME).min(axis=0).astype(np.uint32)


def resemblance(one: Any, other: Any) -> float:
    """Estimated share of shingles two prompts have in common, from their signatures."""
    return float((one == other).mean())


def near_groups(prompts: Iterable[tuple[str, str]], near: float = NEAR) -> dict[str, str]:
    """{key: the smallest key of its group} for (key, prompt) pairs.

    Two are in one group if a chain of prompts leads from one to the other, each resembling the next
    by ``near`` or more. Memory: about 2 KB a prompt.
    """
    parents: dict[str, str] = {}
    signatures: dict[str, Any] = {}
    buckets: dict[tuple[int, bytes], list[str]] = {}
    for key, prompt in sorted(prompts):
        parents[key] = key
        signatures[key] = mine = signature(prompt)
        for name in _bucket_names(mine):
            bucket = buckets.setdefault(name, [])
            for other in bucket:
                apart = _root(parents, other) != _root(parents, key)
                if apart and resemblance(signatures[other], mine) >= near:
                    _join(parents, other, key)
            if len(bucket) < _LOOKED_AT:
                bucket.append(key)
    return {key: _root(parents, key) for key in parents}


def _bucket_names(mine: Any) -> Iterable[tuple[int, bytes]]:
    # The whole first: equal prompts meet however full the bands' buckets are.
    yield _BANDS, mine.tobytes()
    for band in range(_BANDS):
        yield band, mine[band * _ROWS : (band + 1) * _ROWS].tobytes()


def _root(parents: dict[str, str], key: str) -> str:
    while parents[key] != key:
        parents[key] = parents[parents[key]]
        key = parents[key]
    return key


def _join(parents: dict[str, str], one: str, other: str) -> None:
    first, second = sorted((_root(parents, one), _root(parents, other)))
    parents[second] = first


def split_of(group: str, splits: Sequence[Split], seed: int) -> str:
    """The part a group goes to: at random by the seed, the same each time."""
    if not splits:
        return TRAIN
    digest = hashlib.blake2b(f"{seed}:{group}".encode(), digest_size=8).digest()
    point = int.from_bytes(digest, "big") / 2**64
    for split in splits:
        if point < split.share:
            return split.name
        point -= split.share
    return TRAIN


@dataclass(frozen=True)
class SplitPlan:
    """{task key: part}, and what it was made of: tasks, groups of them, tasks of the largest."""

    parts: Mapping[str, str] = field(default_factory=dict)
    tasks: int = 0
    groups: int = 0
    largest: int = 0


def plan_splits(
    prompts: Iterable[tuple[str, str]], splits: Sequence[Split], seed: int, near: float = NEAR
) -> SplitPlan:
    """Where every task goes."""
    groups = near_groups(prompts, near)
    sizes = Counter(groups.values())
    parts = {key: split_of(group, splits, seed) for key, group in groups.items()}
    return SplitPlan(parts, len(groups), len(sizes), max(sizes.values(), default=0))
