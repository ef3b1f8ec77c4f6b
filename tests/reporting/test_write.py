"""A report folder is complete, true to its results, and replaced whole or not at all."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from harness.errors import InputError
from harness.models import Language, Result, Verdict
from harness.reporting import Results, page_name, rows, summarise, write_report
from harness.store.artifacts import keep_artifact
from tests.reporting import samples
from tests.reporting.conftest import SURROGATE, hostile_result

LANGUAGES = (Language.PYTHON, Language.CPP)


def report(out: Path, source: Results, invalid: int = 0, **options: Any) -> Path:
    run, bad = samples.run_info(), samples.invalid_rows(invalid)
    tasks = samples.tasks(LANGUAGES, 6)
    summary = summarise(run, source, bad, tasks)
    return write_report(run, summary, source, bad, tasks, out, **options)


def data_of(index: Path) -> dict[str, Any]:
    text = index.read_text()
    block = text.split('id="data">')[1].split("</script>")[0]
    found: dict[str, Any] = json.loads(block)
    return found


def test_every_result_has_a_line_a_testcase_a_row_and_a_page(tmp_path: Path) -> None:
    source = samples.results(3, LANGUAGES, 6, 2)
    index = report(tmp_path, source, invalid=2)
    expected = list(source())
    lines = (tmp_path / "results.jsonl").read_text().splitlines()
    assert [Result.model_validate_json(line) for line in lines] == expected
    assert {page.name for page in (tmp_path / "responses").iterdir()} == {
        page_name(result) for result in expected
    }
    assert len(data_of(index)["rows"]) == len(expected)
    assert len(list(ET.parse(tmp_path / "junit.xml").iter("testcase"))) == len(expected)
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert (summary["schema_version"], summary["responses"]) == (1, len(expected))
    assert len((tmp_path / "invalid.jsonl").read_text().splitlines()) == 2


def test_rendering_again_leaves_no_page_of_the_earlier_render(tmp_path: Path) -> None:
    report(tmp_path, samples.results(2, LANGUAGES, 6, 2), invalid=1)
    report(tmp_path, samples.results(1, LANGUAGES, 3, 1))
    assert len(list((tmp_path / "responses").iterdir())) == 6
    assert not (tmp_path / "invalid.jsonl").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_render_that_breaks_leaves_the_old_report(tmp_path: Path) -> None:
    report(tmp_path, samples.results(1, LANGUAGES, 3, 1))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    whole = samples.results(2, LANGUAGES, 6, 1)
    run = samples.run_info()
    summary = summarise(run, whole, [], {})

    def broken() -> Iterator[Result]:
        for number, result in enumerate(whole()):
            if number == 9:
                raise RuntimeError("the store went away")
            yield result

    with pytest.raises(RuntimeError, match="went away"):
        write_report(run, summary, broken, [], {}, tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    place = tmp_path / "taken"
    place.write_text("a file")
    with pytest.raises(InputError) as caught:
        report(place, samples.results(1, LANGUAGES, 1, 1))
    assert "taken" in str(caught.value)
    assert "fix:" in str(caught.value)


def test_junit_tells_failures_from_our_errors_by_suite(tmp_path: Path) -> None:
    def source() -> Iterator[Result]:
        yield hostile_result(0)
        yield hostile_result(4, Verdict.HARNESS_ERROR)
        yield hostile_result(8, Verdict.PASSED)
        yield hostile_result(1, Verdict.TIMEOUT, SURROGATE)

    report(tmp_path, source)
    root = ET.parse(tmp_path / "junit.xml").getroot()
    suites = {suite.attrib["name"].rsplit(" · ")[-1]: suite for suite in root}
    python = suites["python"]
    assert (python.attrib["tests"], python.attrib["failures"], python.attrib["errors"]) == (
        "3", "1", "1",
    )  # fmt: skip
    assert [[child.tag for child in case] for case in python] == [["failure"], ["error"], []]
    failure = suites["javascript"].find("testcase/failure")
    assert failure is not None
    assert failure.attrib["type"] == "timeout"
    assert "\\x1b" in (failure.text or "")


def test_lone_surrogates_reach_every_file_escaped(tmp_path: Path) -> None:
    index = report(tmp_path, lambda: iter([hostile_result(0, text=SURROGATE)]))
    line = (tmp_path / "results.jsonl").read_text(encoding="utf-8")
    assert json.loads(line)["message"] == SURROGATE
    page = next((tmp_path / "responses").iterdir()).read_text(encoding="utf-8")
    assert "\\ud800" in page
    assert "\\ud800" in index.read_text(encoding="utf-8")


def test_failures_come_first_and_a_cap_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "FAILURES_SHOWN", 5)
    source = samples.results(3, LANGUAGES, 6, 2)
    data = data_of(report(tmp_path, source))
    failures = [result for result in source() if result.verdict is not Verdict.PASSED]
    assert len(failures) > 5
    assert data["failures"] == len(failures)
    assert data["failuresShown"] == 5
    assert all(row[4] != 0 for row in data["rows"][:5])
    assert all(row[4] == 0 for row in data["rows"][5:])


def test_pages_of_failures_only_leave_no_dead_link(tmp_path: Path) -> None:
    source = samples.results(2, LANGUAGES, 6, 2)
    data = data_of(report(tmp_path, source, passed_pages=False))
    pages = {page.stem for page in (tmp_path / "responses").iterdir()}
    assert {row[0] for row in data["rows"]} == pages | {""}


def test_screenshots_stand_beside_the_page_that_shows_them(tmp_path: Path) -> None:
    home, out = tmp_path / "home", tmp_path / "out"
    kept = keep_artifact(home, "a <b>", "image/png", b"\x89PNG picture")
    lost = kept.model_copy(update={"name": "gone", "sha256": "0" * 64})
    other = kept.model_copy(update={"media_type": "text/html"})
    first = next(samples.results(1, LANGUAGES, 1, 1)())
    shown = first.model_copy(update={"artifacts": (kept, lost, other)})
    report(out, lambda: iter([shown]), home=home)
    page = (out / "responses" / page_name(shown)).read_text()
    file = f"pictures/{kept.sha256}.png"
    assert page.count(f'<img src="{file}" alt="Screenshot: a &lt;b&gt;"') == 1
    assert (out / "responses" / file).read_bytes() == b"\x89PNG picture"
    assert page.count("This picture is no longer kept.") == 1
    assert "img-src 'self' file:" in unescape(page)
    report(out, samples.results(1, LANGUAGES, 1, 1), home=home)
    assert not (out / "responses" / "pictures").exists()


def test_neighbouring_failures_are_linked_in_order(tmp_path: Path) -> None:
    source = samples.results(2, LANGUAGES, 6, 2)
    report(tmp_path, source)
    failing = [page_name(r) for r in source() if r.verdict is not Verdict.PASSED]
    for before, here, after in zip([None, *failing], failing, [*failing[1:], None], strict=False):
        text = (tmp_path / "responses" / here).read_text()
        assert (before is None) == ('rel="prev"' not in text)
        assert before is None or f'rel="prev" href="{before}"' in text
        assert after is None or f'rel="next" href="{after}"' in text
