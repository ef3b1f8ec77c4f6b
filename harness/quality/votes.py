"""Judgments as votes between two responses: who, over which two, for which."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from harness.models.judged import Judged, JudgedItem, JudgedResponse, Opinion
from harness.models.judgment import Answer


@dataclass(frozen=True)
class Vote:
    """One person's word on two responses of an item.

    towards: -1 for ``first``, 1 for ``second``, 0 for neither; in item order.
    left: -1 if ``first`` was displayed left of ``second``, 1 if it was the other way round; None
    where more than two were shown. sides_asked: it is a pair with a preference.
    """

    item: JudgedItem
    person_id: str
    first: JudgedResponse
    second: JudgedResponse
    towards: int
    left: int | None = None
    independent: int | None = None

    @property
    def decided(self) -> bool:
        """Whether one of the two was preferred."""
        return self.towards != 0

    @property
    def before_flags(self) -> int:
        """The same as ``towards``, said before flags were shown where that was asked."""
        return self.towards if self.independent is None else self.independent


def votes(judged: Judged) -> list[Vote]:
    """All votes of a project: a preference gives one, a ranking one for each two responses."""
    items = {item.item_id: item for item in judged.items}
    return [vote for said in judged.opinions for vote in _votes(items[said.item_id], said)]


def by_item(all_votes: Iterable[Vote]) -> Mapping[str, list[Vote]]:
    """Votes of each item, in the order of the first vote."""
    found: dict[str, list[Vote]] = {}
    for vote in all_votes:
        found.setdefault(vote.item.item_id, []).append(vote)
    return found


def sign(number: int) -> int:
    """-1, 0 or 1."""
    return (number > 0) - (number < 0)


def _votes(item: JudgedItem, said: Opinion) -> Iterator[Vote]:
    answer = said.answer
    if len(item.responses) == 2 and answer.preference is not None:
        first, second = item.responses
        yield Vote(
            item, said.person_id, first, second, sign(answer.preference),
            left=-1 if said.order and said.order[0] == first.position else 1,
            independent=None if said.first_preference is None else sign(said.first_preference),
        )  # fmt: skip
    elif answer.ranking:
        places = _places(answer)
        for first, second in itertools.combinations(item.responses, 2):
            one, other = places.get(first.position), places.get(second.position)
            if one is not None and other is not None:
                yield Vote(item, said.person_id, first, second, sign(one - other))


def _places(answer: Answer) -> dict[int, int]:
    """Position of a response → its place in the ranking, 0 is best."""
    return {
        int(name): place
        for place, group in enumerate(answer.ranking)
        for name in group
        if name.isdecimal()
    }
