"""A real store, a real server on a port of its own, and people with browsers at it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from starlette.testclient import TestClient

from harness.models.review import Role
from harness.review.app import create_app
from harness.review.options import ReviewOptions
from harness.review.serving import serving
from harness.store import ReviewStore, Store, open_store, review_of
from tests.conftest import ROOT
from tests.review import samples

HOST = "127.0.0.1"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with the sample run."""
    with open_store(f"sqlite:///{tmp_path}/store.sqlite3") as opened:
        samples.fill(opened)
        yield opened


@pytest.fixture
def review(store: Store) -> ReviewStore:
    """Its review side, with one project."""
    found = review_of(store)
    samples.make_project(found)
    return found


@pytest.fixture
def options(tmp_path: Path) -> ReviewOptions:
    return ReviewOptions(home=tmp_path)


@dataclass
class Site:
    """A running server."""

    address: str
    review: ReviewStore

    def session(self, name: str, role: Role = Role.TRAINER) -> str:
        """The cookie of a person, who is made if there is none of that name."""
        known = self.review.person_by_handle(name)
        person = known or self.review.add_person(name.title(), name, role)
        return self.review.start_session(person.person_id)

    def person_id(self, name: str) -> str:
        found = self.review.person_by_handle(name)
        assert found is not None
        return found.person_id


@pytest.fixture
def site(store: Store, review: ReviewStore, options: ReviewOptions) -> Iterator[Site]:
    """The application behind uvicorn, in a thread."""
    with serving(store, options) as address:
        yield Site(address, review)


@dataclass
class Seat:
    """A person at a browser, and everything their pages complained about."""

    site: Site
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(self.site.address + path)
        return self.page

    def start(self, slug: str = "spans") -> Page:
        """To the desk of the next item."""
        self.go(f"/projects/{slug}")
        self.page.get_by_role("button", name="Start").click()
        self.page.wait_for_url("**/desk/**")
        expect(self.page.locator("#left")).not_to_be_empty()  # the page's modules are at work
        return self.page

    @property
    def assignment_id(self) -> str:
        return self.page.url.rsplit("/", 1)[-1]


class Seats:
    """Gives people a browser of their own."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self._browser = browser
        self._site = site
        self.taken: list[Seat] = []

    def __call__(
        self,
        name: str = "tina",
        role: Role = Role.TRAINER,
        *,
        width: int = 1440,
        height: int = 900,
        scheme: str = "light",
    ) -> Seat:
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        context.set_default_timeout(8_000)
        cookie = self._site.session(name, role)
        context.add_cookies(
            [{"name": "review_session", "value": cookie, "url": self._site.address}]
        )
        seat = Seat(self._site, context, context.new_page())
        listen(seat.page, seat.complaints)
        self.taken.append(seat)
        return seat


def saved(page: Page) -> None:
    """Wait until the desk says that everything is saved."""
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")


def listen(page: Page, complaints: list[str]) -> None:
    """Collect what a page complains about.

    A refused request is no complaint of the page, and neither is that somebody was quicker than its
    autofocus: Chromium notes it where a test presses Tab at once.
    """

    def heard(text: str) -> None:
        if "Failed to load resource" not in text and "Autofocus processing" not in text:
            complaints.append(text)

    page.on("console", lambda message: heard(message.text))
    page.on("pageerror", lambda error: heard(str(error)))
    page.add_init_script(
        "addEventListener('securitypolicyviolation',"
        "(e) => console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI))"
    )


@pytest.fixture
def sit(browser: Browser, site: Site) -> Iterator[Seats]:
    """A seat for a person; at the end no page may have complained."""
    seats = Seats(browser, site)
    yield seats
    complaints = [text for seat in seats.taken for text in seat.complaints]
    for seat in seats.taken:
        seat.context.close()
    assert not complaints


@pytest.fixture
def client(store: Store, review: ReviewStore, options: ReviewOptions) -> Iterator[TestClient]:
    """A program that speaks HTTP to the application; it follows nothing by itself."""
    app = create_app(store, options)
    with TestClient(app, base_url=f"http://{HOST}", follow_redirects=False) as found:
        yield found


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """axe-core, of the version and digest that the HTML sandbox pins."""
    folder = tmp_path_factory.mktemp("axe")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "sandboxes" / "html" / name, folder)
    subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"], cwd=folder, check=True)
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
