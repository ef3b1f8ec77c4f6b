"""Who wrote a response is nowhere in what the server sends before a judgment is submitted."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from harness.models import Answer, RunInfo
from harness.models.review import AssignmentState, NewProject, Role
from harness.quality.pairing import PairPolicy
from harness.review.importing import ImportOptions, add_plan, plan_import
from harness.review.pages.projects import UNDO_S
from harness.review.rendering import static_address, static_files
from harness.rubrics import find_rubric
from harness.store import ReviewStore, Store, review_of
from harness.store.artifacts import keep_artifact
from tests.review import samples
from tests.review.test_access import declared
from tests.review.test_security import OURS, enter

# Names no word of ours contains; ids, files and the run tell them too, as real ones do.
MODELS = ("Zephyrine-9000-Instruct", "borealis/Quokka-70B")
RUN = "20300101-zephyrine-against-quokka"
TELLING = ("zephyrine", "quokka", "borealis")


def spellings(word: str) -> set[str]:
    """Ways in which a name could slip through: as it is, encoded, or as the digest of an id."""
    raw = word.encode()
    encoded = {base64.b64encode(b" " * pad + raw).decode()[4:-4].lower() for pad in range(3)}
    return {word, raw.hex(), quote(word, safe=""), word[::-1]} | {
        one for one in encoded if len(one) > 5
    }


def digests(ids: list[str]) -> set[str]:
    return {
        maker(one.encode()).hexdigest() for one in ids for maker in (hashlib.sha256, hashlib.md5)
    }


@pytest.fixture
def secrets(store: Store, review: ReviewStore, tmp_path: Path) -> set[str]:
    """A project ``blind`` imported from a run that tells everything; what must not be seen."""
    tasks = [*(samples.merge_task(n) for n in (1, 2, 3)), samples.html_task(), samples.sql_task()]
    found = [one for n in (1, 2, 3) for one in samples.merge_results(n)]
    rows, ids = [], []
    for number, one in enumerate([*found, *samples.html_results(), *samples.sql_results()]):
        model = MODELS[samples.MODELS.index(one.model)]
        ids.append(f"{model}/{one.task_id}/{number}")
        shot = keep_artifact(tmp_path, "screenshot", "image/png", b"\x89PNG" + bytes([number]))
        told = {
            "code": one.code + "#" * (number % 2 + 1), "model": model,
            "response_id": ids[-1], "origin": f"/data/{model}.jsonl", "line": 7,
            "content_key": hashlib.sha256(ids[-1].encode()).hexdigest(), "artifacts": (shot,),
        }  # fmt: skip
        rows.append(one.model_copy(update=told))
    paths = tuple(f"/data/{model}.jsonl" for model in MODELS)
    store.create_run(
        RunInfo(run_id=RUN, started_at="2030-01-01T00:00:00Z", response_paths=paths,
                command=f"harness run --responses {paths[0]}")
    )  # fmt: skip
    store.add_tasks(RUN, tasks)
    store.add_results(RUN, list(enumerate(rows)))
    form = find_rubric("pairwise-code")
    project = NewProject(
        slug="blind", title="Which is better", rubric_ref=str(form.ref), rubric_digest=form.digest,
        rubric=form.model_dump(mode="json"), overlap=3,
    )  # fmt: skip
    review.create_project(project)
    how = ImportOptions(policy=PairPolicy.ALL, size=2, most=None, seed=1)
    added = add_plan(review, "blind", plan_import(store, RUN, (), how))
    assert added.added == len(tasks)
    return {one for word in TELLING for one in spellings(word)} | digests(ids)


def seen_in(answer: Any, secrets: set[str]) -> set[str]:
    """Secrets in an answer: its body, its headers, the address it leads to."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    text = f"{answer.url}\n{headers}\n{answer.content.decode('utf-8', 'replace')}".lower()
    return {one for one in secrets if one.lower() in text}


def answers(client: TestClient, assignment_id: str, item_id: str) -> Iterator[Any]:
    """Everything one can ask for on the way to a judgment, but the submission."""
    names = {
        "assignment_id": assignment_id,
        "slug": "blind",
        "item_id": item_id,
        "run_id": "u_x",
        "place": "0",
        "number": "0",
        "token": "none",
        "digest": static_address()[8:],
        "name": "desk.js",
    }
    for method, path in declared():
        if method == "GET":
            for letter in "AB":
                address = path.format(**{**names, "letter": letter})
                yield client.get(address, params={"left": "A", "right": "B"})
    for name in static_files():
        yield client.get(f"{static_address()}/{name}")
    base = f"/api/desk/{assignment_id}"
    said = {"version": 0, "answer": {"preference": 1}}
    for method, path, body in (
        ("POST", f"{base}/heartbeat", {}), ("PUT", f"{base}/draft", said),
        ("PUT", f"{base}/draft", said), ("POST", f"{base}/first", said),
        ("POST", f"{base}/submit", {**said, "key": "incomplete"}), ("POST", f"{base}/reopen", {}),
        ("POST", f"/api/projects/blind/next?besides={assignment_id}", {}),
    ):  # fmt: skip
        yield client.request(method, path, json=body, headers=OURS)
    yield client.get(f"/desk/{assignment_id}")
    yield client.get(base)


@pytest.mark.parametrize("role", [Role.TRAINER, Role.MANAGER])
def test_nothing_tells_who_wrote_what_before_submission(
    client: TestClient, review: ReviewStore, secrets: set[str], role: Role
) -> None:
    me = enter(client, review, "me", role)
    while (claimed := review.claim_next("blind", me)) is not None:
        for answer in answers(client, claimed.assignment_id, claimed.item_id):
            assert answer.status_code < 500
            assert not seen_in(answer, secrets), answer.url
        again = review.assignment(claimed.assignment_id)
        assert again.state is AssignmentState.CLAIMED
        left = client.post(
            f"/api/desk/{claimed.assignment_id}/expert", json={"reason": "next"}, headers=OURS
        )
        assert not seen_in(left, secrets)
    gone = [one.assignment_id for one in review.my_assignments(me)]
    assert len(gone) >= 5
    for assignment_id in gone:
        for path in (f"/work/{assignment_id}", f"/api/work/{assignment_id}"):
            assert not seen_in(client.get(path), secrets)


def test_names_stay_away_while_a_judgment_can_be_taken_back_and_come_after_that(
    client: TestClient, store: Store, review: ReviewStore, secrets: set[str]
) -> None:
    """The same search over the same pages: it finds the name as soon as it is there."""
    me = enter(client, review, "me")
    for ago_s, told in ((0.0, False), (UNDO_S + 60, True)):
        at = time.time() - ago_s
        earlier = review_of(store, clock=partial(float, at))
        claimed = earlier.claim_next("blind", me)
        assert claimed is not None
        earlier.submit(claimed.assignment_id, me, Answer(preference=1), f"{ago_s}")
        for base in ("/work", "/api/work"):
            found = seen_in(client.get(f"{base}/{claimed.assignment_id}"), secrets)
            assert bool(found) is told, base
        again = client.post(f"/api/desk/{claimed.assignment_id}/reopen", headers=OURS)
        assert again.status_code == (409 if told else 200)
