"""Layer 4: what sets a response apart from the other responses to its task, its siblings.

    profile(program)          what a program is made of, whatever its names, and what it gave
    Group(profiles)           the responses to a task
    group.differs(profile)    the flag of one that is built unlike the others, or None
    group.behaves(profile)    the flag of one that gives other values than most, or None

A response is compared with at most ``MAX_SIBLINGS`` others, the same ones whatever the order in
which they come; in groups of fewer than ``MIN_RESPONSES`` nothing is said.
"""

from harness.flags.siblings.behaviour import BEHAVES, gave, passes_examples
from harness.flags.siblings.divergence import Group, disagreement, distance
from harness.flags.siblings.places import DIFFERS
from harness.flags.siblings.profile import Profile, Program, profile
from harness.flags.siblings.sample import MAX_SIBLINGS, MIN_RESPONSES, Sample

__all__ = [
    "BEHAVES", "DIFFERS", "MAX_SIBLINGS", "MIN_RESPONSES", "Group", "Profile", "Program",
    "Sample", "disagreement", "distance", "gave", "passes_examples", "profile",
]  # fmt: skip
