"""Items of a project: responses of runs that are judged together."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, select

from harness.errors import NotFound, StoreError
from harness.models import Result, Task
from harness.models.review import BlindResponse, Imported, Item, ItemState, NewItem, Source
from harness.store import later_flags, schema
from harness.store.codec import digest, unpack
from harness.store.queries import chunked
from harness.store.review_base import Row, Values, item_of, new_id
from harness.store.review_projects import Projects
from harness.store.review_schema import item, item_response, project

# Items of one round trip: their responses and tasks are looked up together.
CHUNK = 100

_ITEM = select(item, project.c.slug.label("project_slug")).join_from(item, project)
_result = schema.result.c


class _Found(NamedTuple):
    """What the store has for a chunk of items: results by source, task hashes by (run, task)."""

    results: dict[tuple[str, bytes], Row]
    tasks: dict[tuple[int, str], str]
    place: str

    def result(self, one: Source) -> Row:
        """The row of a response. Raises StoreError."""
        row = self.results.get((one.run_id, digest(one.response_id)))
        if row is None:
            raise StoreError(
                f"run {one.run_id} has no response {one.response_id!r}", file=self.place
            )
        return row

    def task_hash(self, run: int, task_id: str) -> str:
        """The content hash of a task as the run had it. Raises StoreError."""
        found = self.tasks.get((run, task_id))
        if found is None:
            raise StoreError(f"the run has no task {task_id!r}", file=self.place)
        return found


class Items(Projects):
    """Puts items into projects and reads them."""

    def add_items(self, slug: str, items: Iterable[NewItem], by: str | None = None) -> Imported:
        """Add items behind those that are there; the same responses again are skipped.

        All or nothing. Raises StoreError for a run, response or task that is not stored.
        """
        added = seen = 0
        with self._write() as connection:
            key = self._project_key(connection, slug)
            # Imports into one project take turns.
            query = select(project.c.overlap).where(project.c.id == key)
            overlap = connection.scalar(query.with_for_update(key_share=True))
            last = connection.scalar(select(func.max(item.c.place)).where(item.c.project == key))
            place = 0 if last is None else last + 1
            for chunk in chunked(items, CHUNK):
                values = {"project": key, "open_slots": overlap, "created_at": self._clock()}
                added += self._add_chunk(connection, chunk, place + added, values)
                seen += len(chunk)
            counts = {"added": added, "skipped": seen - added}
            actor = self._actor(connection, by)
            self._note(connection, "items-imported", new=counts, project=key, person=actor)
        return Imported(added=added, skipped=seen - added)

    def _add_chunk(
        self, connection: Connection, chunk: Sequence[NewItem], place: int, values: Values
    ) -> int:
        found = self._found(connection, chunk)
        signed = {_signature(new): new for new in chunk}
        there = select(item.c.signature).where(
            item.c.project == values["project"], item.c.signature.in_(list(signed))
        )
        for known in connection.scalars(there):
            del signed[bytes(known)]
        rows = [
            values | {"place": place + number, "signature": signature} | _item_row(new, found)
            for number, (signature, new) in enumerate(signed.items())
        ]
        if not rows:
            return 0
        connection.execute(insert(item), rows)
        ids = [row["public_id"] for row in rows]
        keys = select(item.c.public_id, item.c.id).where(item.c.public_id.in_(ids))
        by_id: dict[str, int] = dict(connection.execute(keys).all())
        responses = [
            response
            for row, new in zip(rows, signed.values(), strict=True)
            for response in _response_rows(by_id[row["public_id"]], new, found)
        ]
        connection.execute(insert(item_response), responses)
        return len(rows)

    def _found(self, connection: Connection, chunk: Sequence[NewItem]) -> _Found:
        sources = [one for new in chunk for one in new.responses]
        run_id, link, task = schema.run.c.run_id, schema.run_task.c, schema.task.c
        results = (
            select(_result.id, _result.run, _result.response_key, _result.language, run_id)
            .join_from(schema.result, schema.run)
            .where(
                run_id.in_({one.run_id for one in sources}),
                _result.response_key.in_({digest(one.response_id) for one in sources}),
            )
        )
        rows = connection.execute(results).mappings().all()
        hashes = (
            select(link.run, task.task_id, link.content_hash)
            .join_from(schema.run_task, schema.task)
            .where(
                link.run.in_({row["run"] for row in rows}),
                task.task_id.in_({new.task_id for new in chunk}),
            )
        )
        return _Found(
            {(row["run_id"], bytes(row["response_key"])): row for row in rows},
            {(run, name): found for run, name, found in connection.execute(hashes)},
            self._database.place,
        )

    def item(self, item_id: str) -> Item:
        """An item. Raises NotFound."""
        with self._read() as connection:
            row = connection.execute(_ITEM.where(item.c.public_id == item_id)).mappings().first()
        if row is None:
            raise NotFound(f"no item {item_id!r}")
        return item_of(row)

    def task_of(self, item_id: str) -> Task:
        """The task of an item, as the run had it. Raises NotFound."""
        with self._read() as connection:
            return read_task(connection, item_id)

    def responses_of(self, item_id: str) -> list[BlindResponse]:
        """An item's responses in item order, without anything that tells where they come from."""
        with self._read() as connection:
            return read_responses(connection, item_id)


def read_task(connection: Connection, item_id: str) -> Task:
    """The task of an item. Raises NotFound."""
    query = (
        select(schema.task.c.payload)
        .join_from(item, schema.task, schema.task.c.content_hash == item.c.task_hash)
        .where(item.c.public_id == item_id)
    )
    payload = connection.scalar(query)
    if payload is None:
        raise NotFound(f"no item {item_id!r}")
    return unpack(Task, payload)


def read_responses(connection: Connection, item_id: str) -> list[BlindResponse]:
    """The responses of an item in item order, blind, with the flags of all stages."""
    columns = item_response.c
    query = (
        select(columns.public_id, columns.position, columns.text, _result.run, _result.payload)
        .join_from(item_response, item)
        .join(schema.result, _result.id == columns.result)
        .where(item.c.public_id == item_id)
        .order_by(columns.position)
    )
    rows = connection.execute(query).mappings().all()
    results = [unpack(Result, row["payload"]) for row in rows]
    for run in {row["run"] for row in rows}:
        places = [at for at, row in enumerate(rows) if row["run"] == run]
        stored = [results[at] for at in places]
        flagged = later_flags.merged(connection, run, stored, unpack)
        for at, result in zip(places, flagged, strict=True):
            results[at] = result
    return [_blind(row, result) for row, result in zip(rows, results, strict=True)]


def _signature(new: NewItem) -> bytes:
    """What makes an item the same as another: its task and its responses, in any order."""
    pairs = sorted((one.run_id, one.response_id) for one in new.responses)
    return digest(new.task_id, *(part for pair in pairs for part in pair))


def _item_row(new: NewItem, found: _Found) -> Values:
    first = found.result(new.responses[0])
    return {
        "public_id": new_id("i"),
        "run": first["run"],
        "task_hash": found.task_hash(first["run"], new.task_id),
        "task_id": new.task_id,
        "language": first["language"],
        "size": len(new.responses),
        "state": ItemState.OPEN.value,
        "expert_slots": 0,
        "submitted": 0,
        "reason": new.reason,
    }


def _response_rows(key: int, new: NewItem, found: _Found) -> list[Values]:
    return [
        {
            "public_id": new_id("r"),
            "item": key,
            "position": position,
            "result": found.result(one)["id"],
            "text": None if one.text is None else _packed_text(one.text),
        }
        for position, one in enumerate(new.responses, 1)
    ]


def _blind(row: Row, result: Result) -> BlindResponse:
    hidden = {
        "response_id": row["public_id"], "model": "", "origin": None, "line": None,
        "content_key": "",
    }  # fmt: skip
    return BlindResponse(
        public_id=row["public_id"],
        position=row["position"],
        result=result.model_copy(update=hidden),
        text=None if row["text"] is None else _unpacked_text(row["text"]),
    )


def _packed_text(text: str) -> bytes:
    return zlib.compress(text.encode("utf-8", "surrogatepass"))


def _unpacked_text(content: bytes) -> str:
    return zlib.decompress(content).decode("utf-8", "surrogatepass")
