"""``README.md``: the dataset card, with the YAML that dataset hubs and loaders read.

Texts from outside (titles, sources, licences) are put into YAML by a YAML writer and into Markdown
as code, so that they stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import yaml

from harness.exports.export import Export, Row
from harness.exports.manifest import Origin
from harness.exports.options import TRAIN
from harness.exports.shapes import features
from harness.exports.writing import PROVENANCE, Writing
from harness.models import Json

# Upper bounds of rows and the words hubs use for them.
_SIZES = (
    (1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)  # fmt: skip
_LICENCES = {
    "mit", "apache-2.0", "bsd-2-clause", "bsd-3-clause", "cc-by-4.0", "cc-by-sa-4.0", "cc0-1.0",
    "gpl-3.0", "agpl-3.0", "mpl-2.0", "cc-by-nc-4.0", "unlicense",
}  # fmt: skip
_HOW = {
    "majority": "the outcome that most judgments came to; without one, a tie",
    "mean": "the mean of the preferences",
    "expert": "the experts' majority where there is one, else that of all judgments",
    "each": "none: every judgment is a row of its own",
}


def card_of(writing: Writing, origin: Origin, manifest: Row) -> str:
    """The whole page."""
    front = yaml.safe_dump(_front(writing, origin), sort_keys=False, allow_unicode=True, width=96)
    parts = [
        f"---\n{front}---\n\n# {_plain(origin.title)}\n",
        _about(writing, origin),
        _made(writing, origin),
        _rows(manifest),
        _agreement(manifest, origin),
        _people(manifest, origin),
        _licences(manifest),
        _limits(writing, origin, manifest),
    ]
    return "\n".join(parts)


def _front(writing: Writing, origin: Origin) -> Row:
    export, options = writing.plan.export, writing.plan.options
    tags = ["code", "preference" if export.feeds == "pair" else export.feeds.value, export.name]
    # A JSON array of open shape is no table; a table without rows has no types.
    tables = [
        one
        for one in export.tables
        if not one.array and (not one.table or writing.counts.rows[one.table].kept)
    ]
    written = sum(tally.kept for tally in writing.counts.rows.values())
    return {
        "license": _licence(writing),
        "language": ["en"],
        "pretty_name": _plain(origin.title),
        "size_categories": [_size(written)],
        "task_categories": list(export.tasks),
        "tags": [*tags, "machine-made" if origin.machine_made else "human-feedback"],
        "configs": [_config(writing, table) for table in tables],
        "dataset_info": [
            {
                "config_name": table.table or "default",
                "features": features(table.row_shape(with_margin=options.with_margin))["struct"],
                "splits": [
                    {
                        "name": split,
                        "num_bytes": (writing.folder / file.name).stat().st_size,
                        "num_examples": file.rows,
                    }
                    for (name, split), file in writing.files.items()
                    if name == table.table and (file.rows or split == TRAIN)
                ],
            }
            for table in tables
        ],
    }


def _size(rows: int) -> str:
    return next((name for most, name in _SIZES if rows < most), "n>10M")


def _config(writing: Writing, table: Export) -> Row:
    return {
        "config_name": table.table or "default",
        "data_files": [
            {"split": split, "path": file.name}
            for (name, split), file in writing.files.items()
            # A loader that tells types from rows fails at a file without one.
            if name == table.table and (file.rows or split == TRAIN)
        ],
    }


def _licence(writing: Writing) -> str:
    found = {row.licence.strip().lower() for row in writing.facts.rows}
    return found.pop() if len(found) == 1 and found <= _LICENCES else "other"


def _about(writing: Writing, origin: Origin) -> str:
    what = {
        "project": f"the review project {code(origin.name)}",
        "run": f"the run {code(origin.name)}",
        "label-studio": f"the Label Studio tasks in {code(origin.name)}",
    }[origin.kind]
    lines = [f"{writing.plan.export.title}. Made from {what}."]
    if origin.machine_made:
        lines.append(
            "\n**Machine-made: no person judged these pairs.** A response is preferred because it "
            "passed its tests and the other did not, or passed more of its cases."
        )
    return "\n".join(lines) + "\n"


def _made(writing: Writing, origin: Origin) -> str:
    options = writing.plan.options
    lines = ["## Annotation process\n"]
    if origin.machine_made:
        lines.append(
            "- Responses ran in sandboxes without network against their tasks' tests.\n"
            f"- Pairs of one task: {options.most_per_task} at most, chosen from seed "
            f"{options.seed}; equal programs count once."
        )
        if options.flags_break_ties:
            lines.append("- Between equal shares of passed cases, fewer strong flags decide.")
    else:
        lines.append(
            "- Blind: nobody saw which model wrote a response. Which one stood at the left was "
            f"balanced; the order is in {code(PROVENANCE)}, row by row.\n"
            f"- Several judgments of one item: {_HOW[options.aggregate.value]}."
        )
        if options.corrections.value != "off":
            lines.append("- Responses corrected by people are chosen over what they correct.")
    return "\n".join(lines) + "\n"


def _rows(manifest: Row) -> str:
    lines = ["## Rows\n", "| | in | out | left out |", "|---|---|---|---|"]
    counts = manifest["counts"]
    tallies = [("items", counts["items"]), ("judgments", counts["judgments"])]
    tallies += [(f"rows ({name})", tally) for name, tally in counts["rows"].items()]
    for name, tally in tallies:
        reasons = "; ".join(f"{reason}: {count}" for reason, count in tally["dropped"].items())
        lines.append(f"| {name} | {tally['in']} | {tally['out']} | {reasons or '-'} |")
    return "\n".join(lines) + "\n"


def _agreement(manifest: Row, origin: Origin) -> str:
    head = "## Inter-annotator agreement\n\n"
    if origin.machine_made:
        return f"{head}There were no annotators.\n"
    found = manifest["agreement"]
    several = found["rows_with_several_judgments"]
    if not several:
        return f"{head}Undefined: no row rests on more than one judgment.\n"
    share = f"{found['unanimous_share']:.1%}"
    return (
        f"{head}{several} rows rest on more than one judgment; in {found['unanimous']} of them "
        f"({share}) all came to the same outcome.\n"
    )


def _people(manifest: Row, origin: Origin) -> str:
    head = "## Who annotated\n\n"
    if origin.machine_made:
        return f"{head}Nobody.\n"
    people = manifest["annotators"]
    named = manifest["options"]["identities"]
    lines = [
        f"{len(people)} people, "
        + ("by name:\n" if named else "under pseudonyms (salted hashes):\n")
    ]
    lines += [f"- {code(name)}: {count} judgments" for name, count in people.items()]
    return head + "\n".join(lines) + "\n"


def _licences(manifest: Row) -> str:
    lines = ["## Source licences\n", "| source | licence | rows |", "|---|---|---|"]
    lines += [
        f"| {code(one['source'] or 'not stated')} | {code(one['licence'] or 'not stated')} | "
        f"{one['rows']} |"
        for one in manifest["licences"]
    ]
    lines.append("\nResponses of models may be bound by the terms of whoever runs the model.")
    return "\n".join(lines) + "\n"


def _limits(writing: Writing, origin: Origin, manifest: Row) -> str:
    limits = list(_known_limits(writing, origin, manifest))
    return "## Known limits\n\n" + "\n".join(f"- {one}" for one in limits) + "\n"


def _known_limits(writing: Writing, origin: Origin, manifest: Row) -> Iterable[str]:
    yield "Prompts and answers are as they were given; they may be wrong or unsafe."
    if manifest["conflicts"]:
        yield (
            f"{manifest['conflicts']} pairs prefer a response that fails its tests to one that "
            "passes; see `conflicts.jsonl` and `conflicts.html`."
        )
    if not writing.plan.options.splits:
        yield "There is no held-out part."
    if manifest["split"]["empty_parts"]:
        yield f"No row fell to {', '.join(manifest['split']['empty_parts'])}."
    if origin.machine_made:
        yield "Passing tests is not the same as being good: style and safety were not looked at."
    if manifest["replaced_surrogates"]:
        yield f"{manifest['replaced_surrogates']} characters that are no text became U+FFFD."


def code(text: Json) -> str:
    """Text from outside as Markdown code that cannot end early."""
    clean = _one_line(str(text)).replace("|", "\\|")
    longest = max((len(run) for run in re.findall(r"`+", clean)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if clean.startswith("`") or clean.endswith("`") else ""
    return f"{fence}{pad}{clean}{pad}{fence}"


def _plain(text: str) -> str:
    """A title without Markdown or HTML of its own."""
    return re.sub(r"[<>\[\]`*_#|\\]", "", _one_line(text)).strip() or "Untitled"


def _one_line(text: Any) -> str:
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+", " ", text)
