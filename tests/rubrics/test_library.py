"""Which rubric a name means, and that one whose content changed is not taken for the old one."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import RubricError
from harness.models.rubric import HelpSteer2, Mode, RubricRef
from harness.rubrics import DEFAULT, SHIPPED, check_ref, find_rubric, library, read_rubric
from tests.rubrics.samples import SMALL, changed, rubric_of

FILES = sorted(SHIPPED.glob("*.yaml"))
# Judgments name these. Never change an entry: raise the version in the file and add a line.
DIGESTS = {
    "html-page@1": "bdf7dcbc71527ce7629847cd19471a284f28ce16ffbf8b57649748c53e578046",
    "pairwise-code@1": "85bb7d523e7b1506d7b75d6a8da2684a822b46ded1ca494f5d4a04ffa15d4545",
    "pairwise-helpsteer2@1": "bbbffb4f3a313ca09183dec0fa2ccd9f749344705a855177c35f12033041f876",
    "single-response@1": "4281d14b09a5ac41143bf8c3c1c89357265d6fc5968d0c5db8e3d37e218200bc",
    "sql-query@1": "78be3886556e8ad668b3ac85762e06158124a126359711e4d5894dd36bdb05eb",
}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_shipped_rubrics_are_right_and_named_like_their_files(file: Path) -> None:
    loaded = read_rubric(file)
    assert loaded.faults == ()
    assert loaded.rubric is not None
    assert loaded.rubric.id == file.stem
    assert loaded.rubric.guidelines


def test_a_shipped_rubric_does_not_change_without_a_new_version() -> None:
    found = {str(one.rubric.ref): one.rubric.digest for one in library() if one.rubric}
    assert found.items() <= DIGESTS.items()


def test_the_five_forms_are_shipped() -> None:
    modes = {one.rubric.id: one.rubric.mode for one in library() if one.rubric}
    assert modes == {
        "pairwise-code": Mode.PAIRWISE, "single-response": Mode.SINGLE,
        "html-page": Mode.PAIRWISE, "sql-query": Mode.PAIRWISE,
        "pairwise-helpsteer2": Mode.PAIRWISE,
    }  # fmt: skip
    assert DEFAULT in modes


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_exports_get_what_they_need(file: Path) -> None:
    """The seven steps of helpsteer3, steps that are wrong or not for trl-prm, attributes 0 … 4."""
    rubric = find_rubric(str(file))
    assert rubric.preference is None or set(rubric.preference.labels) == set(range(-3, 4))
    assert rubric.marks is not None
    assert {one.wrong for one in rubric.marks.severities} == {True, False}
    attributes = {axis.helpsteer2: axis for axis in rubric.axes if axis.helpsteer2}
    for axis in attributes.values():
        assert [point.value for point in axis.scale] == [0, 1, 2, 3, 4]
        assert axis.helpsteer2 is HelpSteer2.COHERENCE or axis.required
    assert rubric.mode is not Mode.SINGLE or set(attributes) == set(HelpSteer2)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "rubrics"
    folder.mkdir()
    (folder / "small.yaml").write_text(SMALL)
    (folder / "small-2.yml").write_text(changed("version: 1", "version: 2"))
    (folder / "notes.txt").write_text("not a rubric")
    return folder


def test_a_name_is_the_highest_version_unless_one_is_named(own: Path) -> None:
    assert str(find_rubric("small", own).ref) == "small@2"
    assert str(find_rubric("small@1", own).ref) == "small@1"
    assert str(find_rubric(str(own / "small.yaml")).ref) == "small@1"
    assert str(find_rubric("sql-query", own).ref) == "sql-query@1"


def test_an_own_rubric_may_be_a_newer_version_of_a_shipped_one(own: Path) -> None:
    text = (SHIPPED / "sql-query.yaml").read_text("utf-8")
    (own / "sql.yaml").write_text(text.replace("version: 1", "version: 2"))
    assert str(find_rubric("sql-query", own).ref) == "sql-query@2"
    assert str(find_rubric("sql-query@1", own).ref) == "sql-query@1"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("smal", "did you mean small?"),
        ("small@3", "did you mean small@"),
        ("nothing-like-it", "use one of"),
        ("", "no rubric is called"),
        ("../small", "cannot be read"),
    ],
)
def test_an_unknown_name_says_what_there_is(own: Path, name: str, said: str) -> None:
    with pytest.raises(RubricError) as caught:
        find_rubric(name, own)
    assert said in str(caught.value)


def test_a_name_from_the_network_reaches_no_other_file(own: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(changed("id: small", "id: secret"))
    for name in (str(tmp_path / "secret.yaml"), "../secret", "../secret.yaml", "secret.yaml"):
        with pytest.raises(RubricError, match="no rubric is called"):
            find_rubric(name, own, paths=False)
    assert find_rubric("small", own, paths=False).version == 2


def test_a_broken_file_is_said_when_it_is_asked_for(own: Path) -> None:
    (own / "broken.yaml").write_text(changed("version: 1", "version: x"))
    assert str(find_rubric("small", own).ref) == "small@2"
    with pytest.raises(RubricError, match=r"broken\.yaml:2:10: version must be a whole number"):
        find_rubric("broken", own)


def test_two_contents_of_one_version_are_refused_where_the_version_stands(own: Path) -> None:
    (own / "zz.yaml").write_text(changed("title: Half", "title: Middling"))
    with pytest.raises(RubricError, match=r"zz\.yaml:2:10: small@1 is also in .+small\.yaml"):
        find_rubric("small@1", own)


def test_the_same_content_twice_is_no_fault(own: Path) -> None:
    (own / "zz.yaml").write_text("# a copy\n" + SMALL)
    assert str(find_rubric("small@1", own).ref) == "small@1"


def test_a_rubric_edited_after_judgments_were_made_is_noticed(tmp_path: Path) -> None:
    before = rubric_of(tmp_path)
    check_ref(before, RubricRef.parse(str(before.ref), before.digest))
    edited = rubric_of(tmp_path, changed("min_chars: 10", "min_chars: 20"))
    with pytest.raises(RubricError, match=r"small@1 was changed after[\s\S]+version: 2"):
        check_ref(edited, before.ref)
    newer = rubric_of(tmp_path, changed("version: 1", "version: 2"))
    with pytest.raises(RubricError, match="the rubric is small@2, the judgment was made with"):
        check_ref(newer, before.ref)
