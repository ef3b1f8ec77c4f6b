"""``harness flag``: places in programs that are worth a look, without running anything."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import _options as options

if TYPE_CHECKING:
    from harness.flags import Options
    from harness.flags.files import Flagged
    from harness.models import InvalidRow, Language, Response

LEVELS = ("never", "strong", "hint")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("flag")(flag)


def flag(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE",
            help="Programs, folders of programs, or - for stdin; runs with --calibrate.",
        ),
    ] = None,
    responses: Annotated[
        list[Path] | None,
        typer.Option("--responses", "-r", metavar="FILE", help="Responses to the tasks."),
    ] = None,
    tasks: Annotated[
        Path | None,
        typer.Option("--tasks", metavar="TASKS", help="Task folder or file of the responses."),
    ] = None,
    format_name: options.FormatName = None,
    language: Annotated[
        str | None,
        typer.Option("--language", metavar="LANG", help="Language of FILE, if not by its suffix."),
    ] = None,
    disable: Annotated[
        list[str] | None,
        typer.Option("--disable", metavar="RULE", help="Leave a rule out; may be repeated."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="RULE", help="Use no other rule; may be repeated."),
    ] = None,
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on", metavar="strong|hint|never", help="Exit with 1 if there is such a flag."
        ),
    ] = "never",
    as_json: options.AsJson = False,
    as_sarif: Annotated[
        bool, typer.Option("--sarif", help="Print SARIF 2.1.0 instead of text.")
    ] = False,
    list_rules: Annotated[bool, typer.Option("--rules", help="List the rules.")] = False,
    explain: Annotated[
        str | None, typer.Option("--explain", metavar="RULE", help="Say what a rule is about.")
    ] = None,
    calibrate: Annotated[
        bool,
        typer.Option(
            "--calibrate",
            help="Measure the rules on runs (ids, folders or results.jsonl) and decide which are "
            "strong.",
        ),
    ] = False,
    references: Annotated[
        list[Path] | None,
        typer.Option(
            "--references",
            metavar="TASKS",
            help="With --calibrate: run the references of these tasks, and count those that pass "
            "as right responses; may be repeated.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="With --calibrate: where to write; HARNESS_HOME/strength.json if left out.",
        ),
    ] = None,
    resident: Annotated[
        bool,
        typer.Option(
            "--resident",
            help="Be answered by a process that stays ready; the first use starts it.",
        ),
    ] = False,
    resident_status: Annotated[
        bool, typer.Option("--resident-status", help="Say which such processes there are.")
    ] = False,
    resident_stop: Annotated[
        bool, typer.Option("--resident-stop", help="End such processes.")
    ] = False,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="With --calibrate: of halves and samples.")
    ] = 0,
) -> None:
    """Point at places that are worth a look, without running anything.

    Looks at FILE, or at responses to tasks (the bundled ones if only --tasks is given). In a
    file, a comment "harness: ignore RULE" switches a rule off for its line; in responses such
    comments are not obeyed. Every flag is a question, not a verdict: the exit code is 0 unless
    --fail-on says otherwise.
    """
    if resident_status or resident_stop:
        from harness.cli import _resident_people

        typer.echo(_resident_people.stop() if resident_stop else _resident_people.status())
    elif explain is not None:
        typer.echo(_explained(explain))
    elif list_rules:
        _print_rules(as_json)
    elif calibrate:
        from harness.cli._calibrate import calibrate_command, require_measurable
        from harness.errors import UsageError

        if resident:
            raise UsageError("--calibrate is not for --resident", fix="leave out --resident")
        require_measurable(responses, disable, only, fail_on, as_sarif=as_sarif)
        calibrate_command(
            [str(file) for file in files or ()],
            tasks=tasks,
            references=references or [],
            out=out,
            seed=seed,
            as_json=as_json,
        )
    elif references or out is not None or seed:
        from harness.errors import UsageError

        raise UsageError("--references, --out and --seed belong to --calibrate")
    else:
        from harness.cli._flag_show import FAILED, show

        chosen = _options(disable, only, files=bool(files))
        _require(files, responses, tasks, fail_on, both=as_json and as_sarif)
        known = options.language(language)
        found = _of_files(files, known, chosen) if files else _of_responses(
            responses or [], tasks, format_name, chosen)  # fmt: skip
        if show(found, "json" if as_json else "sarif" if as_sarif else "text", fail_on):
            raise typer.Exit(FAILED)


def _require(
    files: list[Path] | None,
    responses: list[Path] | None,
    tasks: Path | None,
    fail_on: str,
    *,
    both: bool,
) -> None:
    """Raise UsageError for options that do not go together."""
    from harness.errors import UsageError

    if fail_on not in LEVELS:
        raise UsageError(f"--fail-on {fail_on}: choose strong, hint or never")
    if both:
        raise UsageError("--json and --sarif", fix="choose one")
    if files and (responses or tasks):
        raise UsageError(
            "FILE together with --responses or --tasks", fix="flag one, then the other"
        )
    if not files and tasks is None:
        fix = "add --tasks" if responses else "name a FILE, or --tasks TASKS --responses FILE"
        raise UsageError("nothing to look at", fix=fix)


def _options(disable: list[str] | None, only: list[str] | None, *, files: bool) -> Options:
    from harness.flags import Options
    from harness.settings import load_settings

    disabled = frozenset([*(disable or ()), *load_settings().disabled_rules])
    for name in (*disabled, *(only or ())):
        _rule(name)
    return Options(disabled, frozenset(only) if only else None, comments=files)


def _rule(name: str) -> object:
    """The rule of a name. Raises UsageError with what may be meant."""
    from difflib import get_close_matches

    from harness.errors import UsageError
    from harness.flags import rules

    if name not in rules():
        near = get_close_matches(name, list(rules()), 1)
        fix = f"is {near[0]} meant?" if near else "harness flag --rules lists them"
        raise UsageError(f"no rule is named {name}", fix=fix)
    return rules()[name]


def _explained(name: str) -> str:
    from harness.cli._flag_text import explain
    from harness.flags import rules

    _rule(name)
    return explain(rules()[name])


def _print_rules(as_json: bool) -> None:
    from harness.cli._flag_text import strength_name
    from harness.flags import rules

    width = max(map(len, rules()))
    for rule in rules().values():
        languages = sorted(rule.languages)
        what = " ".join(rule.section("What").split())
        if as_json:
            row = {"rule": rule.id, "layer": rule.layer, "languages": languages, "what": what,
                   "question": rule.question, "strength": strength_name(rule)}  # fmt: skip
            typer.echo(json.dumps({"schema_version": 1, **row}))
        else:
            typer.echo(f"{rule.id:<{width}}  {strength_name(rule):<6}  {what}")


def _of_files(
    files: list[Path], language: Language | None, chosen: Options
) -> Iterator[Flagged | InvalidRow]:
    from harness.errors import UsageError
    from harness.flags.files import Flagged, flag_files, flag_text

    for file in files:
        if str(file) != "-":
            yield from flag_files([options.existing(file)], language, chosen)
        elif language is None:
            raise UsageError("- needs --language", fix="add --language")
        else:
            yield Flagged("<stdin>", flag_text(sys.stdin.buffer.read(), language, chosen))


def _of_responses(
    responses: list[Path], tasks: Path | None, format_name: str | None, chosen: Options
) -> Iterator[Flagged | InvalidRow]:
    from harness.intake import bundled_responses, iter_responses, load_tasks
    from harness.pipeline.flagging import flag_responses
    from harness.pipeline.siblings import siblings_of

    assert tasks is not None
    task_set = load_tasks(options.existing(tasks), options.task_format(format_name))
    yield from task_set.invalid
    paths = tuple(options.existing(path) for path in responses)

    def rows() -> Iterator[Response | InvalidRow]:
        return iter_responses(paths, format_name) if paths else bundled_responses(tasks)

    if any(path.is_fifo() or path.is_char_device() for path in paths):
        held = list(rows())  # a pipe can be read once only
        siblings = siblings_of(held, task_set.tasks, chosen)
        again: Iterable[Response | InvalidRow] = held
    else:
        siblings = siblings_of(rows(), task_set.tasks, chosen)
        again = rows()
    yield from flag_responses(again, task_set.tasks, chosen, siblings.flags_of_response)
