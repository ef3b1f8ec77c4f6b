"""Siblings: who stands out is flagged where it differs, whatever the order and the names."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace

import pytest

from harness.flags.siblings import (
    MAX_SIBLINGS,
    Group,
    Profile,
    Program,
    Sample,
    distance,
    profile,
)
from harness.models import Flag, Language, Task

PYTHON, CPP, JS, CSHARP = Language.PYTHON, Language.CPP, Language.JAVASCRIPT, Language.CSHARP
SQL, HTML = Language.SQL, Language.HTML
ADULTS = "def adults(ages):\n    return [age for age in ages if age >= 18]\n"
LOOP = """\
def adults(people):
    found = []
    for one in people:
        if one >= 18:
            found.append(one)
    return found
"""
ODD = """\
def adults(ages):
    total = 0
    while len(ages) > 0:
        total = total * 3 + ages.pop()
        if total % 7 > 5:
            return sorted(ages)
    return str(total)
"""


def task(language: Language = PYTHON, entry_point: str | None = "adults") -> Task:
    fields = {"task_id": "t", "language": language, "kind": "call", "prompt": "",
              "entry_point": entry_point}  # fmt: skip
    return Task.model_validate(fields)


def made(
    sources: Iterable[str], language: Language = PYTHON, entry: str | None = "adults"
) -> list[Profile]:
    programs = [
        Program(f"r{n}", language, source, task(language, entry))
        for n, source in enumerate(sources)
    ]
    return [found for found in map(profile, programs) if found is not None]


def flags(profiles: list[Profile]) -> dict[str, Flag]:
    group = Group(profiles)
    return {one.key: flag for one in profiles if (flag := group.differs(one)) is not None}


def renamed(source: str, number: int) -> str:
    return source.replace("age", f"value_{number}").replace("one", f"item_{number}")


def test_the_one_built_otherwise_is_flagged_at_what_only_it_has() -> None:
    found = flags(made([ADULTS, ADULTS, LOOP, LOOP, ADULTS, ODD]))
    assert list(found) == ["r5"]
    flag = found["r5"]
    assert (flag.rule, flag.layer) == ("differs-from-siblings", "sibling")
    places = {(flag.line, flag.message), *((one.line, one.message) for one in flag.related)}
    assert any(line == 3 and "5 of 5 siblings use >=, this one >" in text for line, text in places)
    assert flag.question.endswith("?")
    assert ODD.splitlines()[flag.line - 1] == flag.source


def test_a_swapped_operator_is_named_with_what_the_siblings_have() -> None:
    odd = LOOP.replace(">= 18", "< 21").replace("found.append(one)", "found += [one, one, one]")
    (flag,) = flags(made([LOOP, LOOP, LOOP, LOOP, LOOP, odd])).values()
    messages = [flag.message, *(one.message for one in flag.related)]
    assert messages[0] == "5 of 5 siblings use >=, this one <"
    assert flag.question == "Is < meant here, where most have >=?"
    assert odd.splitlines()[flag.line - 1][flag.column - 1 : flag.end_column - 1] == "<"
    assert "5 of 5 siblings have the number 18, this one 21" in messages
    assert "5 of 5 siblings call append(), this one does not" in messages


def test_names_comments_docstrings_and_own_tests_make_no_difference() -> None:
    dressed = (
        'import math\n\ndef adults(xs: list[int]) -> list[int]:\n    """Who is 18: 1, 2, 3."""\n'
        "    # at least 18\n    return [(x) for x in xs if x >= 18]\n\n\n"
        "assert adults([18]) == [18]\nprint(adults([1, 2, 3, 4, 5]))\n"
    )
    plain, other = made([ADULTS, dressed])
    assert plain.weights == other.weights


def test_helpers_that_are_needed_count_and_others_do_not() -> None:
    helper = "def is_adult(age):\n    return age >= 18\n\n"
    user = "def adults(ages):\n    return [age for age in ages if is_adult(age)]\n"
    alone, with_helper, unused = made([user, helper + user, helper + ADULTS])
    assert alone.weights != with_helper.weights
    assert unused.weights == made([ADULTS])[0].weights


@pytest.mark.parametrize("count", [1, 2, 3])
def test_fewer_than_four_say_nothing(count: int) -> None:
    assert flags(made([ADULTS, LOOP, ODD][:count])) == {}


def test_what_does_not_parse_is_no_sibling() -> None:
    assert flags(made([ADULTS, ADULTS, "def adults(:\n", "def adults(ages:\n", ODD])) == {}


def test_identical_responses_are_not_flagged() -> None:
    assert flags(made([renamed(ADULTS, n) for n in range(8)])) == {}


def test_every_order_gives_the_same_flags() -> None:
    profiles = made([renamed(source, n) for n in range(40) for source in (ADULTS, LOOP, ODD)])
    first = flags(profiles)
    for seed in range(3):
        random.Random(seed).shuffle(profiles)
        assert flags(profiles) == first


def test_a_crowd_is_compared_with_a_bounded_sample() -> None:
    drawn: Sample[int] = Sample()
    for number in range(5_000):
        drawn.add(f"r{number}", number)
    backwards: Sample[int] = Sample()
    for number in reversed(range(5_000)):
        backwards.add(f"r{number}", number)
    assert list(drawn) == list(backwards)
    assert len(list(drawn)) == MAX_SIBLINGS + 1
    assert not drawn.wants(f"r{next(iter(drawn))}")


def test_distance_grows_with_what_differs() -> None:
    same, near, far, *others = made([ADULTS, ADULTS.replace("18", "21"), ODD, ADULTS, ADULTS, LOOP])
    assert distance(same, others) == pytest.approx(0)
    assert 0 < distance(near, others) < distance(far, others)


@pytest.mark.parametrize(
    ("language", "usual", "odd", "line", "message"),
    [
        (
            JS,
            "function adults(ages) {\n  return ages.filter((age) => age >= 18);\n}\n",
            (
                "function adults(ages) {\n  let n = 0;\n  while (n % 5 < 3) { n += ages[n] * 2; }\n"
                "  return n - 4;\n}\n"
            ),
            3,
            "5 of 5 siblings use >=, this one <",
        ),
        (
            CPP,
            (
                "int adults(vector<int> ages) {\n  int n = 0;\n  for (int age : ages) {\n"
                "    if (age >= 18) n++;\n  }\n  return n;\n}\n"
            ),
            "int adults(vector<int> ages) {\n  return ages.size() > 40 ? 7 * 9 % 4 : abs(-3);\n}\n",
            2,
            "5 of 5 siblings use >=, this one >",
        ),
        (
            CSHARP,
            (
                "class S {\n  static int adults(List<int> ages) {\n"
                "    return ages.Count(age => age >= 18);\n  }\n}\n"
            ),
            (
                "class S {\n  static int adults(List<int> ages) {\n    int n = 3;\n"
                "    while (n < 99) { n = n * n - ages[0] % 7; }\n    return n / 2;\n  }\n}\n"
            ),
            4,
            "5 of 5 siblings use >=, this one <",
        ),
        (
            SQL,
            "SELECT count(*) FROM person WHERE age >= 18",
            "SELECT DISTINCT p.name\nFROM pet AS p\nWHERE p.age > 3 ORDER BY p.name DESC LIMIT 5",
            3,
            "5 of 5 siblings use >=, this one >",
        ),
        (
            HTML,
            "<ul><li>Ann</li><li>Bo</li></ul>\n<script>list(18);</script>\n",
            (
                "<table border=1><tr><td>Ann</td></tr></table>\n<script>\nfor (;;) { go(9 * 3); }\n"
                "</script>\n"
            ),
            3,
            "5 of 5 siblings have the number 18, this one 9",
        ),
    ],
)
def test_every_language_is_compared(
    language: Language, usual: str, odd: str, line: int, message: str
) -> None:
    entry = "adults" if language in (JS, CPP, CSHARP) else None
    found = flags(made([usual] * 5 + [odd], language, entry))
    assert list(found) == ["r5"]
    flag = found["r5"]
    said = [(flag.line, flag.message), *((one.line, one.message) for one in flag.related)]
    assert (line, message) in said


def test_sql_is_compared_by_meaning() -> None:
    one, other = made(
        ["select COUNT(*) from Person p where p.Age >= 18",
         "SELECT count(*)\nFROM person\nWHERE age >= 18"], SQL, None,
    )  # fmt: skip
    assert one.weights == other.weights


def test_lines_of_the_task_are_not_flagged() -> None:
    prefix = "def adults(ages):\n    limit = 18\n"
    bodies = ["    return [age for age in ages if age >= limit]\n"] * 5
    bodies += [
        "    while ages:\n        if ages.pop() % 7 > 3 * 2:\n            return sorted(ages)\n"
    ]
    programs = [Program(f"r{n}", PYTHON, prefix + body, task(), 3) for n, body in enumerate(bodies)]
    profiles = [found for found in map(profile, programs) if found is not None]
    (flag,) = flags(profiles).values()
    assert flag.line >= 3


def test_hostile_text_gives_short_printable_flags_or_none() -> None:
    texts = [
        "def adults(ages):\n    return " + "(" * 5_000 + "1" + ")" * 5_000 + "\n",
        "def adults(ages):\n    return '" + "\x00\u202e\ud800" * 2_000 + "'\n",
        "x = 1\n" * 20_000,
        "def adults(ages):\n    return " + " + ".join(["ages"] * 8_000) + "\n",
        "",
        "\ufeff" + ADULTS,
    ]
    profiles = made([ADULTS] * 5 + texts)
    for flag in flags(profiles).values():
        text = flag.message + "".join(one.message for one in flag.related)
        assert text.isprintable()
        assert len(flag.message) <= 300


def test_one_that_passes_the_examples_may_be_built_as_it_likes() -> None:
    *usual, odd = made([ADULTS] * 5 + [ODD])
    assert set(flags([*usual, odd])) == {odd.key}
    assert flags([*usual, replace(odd, trusted=True)]) == {}
    trusted = [replace(one, trusted=True) for one in usual]
    (found,) = flags([*trusted, odd]).values()
    assert "5 of 5 siblings that pass the examples use >=, this one >" in found.message


# What they give for inputs made from the examples


def ran(key: str, trusted: bool = True, **gave: str) -> Profile:
    found = profile(Program(key, PYTHON, ADULTS, task(), gave=gave, trusted=trusted))
    assert found is not None
    return found


def behaving(profiles: list[Profile]) -> dict[str, Flag]:
    group = Group(profiles)
    return {one.key: flag for one in profiles if (flag := group.behaves(one)) is not None}


def test_the_minority_is_flagged_with_its_value_and_theirs() -> None:
    found = behaving(
        [*(ran(f"r{n}", a="1", b="[]") for n in range(5)), ran("odd", a="2", b="None")]
    )
    assert list(found) == ["odd"]
    assert found["odd"].message == (
        "a: this one gives 2, 5 of 5 siblings that pass the examples give 1 (2 of 2 inputs differ)"
    )
    assert found["odd"].question == "What should a give?"
    assert (found["odd"].line, found["odd"].column) == (1, 5)


def test_one_of_several_inputs_is_not_enough() -> None:
    usual = [ran(f"r{n}", a="1", b="2", c="3") for n in range(5)]
    assert behaving([*usual, ran("odd", a="1", b="2", c="4")]) == {}


def test_without_a_clear_majority_nobody_is_flagged() -> None:
    assert behaving([ran(f"r{n}", a=str(n % 2), b=str(n % 2)) for n in range(6)]) == {}
    assert behaving([ran(f"r{n}", a=str(n), b=str(n)) for n in range(6)]) == {}


def test_who_fails_an_example_has_no_say_where_others_are_enough() -> None:
    wrong = [ran(f"w{n}", trusted=False, a="0", b="0") for n in range(6)]
    right = [ran(f"r{n}", a="1", b="1") for n in range(4)]
    assert set(behaving([*wrong, *right])) == {one.key for one in wrong}
    assert set(behaving([*wrong, *right[:2]])) == {one.key for one in wrong}
    assert behaving([*wrong, right[0]]) == {}


def test_inputs_nobody_else_was_asked_say_nothing() -> None:
    assert behaving([*(ran(f"r{n}") for n in range(5)), ran("odd", a="1")]) == {}
