"""How far a response is from its siblings, and which ones stand out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cached_property
from statistics import median

from harness.flags.siblings.behaviour import behaviour_flag
from harness.flags.siblings.places import flag_of
from harness.flags.siblings.profile import Profile
from harness.flags.siblings.sample import MAX_SIBLINGS, MIN_RESPONSES, Sample
from harness.models import Flag

NEAREST = 2
SIZE_WEIGHT = 0.5
MARGIN = 0.2
FEWEST_TRUSTED = 2


def cosine(left: Profile, right: Profile) -> float:
    """Of their features; 1.0 for programs that differ in names alone."""
    small, large = sorted((left.weights, right.weights), key=len)
    return min(1.0, math.fsum(value * large.get(key, 0.0) for key, value in small.items()))


def distance(one: Profile, siblings: Sequence[Profile]) -> float:
    """How unlike its siblings a program is, from 0 for a copy of two of them.

    1 less the mean cosine to the nearest two, and SIZE_WEIGHT times how far its length is from
    theirs: the logarithm of its ratio to their median. What else was tried: docs/flags.md.
    """
    near = sorted((cosine(one, other) for other in siblings), reverse=True)[:NEAREST]
    usual = median(math.log(other.size) for other in siblings)
    return 1 - math.fsum(near) / len(near) + SIZE_WEIGHT * abs(math.log(one.size) - usual)


def disagreement(one: Profile, siblings: Sequence[Profile]) -> float:
    """Share of the siblings that give something else for an input, over all inputs tried; 0 to 1.

    0 where nothing was tried.
    """
    inputs = dict.fromkeys(text for other in (one, *siblings) for text in other.gave)
    unlike = sum(
        other.gave.get(text) != one.gave.get(text) for text in inputs for other in siblings
    )
    return unlike / (len(inputs) * len(siblings)) if inputs else 0.0


class Group:
    """The responses to one task; says nothing of groups smaller than MIN_RESPONSES."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        drawn: Sample[Profile] = Sample()
        for one in profiles:
            drawn.add(one.key, one)
        self.drawn = list(drawn)

    @property
    def speaks(self) -> bool:
        """Whether there are enough responses to compare any."""
        return len(self.drawn) >= MIN_RESPONSES

    def siblings(self, one: Profile) -> list[Profile]:
        """Those it is compared with: never itself, at most MAX_SIBLINGS.

        Only those that pass the prompt's examples, if there are enough of them: what fails an
        example is known to be wrong, and no measure for others. For one that itself passes them
        no others will do.
        """
        others = [other for other in self.drawn if other.key != one.key][:MAX_SIBLINGS]
        trusted = [other for other in others if other.trusted]
        return trusted if one.trusted or len(trusted) >= FEWEST_TRUSTED else others

    @cached_property
    def limit(self) -> float:
        """Distance beyond which a response stands out."""
        compared = ((one, self.siblings(one)) for one in self.drawn)
        found = [distance(one, siblings) for one, siblings in compared if siblings]
        return median(found) + MARGIN

    def differs(self, one: Profile) -> Flag | None:
        """The flag of a response that is built unlike the others, at what sets it apart.

        None for one that passes the prompt's examples: such flags were measured to hit right
        responses as often as wrong ones.
        """
        siblings = [] if one.trusted else self._enough(one)
        if siblings and distance(one, siblings) > self.limit:
            return flag_of(one, siblings)
        return None

    def behaves(self, one: Profile) -> Flag | None:
        """The flag of a response that gives other values than most of the others."""
        siblings = self._enough(one)
        return behaviour_flag(one, siblings) if siblings else None

    def _enough(self, one: Profile) -> list[Profile]:
        """Its siblings; none where they are too few to say anything."""
        siblings = self.siblings(one) if self.speaks else []
        return siblings if len(siblings) >= FEWEST_TRUSTED else []
