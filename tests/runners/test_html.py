"""HTML tasks as records: what is refused, and how it is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from harness.intake import load_tasks
from harness.intake.export import write_task_folder
from harness.models import HtmlCase, HtmlCheck, HtmlSpec, HtmlStep, InvalidRow, Task, Viewport
from harness.settings import bundled_tasks

CHECK = {"check": "text", "selector": "#a", "equals": "x"}


def _load(folder: Path, table: str) -> Task | InvalidRow:
    (folder / "prompt.md").write_text("Make a page.")
    (folder / "task.toml").write_text(f'id = "t"\nlanguage = "html"\nkind = "html"\n{table}')
    found = load_tasks(folder)
    return found.invalid[0] if found.invalid else found.tasks["t"]


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ('action = "clik", selector = "a"', "should be 'click', 'hover'"),
        ('action = "click"', "action 'click' needs selector"),
        ('action = "type", selector = "a"', "action 'type' needs text"),
        ('action = "press", key = "Control+"', "unknown key 'Control+'"),
        ('action = "wait"', "needs ms or selector"),
        ('action = "click", selektor = "a"', "Extra inputs are not permitted"),
        ('action = "resize", width = 10, height = 500', "greater than or equal to 100"),
    ],
)
def test_a_bad_step_is_refused_with_its_place(tmp_path: Path, step: str, message: str) -> None:
    found = _load(
        tmp_path,
        f'[[html.cases]]\nname = "a"\nsteps = [{{ {step} }}]\nchecks = [{{ check = "errors" }}]\n',
    )
    assert isinstance(found, InvalidRow)
    assert "html.cases.0.steps.0" in found.reason
    assert message in found.reason
    assert found.line > 3


@pytest.mark.parametrize(
    ("check", "message"),
    [
        ({"check": "colour", "selector": "a"}, "should be 'exists'"),
        ({"check": "text"}, "check 'text' needs selector"),
        ({"check": "style", "selector": "a"}, "check 'style' needs name"),
        ({"check": "layout", "selector": "a", "relation": "left_of"}, "needs other"),
        ({"check": "url", "name": "hash"}, "use fragment, path or query"),
        ({"check": "visible", "selector": "a", "equals": "x"}, "takes no equals"),
        ({"check": "errors", "negate": True}, "cannot be negated"),
        ({"check": "console", "negate": True}, "cannot be negated"),
        ({**CHECK, "contains": "y"}, "keep one comparison a check"),
        ({"check": "text", "selector": "a", "matches": "("}, "not a regular expression"),
    ],
)
def test_a_bad_check_is_refused(check: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        HtmlCheck.model_validate(check)


def test_a_task_that_everything_would_pass_is_refused(tmp_path: Path) -> None:
    found = _load(tmp_path, "")
    assert isinstance(found, InvalidRow)
    assert "html table" in found.reason
    with pytest.raises(ValidationError, match="every response would pass"):
        HtmlSpec()
    with pytest.raises(ValidationError, match="at least 1 item"):
        HtmlCase(name="a", checks=())


def test_a_viewport_must_be_declared() -> None:
    case = HtmlCase(name="a", viewport="phone", checks=(HtmlCheck(check="errors"),))
    with pytest.raises(ValidationError, match="'a' names viewport 'phone'; use desktop"):
        HtmlSpec(cases=(case,))
    phone = Viewport(name="phone", width=375, height=667)
    assert HtmlSpec(viewports=(phone,), cases=(case,)).viewport("phone") == phone


@pytest.mark.parametrize("key", ["a", "+", "Enter", "F12", "Control+Shift+K", "ArrowLeft", "é"])
def test_keys_are_written_as_browsers_name_them(key: str) -> None:
    assert HtmlStep(action="press", key=key).key == key


def test_bundled_tasks_survive_being_written_and_read(tmp_path: Path) -> None:
    tasks = [one for one in load_tasks(bundled_tasks()).tasks.values() if one.html]
    assert len(tasks) >= 4
    for task in tasks:
        write_task_folder(task, tmp_path)
    again = load_tasks(tmp_path)
    assert not again.invalid
    for task in tasks:
        assert again.tasks[task.task_id].html == task.html
