"""Where a response differs: its marks that few siblings have, and theirs that it lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.flags.engine import clean
from harness.flags.siblings.features import Mark
from harness.flags.siblings.profile import Place, Profile
from harness.flags.strength import hits_of, strength_of
from harness.models import Flag, FlagPlace, Layer

DIFFERS = "differs-from-siblings"
FEW = 0.2
MOST = 0.6
MAX_PLACES = 5
_KINDS = ("comparison", "clause", "table", "column", "call", "arithmetic", "number", "statement",
          "text")  # fmt: skip
# One of these may stand for another; a call seldom does.
_SWAPPED = frozenset(_KINDS) - {"call", "text"}


@dataclass(frozen=True, slots=True)
class Contrast:
    """One difference, and what to ask about it."""

    place: Place
    message: str
    question: str


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the siblings have: how many of them each mark. who: what they are called."""

    have: Counter[Mark]
    count: int
    who: str

    def of(self, number: int) -> str:
        return f"{number or 'none'} of {self.count} {self.who}"


def contrasts(one: Profile, siblings: Sequence[Profile]) -> list[Contrast]:
    """Differences, the most telling first: swaps, then what is one-sided most."""
    shared = _Shared(
        Counter(mark for other in siblings for mark in other.marks),
        len(siblings),
        called(siblings),
    )
    most = MOST * shared.count
    missing = {mark for mark, n in shared.have.items() if n >= most and mark not in one.marks}
    rare = {mark for mark in one.marks if shared.have[mark] <= FEW * shared.count}
    found = [*_swaps(one, rare, missing, shared)]
    found += [_only(mark, one.marks[mark], shared) for mark in rare]
    found += [_lacking(mark, one.head, shared) for mark in missing]
    return [contrast for _, contrast in sorted(found, key=_order)]


_Found = tuple[tuple[int, float, int], Contrast]


def _order(found: _Found) -> tuple[object, ...]:
    rank, contrast = found
    return (*rank, contrast.place.line, contrast.place.column, contrast.message)


def called(siblings: Sequence[Profile]) -> str:
    """What to call the siblings that a response is compared with."""
    trusted = all(other.trusted for other in siblings)
    return "siblings that pass the examples" if trusted else "siblings"


def _swaps(one: Profile, rare: set[Mark], missing: set[Mark], shared: _Shared) -> Iterator[_Found]:
    """Pairs of one kind: what only it has for what only it lacks; taken out of both sets."""
    for mark in sorted(rare, key=lambda mark: (one.marks[mark].line, one.marks[mark].column, mark)):
        alike = [other for other in missing if other[0] == mark[0] and mark[0] in _SWAPPED]
        if alike:
            swap = min(alike, key=lambda other: (-shared.have[other], other))
            rare.discard(mark)
            missing.discard(swap)
            text = f"{shared.of(shared.have[swap])} {_uses(swap)}, this one {mark[1]}"
            made = Contrast(
                one.marks[mark], text, f"Is {mark[1]} meant here, where most have {swap[1]}?"
            )
            yield (0, -shared.have[swap], _KINDS.index(mark[0])), made


def _only(mark: Mark, place: Place, shared: _Shared) -> _Found:
    text = f"{shared.of(shared.have[mark])} {_uses(mark)}, this one does"
    made = Contrast(place, text, f"What is {mark[1]} for?")
    return (1, shared.have[mark] - shared.count, _KINDS.index(mark[0])), made


def _lacking(mark: Mark, head: Place, shared: _Shared) -> _Found:
    text = f"{shared.of(shared.have[mark])} {_uses(mark)}, this one does not"
    made = Contrast(head, text, f"Does it work without {mark[1]}?")
    return (1, -shared.have[mark], _KINDS.index(mark[0])), made


def _uses(mark: Mark) -> str:
    kind, text = mark
    verbs = {"call": "call", "number": "have the number", "table": "read the table"}
    return f"{verbs.get(kind, 'use')} {text}"


def flag_of(one: Profile, siblings: Sequence[Profile]) -> Flag:
    """A flag at the most telling difference; the next ones are related places."""
    found = contrasts(one, siblings)
    if not found:
        text = f"it is built unlike its {len(siblings)} {called(siblings)}"
        found = [Contrast(one.head, text, "Which way of solving it is right?")]
    first = found[0]
    strength, precision = strength_of(DIFFERS, one.language)
    return Flag(
        rule=DIFFERS,
        layer=Layer.SIBLING,
        strength=strength,
        message=clean(first.message),
        question=clean(first.question),
        line=first.place.line,
        column=first.place.column,
        end_line=first.place.end_line,
        end_column=first.place.end_column,
        source=first.place.source,
        language=one.language,
        related=tuple(_related(found[1:MAX_PLACES])),
        precision=precision,
        hits=hits_of(DIFFERS, one.language),
    )


def _related(found: Sequence[Contrast]) -> Iterator[FlagPlace]:
    for one in found:
        where = one.place
        yield FlagPlace(line=where.line, column=where.column, end_line=where.end_line,
                        end_column=where.end_column, message=clean(one.message))  # fmt: skip
