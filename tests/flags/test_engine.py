"""What rules rely on: right places, capped text, comments obeyed only where they may be."""

from __future__ import annotations

import subprocess
import sys

import pytest

from harness.flags import Options, find_flags, rules, strength
from harness.flags.registry import rules_for
from harness.flags.strength import Measured
from harness.models import Flag, Language, Strength, Task

PYTHON, HTML = Language.PYTHON, Language.HTML


def flags(language: Language, source: str, **more: object) -> list[Flag]:
    return list(find_flags(language, source, **more))  # type: ignore[arg-type]


def test_a_place_counts_characters_and_not_bytes() -> None:
    (found,) = flags(PYTHON, 'x = "äöü€", nothing\n')
    assert (found.line, found.column, found.end_column) == (1, 13, 20)
    assert found.source[found.column - 1 : found.end_column - 1] == "nothing"


def test_a_script_in_a_page_is_placed_where_it_stands_in_the_page() -> None:
    page = '<p>ä€</p>\n<script>\nlet a = 1;\n  "ü", missing(a);</script>\n'
    (found,) = flags(HTML, page)
    assert (found.rule, found.language) == ("undefined-name", Language.JAVASCRIPT)
    assert (found.line, found.column, found.end_column) == (4, 8, 15)
    assert found.source.strip() == '"ü", missing(a);</script>'


def test_scripts_of_a_page_share_their_names() -> None:
    page = (
        "<button id=go onclick='start()'>Go</button>\n"
        "<script>function start() { count = total + go.value; }</script>\n"
        "<script>const total = 1; let count = 0;</script>\n"
    )
    assert flags(HTML, page) == []


def test_a_page_that_loads_scripts_from_elsewhere_may_use_their_names() -> None:
    page = "<script src='https://example.org/lib.js'></script><script>lib.start('#app');</script>"
    assert flags(HTML, page) == []


def test_lines_of_the_task_are_not_flagged() -> None:
    source = "print(prompt_helper)\n\nprint(own_mistake)\n"
    assert [one.line for one in flags(PYTHON, source, first_line=2)] == [3]


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("# harness: ignore undefined-name", []),
        ("# harness: ignore", []),
        ("# harness: ignore stub-body, undefined-name", []),
        ("# harness: ignore stub-body", [1]),
        ("# harness:ignored", [1]),
    ],
)
def test_a_comment_in_a_file_switches_rules_off_for_its_line(comment: str, left: list[int]) -> None:
    source = f"print(nothing)  {comment}\n"
    obeyed = flags(PYTHON, source, options=Options(comments=True))
    assert [one.line for one in obeyed] == left


def test_a_comment_alone_speaks_for_the_line_below() -> None:
    source = "# harness: ignore undefined-name\nprint(one)\nprint(two)\n"
    found = flags(PYTHON, source, options=Options(comments=True))
    assert [one.line for one in found] == [3]


def test_a_response_cannot_silence_its_own_flags() -> None:
    assert len(flags(PYTHON, "print(nothing)  # harness: ignore\n")) == 1


def test_a_disabled_rule_says_nothing() -> None:
    off = Options(disabled=frozenset({"undefined-name"}))
    assert flags(PYTHON, "print(nothing)\n", options=off) == []


def test_what_a_flag_quotes_is_one_capped_line_without_control_characters() -> None:
    name = "n" * 5000
    (found,) = flags(PYTHON, f"print({name}, '\x1b[31m\u202e')\n")
    for text in (found.message, found.question, found.source):
        assert len(text) <= 300
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_a_broken_program_is_only_told_that_it_is_broken() -> None:
    found = flags(PYTHON, "def f(x)\n    return nothing\n")
    assert {one.rule for one in found} == {"syntax-error"}


def test_a_rule_is_as_strong_as_it_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = {("undefined-name", PYTHON): Measured(strength=Strength.STRONG, wrong=9, right=1)}
    monkeypatch.setattr(strength, "measured", lambda: measured)
    strong, hint = flags(PYTHON, "print(nothing)\n# TODO: implement\n")
    assert (strong.strength, strong.precision) == (Strength.STRONG, 0.9)
    assert (hint.strength, hint.precision) == (Strength.HINT, None)


def test_the_task_says_what_is_asked_for() -> None:
    task = Task.model_validate(
        {"task_id": "t", "language": "python", "kind": "call", "prompt": "", "entry_point": "area"}
    )
    (found,) = flags(PYTHON, "def aera(w, h):\n    return w * h\n", task=task)
    assert found.rule == "entry-point-missing"
    assert found.question == "Is aera meant to be area?"


def test_every_rule_is_documented_and_asks_a_question() -> None:
    for rule in rules().values():
        assert rule.question.endswith("?")
        assert rule.section("What").endswith((".", ":"))
        assert len(rule.section("What")) <= 200


@pytest.mark.parametrize("language", Language)
def test_a_language_gets_every_rule_that_names_it(language: Language) -> None:
    """Only two folders are searched for them; none may live elsewhere."""
    wanted = [rule for rule in rules().values() if language in rule.languages]
    assert list(rules_for(language)) == wanted


def test_half_a_character_is_shown_as_a_question_mark() -> None:
    (found,) = flags(PYTHON, 'print("\ud800", nothing)\n')
    assert found.source == 'print("?", nothing)'


def test_flags_of_a_program_need_no_models_of_tasks_and_no_sql_parser() -> None:
    """They are what starting ``harness flag`` on one file would wait for."""
    script = (
        "import sys; from harness.flags import find_flags; from harness.models import Language; "
        "find_flags(Language.PYTHON, 'print(nothing)'); "
        "print(sorted({'pydantic', 'sqlglot', 'tree_sitter_sql'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def steps(language: Language, source: str) -> int:
    """Functions called while a program is looked at: what it costs, on any machine."""
    count = 0

    def tick(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    flags(language, source)  # rules and grammars are loaded
    sys.setprofile(tick)
    try:
        flags(language, f"{source}\n")
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    ("language", "line"),
    [(Language.CSHARP, "let a = [1, 2];\n"), (PYTHON, "a = b + c\n"), (HTML, "<p id=a>\n")],
)
def test_a_program_twice_as_long_costs_twice_as_much(language: Language, line: str) -> None:
    assert steps(language, line * 800) < 2.5 * steps(language, line * 400)


def test_joins_without_conditions_do_not_hold_the_parser_up() -> None:
    flags(Language.SQL, "SELECT a FROM t" + " JOIN u" * 40)  # would take years
