"""Projects and their items."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from harness.errors import Conflict, NotFound
from harness.models.review import (
    NewProject,
    Project,
)
from harness.store.queries import insert_new
from harness.store.review_base import Part, Row
from harness.store.review_schema import guidelines, item, project, rubric

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
