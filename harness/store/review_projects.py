"""Projects and their items."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, func, insert, select, update

from harness.errors import Conflict, NotFound, StoreError
from harness.models import Result, Task
from harness.models.review import (
    BlindResponse,
    Imported,
    Item,
    ItemState,
    NewItem,
    NewProject,
    Project,
    Source,
)
from harness.store import schema
from harness.store.codec import digest, unpack
from harness.store.queries import CHUNK, chunked, insert_new
from harness.store.review_base import Part, Row, Values, item_of, new_id
from harness.store.review_schema import guidelines, item, item_response, project, rubric

_PROJECT = (
    select(project, rubric.c.ref, rubric.c.content, guidelines.c.text)
    .join_from(project, rubric)
    .join(
        guidelines,
        (guidelines.c.project == project.c.id)
        & (guidelines.c.version == project.c.guidelines_version),
    )
)
_ITEM = select(item, project.c.slug.label("project_slug")).join_from(item, project)
_SECONDS = 60
_SAME_NAME = (
    "slug", "title", "description", "requirements", "expected_minutes", "deliverables",
    "rubric_digest", "overlap", "flag_policy",
)  # fmt: skip


class Projects(Part):
    """Makes projects, puts items into them and reads both."""

    def create_project(self, new: NewProject, by: str | None = None) -> Project:
        """Add a project. Raises Conflict if its slug is taken."""
        now = self._clock()
        values = {name: getattr(new, name) for name in _SAME_NAME} | {
            "languages": [language.value for language in new.languages],
            "lock_s": new.lock_minutes * _SECONDS,
            "guidelines_version": 1,
            "closed": False,
            "created_at": now,
        }
        with self._write() as connection:
            if connection.scalar(select(project.c.id).where(project.c.slug == new.slug)):
                raise Conflict(f"project {new.slug!r} exists", fix="choose another name")
            self._keep_rubric(connection, new)
            added = connection.execute(insert(project).values(values).returning(project.c.id))
            key = added.scalar_one()
            text = {"project": key, "version": 1, "text": new.guidelines, "created_at": now}
            connection.execute(insert(guidelines), text)
            self._note(
                connection, "project-created", new=new.model_dump(mode="json", exclude={"rubric"}),
                project=key, person=self._actor(connection, by),
            )  # fmt: skip
        return self.project(new.slug)

    def _keep_rubric(self, connection: Connection, new: NewProject) -> None:
        row = {"digest": new.rubric_digest, "ref": new.rubric_ref, "content": new.rubric}
        connection.execute(insert_new(rubric, connection.dialect.name), row)

    def _actor(self, connection: Connection, person_id: str | None) -> int | None:
        return None if person_id is None else self._person_key(connection, person_id)

    def project(self, slug: str) -> Project:
        """A project by its slug. Raises NotFound."""
        with self._read() as connection:
            row = connection.execute(_PROJECT.where(project.c.slug == slug)).mappings().first()
        if row is None:
            known = ", ".join(one.slug for one in self.projects()[:5])
            raise NotFound(
                f"no project {slug!r}; " + (f"there are {known}" if known else "there is none yet"),
                fix="harness review init NAME --from-run RUN",
            )
        return _project_of(row)

    def projects(self) -> list[Project]:
        """All projects, newest last."""
        with self._read() as connection:
            rows = connection.execute(_PROJECT.order_by(project.c.id)).mappings()
            return [_project_of(row) for row in rows]

    def set_guidelines(self, slug: str, text: str, by: str | None = None) -> Project:
        """Give a project new guidelines under the next version; old ones are kept."""
        with self._write() as connection:
            key = self._project_key(connection, slug)
            version = connection.execute(
                update(project)
                .where(project.c.id == key)
                .values(guidelines_version=project.c.guidelines_version + 1)
                .returning(project.c.guidelines_version)
            ).scalar_one()
            row = {"project": key, "version": version, "text": text, "created_at": self._clock()}
            connection.execute(insert(guidelines), row)
            self._note(
                connection, "guidelines-changed", old=version - 1, new=version, project=key,
                person=self._actor(connection, by),
            )  # fmt: skip
        return self.project(slug)

    def close_project(self, slug: str, closed: bool, by: str | None = None) -> Project:
        """Stop (or start again) giving out items; what is claimed can be finished."""
        with self._write() as connection:
            key = self._project_key(connection, slug)
            connection.execute(update(project).where(project.c.id == key).values(closed=closed))
            what = "project-closed" if closed else "project-reopened"
            self._note(connection, what, project=key, person=self._actor(connection, by))
        return self.project(slug)

    def rubric_content(self, rubric_digest: str) -> object:
        """The content of any rubric a judgment names. Raises NotFound."""
        with self._read() as connection:
            found = connection.execute(
                select(rubric.c.content).where(rubric.c.digest == rubric_digest)
            ).first()
        if found is None:
            raise NotFound(f"no rubric with digest {rubric_digest!r}")
        return found[0]

    # Items

    def add_items(self, slug: str, items: Iterable[NewItem], by: str | None = None) -> Imported:
        """Add items behind those that are there; the same responses again are skipped.

        All or nothing. Raises StoreError for a run, response or task that is not stored.
        """
        added = skipped = 0
        with self._write() as connection:
            key = self._project_key(connection, slug)
            overlap = connection.scalar(select(project.c.overlap).where(project.c.id == key))
            last = connection.scalar(select(func.max(item.c.place)).where(item.c.project == key))
            place = -1 if last is None else last
            for chunk in chunked(items, CHUNK // 8):
                sources = self._sources(connection, chunk)
                for new in chunk:
                    values = {"project": key, "place": place + 1, "open_slots": overlap}
                    if self._add_item(connection, new, sources, values):
                        place, added = place + 1, added + 1
                    else:
                        skipped += 1
            self._note(
                connection, "items-imported", new={"added": added, "skipped": skipped},
                project=key, person=self._actor(connection, by),
            )  # fmt: skip
        return Imported(added=added, skipped=skipped)

    def _sources(
        self, connection: Connection, items: list[NewItem]
    ) -> Mapping[tuple[str, bytes], Row]:
        """(run id, response key) → the rows of results that the items name."""
        wanted = {(one.run_id, digest(one.response_id)) for new in items for one in new.responses}
        columns = schema.result.c
        query = (
            select(
                columns.id, columns.run, columns.response_key, columns.language, schema.run.c.run_id
            )
            .join_from(schema.result, schema.run)
            .where(
                schema.run.c.run_id.in_({run_id for run_id, _ in wanted}),
                columns.response_key.in_({key for _, key in wanted}),
            )
        )
        rows = connection.execute(query).mappings()
        return {(row["run_id"], bytes(row["response_key"])): row for row in rows}

    def _add_item(
        self, connection: Connection, new: NewItem, sources: Mapping[tuple[str, bytes], Row],
        values: Values,
    ) -> bool:  # fmt: skip
        found = [self._source(one, sources) for one in new.responses]
        run, language = found[0]["run"], found[0]["language"]
        pairs = sorted((one.run_id, one.response_id) for one in new.responses)
        row = values | {
            "public_id": new_id("i"),
            "run": run,
            "task_hash": self._task_hash(connection, run, new.task_id),
            "task_id": new.task_id,
            "language": language,
            "size": len(found),
            "state": ItemState.OPEN.value,
            "expert_slots": 0,
            "submitted": 0,
            "signature": digest(new.task_id, *(part for pair in pairs for part in pair)),
            "reason": new.reason,
            "created_at": self._clock(),
        }
        statement = insert_new(item, connection.dialect.name).returning(item.c.id)
        key = connection.execute(statement, row).scalar()
        if key is None:
            return False
        responses = [
            {
                "public_id": new_id("r"),
                "item": key,
                "position": position,
                "result": source["id"],
                "text": None if one.text is None else _packed_text(one.text),
            }
            for position, (one, source) in enumerate(zip(new.responses, found, strict=True), 1)
        ]
        connection.execute(insert(item_response), responses)
        return True

    def _source(self, one: Source, sources: Mapping[tuple[str, bytes], Row]) -> Row:
        row = sources.get((one.run_id, digest(one.response_id)))
        if row is None:
            raise StoreError(
                f"run {one.run_id} has no response {one.response_id!r}", file=self._database.place
            )
        return row

    def _task_hash(self, connection: Connection, run: int, task_id: str) -> str:
        link, row = schema.run_task.c, schema.task.c
        query = (
            select(link.content_hash)
            .join_from(schema.run_task, schema.task)
            .where(link.run == run, row.task_id == task_id)
        )
        found = connection.scalar(query)
        if found is None:
            raise StoreError(f"the run has no task {task_id!r}", file=self._database.place)
        return str(found)

    def item(self, item_id: str) -> Item:
        """An item. Raises NotFound."""
        with self._read() as connection:
            row = connection.execute(_ITEM.where(item.c.public_id == item_id)).mappings().first()
        if row is None:
            raise NotFound(f"no item {item_id!r}")
        return item_of(row)

    def task_of(self, item_id: str) -> Task:
        """The task of an item, as the run had it. Raises NotFound."""
        query = (
            select(schema.task.c.payload)
            .join_from(item, schema.task, schema.task.c.content_hash == item.c.task_hash)
            .where(item.c.public_id == item_id)
        )
        with self._read() as connection:
            payload = connection.scalar(query)
        if payload is None:
            raise NotFound(f"no item {item_id!r}")
        return unpack(Task, payload)

    def responses_of(self, item_id: str) -> list[BlindResponse]:
        """An item's responses in item order, without anything that tells where they come from."""
        columns = item_response.c
        query = (
            select(columns.public_id, columns.position, columns.text, schema.result.c.payload)
            .join_from(item_response, item)
            .join(schema.result, schema.result.c.id == columns.result)
            .where(item.c.public_id == item_id)
            .order_by(columns.position)
        )
        with self._read() as connection:
            rows = connection.execute(query).mappings().all()
        return [_blind(row) for row in rows]


def _blind(row: Row) -> BlindResponse:
    hidden = {
        "response_id": row["public_id"], "model": "", "origin": None, "line": None,
        "content_key": "",
    }  # fmt: skip
    return BlindResponse(
        public_id=row["public_id"],
        position=row["position"],
        result=unpack(Result, row["payload"]).model_copy(update=hidden),
        text=None if row["text"] is None else _unpacked_text(row["text"]),
    )


def _packed_text(text: str) -> bytes:
    return zlib.compress(text.encode("utf-8", "surrogatepass"))


def _unpacked_text(content: bytes) -> str:
    return zlib.decompress(content).decode("utf-8", "surrogatepass")


def _project_of(row: Row) -> Project:
    return Project(
        **{name: row[name] for name in _SAME_NAME},
        languages=row["languages"],
        rubric_ref=row["ref"],
        rubric=row["content"],
        guidelines=row["text"],
        guidelines_version=row["guidelines_version"],
        lock_minutes=row["lock_s"] / _SECONDS,
        closed=row["closed"],
        created_at=row["created_at"],
    )
