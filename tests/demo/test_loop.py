"""The loop: responses in, preference pairs out, by ``harness demo`` as a newcomer runs it.

Real sandboxes, the real desk in a real browser. One demo is looked at from every side; a second one
in the same folder leaves the desk open.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from harness.demo.opinions import lenient, strict
from harness.demo.reviewers import PAIRS
from harness.exports import exports
from harness.intake import bundled_responses
from harness.models import Language, Response
from harness.models.review import Assignment
from harness.quality.votes import Vote, votes
from harness.sandbox import engine, orphans
from harness.settings import bundled_tasks
from harness.store import ReviewStore, Store, open_store, review_of
from tests.conftest import ROOT, heed_signals
from tests.review.keyboard import stored_as_entered

pytestmark = [pytest.mark.browser, pytest.mark.engine]

ADA, GRACE = "ada-scripted", "grace-scripted"
PATIENCE_S = 600
Row = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """A demo that was told: its folder and what it printed."""

    folder: Path
    out: str
    err: str

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.home}/store.sqlite3"

    def rows(self, name: str) -> list[Row]:
        return [json.loads(line) for line in (self.folder / name).read_text("utf-8").splitlines()]

    def manifest(self, name: str) -> Row:
        found: Row = json.loads((self.folder / "exports" / name / "manifest.json").read_text())
        return found


def start(folder: Path, *options: str, **environment: str) -> subprocess.Popen[str]:
    """``harness demo`` in its own process group, in a home that must stay empty."""
    own = {"HARNESS_HOME": str(folder.parent / "elsewhere"), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "harness", "demo", "--out", str(folder), *options],
        env={**os.environ, **own, **environment}, cwd=folder.parent, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        # These tests may themselves run where interrupts are ignored.
        preexec_fn=heed_signals,  # noqa: PLW1509 - nothing of it takes a lock
    )  # fmt: skip


def told(folder: Path, *options: str, **environment: str) -> Told:
    process = start(folder, *options, **environment)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, err
    return Told(folder, out, err)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Its standard output is a pipe, so it must end by itself."""
    return told(tmp_path_factory.mktemp("loop") / "demo")


@pytest.fixture(scope="module")
def store(demo: Told) -> Iterator[Store]:
    with open_store(demo.url) as opened:
        yield opened


@pytest.fixture(scope="module")
def review(store: Store) -> ReviewStore:
    return review_of(store)


@pytest.fixture(scope="module")
def said(review: ReviewStore) -> dict[str, tuple[Vote, Vote]]:
    """{item_id: the votes of Ada and of Grace}."""
    who = {person_of(review, ADA): 0, person_of(review, GRACE): 1}
    found: dict[str, list[Vote]] = {}
    for vote in sorted(votes(review.judged("demo")), key=lambda one: who[one.person_id]):
        found.setdefault(vote.item.item_id, []).append(vote)
    return {item_id: (ada, grace) for item_id, (ada, grace) in found.items()}


def person_of(review: ReviewStore, handle: str) -> str:
    person = review.person_by_handle(handle)
    assert person is not None
    return person.person_id


def bundled() -> dict[str, Response]:
    found = bundled_responses(bundled_tasks())
    return {one.response_id: one for one in found if isinstance(one, Response)}


def is_right(response_id: str) -> bool:
    """Bundled responses are named after what should become of them."""
    return response_id.rpartition("#")[2].startswith("right_")


# The run


def test_every_bundled_response_was_run_and_ended_as_its_name_says(demo: Told) -> None:
    rows = demo.rows("results.jsonl")
    passed = {row["response_id"]: row["verdict"] == "passed" for row in rows}
    assert passed == {one: is_right(one) for one in bundled()}
    assert {row["language"] for row in rows} == set(Language)
    assert f"{len(rows)} of {len(rows)} bundled responses judged as named" in demo.out


def test_flags_are_in_the_store_and_in_the_files_of_the_run(demo: Told, store: Store) -> None:
    (run,) = store.list_runs()
    kept = Counter(flag.rule for one in store.results(run.run_id) for flag in one.flags)
    log = json.loads((demo.folder / "flags.sarif").read_text("utf-8"))
    assert Counter(one["ruleId"] for one in log["runs"][0]["results"]) == kept
    assert kept["differs-from-siblings"] > 10
    assert kept["syntax-error"] > 0


# The judgments


def mine(review: ReviewStore, handle: str) -> list[Assignment]:
    """A person's assignments in the order they came."""
    return sorted(review.my_assignments(person_of(review, handle)), key=lambda one: one.claimed_at)


@pytest.mark.parametrize(("handle", "opinion"), [(ADA, strict), (GRACE, lenient)])
def test_every_scripted_judgment_is_stored_exactly_as_it_was_typed(
    review: ReviewStore, handle: str, opinion: Any
) -> None:
    assignments = mine(review, handle)
    assert len(assignments) == PAIRS, "nothing is left in the reviewer's hands"
    for number, one in enumerate(assignments):
        plan = opinion(review.work(one.assignment_id, one.person_id), number)
        stored_as_entered(review, one.assignment_id, plan)


def test_both_judged_the_same_pairs_two_of_each_language(review: ReviewStore) -> None:
    ada, grace = ([one.item_id for one in mine(review, who)] for who in (ADA, GRACE))
    assert ada == grace
    languages = Counter(review.item(one).language for one in ada)
    assert languages == dict.fromkeys(Language, PAIRS // len(Language))


def test_ada_always_prefers_what_passes_and_grace_thinks_twice(
    review: ReviewStore, said: dict[str, tuple[Vote, Vote]]
) -> None:
    for number, one in enumerate(mine(review, ADA)):
        ada, grace = said[one.item_id]
        assert is_right((ada.first if ada.towards < 0 else ada.second).response_id)
        assert grace.towards == {4: 0, 9: -ada.towards}.get(number, ada.towards)


# Agreement and ranking


def test_agreement_is_what_one_computes_by_hand(
    demo: Told, said: dict[str, tuple[Vote, Vote]]
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "harness", "agreement", "demo", "--json"], check=True,
        env={**os.environ, "HARNESS_HOME": str(demo.home), "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True,
    )  # fmt: skip
    subjects = {one["name"]: one for one in json.loads(done.stdout)["groups"][0]["subjects"]}
    subject = subjects["direction"]
    # Of twelve pairs Grace is torn about one and sees another the other way round.
    assert subject["units"] == 12
    assert subject["percent"]["value"] == pytest.approx(10 / 12)
    # Krippendorff's nominal alpha: 1 - (n - 1) x ordered pairs that differ / those that could.
    values = Counter(vote.towards for pair in said.values() for vote in pair)
    unlike = sum(a * b for x, a in values.items() for y, b in values.items() if x != y)
    assert sum(values.values()) == 24
    assert subject["alpha"]["value"] == pytest.approx(1 - 23 * 4 / unlike)
    assert re.search(r"direction +12 +83 %", demo.out)


def test_the_ranking_counts_the_wins_and_shows_intervals(
    demo: Told, said: dict[str, tuple[Vote, Vote]]
) -> None:
    won: Counter[str] = Counter()
    for vote in (one for pair in said.values() for one in pair):
        won[vote.first.model] += 1 - vote.towards
        won[vote.second.model] += 1 + vote.towards
    table = demo.out.partition("4 · Ranking")[2].partition("5 · ")[0]
    rows = re.findall(r"^(\w+) +(\d+) % +(\d+) … (\d+) +([\d.]+) +(\d+)$", table, re.MULTILINE)
    assert {model: float(wins) for model, _, _, _, wins, _ in rows} == {
        model: twice / 2 for model, twice in won.items()
    }
    assert [row[0] for row in rows] == ["amber", "birch", "cedar"]
    assert all(int(low) <= int(score) <= int(high) for _, score, low, high, _, _ in rows)


def test_the_report_ranks_by_verdicts_and_by_these_judgments(demo: Told) -> None:
    summary = json.loads((demo.folder / "summary.json").read_text())
    assert {one["basis"] for one in summary["rankings"]} == {"verdicts", "judgments"}
    assert "by what people preferred" in (demo.folder / "index.html").read_text("utf-8")


# Exports


def test_pairs_hold_what_the_reviewers_preferred(
    demo: Told, said: dict[str, tuple[Vote, Vote]]
) -> None:
    texts = {response_id: one.text for response_id, one in bundled().items()}
    wanted = set()
    for ada, grace in said.values():
        if ada.towards == grace.towards:
            chosen, rejected = (ada.first, ada.second)[:: -ada.towards]
            wanted.add((texts[chosen.response_id], texts[rejected.response_id]))
    rows = demo.rows("exports/trl-dpo/train.jsonl")
    assert {(row["chosen"], row["rejected"]) for row in rows} == wanted
    assert len(rows) == len(wanted) == 10


def test_rows_are_traced_to_models_by_their_provenance(
    demo: Told, said: dict[str, tuple[Vote, Vote]]
) -> None:
    cast = {row["response_id"]: row["model"] for row in demo.rows("responses.jsonl")}
    rows, traces = (demo.rows(f"exports/arena/{name}.jsonl") for name in ("train", "provenance"))
    for row, trace in zip(rows, traces, strict=True):
        ada, grace = said[trace["item_id"]]
        assert row["model_a"] == ada.first.model == cast[ada.first.response_id]
        assert row["model_b"] == ada.second.model == cast[ada.second.response_id]
        both = ada.towards if ada.towards == grace.towards else 0
        assert row["winner"] == {-1: "model_a", 0: "tie", 1: "model_b"}[both]


@pytest.mark.parametrize("name", sorted(exports()))
def test_every_format_is_written_parses_and_accounts_for_every_row(demo: Told, name: str) -> None:
    manifest = demo.manifest(name)
    counts = manifest["counts"]
    for tally in (counts["items"], counts["judgments"], *counts["rows"].values()):
        assert tally["in"] == tally["out"] + sum(tally["dropped"].values())
    assert counts["items"]["out"] == PAIRS
    assert counts["judgments"]["out"] == 2 * PAIRS
    ada, grace = manifest["annotators"].items()
    assert ada[1] == grace[1] > 0
    assert {ada[0][:10], grace[0][:10]} == {"annotator-"}
    folder = demo.folder / "exports" / name
    written = 0
    for file in manifest["files"]:
        content = (folder / file["name"]).read_bytes()
        assert ADA.encode() not in content
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        if "rows" in file:
            rows = parsed(folder / file["name"])
            assert len(rows) == file["rows"] > 0
            assert all(isinstance(row, dict) for row in rows)
            written += len(rows)
    assert written == sum(tally["out"] for tally in counts["rows"].values())
    shown = " + ".join(str(tally["out"]) for tally in counts["rows"].values())
    assert re.search(rf"^{name} +{re.escape(shown)} ", demo.out, re.MULTILINE)


def parsed(file: Path) -> list[Row]:
    text = file.read_text("utf-8")
    rows: list[Row] = (
        json.loads(text) if file.suffix == ".json" else [*map(json.loads, text.splitlines())]
    )
    return rows


# The end


def test_the_readme_shows_what_is_printed(demo: Told) -> None:
    shown = (ROOT / "README.md").read_text("utf-8").partition("From its output:\n")[2]
    lines = shown.partition("\nEverything of it")[0].split("\n")
    printed = {" ".join(line.split()) for line in demo.out.splitlines()}
    assert {" ".join(line.split()) for line in lines} <= printed


def left_running(folder: Path) -> list[str]:
    """Containers of the demo's home and processes that name its folder."""
    label = orphans.HOME_LABEL
    mark = orphans.run_labels("any", folder / "home")[label]
    containers = engine.client().containers.list(
        all=True, ignore_removed=True, filters={"label": f"{label}={mark}"}
    )
    processes = [
        line
        for file in Path("/proc").glob("[0-9]*/cmdline")
        if str(folder) in (line := read(file).replace("\0", " "))
    ]
    return [*(str(one.name) for one in containers), *processes]


def read(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:  # it has ended
        return ""


def test_without_a_terminal_it_ends_says_how_to_open_the_desk_and_leaves_nothing(
    demo: Told,
) -> None:
    assert "HARNESS_HOME=demo/home harness review serve" in demo.out
    assert "/welcome/" not in demo.out
    assert left_running(demo.folder) == []
    assert not (demo.folder.parent / "elsewhere").exists(), "the person's own home is left alone"


def test_a_second_demo_is_fresh_and_leaves_the_desk_open_behind_a_link(
    demo: Told, store: Store, review: ReviewStore, browser: Browser
) -> None:
    before = review.judged("demo")
    process = start(demo.folder, "--serve")
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C ends the desk" in line:
            break
    try:
        link = re.findall(r"^open the desk: (http://127\.0\.0\.1:\d+/welcome/\S+)$", "".join(lines),
                          re.MULTILINE)[0]  # fmt: skip
        page = browser.new_page()
        page.goto(link)
        page.get_by_role("button", name="Come in").click()
        first = page.locator(".card").first
        expect(first).to_contain_text("Demo 2", timeout=30_000)
        page.get_by_role("button", name="Start").click()
        page.wait_for_url("**/desk/**")
        expect(page.locator(".title")).to_be_visible()
        expect(page.locator("#left")).not_to_be_empty()
        assert review.item(review.assignment(page.url.rsplit("/", 1)[-1]).item_id).place == PAIRS
        page.close()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert left_running(demo.folder) == []
    assert "165 cached" in "".join(lines)
    assert review.judged("demo") == before
    assert [one.closed for one in review.projects()] == [True, False]
    assert len(review.judged("demo-2").opinions) == 2 * PAIRS


def test_without_a_browser_the_judgments_are_left_to_the_newcomer(
    demo: Told, tmp_path: Path, review: ReviewStore
) -> None:
    nothing = {"PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}
    again = told(demo.folder, "--no-serve", **nothing)
    assert "no Chromium could be started" in again.err
    assert "fix: apt-get install chromium" in again.err
    assert "all pairs are left to you" in again.out
    assert "Agreement" in again.out
    assert "5 · Export" not in again.out
    newest = review.projects()[-1]
    assert [one.submitted for one in review.items(newest.slug)] == [0] * len(
        {one.task_id for one in bundled().values()}
    )
