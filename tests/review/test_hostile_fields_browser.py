"""Attacks in every field people or models can fill, with the browser's own defence taken away.

Under our policy a script that got into a page would still not run, and a fault of ours would stay
unseen. Here the policy is off: only escaping is left, and all of it must hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Dialog, Error, Page, expect

from harness.models import Answer, FlagFeedback, FlagVerdict, LineMark, RunInfo
from harness.models.review import FlagPolicy, NewItem, Role, Source
from harness.reporting.text import HIDDEN
from harness.store import ReviewStore, Store
from tests.review import samples
from tests.review.conftest import Site, listen
from tests.review.hostile import ATTACKS
from tests.review.test_hostile_browser import clean, import_attacks, untouched

pytestmark = pytest.mark.browser
# Whatever runs leaves a word in the console, even if it runs in a frame or covers its traces.
WITNESS = """
Object.defineProperty(window, 'pwned', {set: () => console.error('EXECUTED'), configurable: false});
for (const name of ['alert', 'confirm', 'prompt', 'print', 'open'])
  window[name] = () => console.error('EXECUTED ' + name);
addEventListener('error', (event) => console.error('ERROR ' + event.message));
"""
# What a page is made of for somebody who cannot see it, and names no attack may take.
FRAME = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const taken = ['textContent', 'trustedTypes', 'defaultView', 'getElementById', 'querySelector',
    'crypto', 'firstChild', 'csrf', 'x'];
  const ids = all('[id]').map((e) => e.id);
  const to = (e) => new URL(e.src || e.action || e.href || '/', location);
  const out = (e) => to(e).origin !== location.origin;
  return {
    main: all('main').length,
    header: all('body > header').length,
    heading: all('h1, h2').length > 0,
    lang: document.documentElement.lang,
    scripts: all('script').filter((e) => e.id !== 'data' && !e.src.includes('/static/')).length,
    frames: all('iframe, object, embed, frame, base, template').length,
    styles: all('style, [style*=url], meta[http-equiv], foreignObject').length,
    foreign: all('link, img, video, audio, form').filter(out).length,
    taken: taken.filter((n) => document.getElementsByName(n).length || ids.includes(n)).length,
    twice: ids.filter((id, n) => ids.indexOf(id) !== n).length,
  };
}"""
WHOLE = {
    "main": 1, "header": 1, "heading": True, "lang": "en", "scripts": 0, "frames": 0, "styles": 0,
    "foreign": 0, "taken": 0, "twice": 0,
}  # fmt: skip


@pytest.fixture
def bare(browser: Browser, site: Site) -> Iterator[Page]:
    """A manager's page in a browser that ignores our policy; what it complains about fails."""
    context = browser.new_context(bypass_csp=True, viewport={"width": 1440, "height": 900})
    session = site.session("mia", Role.MANAGER)
    context.add_cookies([{"name": "review_session", "value": session, "url": site.address}])
    context.add_init_script(WITNESS)
    page = context.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    listen(page, complaints)

    def refused(dialog: Dialog) -> None:
        complaints.append(f"DIALOG {dialog.message}")
        dialog.dismiss()

    page.on("dialog", refused)
    page.on("popup", lambda popup: complaints.append(popup.url))
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    assert not complaints
    assert not [url for url in asked if not url.startswith(site.address)]


def look(page: Page, address: str) -> None:
    """One page: nothing ran, it is whole, and no hidden character is left in its text."""
    page.goto(address)
    check(page)


def check(page: Page) -> None:
    untouched(page)
    assert page.evaluate(FRAME) == WHOLE, page.url
    text = page.evaluate("document.title + document.body.textContent")
    # The first letters after a break of lines or tabs are not hidden: they are layout.
    assert {hex(ord(one)) for one in HIDDEN.findall(text)} == set(), page.url


def test_attacks_are_alive(browser: Browser) -> None:
    """On a page that trusts them they run: without this the other tests would prove nothing."""
    context = browser.new_context()
    context.add_init_script(WITNESS)
    context.route("**", lambda route: route.fulfill(status=404))
    page = context.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    ran = 0
    for attack in ATTACKS[::6]:
        heard.clear()
        page.goto("about:blank")
        with suppress(Error):  # it led the page away, which is an attack too
            page.set_content(f"<main>{attack}</main>", wait_until="domcontentloaded")
            page.evaluate("new Promise((done) => setTimeout(done, 5))")
        ran += any("EXECUTED" in text for text in heard)
    context.close()
    assert ran >= 15


def judge(review: ReviewStore, person_id: str, first: int) -> None:
    """Submit an item with attacks in every text of a judgment, as a client of its own might."""
    claimed = review.claim_next("hostile", person_id)
    assert claimed is not None
    texts = [ATTACKS[(first + n) % len(ATTACKS)] for n in range(60)]
    short = [text[:100] or "x" for text in texts]
    marks = tuple(
        LineMark(response="1", first_line=1, last_line=2, severity=one, category=one, note=text)
        for one, text in zip(short, texts, strict=True)
    )
    said = tuple(
        FlagFeedback(response="1", index=0, rule=one, line=1, verdict=FlagVerdict.ACCEPT, note=text)
        for one, text in zip(short, texts, strict=True)
    )
    answer = Answer(
        preference=1, ratings={"1": {short[0]: 1}}, acceptable={"2": True}, marks=marks, flags=said,
        reasons=tuple(short), justification="\n".join(texts)[:19_000],
    )  # fmt: skip
    review.submit(claimed.assignment_id, person_id, answer, "k")


def test_attacks_by_people_stay_texts(bare: Page, site: Site, store: Store) -> None:
    """Names, invitations, tokens, reasons, judgments, marks, notes, guidelines, the audit."""
    review = site.review
    import_attacks(store, review)
    names = [clean(one)[:200].strip() or "x" for one in ATTACKS]
    for number, name in enumerate(names):
        review.invite(Role.TRAINER, name=name, handle=f"{name[:150]} {number}")
        review.add_person(name, f"{name[:150]} {number}", Role.TRAINER)
    mia = site.person_id("mia")
    for name in names[::7]:
        review.create_token(mia, name[:100])
    workers = [one.person_id for one in review.people() if one.person_id != mia]
    for number in range(8):
        judge(review, workers[number * 50], number * 60)
    for number, name in enumerate(names[:8]):
        claimed = review.claim_next("hostile", workers[number])
        if claimed is not None:
            leave = review.skip if number % 2 else review.escalate
            leave(claimed.assignment_id, workers[number], name)
    review.set_guidelines("hostile", "\n\n".join(ATTACKS), by=workers[0])
    for path in ("/manage/people", "/manage/hostile", "/settings", "/manage", "/projects/hostile"):
        look(bare, site.address + path)
    for item in review.items("hostile"):
        look(bare, f"{site.address}/manage/hostile/items/{item.item_id}")


def test_attacks_by_models_stay_texts(bare: Page, site: Site, store: Store) -> None:
    """Prompts, answers, code, cases, output, flags on the desk; names of models afterwards."""
    review = site.review
    count = import_attacks(store, review)
    mia = site.person_id("mia")
    for _ in range(count):
        claimed = review.claim_next("hostile", mia)
        assert claimed is not None
        look(bare, f"{site.address}/desk/{claimed.assignment_id}")
        expect(bare.locator("#left")).not_to_be_empty()
        for tab in ("answer", "tests", "output", "diff", "code"):
            chosen = bare.locator(f'.response [data-tab="{tab}"]').first
            if chosen.count():  # the sample's own items have no answer
                chosen.click()
        check(bare)
        review.submit(claimed.assignment_id, mia, Answer(preference=-2), "k")
        look(bare, f"{site.address}/work/{claimed.assignment_id}")


def test_the_names_of_models_stay_texts(bare: Page, site: Site, store: Store) -> None:
    review = site.review
    names = [clean(one) or "x" for one in ATTACKS if len(one) <= 400]
    run = "20300101-names"
    rows = [
        samples.merge_results(1)[side].model_copy(
            update={
                "model": name,
                "response_id": f"{name}\n{number}\n{side}",
                "task_id": f"m{number}",
            }
        )
        for number, name in enumerate(names[::6])
        for side in (0, 1)
    ]
    store.create_run(RunInfo(run_id=run, started_at="2030-01-01T00:00:00Z"))
    tasks = {row.task_id for row in rows}
    store.add_tasks(
        run, [samples.merge_task(1).model_copy(update={"task_id": one}) for one in sorted(tasks)]
    )
    store.add_results(run, list(enumerate(rows)))
    samples.make_project(review, "names", merges=0, policy=FlagPolicy.NEVER)
    review.add_items("names", [
        NewItem(task_id=one, responses=tuple(
            Source(run_id=run, response_id=row.response_id) for row in rows if row.task_id == one
        )) for one in sorted(tasks)
    ])  # fmt: skip
    mia = site.person_id("mia")
    while (claimed := review.claim_next("names", mia)) is not None:
        review.submit(claimed.assignment_id, mia, Answer(preference=1), "k")
        look(bare, f"{site.address}/work/{claimed.assignment_id}")
    look(bare, f"{site.address}/history")
