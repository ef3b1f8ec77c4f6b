"""Two scripted reviewers at the real desk, one after the other, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Browser, expect

from harness.demo.opinions import lenient, strict
from harness.demo.trainer import Entered, Trainer
from harness.models.review import Person, Role, Work
from harness.store import ReviewStore

PAIRS = 12  # two of each language
_PATIENCE_MS = 30_000  # a machine may be busy with other things


@dataclass(frozen=True)
class Reviewer:
    """opinion: what they say of a pair, the ``number``th of theirs from 0."""

    name: str
    handle: str
    opinion: Callable[[Work, int], Entered]


REVIEWERS = (Reviewer("Ada", "ada-scripted", strict), Reviewer("Grace", "grace-scripted", lenient))


def judge(
    browser: Browser, review: ReviewStore, address: str, slug: str, said: Callable[[], None]
) -> None:
    """Let every reviewer judge the first pairs of the project; ``said`` is called after each.

    Raises playwright's errors or AssertionError if the desk does not do as it should.
    """
    expect.set_options(timeout=_PATIENCE_MS)
    for reviewer in REVIEWERS:
        person = _person(review, reviewer)
        _, token = review.invite(Role.TRAINER, handle=person.handle)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.set_default_timeout(_PATIENCE_MS)
        trainer = Trainer(context.new_page())
        trainer.come_in(f"{address}/welcome/{token}", slug)
        for number in range(PAIRS):
            trainer.ready()
            work = review.work(trainer.assignment_id, person.person_id)
            _enter(trainer, reviewer.opinion(work, number))
            said()
        context.close()


def _enter(trainer: Trainer, plan: Entered) -> None:
    trainer.judge(plan)
    for mark in plan.marks:
        trainer.mark(mark)
    trainer.submit()


def _person(review: ReviewStore, reviewer: Reviewer) -> Person:
    """The reviewer of this or of an earlier demo."""
    known = review.person_by_handle(reviewer.handle)
    return known or review.add_person(f"{reviewer.name} (scripted)", reviewer.handle)
