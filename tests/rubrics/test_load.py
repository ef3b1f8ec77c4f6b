"""Every kind of mistake in a rubric file is said with its exact place and what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import RubricError
from harness.models.rubric import Rubric
from harness.rubrics import load_rubric, read_rubric
from tests.rubrics.samples import SMALL, changed, rubric_of

# § stands where the mistake is; it is taken out before the file is written.
HERE = "§"


def faults_of(folder: Path, text: str) -> list[tuple[int, int, str, str]]:
    file = folder / "rubric.yaml"
    file.write_text(text, encoding="utf-8")
    return [(one.line, one.column, one.message, one.fix) for one in read_rubric(file).faults]


def place_of(text: str) -> tuple[int, int]:
    before = text[: text.index(HERE)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


CASES: list[tuple[str, str, str, str]] = [
    # one record by itself
    ("title: Small", "§titel: Small", "unknown key 'titel'", "did you mean title?"),
    ("    required: false", "    §requried: false", "unknown key 'requried'", "mean required?"),
    ("{id: slow, title: Slow}", "{id: slow, title: Slow, §color: red}", "unknown key 'color'",
     "use one of id, title, help"),
    ("id: small", "§iid: small", "unknown key 'iid'", "did you mean id?"),
    ("version: 1", "version: §1.5", "version must be a whole number, not a number",
     "write a whole number"),
    ("version: 1", "version: §0", "version must be 1 or more", "raise it"),
    ("version: 1", "version: §true", "version must be a whole number, not true or false", "write"),
    ("title: Small", "title: §No", "title must be text, not true or false", "put it in quotes"),
    ("title: Small", "title: §12", "title must be text, not a whole number", "put it in quotes"),
    ("title: Small", "title: §NULL", "title must be text, not nothing", "needs quotes"),
    ("title: Small", 'title: §" "', "title needs at least 1", "add to it"),
    ("title: Small", 'title: §"a\\nb"', "title holds a line break or a tab", "on one line"),
    ("title: Small", 'title: §"\\e[31m"', "title holds the control character U+001B", "remove it"),
    ("title: Small", 'title: §"a\u202eb"', "control character U+202E", "remove it"),
    ("id: small", "id: §Small Rubric", "id 'Small Rubric' is no id", "use a to z"),
    ("mode: pairwise", "mode: §pairwize", "mode cannot be 'pairwize'", "did you mean pairwise?"),
    ("mode: pairwise", "mode: pairwise\nlanguages: [python, §cobol]",
     "languages[2] cannot be 'cobol'", "python"),
    ("mode: pairwise", "mode: pairwise\nlanguages: §sql", "languages must be a list, not text",
     "begin each entry with -"),
    ("    required: false", "    required: §maybe", "must be true or false, not text", "true"),
    ("  at_most: 2\n", "  at_most: §0\n", "reasons.at_most must be 1 or more", "raise it"),
    ("  title: Good enough?", "  §- Good enough?",
     "acceptable must be keys with values, not a list", "write keys with values"),
    ("wrong: true}", "wrong: §1}", "wrong must be true or false, not a whole number", "true"),
    ("    - {id: logic, title: Logic}", "    §[]", "marks.categories needs at least 1", "add"),
    ("axis.correctness: c", "axis.correctness: §5", "must be text, not a whole number", "quotes"),
    # between records
    ("id: style", "id: §correctness", "the id correctness is used twice", "choose another"),
    ("{id: odd,", "{id: §slow,", "the id slow is used twice", "choose another"),
    ("value: 2, title: Half", "value: §0, title: Half", "0 comes after 0", "from low to high"),
    ("value: 2, title: Half", "value: §-3, title: Half", "-3 comes after 0", "from low to high"),
    ("{-2: Left, -1: Rather left, 0: Same, 1: Rather right, 2", "§{-2: Left, -1: Rather left, 2",
     "no label for 1", "add 1:"),
    ("{-2: Left, -1: Rather left, 0: Same, 1: Rather right, 2: Right}", "§{0: Same}",
     "the steps end at 0", "-3 … 3"),
    ("mode: pairwise", "mode: §ranking", "mode ranking needs ranking", "add ranking"),
    ("preference:\n", "§preference:\n", "mode single asks for no preference", "remove it"),
    ("  min_chars: 10", "  min_chars: §200", "min_chars 200 is above max_chars 100", "swap"),
    ("  at_most: 2\n", "  at_most: §7\n", "at_most 7, but there are 3 categories", "leave it out"),
    ("    title: Style", "    title: Style\n    helpsteer2: §verbosity",
     "helpsteer2 knows the values 0 to 4 only", "change the scale"),
    ("    title: Style\n    required: false\n    scale:\n      - {value: -1",
     "    title: Style\n    helpsteer2: §correctness\n    scale:\n      - {value: 0",
     "two axes become correctness", "keep it at one of them"),
    # conditions
    ("{axis: correctness, at_most: 2}", "{axis: §corectness, at_most: 2}",
     "no axis is called corectness", "did you mean correctness?"),
    ("{axis: correctness, at_most: 2}", "{axis: correctness, at_most: §9}",
     "correctness goes from 0 to 4", "use a value of that scale, not 9"),
    ("{axis: correctness, at_most: 2}", "{axis: correctness, at_least: 3, at_most: §1}",
     "nothing is at least 3 and at most 1", "swap them"),
    ("{axis: correctness, at_most: 2}", "§{axis: correctness}", "no bound for the axis",
     "add at_most:, at_least: or equals:"),
    ("{axis: correctness, at_most: 2}", "§{at_most: 2}", "this has none", "name one of axis"),
    ("{axis: correctness, at_most: 2}", "§{axis: style, acceptable: false, at_most: 0}",
     "this has axis and acceptable", "combine with any: or all:"),
    ("{axis: correctness, at_most: 2}", "{acceptable: false, §at_most: 2}",
     "at_most says nothing about acceptable", "use it with axis:"),
    ("{axis: correctness, at_most: 2}", "{any: [{acceptable: no}, {axis: §stile, equals: 1}]}",
     "no axis is called stile", "did you mean style?"),
    ("{axis: correctness, at_most: 2}", "{preference: §tied}", "cannot be 'tied'", "mean tie?"),
    ("  at_most: 2\n  when:", "  required: false\n  §when:", "contradict each other", "remove one"),
    # keys
    ("axis.correctness: c", "§axis.correctnes: c", "no action is called 'axis.correctnes'",
     "did you mean axis.correctness?"),
    ("axis.correctness: c", "§axis.correctness: t", "t is the key of tie already", "another key"),
    ("axis.correctness: c", "axis.correctness: c\n  §axis.style: c",
     "c is the key of axis.correctness already", "choose another key"),
    ("axis.correctness: c", "§submit: w", "acts while typing too", "use a key with Ctrl+"),
    ("axis.correctness: c", "§submit: ctrl+w", "Ctrl+W closes or opens tabs", "another key"),
    ("axis.correctness: c", '§axis.style: "5"', "5 rates the axis that has the focus", "letter"),
    ("axis.correctness: c", "§axis.style: F13", "'F13' cannot be bound", "one printable character"),
    ("- {id: logic, title: Logic}", "- §!!python/object:x.Y {id: logic, title: Logic}",
     "the tag !!python/object:x.Y", "remove the word"),
    # YAML itself
    ("title: Small", "title: Small\n§title: Again", "'title' is written twice", "line 3 has it"),
    ("title: Small", "title: Small§: too", "mapping values are not allowed here", "in quotes"),
    ("title: Small", "§\ttitle: Small", "not valid YAML", "spaces, not with tabs"),
    ("title: Small", "title: §!!python/name:os.system x", "the tag !!python/name:os.system",
     "remove the word that begins with !"),
    ("title: Small", "title: §*gone", "undefined alias", "define it first"),
    ("title: Small", "title: Small\n§<<: {mode: single}", "merge keys (<<) are not supported",
     "write the keys out"),
    ("title: Small", "title: Small\n§[a, b]: c", "a key must be a word", "write a plain word"),
    ("title: Small", "title: §\u0007Small", "character U+0007 may not stand in YAML", "remove it"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message", "fix"), CASES, ids=[case[1] for case in CASES])
def test_a_mistake_is_said_at_its_place(
    tmp_path: Path, old: str, new: str, message: str, fix: str
) -> None:
    base = changed("mode: pairwise", "mode: single") if "mode single" in message else SMALL
    if "two axes" in message:
        base = changed("title: Correctness", "title: Correctness\n    helpsteer2: correctness")
    marked = changed(old, new, base)
    found = faults_of(tmp_path, marked.replace(HERE, ""))
    line, column = place_of(marked)
    hits = [one for one in found if message in one[2]]
    assert hits, found
    assert [(line, column)] == [one[:2] for one in hits]
    assert fix in hits[0][3]


def test_what_is_missing_is_said_where_it_belongs(tmp_path: Path) -> None:
    text = changed("    title: Style\n", "", changed("mode: pairwise\n", ""))
    found = faults_of(tmp_path, text)
    assert [one[2:] for one in found] == [
        ("the rubric has no mode", "add mode: …"),
        ("axes[2] has no title", "add title: …"),
    ]
    assert [one[0] for one in found] == [1, text[: text.index("id: style")].count("\n") + 1]


def test_a_condition_on_what_is_not_asked(tmp_path: Path) -> None:
    no_acceptable = changed("acceptable:\n  title: Good enough?\n", "")
    text = changed("{axis: correctness, at_most: 2}", "{acceptable: false}", no_acceptable)
    assert [one[2] for one in faults_of(tmp_path, text)] == ["this rubric asks for no acceptable"]
    single = changed("mode: pairwise", "mode: single")
    single = single[: single.index("preference:")] + single[single.index("reasons:") :]
    text = changed("{axis: correctness, at_most: 2}", "{preference: tie}", single)
    assert [one[2] for one in faults_of(tmp_path, text)] == ["this rubric asks for no preference"]


def test_a_rubric_that_asks_nothing(tmp_path: Path) -> None:
    text = "id: empty\nversion: 1\ntitle: Empty\nmode: single\n"
    assert [one[2] for one in faults_of(tmp_path, text)] == ["nothing is asked"]


def test_both_bounds_of_a_condition_may_be_the_same(tmp_path: Path) -> None:
    text = changed("{axis: correctness, at_most: 2}", "{axis: style, at_least: 1, at_most: 1}")
    assert faults_of(tmp_path, text) == []


def test_a_misspelt_key_is_one_mistake(tmp_path: Path) -> None:
    found = faults_of(tmp_path, changed("title: Small", "titel: Small"))
    assert [one[2:] for one in found] == [("unknown key 'titel'", "did you mean title?")]


def test_all_mistakes_are_said_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = changed("version: 1", "version: one", changed("    - {id: odd,", "    - {id: 7up,"))
    text = changed("axis.correctness: c", "axis.correctness: [c]", text)
    lines = [one[0] for one in faults_of(tmp_path, text)]
    assert len(lines) == 3
    assert lines == sorted(lines)
    with pytest.raises(RubricError) as caught:
        rubric_of(tmp_path, text)
    assert str(caught.value).count("small.yaml:") == 3


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"# nothing but a comment\n", "empty"),
        (b"- a\n- b\n", "not a rubric"),
        (b"just words\n", "not a rubric"),
        (b"id: a\ntitle: \xff\n", "not UTF-8"),
        (b"\x00\x01\x02", "may not stand in YAML"),
        (b"id: a\n---\nid: b\n", "not valid YAML"),
        (b"[" * 5000, "nested too deep"),
        (b"a: &a [*a]\n", "too large"),
        (b"# " + b"x" * 300_000, "larger than 256 KiB"),
    ],
)
def test_files_that_hold_no_rubric(tmp_path: Path, data: bytes, message: str) -> None:
    file = tmp_path / "rubric.yaml"
    file.write_bytes(data)
    loaded = read_rubric(file)
    assert loaded.rubric is None
    assert message in loaded.faults[0].message
    assert loaded.faults[0].fix


def test_a_file_that_grows_when_aliases_are_followed_is_refused(tmp_path: Path) -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    (fault,) = faults_of(tmp_path, "\n".join(levels))
    assert "too large" in fault[2]


def test_a_missing_file_and_a_folder_are_one_clear_fault(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(RubricError, match=r"cannot be read[\s\S]+fix: check the path"):
            load_rubric(path)


def test_an_alias_shares_a_scale(tmp_path: Path) -> None:
    text = changed("    scale:\n      - {value: 0", "    scale: &five\n      - {value: 0")
    start, end = text.index("    scale:\n      - {value: -1"), text.index("acceptable:")
    rubric = rubric_of(tmp_path, text[:start] + "    scale: *five\n" + text[end:])
    assert rubric.axes[0].scale == rubric.axes[1].scale


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    file = tmp_path / "rubric.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert load_rubric(file) == rubric_of(tmp_path)


def test_the_digest_is_of_what_is_asked_not_of_how_it_is_written(tmp_path: Path) -> None:
    first = rubric_of(tmp_path)
    written = "# a comment\n" + changed("  title: Good enough?", '  title: "Good enough?"')
    written = changed("id: small\nversion: 1", "version: 1\nid: small\ndescription: ''", written)
    assert rubric_of(tmp_path, written).digest == first.digest
    other = rubric_of(tmp_path, changed("anchor: Half right.", "anchor: Nearly right."))
    assert other.digest != first.digest


def test_a_rubric_survives_json(tmp_path: Path) -> None:
    rubric = rubric_of(tmp_path)
    again = Rubric.model_validate(json.loads(rubric.model_dump_json()))
    assert again == rubric
    assert again.ref == rubric.ref


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_damage_ends_as_a_rubric_or_as_faults_with_places(
    tmp_path: Path, data: st.DataObject
) -> None:
    """A cut, doubled or foreign piece anywhere never raises, and places are inside the file."""
    start = data.draw(st.integers(0, len(SMALL)))
    end = data.draw(st.integers(start, min(len(SMALL), start + 60)))
    piece = data.draw(st.sampled_from(["", "\t", "*", "&a ", "!x ", "- ", ": ", "'", "{", "\x00"]))
    text = SMALL[:start] + piece + data.draw(st.text(max_size=5)) + SMALL[end:]
    file = tmp_path / "rubric.yaml"
    file.write_text(text, encoding="utf-8", errors="replace", newline="")
    loaded = read_rubric(file)
    assert (loaded.rubric is None) == bool(loaded.faults)
    for fault in loaded.faults:
        assert 1 <= fault.line <= len(text.splitlines()) + 1
        assert fault.column >= 1
        assert fault.fix
