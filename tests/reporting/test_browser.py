"""The report in a real browser, from disk: nothing runs that is not ours, everything works."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from harness.models import Language, Result, Verdict
from harness.reporting import Results, summarise, write_report
from tests.reporting import samples
from tests.reporting.conftest import SURROGATE, Visit, hostile_result

pytestmark = pytest.mark.browser
BOTH = (Language.PYTHON, Language.JAVASCRIPT)


def report(out: Path, source: Results, **settings: object) -> str:
    run, bad, tasks = samples.run_info(), samples.invalid_rows(), samples.tasks(BOTH, 8)
    run = run.model_copy(update={"settings": {**run.settings, **settings}})
    return write_report(run, summarise(run, source, bad, tasks), source, bad, tasks, out).as_uri()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A report of 4 models, 2 languages, 8 tasks, 3 samples."""
    return report(tmp_path_factory.mktemp("report"), samples.results(4, BOTH, 8, 3))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A report in which every text is an attack."""

    def source() -> Iterator[Result]:
        for number, verdict in enumerate(Verdict):
            yield hostile_result(number, verdict, SURROGATE if number % 2 else "a" + SURROGATE)
            yield hostile_result(number + 20, verdict)

    return report(tmp_path_factory.mktemp("hostile"), source)


def test_hostile_text_runs_nothing_and_asks_for_nothing(hostile: str, visit: Visit) -> None:
    pages = sorted((Path(hostile.removeprefix("file://")).parent / "responses").iterdir())
    assert len(pages) == 2 * len(Verdict)
    for address in [hostile, f"{hostile}#v=all", *(page.as_uri() for page in pages)]:
        visit.page.goto(address)
        for fold in visit.page.locator("details").all():
            fold.evaluate("node => node.open = true")
        visit.page.mouse.move(400, 300)
        assert visit.page.evaluate("window.pwned") is None
        assert visit.page.locator("img, svg[onload], [onmouseover]").count() == 0
    assert visit.complaints == []
    assert all(url.startswith("file:") for url in visit.requests)


def test_flags_that_were_left_out_are_not_shown_as_none_found(tmp_path: Path, visit: Visit) -> None:
    def flags_shown() -> set[str]:
        table = visit.page.locator("#responses table, table:has(button[data-s=f])").first
        column = table.locator("thead th").all_inner_texts().index("Flags") + 1
        return set(table.locator(f"tbody tr > :nth-child({column})").all_inner_texts())

    source = samples.results(2, BOTH, 8, 1)
    for given, shown in (({}, False), ({"flags": False}, True)):
        visit.page.goto(report(tmp_path / str(shown), source, **given))
        assert (flags_shown() == {"–"}) is shown
        assert visit.page.get_by_text("left out of this run").is_visible() is shown


def test_the_policy_stops_what_an_escape_would_let_through(index: str, visit: Visit) -> None:
    page = Path(index.removeprefix("file://"))
    for file in (page, next((page.parent / "responses").iterdir())):
        bad = file.with_name(f"broken-{file.name}")
        text = file.read_text()
        assert "<main>" in text
        bad.write_text(
            text.replace(
                "<main>", "<main><script>window.pwned=1</script><img src=/x onerror=pwned=1>"
            )
        )
        visit.page.goto(bad.as_uri())
        assert visit.page.evaluate("window.pwned") is None
        bad.unlink()
    assert any("CSP" in complaint for complaint in visit.complaints)


def test_styles_apply_from_disk(index: str, visit: Visit) -> None:
    visit.page.goto(index)
    assert visit.page.locator(".tiles").evaluate("n => getComputedStyle(n).display") == "grid"
    visit.page.locator("#rows tbody a").first.click()
    expect(visit.page.locator(".columns")).to_have_css("display", "grid")
    assert visit.complaints == []


def expect_rows(visit: Visit, count: int) -> None:
    """Wait for the table to say it shows so many rows: a hash changes first, the table after."""
    expect(visit.page.locator("#status")).to_have_text(re.compile(rf"^{count:,}\b"))


def rows_shown(visit: Visit) -> int:
    status = visit.page.locator("#status").inner_text()
    return int(status.split()[0].replace(",", ""))


def test_filters_narrow_the_rows_and_live_in_the_address(index: str, visit: Visit) -> None:
    page = visit.page
    page.goto(index)
    expected = [r for r in samples.results(4, BOTH, 8, 3)() if r.verdict is not Verdict.PASSED]
    assert rows_shown(visit) == len(expected)
    page.get_by_label("Language").select_option("javascript")
    assert rows_shown(visit) == sum(r.language is Language.JAVASCRIPT for r in expected)
    page.get_by_label("Text", exact=True).fill("javascript/003")
    wanted = [r for r in expected if r.task_id == "javascript/003"]
    assert rows_shown(visit) == len(wanted)
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    assert rows_shown(visit) == len(wanted)
    assert page.get_by_label("Text", exact=True).input_value() == "javascript/003"
    page.get_by_label("Text", exact=True).fill("nothing like it")
    expect(page.locator("#none")).to_contain_text("No row fits")
    page.get_by_role("button", name="Clear").click()
    assert rows_shown(visit) == len(list(samples.results(4, BOTH, 8, 3)()))
    assert visit.complaints == []


def test_every_figure_leads_to_exactly_its_rows(index: str, visit: Visit) -> None:
    page = visit.page
    page.goto(index)
    every = list(samples.results(4, BOTH, 8, 3)())
    bar = page.get_by_role("link", name="quartz-coder-33b: ").first
    bar.click()
    mine = [r for r in every if r.model.startswith("quartz") and r.language is BOTH[1]]
    expect_rows(visit, len(mine))
    page.locator(".mix a").first.click()
    expect_rows(visit, sum(r.verdict is Verdict.PASSED for r in every))
    hrefs = page.locator("figure a[href^='#w=']").evaluate_all("l => l.map(a => a.href.baseVal)")
    total = 0
    for href in hrefs:
        page.evaluate("h => { location.hash = h }", href)
        expect(page.locator("#status")).to_contain_text("by wall time")
        page.wait_for_timeout(20)
        total += rows_shown(visit)
    assert total == len(every)


def test_sorting_by_a_header_orders_the_rows(index: str, visit: Visit) -> None:
    visit.page.goto(f"{index}#v=all")
    wall = visit.page.locator("#rows").get_by_role("button", name="Wall")
    wall.click()
    expect(visit.page.locator("#rows th[aria-sort=ascending]")).to_have_text("Wall")
    wall.click()
    slowest = max(samples.results(4, BOTH, 8, 3)(), key=lambda r: r.wall_s)
    expect(visit.page.locator("#rows tbody tr").first).to_contain_text(slowest.response_id)
    rate = visit.page.locator("table.sortable").first.get_by_role("button", name="Pass rate")
    rate.click()
    rate.click()
    column = visit.page.locator("table.sortable").first.locator("td[data-v] b")
    shown = [float(text.rstrip(" %")) for text in column.all_inner_texts()]
    assert shown == sorted(shown)


def test_copied_csv_holds_no_formula(hostile: str, visit: Visit, tmp_path: Path) -> None:
    def source() -> Iterator[Result]:
        for number, name in enumerate(("=1+1", "+x", "-x", "@x", 'a"b,c', "plain")):
            yield hostile_result(number * 4).model_copy(update={"model": name, "message": name})

    visit.page.goto(report(tmp_path, source))
    visit.page.get_by_role("button", name="Copy as CSV").click()
    expect(visit.page.locator("#status")).to_contain_text("6 rows copied")
    lines = visit.page.evaluate("navigator.clipboard.readText()").splitlines()
    assert lines[0].startswith("verdict,response,task,model")
    assert [line.rsplit(",", 1)[1] for line in lines[1:5]] == ["'=1+1", "'+x", "'-x", "'@x"]
    assert lines[5].endswith('"a""b,c"')


def test_the_keyboard_reaches_filters_rows_and_the_next_failure(index: str, visit: Visit) -> None:
    page = visit.page
    page.goto(index)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the responses"
    page.keyboard.press("Enter")
    reached = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.name || document.activeElement.id"))
        if page.evaluate("!!document.activeElement.closest('#rows tbody')"):
            break
    assert {"v", "l", "m", "t", "q", "copy", "clear"} <= reached
    page.keyboard.press("Enter")
    page.wait_for_url("**/responses/*.html")
    first = page.url
    page.keyboard.press("n")
    page.wait_for_function("before => location.href !== before", arg=first)
    page.keyboard.press("p")
    page.wait_for_url(first)


def test_the_failing_case_is_open_and_first(index: str, visit: Visit) -> None:
    visit.page.goto(f"{index}#v=failed")
    visit.page.locator("#rows tbody a").first.click()
    first = visit.page.locator("details.case").first
    expect(first).to_have_attribute("open", "")
    expect(first.locator("table.diff del").first).to_be_visible()
    assert visit.page.locator(".l.t").count() == 5


CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = (c) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = c;
                       canvas.fillRect(0, 0, 1, 1);
                       return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, n) => sum + v * [.2126, .7152, .0722][n], 0);
  const back = (node) => { for (; node; node = node.parentElement) {
    const c = rgb(getComputedStyle(node).backgroundColor); if (c[3] > 250) return c; }
    return rgb(getComputedStyle(document.body).backgroundColor); };
  const bad = new Set();
  for (const node of document.querySelectorAll('body *')) {
    if (node.closest('svg, script, select') || !node.checkVisibility()) continue;
    if (![...node.childNodes].some(c => c.nodeType === 3 && c.data.trim())) continue;
    const [a, b] = [light(rgb(getComputedStyle(node).color)), light(back(node))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) bad.add(`${node.tagName}.${node.className}: ${ratio.toFixed(2)}`);
  }
  return [...bad];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_legible_and_nothing_overflows(
    index: str, browser: Browser, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(color_scheme=scheme, viewport={"width": 1440, "height": 900})
    page.goto(f"{index}#v=all")
    pages = [f"{index}#v=all"]
    for verdict in ("failed", "runtime_error", "build_failed", "passed"):
        page.goto(f"{index}#v={verdict}")
        page.wait_for_timeout(30)
        link = page.locator("#rows tbody a").first
        if link.count():
            pages.append(str(link.evaluate("a => a.href")))
    assert len(pages) >= 4
    for address in pages:
        page.goto(address)
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
