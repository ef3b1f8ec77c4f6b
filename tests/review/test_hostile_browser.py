"""Imported text is hostile: every attack in every field, on every page, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from harness.models import Language, Result, RunInfo, Task, TestKind, Trust, Verdict
from harness.models.review import FlagPolicy, NewItem, Role, Source
from harness.store import ReviewStore, Store
from tests.reporting.conftest import hostile_flag, hostile_grid
from tests.review import samples
from tests.review.conftest import Seats
from tests.review.hostile import ATTACKS

pytestmark = pytest.mark.browser
CHUNK = 24
RUN = "20300101-hostile"
HANDLERS = """[...document.querySelectorAll('*')].flatMap((e) => [...e.attributes])
  .filter((a) => /^on/i.test(a.name)).length"""
SCHEMES = """[...document.querySelectorAll('[href],[src],[action],[formaction]')]
  .flatMap((e) => ['href', 'src', 'action', 'formaction'].map((name) => e.getAttribute(name) || ''))
  .filter((url) => /^\\s*(javascript|data|vbscript|blob|file):/i.test(url))"""


def clean(text: str) -> str:
    """What a record can hold: neither NUL in an id nor half of a surrogate pair."""
    return text.replace("\0", "")


def task(number: int, text: str) -> Task:
    plain = Task(task_id=f"h{number}", language=Language.PYTHON, kind=TestKind.CALL, prompt="")
    return Task.model_construct(
        **{
            **dict(plain),
            "prompt": text,
            "title": clean(text[:400]),
            "entry_point": text[:200],
        }
    )


def result(number: int, side: int, text: str) -> Result:
    case = samples.case(
        "n", Verdict.FAILED, text, text, text[1:], message=text, stdout=text, stderr=text
    )
    case = case.model_copy(update={"name": text[:300]})
    return Result(
        response_id=f"h/{number}/{side}",
        task_id=f"h{number}",
        language=Language.PYTHON,
        model="m",
        verdict=Verdict.FAILED,
        trust=Trust.SHARED,
        message=text,
        build_log=text,
        code=text + "\n",
        extraction_note=text,
        flags=(hostile_flag(text[:2000]),),
        cases=(
            case,
            case.model_copy(update={"grids": (hostile_grid(text[:500]),)}),
            case.model_copy(update={"verdict": Verdict.PASSED}),
        ),
    )


def import_attacks(store: Store, review: ReviewStore) -> int:
    chunks = [ATTACKS[n : n + CHUNK] for n in range(0, len(ATTACKS), CHUNK)]
    texts = ["\n\n".join(chunk) for chunk in chunks]
    store.create_run(RunInfo(run_id=RUN, started_at="2030-01-01T00:00:00Z"))
    store.add_tasks(RUN, [task(n, text) for n, text in enumerate(texts)])
    rows = [result(n, side, text) for n, text in enumerate(texts) for side in (0, 1)]
    store.add_results(RUN, list(enumerate(rows)))
    all_of_it = "\n\n".join(ATTACKS)
    samples.make_project(
        review,
        "hostile",
        merges=0,
        policy=FlagPolicy.SHOWN,
        title=clean(all_of_it[:4000]),
        description=all_of_it,
        requirements=all_of_it,
        deliverables=all_of_it,
        guidelines=all_of_it,
    )
    review.add_items(
        "hostile",
        [
            NewItem(
                task_id=f"h{n}",
                reason=text[:500],
                responses=tuple(
                    Source(run_id=RUN, response_id=f"h/{n}/{side}", text=text) for side in (0, 1)
                ),
            )
            for n, text in enumerate(texts)
        ],
    )
    return len(texts)


def untouched(page: Page) -> None:
    assert page.evaluate("window.pwned") is None
    assert page.evaluate("Object.prototype.pwned") is None
    assert page.evaluate("document.querySelectorAll('script:not([src]):not(#data)').length") == 0
    assert page.evaluate(HANDLERS) == 0
    assert page.evaluate(SCHEMES) == []


def test_there_are_enough_attacks() -> None:
    assert len(set(ATTACKS)) >= 150


def test_no_attack_comes_to_life_on_any_page(sit: Seats, store: Store, review: ReviewStore) -> None:
    count = import_attacks(store, review)
    hostile_name = clean("\n".join(ATTACKS)[:180])
    review.add_person(hostile_name, hostile_name, Role.TRAINER)
    review.invite(Role.TRAINER, handle=None, name=hostile_name)
    seat = sit("mia", Role.MANAGER)
    asked: list[str] = []
    seat.page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/projects/hostile", "/manage", "/manage/hostile", "/manage/people"):
        untouched(seat.go(path))
    seen = 0
    page = seat.start("hostile")
    while "/desk/" in page.url and seen < count + 2:
        seen += 1
        expect(page.locator("#left")).not_to_be_empty()
        for tab in ("answer", "tests", "output", "diff", "code"):
            chosen = page.locator(f'.response [data-tab="{tab}"]').first
            if chosen.count():
                chosen.click()
        page.locator("#main").focus()
        page.keyboard.press("j")
        if page.locator("#why").count():
            page.locator("#why").fill(ATTACKS[seen])
        untouched(page)
        before = page.url
        page.locator("#expert").click()
        page.locator("#leave-note").fill(ATTACKS[seen * 2])
        page.locator("#leave-go").click()
        expect(page).not_to_have_url(before)
    assert seen >= count
    for item in review.items("hostile"):
        untouched(seat.go(f"/manage/hostile/items/{item.item_id}"))
    untouched(seat.go("/history"))
    assert all(url.startswith(seat.site.address) for url in asked)
