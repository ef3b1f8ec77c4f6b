"""Which program a response means: literal where it can be, repaired where it must be."""

from __future__ import annotations

import pytest

from harness import syntax
from harness.intake.extract import extract, resolve_entry_point
from harness.models import Case, Code, Form, Language, Response, Task, TestKind, UnitStyle

PROMPT = 'import math\n\n\ndef half(x):\n    return x / 2\n\n\ndef area(w, h):\n    """Area."""\n'
BODY = "    return w * h\n"
FUNCTION = "def area(w, h):\n    return w * h\n"
JS_PROMPT = "// Area of a box.\nconst area = (w, h) => {\n"


def _unit(language: Language = Language.PYTHON, prompt: str = PROMPT) -> Task:
    return Task(
        task_id="t", language=language, kind=TestKind.UNIT, prompt=prompt, prefix=prompt,
        entry_point="area", tests="…", unit_style=UnitStyle.CHECK,
    )  # fmt: skip


def _call(language: Language = Language.PYTHON, *checks: str) -> Task:
    return Task(
        task_id="t", language=language, kind=TestKind.CALL, prompt="Write area(w, h).",
        entry_point="area", cases=tuple(Case(name=check, check=check) for check in checks),
    )  # fmt: skip


def _code(task: Task, text: str, form: Form = Form.AUTO, prefix: str | None = None) -> Code:
    found = _extract(task, text, form, prefix)
    assert found is not None
    return found


def _extract(
    task: Task, text: str, form: Form = Form.AUTO, prefix: str | None = None
) -> Code | None:
    response = Response(
        response_id="r", task_id="t", model="m", text=text, form=form, prefix=prefix
    )
    return extract(task, response)


# ── completions ──


def test_a_completion_that_parses_is_never_touched() -> None:
    text = BODY + "\nif __name__ == '__main__':\n    print(area(1, 2))\n"
    code = _code(_unit(), text, Form.COMPLETION)
    assert code.source == PROMPT + text
    assert (code.form, code.first_line, code.note) == (Form.COMPLETION, 10, "")


def test_a_wrong_but_valid_completion_stays_wrong() -> None:
    assert _code(_unit(), "    return w + h\n", Form.COMPLETION).source == PROMPT + (
        "    return w + h\n"
    )


def test_the_response_may_bring_its_own_prefix() -> None:
    code = _code(_unit(), BODY, Form.COMPLETION, prefix="def area(w, h):\n")
    assert code.source == "def area(w, h):\n" + BODY
    assert code.first_line == 2


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("return w * h\n", BODY),
        ("a = w * h\n    return a\n", "    a = w * h\n    return a\n"),
        ("a = w * h\nreturn a\n", "    a = w * h\n    return a\n"),
        ("        a = w * h\n    return a\n", "    a = w * h\n    return a\n"),
        ("if w:\n        return w * h\n    return 0\n",
         "    if w:\n        return w * h\n    return 0\n"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", [Form.COMPLETION, Form.AUTO])
def test_lost_or_extra_indentation_is_mended(text: str, body: str, form: Form) -> None:
    code = _code(_unit(), text, form)
    assert code.source == PROMPT + body
    assert "re-indented" in code.note


@pytest.mark.parametrize(
    "tail",
    [
        "\ndef other(x):\n    return foo(x,\n",
        "\nThis multiplies the width by the height.\n",
        "\nif __name__ == '__main__':\n    print(area(1,\n",
    ],
)
def test_a_completion_that_runs_on_is_cut_only_where_it_does_not_parse(tail: str) -> None:
    code = _code(_unit(), BODY + tail, Form.COMPLETION)
    assert code.source.rstrip() == (PROMPT + BODY).rstrip()
    assert "cut" in code.note


def test_a_broken_body_is_left_broken() -> None:
    text = "    return w * (h\n"
    code = _code(_unit(), text, Form.COMPLETION)
    assert code.source == PROMPT + text


@pytest.mark.parametrize("text", ["", "  \n\n", "\ufeff"])
def test_nothing_is_no_code(text: str) -> None:
    assert _extract(_unit(), text, Form.COMPLETION) is None
    assert _extract(_call(), text) is None


def test_an_echoed_prompt_or_signature_is_not_doubled() -> None:
    js = _unit(Language.JAVASCRIPT, JS_PROMPT)
    for text in (
        JS_PROMPT + "  return w * h;\n};\n",
        "const area = (w, h) => {\n  return w * h;\n};\n",
    ):
        source = _code(js, text, Form.COMPLETION).source
        assert source.count("const area") == 1
        assert not syntax.has_error(Language.JAVASCRIPT, source)


def test_auto_tells_a_body_from_a_file() -> None:
    assert _code(_unit(), BODY).form is Form.COMPLETION
    whole = _code(_unit(), FUNCTION)
    assert whole.form is Form.FULL
    assert whole.source.endswith(FUNCTION)


def test_a_body_with_a_variable_of_the_same_name_is_still_a_body() -> None:
    js = _unit(Language.JAVASCRIPT, JS_PROMPT)
    text = "```\n  const area = w * h;\n  return area;\n};\n```"
    assert _code(js, text).source == JS_PROMPT + "  const area = w * h;\n  return area;\n};\n"


def test_fences_in_a_string_of_a_body_are_part_of_it() -> None:
    body = '    s = """\n```\nx\n```\n"""\n    return w * h\n'
    assert _code(_unit(), body).source == PROMPT + body


# ── files ──


def test_a_file_gets_the_helpers_and_imports_it_lacks() -> None:
    code = _code(_unit(), FUNCTION, Form.FULL)
    assert code.source == (
        "import math\ndef half(x):\n    return x / 2\ndef area(w, h):\n    return w * h\n"
    )
    assert code.source.split("\n")[code.first_line - 1] == "def area(w, h):"


def test_a_file_that_has_them_stays_as_it_is() -> None:
    text = PROMPT + BODY
    code = _code(_unit(), text, Form.FULL)
    assert (code.source, code.first_line) == (text, 1)


def test_a_cpp_file_gets_the_prompts_includes() -> None:
    prompt = "#include <vector>\nusing namespace std;\nint area(vector<int> sides) {\n"
    code = _code(_unit(Language.CPP, prompt), "int area(vector<int> s) { return s[0]; }\n")
    assert code.source.startswith("#include <vector>\nusing namespace std;\nint area")
    assert code.first_line == 3


def test_bom_and_crlf_are_folded() -> None:
    assert _code(_call(), "\ufeff" + FUNCTION.replace("\n", "\r\n")).source == FUNCTION


# ── chat answers ──


@pytest.mark.parametrize(
    "text",
    [
        f"Sure!\n\n```python\n{FUNCTION}```\nHope it helps.",
        f"```\n{FUNCTION}```",
        f"```python\n{FUNCTION}",  # no closing fence
        f"```javascript\n{FUNCTION}```",  # wrong tag
        f"~~~python\n{FUNCTION}~~~",
        f"Here it is: ```python\n{FUNCTION}```",
        f"```python\n{FUNCTION.rstrip()}```\nbye",  # fence glued to the code
        "1. Write:\n\n   ```python\n   def area(w, h):\n       return w * h\n   ```\n",
        f"<think>\n```python\ndef area(w, h): return 0\n```\nNo.</think>\n```python\n{FUNCTION}```",
        f"wrong thought```python\nx\n```</think>\n```python\n{FUNCTION}```",
        f"```bash\npip install x\n```\n```python\n{FUNCTION}```",
        f"```python\nprint(area(1, 2))\n```\nwhere\n```python\n{FUNCTION}```",
        f"```python\n{FUNCTION}```\nor shorter:\n```python\narea = lambda w, h: w * h\n```",
        f"The function:\n\n{FUNCTION}\nIt multiplies the two.",
        f"[PYTHON]\n{FUNCTION}[/PYTHON]",
        "```\n>>> def area(w, h):\n...     return w * h\n>>> \n6\n```",
    ],
)
def test_the_function_is_found_in_a_chat_answer(text: str) -> None:
    code = _code(_call(), text)
    assert code.source.strip() == FUNCTION.strip()
    assert code.entry_point_found


def test_a_missing_fence_followed_by_prose_is_cut() -> None:
    code = _code(_call(), f"```python\n{FUNCTION}\nThis works because area is a product.")
    assert code.source.strip() == FUNCTION.strip()


def test_fences_inside_strings_do_not_end_the_block() -> None:
    inner = 'def area(w, h):\n    s = """\n```\n"""\n    return w * h\n'
    assert _code(_call(), f"```python\n{inner}```\nbye").source == inner


def test_html_entities_are_resolved_only_where_nothing_parses() -> None:
    escaped = "def area(w, h):\n    return w * h if w &gt; 0 else 0\n"
    assert "w > 0" in _code(_call(), f"```python\n{escaped}```").source
    meant = "def area(w, h):\n    return '&lt;'\n"
    assert _code(_call(), f"```python\n{meant}```").source == meant


def test_files_that_need_each_other_are_joined() -> None:
    text = (
        "`box.py`\n```python\ndef product(a, b):\n    return a * b\n```\n`main.py`\n"
        "```python\nfrom math import pi\n\ndef area(w, h):\n    return product(w, h)\n```"
    )
    code = _code(_call(), text)
    assert "def product" in code.source
    assert "def area" in code.source
    assert code.note == "2 fences joined"


def test_a_fenced_body_completes_the_prompt() -> None:
    assert _code(_unit(), f"```python\n{BODY}```").source == PROMPT + BODY
    assert _code(_unit(), "```python\nreturn w * h\n```").source == PROMPT + BODY


@pytest.mark.parametrize("text", ["Sorry, I cannot help with that.", "Sorry", "42. It is known."])
def test_prose_alone_is_no_code(text: str) -> None:
    stdio = Task(
        task_id="t", language=Language.PYTHON, kind=TestKind.STDIO, prompt="p",
        cases=(Case(name="1"),),
    )  # fmt: skip
    for task in (_call(), _call(Language.JAVASCRIPT), _unit(), stdio):
        assert _extract(task, text) is None


def test_a_script_needs_no_function() -> None:
    task = _call().model_copy(update={"kind": TestKind.STDIO, "entry_point": None})
    assert _code(task, "print(int(input()) * 2)\n").source == "print(int(input()) * 2)\n"


def test_a_method_is_not_the_function_asked_for() -> None:
    method = "class Solution:\n    def area(self, w, h):\n        return w * h\n"
    code = _code(_call(), f"```python\n{method}```\nor\n```python\n{FUNCTION}```")
    assert code.source == FUNCTION
    assert not _code(_call(), f"```python\n{method}```").entry_point_found


def test_broken_code_is_still_the_code() -> None:
    code = _code(_call(), "```python\ndef area(w, h)\n    return w * h\n```")
    assert code.source == "def area(w, h)\n    return w * h\n"
    assert resolve_entry_point(_call(), code) == "area"


# ── the name to call ──


def test_the_entry_point_is_called_by_its_name() -> None:
    task = _call(Language.PYTHON, "name", "call")
    code = _code(task, "def helper():\n    pass\n" + FUNCTION)
    assert resolve_entry_point(task, code) == "area"


def test_only_signature_checks_allow_another_name() -> None:
    text = "def get_area(w, h):\n    def inner(): ...\n    return w * h\ndef two(): ...\n"
    code = _code(_call(), text)
    assert not code.entry_point_found
    assert resolve_entry_point(_call(Language.PYTHON, "arg_count"), code) == "get_area"
    assert resolve_entry_point(_call(Language.PYTHON, "call"), code) is None


def test_a_script_has_no_name_to_call() -> None:
    task = _call().model_copy(update={"entry_point": None})
    assert resolve_entry_point(task, _code(task, "print(1)\n")) is None


# ── hostile text ──


@pytest.mark.parametrize(
    "text",
    [
        "```python\n" * 1000 + "def area(w",
        "```\nx = 1\n```\n" * 1000,
        "`" * 100_000,
        "<think>" * 9_000 + "</think>",
        "</think>" + "<think>" * 9_000,
        "<code>" * 9_000,
        "def area(w, h):\n    return " + "(" * 20_000,
        "import this\n\nprose\n" * 1500,
        ">>> " * 9_000,
        "&lt;" * 15_000,
        "def area(w, h):\x00\n    return '\u202e'\n",
        "\n" * 200_000,
    ],
)
@pytest.mark.parametrize("form", [Form.AUTO, Form.COMPLETION])
def test_hostile_text_never_raises(text: str, form: Form) -> None:
    for task in (_unit(), _call(Language.JAVASCRIPT), _unit(Language.CPP, "int area(int w) {\n")):
        code = _extract(task, text, form)
        assert code is None or code.first_line >= 1


def test_a_text_too_long_to_parse_is_taken_at_its_word() -> None:
    text = FUNCTION + "# padding\n" * (syntax.MAX_SOURCE_BYTES // 10)
    assert _code(_call(), text).source == text
    assert _code(_unit(), text, Form.COMPLETION).source == PROMPT + text
