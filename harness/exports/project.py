"""The export of a review project: one pass over its items, in one snapshot of the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from harness.errors import InputError, UsageError
from harness.exports.admit import prompt_digest
from harness.exports.card import card_of
from harness.exports.conflicts import ConflictList
from harness.exports.export import Drop, Export, Feeds, Row, RowContext, Subject
from harness.exports.folder import new_folder
from harness.exports.manifest import Origin, manifest_of, write_json, write_manifest
from harness.exports.near import SplitPlan, plan_splits
from harness.exports.options import Conflicts, Corrections, ExportOptions
from harness.exports.registry import find_export
from harness.exports.select import ITEM_LEFT_OUT, UNJUDGED, item_reason, select_votes
from harness.exports.subjects import is_conflict, subjects_of
from harness.exports.writing import Plan, Writing
from harness.models import Json
from harness.models.pair import JudgedItem, Pair
from harness.models.review import Project
from harness.models.rubric import Rubric
from harness.store import Snapshot, Store, project_snapshot, review_of

CARD = "README.md"


@dataclass(frozen=True)
class Done:
    """An export that was written. manifest: its content."""

    folder: Path
    manifest: Row


def export_project(
    store: Store,
    slug: str,
    options: ExportOptions,
    out: Path,
    *,
    pseudonym: Callable[[str], str],
    overwrite: bool = False,
) -> Done:
    """Write a project's judgments into the new folder ``out``.

    Raises NotFound, UsageError for options that do not fit the format, InputError if ``out`` is
    taken, the rubric lacks what the format needs, or there are conflicts that were to be refused.
    """
    export = find_export(options.format)
    check_options(export, options)
    project = review_of(store).project(slug)
    rubric = _rubric(export, project)
    with new_folder(out, overwrite=overwrite) as folder, project_snapshot(store, slug) as snapshot:
        context = RowContext(
            with_margin=options.with_margin, pseudonym=pseudonym, identities=options.identities,
            rubric=rubric,
        )  # fmt: skip
        plan = with_tasks(
            Plan(export, options, context),
            ((head.key, str(head.task["prompt"])) for head in snapshot.tasks()),
        )
        with Writing(plan, folder) as writing, ConflictList(folder, context) as conflicts:
            offer_items(writing, conflicts, snapshot.items(whole=export.feeds is Feeds.ITEM))
            origin = Origin("project", slug, project.title, _details(project, snapshot, options))
            manifest = finish(writing, conflicts, origin)
    return Done(out, manifest)


def check_options(export: Export, options: ExportOptions) -> None:
    """Raise UsageError for options that this format has no use for."""
    if options.with_margin and not export.margin:
        raise UsageError(
            f"--with-margin: {export.name} rows have no margin", fix="use --format trl-reward"
        )
    if options.parquet and export.array:
        raise UsageError(f"--parquet: {export.name} is a JSON format", fix="leave it out")
    if export.feeds is not Feeds.ITEM:
        return
    of_pairs = {
        "--min-agreement": options.filters.min_agreement,
        "--min-preference": options.filters.min_preference,
        "--require-pass-chosen": options.require_pass_chosen,
        "--corrections": options.corrections is not Corrections.OFF,
        "--conflicts": options.conflicts is not Conflicts.REPORT,
    }
    for name, given in of_pairs.items():
        if given:
            raise UsageError(
                f"{name}: {export.name} aggregates nothing",
                fix="use a format of pairs",
            )


def _rubric(export: Export, project: Project) -> Rubric | None:
    """The project's rubric. Raises InputError if it lacks what the format needs."""
    try:
        rubric = Rubric.model_validate(project.rubric)
    except ValidationError:
        rubric = None
    if export.missing is None:
        return rubric
    missing = export.missing(rubric) if rubric else ("a form that can be read",)
    if missing:
        lacks = "; ".join(missing)
        raise InputError(
            f"{export.name} cannot be made with {project.rubric_ref}, which lacks {lacks}",
            fix="use a rubric that has it, such as single-response, in a new project",
        )
    return rubric


def with_tasks(plan: Plan, tasks: Iterable[tuple[str, str]]) -> Plan:
    """The plan with the split of its (key, prompt) tasks and the prompts that several share."""
    options = plan.options
    counted: Counter[bytes] = Counter()

    def noted() -> Iterator[tuple[str, str]]:
        for key, prompt in tasks:
            counted[prompt_digest(prompt)] += 1
            yield key, prompt

    split = SplitPlan()
    if options.splits:
        split = plan_splits(noted(), options.splits, options.seed, options.near)
    else:
        for _ in noted():
            pass
    shared = frozenset(digest for digest, count in counted.items() if count > 1)
    return replace(plan, split=split, shared_prompts=shared)


def offer_items(writing: Writing, conflicts: ConflictList, items: Iterable[JudgedItem]) -> None:
    """Put every item through: filter, aggregate, write, count."""
    plan, counts = writing.plan, writing.counts
    whole = plan.export.feeds is Feeds.ITEM
    for item in items:
        reason = item_reason(item, plan.options.filters)
        if reason is not None:
            counts.items.drop(reason)
            counts.judgments.drop(ITEM_LEFT_OUT, len(item.votes))
            continue
        votes = select_votes(item, plan.options.filters, counts.judgments, revisions=whole)
        corrected = plan.options.corrections is not Corrections.OFF and item.fixes
        if not votes and not corrected and not item.extra:
            counts.items.drop(UNJUDGED if not item.votes else "no judgment of it takes part")
            continue
        counts.items.keep()
        if whole:
            writing.offer(plan.export, item._replace(votes=votes))
            continue
        subjects: list[Subject | Drop] = []
        for table in plan.export.tables:
            subjects = list(subjects_of(item, votes, table.feeds, plan.options))
            for subject in subjects:
                writing.offer(table, subject)
        if plan.export.tables[-1].feeds is not Feeds.PAIR:
            subjects = list(subjects_of(item, votes, Feeds.PAIR, plan.options))
        for one in subjects:
            if isinstance(one, Pair) and is_conflict(one):
                conflicts.add(one)


def finish(writing: Writing, conflicts: ConflictList, origin: Origin) -> Row:
    """Close the files and write what goes with them. Raises InputError for refused conflicts."""
    plan = writing.plan
    writing.close()
    conflicts.close()
    if conflicts.count and plan.options.conflicts is Conflicts.REFUSE:
        raise InputError(
            f"{conflicts.count} pairs prefer a response that fails its tests to one that passes, "
            f"such as {', '.join(conflicts.first)}",
            fix="export with --conflicts report and look at conflicts.html, or drop them",
        )
    tables = {file.name: writing.folder / file.name for file in writing.files.values()}
    for name, content in plan.export.files(tables, plan.context).items():
        _write_extra(writing.folder / name, content)
    facts = manifest_of(writing, origin, conflicts.count)
    (writing.folder / CARD).write_text(card_of(writing, origin, facts), encoding="utf-8")
    return write_manifest(writing, origin, conflicts.count)


def _write_extra(path: Path, content: Json) -> None:
    if isinstance(content, str):
        path.write_text(content, encoding="utf-8")
    else:
        write_json(path, content)


def _details(project: Project, snapshot: Snapshot, options: ExportOptions) -> Row:
    found: Row = {
        "title": project.title, "overlap": project.overlap, "rubric": project.rubric_ref,
        "rubric_digest": project.rubric_digest, "guidelines_version": project.guidelines_version,
    }  # fmt: skip
    if options.format == "raw":
        found["rubrics"] = snapshot.rubrics()
        found["guidelines"] = {str(key): text for key, text in snapshot.guidelines().items()}
    return found
