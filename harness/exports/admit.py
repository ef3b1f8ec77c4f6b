"""What keeps a subject out of an export, whatever the format."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from harness.exports.aggregate import preference_of
from harness.exports.export import Export, Subject
from harness.exports.options import Conflicts, ExportOptions
from harness.exports.select import strength_reason
from harness.exports.subjects import is_conflict
from harness.models.pair import JudgedItem, Outcome, Pair, Rating

_FIRST_WORDS = 16


def reason_against(subject: Subject, export: Export, options: ExportOptions) -> str | None:
    """Why it is left out, None if it is not."""
    if isinstance(subject, Pair):
        return _against_pair(subject, export, options)
    if isinstance(subject, Rating):
        return _against_rating(subject, options)
    return None


def _against_pair(pair: Pair, export: Export, options: ExportOptions) -> str | None:
    if pair.ordered is None and not export.ties:
        return _undecided(pair)
    weak = strength_reason(pair.agreement, pair.margin, options.filters)
    if weak or pair.ordered is None:
        return weak
    if same_text(pair.chosen.text, pair.rejected.text):
        return "chosen and rejected are the same but for white space"
    if options.conflicts is Conflicts.DROP and is_conflict(pair):
        return "conflict: chosen fails its tests, rejected passes"
    if options.require_pass_chosen and not pair.chosen.passed:
        return "chosen does not pass its tests"
    return None


def _undecided(pair: Pair) -> str:
    if pair.outcome is Outcome.BOTH_BAD:
        return "both bad"
    said = [preference_of(vote, pair.first.position, pair.second.position) for vote in pair.votes]
    return "tie" if 0 in said else "divided judgments"


def _against_rating(rating: Rating, options: ExportOptions) -> str | None:
    if options.require_pass_chosen and rating.good and not rating.side.passed:
        return "good answer does not pass its tests"
    return strength_reason(rating.agreement, None, options.filters)


def same_text(one: str, other: str) -> bool:
    """Whether two texts are equal but for white space."""
    # Nearly all differ in their first words: no need to split the rest.
    return _first_words(one) == _first_words(other) and one.split() == other.split()


def _first_words(text: str) -> list[str]:
    return text.split(None, _FIRST_WORDS)[:_FIRST_WORDS]


class Seen:
    """What was written before, so that nothing is written twice.

    Items come by task, and equal rows have equal prompts, so what is remembered of a task is
    forgotten at the next one, but for prompts that several tasks share.
    """

    def __init__(self, shared_prompts: Collection[bytes]) -> None:
        self._shared = shared_prompts
        self._always: set[bytes] = set()
        self._of_task: set[bytes] = set()
        self._task, self._prompt = "", b""

    def before(self, subject: Subject) -> bool:
        """Whether an identical one was here; remembers this one."""
        assert not isinstance(subject, JudgedItem), "each item is there once"
        item = subject.item
        if item.task_key != self._task:
            self._task = item.task_key
            self._prompt = prompt_digest(item.prompt)
            self._of_task = set()
        known = self._always if self._prompt in self._shared else self._of_task
        key = _key(subject, self._prompt)
        if key in known:
            return True
        known.add(key)
        return False


def prompt_digest(prompt: str) -> bytes:
    """16 bytes that stand for a prompt."""
    return hashlib.blake2b(prompt.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _key(subject: Pair | Rating, prompt: bytes) -> bytes:
    if isinstance(subject, Pair):
        first, second = subject.ordered or (subject.first, subject.second)
        # The length tells where one text ends, whatever characters they hold.
        said = f"{subject.ordered is None} {len(first.text)} {first.text}{second.text}"
    else:
        rated = sorted(subject.ratings.items())
        said = f"{subject.good} {rated} {subject.side.text}"
    return hashlib.blake2b(
        said.encode("utf-8", "surrogatepass"), digest_size=16, key=prompt
    ).digest()
