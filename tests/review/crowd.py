"""A crowd of trainers at the real server, each an HTTP client that works as the desk's page does.

Theory of operation. ``harness review serve`` runs as a process of its own over a store that
``stock`` has filled. Every trainer is a thread with one kept-alive connection: claim, open the
page, fetch the next one ahead, autosave, beat, submit, go on. A request without an answer is sent
again, as the page does it, so the server may be killed at any moment. What was answered is written
down as acknowledged; ``faults`` compares it with the store afterwards.

How long a request took is what the server says in ``Server-Timing``: from its arrival at the
application to the first byte of the answer, waiting for a thread and the database included.
"""

from __future__ import annotations

import http.client
import json
import math
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from harness.models import Answer, Result, RunInfo
from harness.models.review import JudgmentKind, NewItem, NewProject, Source
from harness.review.answers import in_item_order
from harness.rubrics import find_rubric
from harness.store import ReviewStore, open_store, review_of
from tests.conftest import ROOT
from tests.review import samples

HOST = "127.0.0.1"
SLUG = "crowd"
GIVE_UP_S = 60.0
WHY = "The second answer forgets that spans may touch, which the prompt says in so many words. "


@dataclass(frozen=True)
class Pace:
    """Seconds between autosaves, between heartbeats, and spent on one item."""

    autosave_s: float = 5.0
    beat_s: float = 15.0
    item_s: float = 30.0


@dataclass
class Acknowledged:
    """What the server has confirmed about one assignment, and what was sent last of all.

    opened: the draft's version when the page was opened; version: the highest confirmed; drafts:
    version → answer sent for it.
    """

    opened: int = 0
    version: int = 0
    drafts: dict[int, dict[str, Any]] = field(default_factory=dict)
    submitted: dict[str, Any] | None = None
    submitting: dict[str, Any] | None = None


@dataclass
class Notes:
    """What a crowd went through. Times in ms: server's own and seen by the client."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    server_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    client_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    work: dict[str, Acknowledged] = field(default_factory=dict)
    unanswered: int = 0
    troubles: list[str] = field(default_factory=list)

    def submissions(self) -> int:
        """How many judgments were confirmed."""
        return sum(one.submitted is not None for one in self.work.values())


def p95(values: list[float]) -> float:
    """The 95th percentile by nearest rank, 0 of nothing."""
    ordered = sorted(values)
    return ordered[math.ceil(0.95 * len(ordered)) - 1] if ordered else 0.0


# The store and the server


def stock(url: str, people: int, items: int) -> list[str]:
    """Fill an empty store with a project of ``items`` pairs; returns a session for each person."""
    form = find_rubric("pairwise-code")
    with open_store(url) as store:
        store.create_run(RunInfo(run_id=samples.RUN, started_at="2030-01-01T00:00:00Z"))
        store.add_tasks(samples.RUN, [samples.merge_task(n) for n in range(items)])
        pairs = [[_grown(one, n) for one in samples.merge_results(n)] for n in range(items)]
        store.add_results(samples.RUN, list(enumerate(chain.from_iterable(pairs))))
        review = review_of(store)
        review.create_project(
            NewProject(
                slug=SLUG, title="Spans", rubric_ref=str(form.ref), rubric_digest=form.digest,
                rubric=form.model_dump(mode="json"), guidelines="Read the prompt first.",
            )
        )  # fmt: skip
        review.add_items(SLUG, map(_item, pairs))
        ids = [review.add_person(f"T {n}", f"t{n}").person_id for n in range(people)]
        return [review.start_session(one) for one in ids]


def _grown(result: Result, number: int) -> Result:
    """The result with a program of some sixty lines that no other item has."""
    parts = [result.code.replace("merge", f"merge_{number}_{n}") for n in range(4)]
    return result.model_copy(update={"code": "\n\n".join([*parts, result.code])})


def _item(results: Sequence[Result]) -> NewItem:
    sources = tuple(
        Source(
            run_id=samples.RUN, response_id=one.response_id,
            text=samples.TEXT.format(code=one.code),
        )
        for one in results
    )  # fmt: skip
    return NewItem(task_id=results[0].task_id, responses=sources)


class Served:
    """``harness review serve`` as a process, which can be killed and started again."""

    def __init__(self, home: Path, url: str) -> None:
        self._environment = {
            **os.environ, "HARNESS_HOME": str(home), "HARNESS_STORE_URL": url,
            "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self.port = probe.getsockname()[1]
        self.process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> str:
        """Start it and wait until it listens; returns the link that lets its owner in."""
        command = [sys.executable, "-m", "harness", "review", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        link = self.process.stdout.readline().strip()
        assert "/welcome/" in link, "the server did not start"
        return link

    def kill(self) -> None:
        """SIGKILL: it has no chance to finish anything."""
        assert self.process is not None
        self.process.kill()
        self.process.communicate()

    def cpu_s(self) -> float:
        """CPU seconds it has used."""
        assert self.process is not None
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.communicate(timeout=30)


@contextmanager
def served(home: Path, url: str) -> Iterator[Served]:
    """A running server."""
    server = Served(home, url)
    server.start()
    try:
        yield server
    finally:
        server.stop()


# The trainers


class Trainer(threading.Thread):
    """One person at work until ``ends_at`` (time.monotonic)."""

    def __init__(self, port: int, session: str, pace: Pace, ends_at: float, notes: Notes) -> None:
        super().__init__(daemon=True)
        self._port = port
        self._headers = {
            "cookie": f"review_session={session}", "origin": f"http://{HOST}:{port}",
            "content-type": "application/json",
        }  # fmt: skip
        self._pace = pace
        self._ends_at = ends_at
        self._notes = notes
        self._connection: http.client.HTTPConnection | None = None
        self._random = random.Random(session)

    def run(self) -> None:
        """Work; whatever goes wrong is noted, for the caller to look at."""
        try:
            # Not all at once: people come in over the time that one item takes.
            time.sleep(self._random.uniform(0, self._pace.item_s))
            here = self._next(f"/api/projects/{SLUG}/next")
            page = here and self._ask("page", "GET", here)
            while here and time.monotonic() < self._ends_at:
                here, page = self._judge(here, page)
        except Exception as error:  # noqa: BLE001 - it is the subject of the test
            self._notes.troubles.append(f"{type(error).__name__}: {error}")

    def _judge(self, here: str, page: Any) -> tuple[str | None, Any]:
        """One item from its page to its submission; returns the next one's address and page."""
        base = f"/api{here}"
        version = int(re.findall(rb'"version": ?(\d+)', page)[0])
        mine = self._notes.work[here] = Acknowledged(opened=version, version=version)
        self._ask("heartbeat", "POST", f"{base}/heartbeat", {"opening": True})
        ahead = self._next(f"/api/projects/{SLUG}/next?besides={here.rsplit('/', 1)[-1]}")
        page = ahead and self._ask("page", "GET", ahead)
        self._write(base, mine)
        if time.monotonic() >= self._ends_at:
            return None, None
        there = self._submit(base, mine)
        if there and there != ahead:
            page = self._ask("page", "GET", there)
        return there, page

    def _write(self, base: str, mine: Acknowledged) -> None:
        """Autosave and beat for as long as an item takes."""
        begun = beaten = time.monotonic()
        ends = min(begun + self._pace.item_s, self._ends_at)
        while True:
            left = ends - time.monotonic()
            time.sleep(max(0.0, min(left, self._pace.autosave_s)))
            if left <= self._pace.autosave_s:
                return
            self._save(base, mine)
            if time.monotonic() - beaten >= self._pace.beat_s:
                beaten = time.monotonic()
                self._ask("heartbeat", "POST", f"{base}/heartbeat", {})

    def _save(self, base: str, mine: Acknowledged) -> None:
        answer = self._answer(mine.version)
        mine.drafts[mine.version + 1] = answer
        said = {"version": mine.version, "answer": answer}
        mine.version = self._ask("autosave", "PUT", f"{base}/draft", said)["version"]

    def _submit(self, base: str, mine: Acknowledged) -> str | None:
        answer = self._answer(mine.version)
        mine.submitting = mine.drafts[mine.version + 1] = answer
        key = f"{self._random.getrandbits(64):x}"
        said = {"version": mine.version, "answer": answer, "key": key}
        url = self._ask("submit", "POST", f"{base}/submit", said)["url"]
        mine.submitted, mine.version = answer, mine.version + 1
        return url if url.startswith("/desk/") else None

    def _answer(self, version: int) -> dict[str, Any]:
        """A whole judgment; no two are the same."""
        pick = self._random
        rated = ("correctness", "instructions", "readability", "overall")
        answer = Answer(
            ratings={letter: {axis: pick.randint(0, 4) for axis in rated} for letter in "AB"},
            acceptable={"A": True, "B": False},
            preference=pick.choice((-3, -2, -1, 1, 2, 3)),
            reasons=("edge-case",),
            justification=WHY * 3 + f"({version}, {pick.getrandbits(64):x})",
        )
        return answer.model_dump(mode="json")

    def _next(self, path: str) -> str | None:
        url: str | None = self._ask("claim", "POST", path)["url"]
        return url

    def _ask(self, what: str, method: str, path: str, body: Any = None) -> Any:
        """Ask until there is an answer; any but 200 is trouble."""
        gives_up = time.monotonic() + GIVE_UP_S
        content = b"{}" if body is None else json.dumps(body).encode()
        while True:
            try:
                status, text = self._once(what, method, path, content)
            except (OSError, http.client.HTTPException):
                self._connection = None
                self._notes.unanswered += 1
                if time.monotonic() > gives_up:
                    raise
                time.sleep(self._random.uniform(0.1, 0.5))
                continue
            if status != 200:
                raise AssertionError(f"{method} {path}: {status} {text[:300]!r}")
            return json.loads(text) if path.startswith("/api/") else text

    def _once(self, what: str, method: str, path: str, content: bytes) -> tuple[int, bytes]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(HOST, self._port, timeout=30)
            self._connection.connect()
            self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        begun = time.perf_counter()
        self._connection.request(method, path, content, self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        took_ms = 1000 * (time.perf_counter() - begun)
        notes = self._notes
        notes.statuses[what, answer.status] += 1
        notes.client_ms[what].append(took_ms)
        timing = re.search(r"app;dur=([\d.]+)", answer.headers.get("server-timing", ""))
        if timing:
            notes.server_ms[what].append(float(timing[1]))
        return answer.status, text


def crowd(
    port: int, sessions: list[str], pace: Pace, lasts_s: float
) -> tuple[Notes, list[Trainer]]:
    """Let people in; they work for ``lasts_s``. Join them to wait."""
    notes, ends_at = Notes(), time.monotonic() + lasts_s
    trainers = [Trainer(port, one, pace, ends_at, notes) for one in sessions]
    for one in trainers:
        one.start()
    return notes, trainers


# Afterwards


def faults(url: str, notes: Notes) -> list[str]:
    """All in the store that is not as it was acknowledged, and every item given out twice."""
    with open_store(url) as store:
        review = review_of(store)
        found = [fault for at, mine in notes.work.items() for fault in _compare(review, at, mine)]
        return found + _doubles(review)


def _compare(review: ReviewStore, path: str, mine: Acknowledged) -> Iterator[str]:
    key = path.rsplit("/", 1)[-1]
    held = review.assignment(key)
    draft = review.draft(key, held.person_id)
    sent = mine.drafts.get(draft.version)
    if draft.version < mine.version:
        yield f"{key}: draft {mine.version} was acknowledged, {draft.version} is stored"
    elif draft.version > mine.version + 1:
        yield f"{key}: draft {draft.version} was never sent"
    elif draft.version > mine.opened and (
        not isinstance(draft.content, dict) or draft.content["answer"] != sent
    ):
        yield f"{key}: draft {draft.version} is not as it was sent"
    made = [one for one in review.judgments(key) if one.kind is JudgmentKind.SUBMITTED]
    if mine.submitted is not None and len(made) != 1:
        yield f"{key}: a judgment was acknowledged, {len(made)} are stored"
    said = mine.submitting and in_item_order(Answer.model_validate(mine.submitting), held.order)
    if any(one.answer != said for one in made):
        yield f"{key}: the stored judgment is not as it was sent"


def _doubles(review: ReviewStore) -> list[str]:
    """Items that more people hold or have judged than their overlap of one allows."""
    found: list[str] = []
    page = review.items(SLUG)
    while page:
        for one in page:
            holders = review.item_assignments(one.item_id)
            if len(holders) > 1:
                found.append(f"{one.item_id}: given to {len(holders)} people")
        page = review.items(SLUG, after=page[-1].place)
    return found
