"""``manifest.json``: what was asked for, what came of it, and the hash of every file.

It holds no time but those of the data, so that the same inputs give the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from harness import __version__
from harness.exports.export import Row
from harness.exports.folder import MANIFEST
from harness.exports.write import sha256_of
from harness.exports.writing import Writing
from harness.models import Json


@dataclass(frozen=True)
class Origin:
    """Where the rows come from. kind: project, run or label-studio. details: for the manifest."""

    kind: str
    name: str
    title: str
    details: Json = field(default_factory=dict)

    @property
    def machine_made(self) -> bool:
        """Whether preferences come from verdicts instead of people."""
        return self.kind == "run"


def write_manifest(writing: Writing, origin: Origin, conflicts: int) -> Row:
    """Write it last: it names every other file. Returns its content."""
    folder = writing.folder
    manifest = manifest_of(writing, origin, conflicts)
    manifest["files"] = [_file(writing, folder, path) for path in sorted(folder.rglob("*"))
                         if path.is_file()]  # fmt: skip
    write_json(folder / MANIFEST, manifest)
    return manifest


def manifest_of(writing: Writing, origin: Origin, conflicts: int) -> Row:
    """All of it but the files."""
    plan, facts = writing.plan, writing.facts
    pseudonym = plan.context.pseudonym
    options = plan.options.model_dump(mode="json")
    # Ids of people leave as pseudonyms here, too.
    options["filters"]["annotators"] = [pseudonym(one) for one in plan.options.filters.annotators]
    return {
        "schema_version": 1,
        "tool": {"name": "code-eval-harness", "version": __version__},
        "source": {"kind": origin.kind, "name": origin.name, **origin.details},
        "machine_made": origin.machine_made,
        "made_by": facts.of_rows(lambda row: row.made_by),
        "format": plan.export.name,
        "options": options,
        "counts": writing.counts.as_json(),
        "split": {
            "tasks": plan.split.tasks,
            "groups": plan.split.groups,
            "tasks_of_the_largest_group": plan.split.largest,
            "empty_parts": writing.empty_parts(),
        },
        "conflicts": conflicts,
        "replaced_surrogates": writing.encoder.replaced,
        "judged": {"first": moment(facts.first_at), "last": moment(facts.last_at)},
        "rubrics": [
            {"ref": ref, "digest": digest} for ref, digest in facts.of_votes(lambda one: one.rubric)
        ],
        "guidelines_versions": list(facts.of_votes(lambda one: one.guidelines_version)),
        "languages": facts.of_rows(lambda row: row.language),
        "models": facts.models(),
        "outcomes": {
            name: count for name, count in facts.of_rows(lambda row: row.outcome).items() if name
        },
        "annotators": dict(
            sorted(
                (pseudonym(one), count)
                for one, count in facts.of_votes(lambda vote: vote.person_id).items()
            )
        ),
        "agreement": agreement_of(writing),
        "licences": [
            {"source": source, "licence": licence, "rows": rows}
            for (source, licence), rows in facts.of_rows(
                lambda row: (row.source, row.licence)
            ).items()
        ],
    }


def agreement_of(writing: Writing) -> Row:
    """How far judgments of the same responses agree, among the rows that were written."""
    facts = writing.facts
    share = facts.unanimous / facts.overlapping if facts.overlapping else None
    return {
        "rows_with_several_judgments": facts.overlapping,
        "unanimous": facts.unanimous,
        "unanimous_share": share,
        "judgments": facts.votes.total(),
        "displayed_in_another_order": facts.of_votes(lambda vote: vote.swapped).get(True, 0),
    }


def _file(writing: Writing, folder: Path, path: Path) -> Row:
    name = path.relative_to(folder).as_posix()
    rows = {file.name: file.rows for file in writing.files.values()}
    found: Row = {"name": name, "bytes": path.stat().st_size, "sha256": sha256_of(path)}
    return found | ({"rows": rows[name]} if name in rows else {})


def write_json(path: Path, value: Json) -> None:
    """Write JSON for people and programs; ASCII, so that nothing hides in it."""
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="ascii")


def moment(at: float | None) -> str | None:
    """A time of the data, in UTC."""
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
