"""Runs on request against the real engine: every language, limits, cancelling, hostile code."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from harness.errors import InputError
from harness.models import Language, Result, Task, TestKind
from harness.models.review import Role
from harness.review.app import create_app
from harness.review.bench import Bench, Program, Say
from harness.review.options import ReviewOptions, RunLimits
from harness.review.own_input import input_form, own_task
from harness.review.reruns import Reruns
from harness.review.run_records import Order, RunKind, RunState, TooMany
from harness.sandbox.engine import client as engine_client
from harness.sandbox.orphans import HOME_LABEL, run_labels
from harness.store import ReviewStore, Store, review_of
from tests.review import samples
from tests.review.conftest import HOST
from tests.review.run_samples import make_run_project
from tests.review.test_security import OURS, enter

LONG_S = 240.0
LANGUAGES = ("python", "javascript", "cpp", "csharp", "sql", "html")


class Desk:
    """A person at the desk of one item, as a program."""

    def __init__(self, client: TestClient, desk: str) -> None:
        self.client = client
        self.base = f"/api{desk}"

    def setup(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"{self.base}/runs").json()
        return found

    def ask(self, kind: str, letters: str = "AB", status: int = 202, **given: Any) -> str:
        body = {"kind": kind, "letters": list(letters), **given}
        answer = self.client.post(f"{self.base}/runs", json=body, headers=OURS)
        assert answer.status_code == status, answer.text
        return str(answer.json().get("id", ""))

    def look(self, run_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"{self.base}/runs/{run_id}").json()
        return found

    def wait(self, run_id: str) -> dict[str, Any]:
        """Until it is over, by its events as the page does."""
        found = self.look(run_id)
        until = time.monotonic() + LONG_S
        while time.monotonic() < until:
            with self.client.stream("GET", f"{self.base}/runs/{run_id}/events") as stream:
                for _ in stream.iter_lines():
                    pass
            found = self.look(run_id)
            if found["state"] not in {"waiting", "running"}:
                return found
        raise AssertionError(f"not over after {LONG_S:g} s: {found}")

    def run(self, kind: str, letters: str = "AB", **given: Any) -> dict[str, Any]:
        found = self.wait(self.ask(kind, letters, **given))
        assert found["state"] == "done", found
        return found

    def view(self, run_id: str) -> str:
        answer = self.client.get(f"{self.base}/runs/{run_id}/view")
        assert answer.status_code == 200
        return str(answer.text)

    def letter(self, part: str) -> str:
        """The letter of the response whose code holds a text."""
        codes: dict[str, str] = self.setup()["codes"]
        return next(letter for letter, code in codes.items() if part in code)


Sit = Callable[..., Desk]


@pytest.fixture
def limits() -> RunLimits:
    return RunLimits(timeout_s=120.0)


@pytest.fixture
def sit(store: Store, options: ReviewOptions, limits: RunLimits) -> Iterator[Sit]:
    """A desk with an item of one language; the server ends with the test, and so must its runs."""
    review = review_of(store)
    app = create_app(store, options.model_copy(update={"runs": limits}))
    with TestClient(app, base_url=f"http://{HOST}", follow_redirects=False) as client:

        def make(language: str, name: str = "tina") -> Desk:
            make_run_project(store, review, language)
            enter(client, review, name)
            desk = client.post("/projects/runs/start", headers=OURS).headers["location"]
            return Desk(client, desk)

        yield make


def by_label(run: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["label"]: one for one in run["programs"]}


@pytest.mark.engine
def test_python_own_input_beside_the_reference(sit: Sit) -> None:
    desk = sit("python")
    run = desk.run("input", input="[[1, 10], [2, 3]]")
    found = by_label(run)
    wrong = desk.letter("= end\n")
    right = "AB".replace(wrong, "")
    assert found["reference"]["cases"][0]["actual"] == "[[1, 10]]"
    assert found[wrong]["cases"][0]["actual"] == "[[1, 3]]"
    assert (found[wrong]["agrees"], found[right]["agrees"]) == (False, True)
    assert found[wrong]["verdict"] == "passed"  # it returned; nobody said what is right
    page = desk.view(run["id"])
    assert "≠ reference" in page
    assert "= reference" in page


@pytest.mark.engine
def test_python_edit_is_judged_by_all_tests_and_handed_in_as_it_ran(sit: Sit, store: Store) -> None:
    desk = sit("python")
    wrong = desk.letter("= end\n")
    code = desk.setup()["codes"][wrong]
    before = desk.run("edit", wrong, code=code)["programs"][0]
    assert before["verdict"] == "failed"
    better = code.replace("merged[-1][1] = end", "merged[-1][1] = max(end, merged[-1][1])")
    hand_in = {"letter": wrong, "code": better}
    address = f"{desk.base}/corrections"
    assert desk.client.post(address, json=hand_in, headers=OURS).status_code == 409
    after = desk.run("edit", wrong, code=better)["programs"][0]
    assert after["verdict"] == "passed"
    assert len(after["cases"]) > 5
    for _ in range(2):  # pressed twice, handed in once
        assert desk.client.post(address, json=hand_in, headers=OURS).status_code == 200
    changed = {"letter": wrong, "code": better + "\n# one more thought\n"}
    assert desk.client.post(address, json=changed, headers=OURS).status_code == 409
    review = review_of(store)
    item = next(one for one in review.items("runs") if one.language.value == "python")
    (kept,) = review.corrections(item.item_id)
    assert kept.code == better
    assert kept.result is not None
    assert kept.result.verdict.value == "passed"
    assert kept.position == 1  # the wrong response, in item order
    assert [one["letter"] for one in desk.setup()["corrections"]] == [wrong]


@pytest.mark.engine
def test_javascript_own_input_that_raises(sit: Sit) -> None:
    desk = sit("javascript")
    found = by_label(desk.run("input", input='"IIII"'))
    assert found["reference"]["cases"][0]["actual"].startswith("raises RangeError")
    wrong = desk.letter("throw new Error(")  # of another type than the task asks for
    right = "AB".replace(wrong, "")
    assert (found[wrong]["agrees"], found[right]["agrees"]) == (False, True)


@pytest.mark.engine
def test_cpp_own_input_and_an_edit_that_does_not_build(sit: Sit) -> None:
    desk = sit("cpp")
    found = by_label(desk.run("input", input="[[1, 2, 3]]"))
    assert found["reference"]["cases"][0]["actual"].count("1") == 1
    assert {found["A"]["agrees"], found["B"]["agrees"]} == {True, False}
    desk.ask("input", status=422, input="[[1]], 2")  # one argument too many
    built = desk.run("edit", "A", code="std::vector<int> spiral(int x) { return x }")
    assert built["programs"][0]["verdict"] == "build_failed"
    assert "error" in built["programs"][0]["build_log"]
    assert "error" in desk.view(built["id"])


@pytest.mark.engine
def test_csharp_edit(sit: Sit) -> None:
    desk = sit("csharp")
    assert desk.setup()["input"] is None  # a class under test takes no arguments
    desk.ask("input", status=422, input="1")
    runs = [desk.run("edit", letter, code=code) for letter, code in desk.setup()["codes"].items()]
    assert {one["programs"][0]["verdict"] for one in runs} == {"passed", "failed"}


@pytest.mark.engine
def test_sql_on_rows_of_ones_own(sit: Sit) -> None:
    desk = sit("sql")
    form = desk.setup()["input"]
    assert form["kind"] == "sql"
    _, seed = form["samples"][0]
    assert seed
    run = desk.run("input", input=seed)
    assert all(len(one["cases"]) == 1 for one in run["programs"])
    assert "<table" in desk.view(run["id"])
    broken = desk.run("input", "A", input="INSERT INTO nowhere VALUES (1);")
    assert broken["programs"][0]["verdict"] == "harness_error"
    assert "your input cannot be used" in broken["programs"][0]["message"]
    assert "nowhere" in broken["programs"][0]["message"]


@pytest.mark.engine
def test_html_steps_screenshot_and_console(sit: Sit) -> None:
    desk = sit("html")
    steps = "type #item milk\nclick #add\nclick #list input"
    run = desk.run("input", "A", input=steps)
    assert run["programs"][0]["verdict"] == "passed"
    address = f"{desk.base}/runs/{run['id']}/pictures/0/0"
    assert address in desk.view(run["id"])
    shot = desk.client.get(address)
    assert shot.headers["content-type"] == "image/png"
    assert shot.content.startswith(b"\x89PNG")
    assert desk.client.get(address[:-1] + "7").status_code == 404
    desk.ask("input", "A", status=422, input="click #add\ndance")
    loud = "<!doctype html><title>x</title><p>y<script>console.error('heard')</script>"
    edited = desk.run("edit", "A", code=loud)
    assert edited["programs"][0]["verdict"] == "failed"
    assert "heard" in desk.view(edited["id"])


FORK_BOMB = (
    "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass\n"
)
LOOP = "while True:\n    pass\n"
KILLER = "import os, signal\nos.kill(-1, signal.SIGKILL)\ndef merge_slots(slots):\n    return []\n"


@pytest.mark.engine
def test_hostile_edits_hurt_nobody(sit: Sit) -> None:
    desk = sit("python")
    for code in (FORK_BOMB, LOOP, KILLER):
        run = desk.run("edit", "A", code=code)
        assert run["programs"][0]["verdict"] not in {"passed", "harness_error"}, code
    found = by_label(desk.run("input", input="[[1, 2]]"))
    assert found["reference"]["cases"][0]["actual"] == "[[1, 2]]"


@pytest.mark.engine
def test_a_running_run_is_cancelled_and_the_next_one_works(sit: Sit) -> None:
    desk = sit("python")
    slow = "import time\ndef merge_slots(slots):\n    time.sleep(11)\n    return slots\n"
    first = desk.ask("edit", "A", code=slow)
    second = desk.ask("input", input="[[1, 2]]")
    assert desk.look(second)["place"] in {1, 2}
    until = time.monotonic() + 60
    while not desk.look(first)["note"].startswith("running") and time.monotonic() < until:
        time.sleep(0.05)
    assert desk.client.delete(f"{desk.base}/runs/{first}", headers=OURS).json()["state"] == (
        "cancelled"
    )
    assert desk.wait(second)["state"] == "done"
    assert desk.look(first)["state"] == "cancelled"
    assert desk.look(first)["programs"] == []
    again = desk.client.delete(f"{desk.base}/runs/{second}", headers=OURS).json()
    assert again["state"] == "done"  # what is over stays as it is


class TestOverLong:
    """A run has an end even where each of its cases stays within its limits."""

    @pytest.fixture
    def limits(self) -> RunLimits:
        return RunLimits(timeout_s=8.0)

    @pytest.mark.engine
    def test_it_is_ended_and_says_so(self, sit: Sit) -> None:
        desk = sit("python")
        slow = "import time\ndef merge_slots(slots):\n    time.sleep(11)\n    return slots\n"
        run = desk.wait(desk.ask("edit", "A", code=slow))
        assert run["state"] == "failed"
        assert "longer than 8 s" in run["message"]


@pytest.mark.engine
def test_nobody_else_sees_or_touches_a_run_and_no_model_is_named(sit: Sit, store: Store) -> None:
    desk = sit("python")
    run = desk.run("input", input="[[1, 2]]")
    texts = [str(desk.setup()), str(desk.look(run["id"])), desk.view(run["id"])]
    for secret in (*samples.MODELS, "bundled", "#wrong", "#right", "wrong_", "right_"):
        assert not any(secret in text for text in texts), secret
    enter(desk.client, review_of(store), "mallory", Role.MANAGER)
    for path in ("", f"/{run['id']}", f"/{run['id']}/view", f"/{run['id']}/events"):
        assert desk.client.get(f"{desk.base}/runs{path}").status_code == 404
    gone = desk.client.delete(f"{desk.base}/runs/{run['id']}", headers=OURS)
    assert gone.status_code == 404
    desk.ask("input", status=404, input="1")


@pytest.mark.engine
def test_no_container_is_left_when_the_server_ends(
    store: Store, review: ReviewStore, options: ReviewOptions
) -> None:
    make_run_project(store, review, "python")
    app = create_app(store, options)
    labels = run_labels("x", options.home)
    mine = {"label": f"{HOME_LABEL}={labels[HOME_LABEL]}"}
    engine = engine_client()
    with TestClient(app, base_url=f"http://{HOST}", follow_redirects=False) as client:
        enter(client, review)
        desk = Desk(client, client.post("/projects/runs/start", headers=OURS).headers["location"])
        desk.run("input", input="[[1, 2]]")
        assert engine.containers.list(filters=mine)
        desk.ask("edit", "A", code=LOOP)  # still running when the server is stopped
    assert engine.containers.list(all=True, filters=mine) == []


def test_without_an_engine_the_run_says_so_and_how_to_go_on(
    sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    desk = sit("python")
    run = desk.wait(desk.ask("input", input="[[1, 2]]"))
    assert run["state"] == "failed"
    assert run["message"]
    assert run["fix"]
    assert run["fix"] in desk.view(run["id"]).replace("&#39;", "'")


class SlowBench(Bench):
    """A bench whose programs run until they are told to end: for the order of the queue."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def evaluate(self, task: Task, program: Program, say: Say) -> Result:
        self.let_go.wait(30)
        raise InputError("done with")

    def abandon(self) -> None:
        self.let_go.set()

    def resume(self) -> None:
        self.let_go.clear()

    def close(self) -> None:
        pass


def order(person: str, assignment: str = "a_1") -> Order:
    return Order(
        person_id=person, assignment_id=assignment, kind=RunKind.EDIT, letter="A",
        task=samples.merge_task(1), programs=(Program("A", "x"),),
    )  # fmt: skip


def until(true: Callable[[], bool]) -> None:
    """Wait for another thread, not for ever."""
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)


def test_limits_of_a_person_and_of_the_queue() -> None:
    now = [0.0]
    limits = RunLimits(per_minute=3, unfinished=2, waiting=3)
    reruns = Reruns(SlowBench(), limits, clock=lambda: now[0])
    first = reruns.ask(order("p_1"))
    second = reruns.ask(order("p_1"))
    with pytest.raises(TooMany, match="not done yet"):
        reruns.ask(order("p_1"))
    third = reruns.ask(order("p_2"))
    until(lambda: reruns.run("a_1", first.run_id).state is RunState.RUNNING)
    assert [reruns.place(one) for one in (first, second, third)] == [0, 2, 3]
    reruns.cancel("a_1", second.run_id)
    assert reruns.place(third) == 2
    reruns.ask(order("p_1"))
    reruns.ask(order("p_3"))
    with pytest.raises(TooMany, match="waiting already"):
        reruns.ask(order("p_4"))
    reruns.cancel("a_1", third.run_id)
    reruns.cancel("a_1", first.run_id)
    with pytest.raises(TooMany, match="3 runs a minute") as refused:
        reruns.ask(order("p_1"))
    assert refused.value.wait_s == 60
    now[0] = 61.0
    assert reruns.ask(order("p_1")).state is RunState.WAITING
    reruns.close()
    assert all(one.state.over for one in reruns.runs("a_1"))


def test_a_refused_run_says_when_to_come_back(client: TestClient, review: ReviewStore) -> None:
    enter(client, review)
    desk = client.post("/projects/spans/start", headers=OURS).headers["location"]
    reruns: Reruns = client.app.state.reruns  # type: ignore[attr-defined]
    reruns.limits = RunLimits(per_minute=1)
    body = {"kind": "input", "letters": ["A"], "input": "[[1, 2]]"}
    assert client.post(f"/api{desk}/runs", json=body, headers=OURS).status_code == 202
    refused = client.post(f"/api{desk}/runs", json=body, headers=OURS)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert "try again in" in refused.json()["fix"]


@pytest.mark.parametrize(
    ("given", "said"),
    [("[1, 2", "line 1"), ("nope", "not JSON"), ("NaN", "not JSON"), ("[" * 5000, "not JSON")],
)  # fmt: skip
def test_arguments_that_are_no_json_are_refused_with_the_place(given: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        own_task(samples.merge_task(1), given)


def test_tests_of_a_function_do_not_keep_one_from_calling_it() -> None:
    unit = samples.merge_task(1).model_copy(update={"kind": TestKind.UNIT, "tests": "assert 1"})
    task = own_task(unit, "[[1, 2]]")
    assert (task.kind, task.cases[0].args) == (TestKind.CALL, ([[1, 2]],))
    cpp = unit.model_copy(update={"language": Language.CPP})  # of which no signature is known
    assert input_form(cpp) is None
    of_class = unit.model_copy(update={"reference": "class merge:\n    pass\n"})
    assert input_form(of_class) is None


def test_several_arguments_are_written_as_in_a_call() -> None:
    task = own_task(samples.merge_task(1), '[1, 2],\n{"a": null}, "x", 12345678901234567890')
    assert task.cases[0].args == ([1, 2], {"a": None}, "x", 12345678901234567890)
    form = input_form(samples.merge_task(1))
    assert form is not None
    assert form.label == "Arguments of merge"


def test_a_run_that_was_ended_is_not_forgotten_while_it_is_worked_on() -> None:
    bench = SlowBench()
    bench.abandon = lambda: None  # type: ignore[method-assign]  # it takes its time to end
    reruns = Reruns(bench, RunLimits(per_minute=100, unfinished=100, waiting=100))
    first = reruns.ask(order("p_1"))
    until(lambda: reruns.run("a_1", first.run_id).state is RunState.RUNNING)
    reruns.cancel("a_1", first.run_id)
    for _ in range(30):
        reruns.cancel("a_1", reruns.ask(order("p_1")).run_id)
    last = reruns.ask(order("p_1"))
    bench.let_go.set()
    until(lambda: reruns.run("a_1", last.run_id).state is not RunState.WAITING)
    assert reruns.run("a_1", first.run_id).state is RunState.CANCELLED
    bench.let_go.set()
    until(lambda: reruns.run("a_1", last.run_id).state.over)
    reruns.close()
