"""A project's judgments as measures of quality read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from harness.models import Answer, Language, Result, Strength
from harness.models.judged import Judged, JudgedItem, JudgedResponse, Opinion
from harness.store import later_flags, schema
from harness.store.codec import digest, unpack
from harness.store.queries import chunked
from harness.store.review_base import Part, Row
from harness.store.review_schema import (
    assignment,
    item,
    item_response,
    judgment,
    person,
    project,
    rubric,
)

_SAID = (
    select(
        judgment.c.assignment, judgment.c.kind, judgment.c.preference, judgment.c.answer,
        judgment.c.flags_seen, judgment.c.active_s, assignment.c.shown_order,
        item.c.id.label("item"), item.c.public_id.label("item_id"),
        person.c.public_id.label("person_id"), person.c.name,
    )
    .join_from(judgment, assignment, assignment.c.id == judgment.c.assignment)
    .join(item, item.c.id == assignment.c.item)
    .join(person, person.c.id == assignment.c.person)
    .where(assignment.c.state == "submitted")
    .order_by(judgment.c.assignment, judgment.c.revision)
)  # fmt: skip
_SHOWN = (
    select(
        item_response.c.position, item.c.public_id.label("item_id"), item.c.task_id,
        item.c.language, schema.result.c.run, schema.run.c.run_id, schema.result.c.payload,
    )
    .join_from(item_response, item)
    .join(schema.result, schema.result.c.id == item_response.c.result)
    .join(schema.run, schema.run.c.id == schema.result.c.run)
    .order_by(item.c.place, item_response.c.position)
)  # fmt: skip


class Judgments(Part):
    """All that people said, for reports."""

    def judged(self, slug: str) -> Judged:
        """What everybody says now of a project's items: one opinion a person and item.

        Memory: all answers, and of the responses all but their texts. Raises NotFound.
        """
        with self._read() as connection:
            key = self._project_key(connection, slug)
            content = connection.scalar(
                select(rubric.c.content).join_from(project, rubric).where(project.c.id == key)
            )
            rows = connection.execute(_SAID.where(assignment.c.project == key)).mappings()
            opinions, keys, names = [], set(), {}
            for row, said in _latest(rows):
                opinions.append(said)
                keys.add(row["item"])
                names[row["person_id"]] = row["name"]
            items = list(self._items(connection, sorted(keys)))
        return Judged(
            project=slug, axes=_axes(content), names=names, items=tuple(items),
            opinions=tuple(opinions),
        )  # fmt: skip

    def projects_of_run(self, run_id: str) -> list[str]:
        """Slugs of the projects that have items with responses of a run, in order."""
        query = (
            select(project.c.slug)
            .join_from(item_response, item)
            .join(project, project.c.id == item.c.project)
            .join(schema.result, schema.result.c.id == item_response.c.result)
            .join(schema.run, schema.run.c.id == schema.result.c.run)
            .where(schema.run.c.run_id == run_id)
            .distinct()
            .order_by(project.c.slug)
        )
        with self._read() as connection:
            return list(connection.scalars(query))

    def _items(self, connection: Connection, keys: list[int]) -> Iterator[JudgedItem]:
        for chunk in chunked(keys, 100):
            rows = connection.execute(_SHOWN.where(item.c.id.in_(chunk))).mappings().all()
            flagged = _flagged(connection, rows)
            pairs = zip(rows, flagged, strict=True)
            for item_id, shown in groupby(pairs, key=lambda pair: str(pair[0]["item_id"])):
                yield _item(item_id, list(shown))


def _latest(rows: Iterable[Row]) -> Iterator[tuple[Row, Opinion]]:
    """The last revision of each assignment, with the first preference that came before it."""
    for _, revisions in groupby(rows, key=lambda row: row["assignment"]):
        first, last = None, None
        for last in revisions:
            if last["kind"] == "first-preference" and first is None:
                first = last["preference"]
        if last is not None and last["kind"] in {"submitted", "amended"}:
            yield last, _opinion(last, first)


def _opinion(row: Row, first: int | None) -> Opinion:
    same = ("item_id", "person_id", "flags_seen", "active_s")
    return Opinion(
        answer=Answer.model_validate(row["answer"]), order=tuple(row["shown_order"]),
        first_preference=first, **{name: row[name] for name in same},
    )  # fmt: skip


def _flagged(connection: Connection, rows: Iterable[Row]) -> list[Result]:
    """The results of the rows with the flags of all stages, run by run."""
    kept = list(rows)
    results = [unpack(Result, row["payload"]) for row in kept]
    for run in {row["run"] for row in kept}:
        places = [at for at, row in enumerate(kept) if row["run"] == run]
        merged = later_flags.merged(connection, run, [results[at] for at in places], unpack)
        for at, result in zip(places, merged, strict=True):
            results[at] = result
    return results


def _item(item_id: str, shown: list[tuple[Row, Result]]) -> JudgedItem:
    row = shown[0][0]
    return JudgedItem(
        item_id=item_id, task_id=row["task_id"], language=Language(row["language"]),
        responses=tuple(_response(row, result) for row, result in shown),
    )  # fmt: skip


def _response(row: Row, result: Result) -> JudgedResponse:
    strong = sum(flag.strength is Strength.STRONG for flag in result.flags)
    return JudgedResponse(
        position=row["position"], run_id=row["run_id"], response_id=result.response_id,
        model=result.model, verdict=result.verdict, code_chars=len(result.code),
        code_digest=digest(result.code).hex(), strong=strong, hints=len(result.flags) - strong,
    )  # fmt: skip


def _axes(content: Any) -> dict[str, tuple[int, ...]]:
    """The scales of a rubric's content; a content without axes has none."""
    axes = content.get("axes", ()) if isinstance(content, dict) else ()
    return {axis["id"]: tuple(point["value"] for point in axis["scale"]) for axis in axes}
