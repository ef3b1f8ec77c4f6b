"""The SQL in an answer is found, and nothing of it is changed."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.intake.extract import extract
from harness.models import Form, Response, SqlSpec, Task

QUERY = "SELECT name\nFROM singer\nWHERE age > 20"
SPEC = SqlSpec(schema_sql="CREATE TABLE singer (name TEXT, age INT);", golds=(QUERY,))
CHANGE = SPEC.model_copy(update={"read_only": False, "check_tables": ("singer",)})


def found(text: str, form: Form = Form.AUTO, spec: SqlSpec = SPEC, prefix: str = "") -> str | None:
    task = Task.model_validate(
        {
            "task_id": "t",
            "language": "sql",
            "kind": "sql",
            "prompt": "",
            "sql": spec,
            "prefix": prefix,
        }
    )
    response = Response(response_id="r", task_id="t", model="m", text=text, form=form)
    code = extract(task, response)
    return None if code is None else code.source.strip()


@pytest.mark.parametrize(
    "text",
    [
        QUERY,
        f"{QUERY};",
        "SELECT a FROM t",
        "select count(*) from singer",
        f"-- all of them\n{QUERY};\n",
        f"/* why */ {QUERY}",
        "WITH old AS (SELECT * FROM singer) SELECT name FROM old",
        'SELECT name FROM singer WHERE note = "a ``` b"',
        "SELECT name\n\nFROM singer\n\nWHERE age > 20\n\nORDER BY name",
        "SELECT ( SELECT max(age)\n\nOutput FROM singer )",
        "(SELECT 1) UNION (SELECT 2)",
        "SELECT 'a;\n\nThis is text; so' FROM singer",
        "PRAGMA table_info(singer)",
        "SELECT name -- what it is called.\nFROM singer WHERE age IN (\nSELECT 1 FROM singer)",
        "SELECT name FROM singer; SELECT age FROM singer",
    ],
)
@pytest.mark.parametrize("form", [Form.AUTO, Form.CHAT, Form.FULL])
def test_a_bare_statement_is_taken_to_the_letter(text: str, form: Form) -> None:
    assert found(text, form) == text.strip()


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT nmae FORM singer WHERE (", Form.AUTO),
        ("nothing of this is SQL", Form.FULL),
        ("SELEC name FROM singer", Form.FULL),
    ],
)
def test_what_no_database_would_take_is_run_all_the_same(text: str, form: Form) -> None:
    assert found(text, form) == text


@pytest.mark.parametrize(
    "text",
    [
        f"Here is the query:\n\n```sql\n{QUERY}\n```\n\nIt keeps the older ones.",
        f"```\n{QUERY}\n```",
        f"```SQLite\n{QUERY}\n```",
        f"Sure! {QUERY.splitlines()[0]}…\n```postgresql\n{QUERY}\n```",
        f"The table is\n```sql\nCREATE TABLE singer (name TEXT);\n```\nso\n```sql\n{QUERY}\n```",
        f"```sql\n{QUERY}\n```\nIt prints\n```text\nname\n----\nJoe\n```",
        f"Count:\n```sql\nSELECT count(*) FROM singer\n```\nThe final one:\n```sql\n{QUERY}\n```",
        f"```sql\n{QUERY}\n```\nAlternatively:\n```sql\nSELECT name FROM singer\n```",
        f"<think>```sql\nSELECT 1\n``` no, wrong</think>\n```sql\n{QUERY}\n```",
        f"> ```sql\n{QUERY}",
        f"Here is the query:\n{QUERY}",
        f"Select the rows you need, like this:\n\n{QUERY}\n\nThis query uses a comparison.",
        f"With this query you get them:\n{QUERY}",
        f"Select rows from the table by age, like this:\n\n{QUERY}",
        f"Update: use a comparison.\n{QUERY}",
        f"SQL: {QUERY}",
        f"**Answer:** {QUERY}",
        f"{QUERY}\n\nExplanation: age is compared.",
        f"{QUERY}\nNote: names may repeat",
        f"{QUERY};\nThis selects the name; nothing else.".replace(";\n", "\n\n"),
        f"<code>{QUERY}</code>",
    ],
)
def test_prose_and_fences_are_left_out(text: str) -> None:
    assert found(text) == QUERY
    assert found(text, Form.CHAT) == QUERY


def test_prose_after_a_semicolon_is_left_out() -> None:
    assert found(f"{QUERY};\n\nThis selects names; it is fast.") == f"{QUERY};"
    assert found(f"The answer is:\n{QUERY}; -- done\nHope this helps; bye!") == f"{QUERY};"


@pytest.mark.parametrize(
    "text",
    ["I cannot answer this.", "With pleasure! Which table?", "Select the right rows from it.",
     "```python\nprint('SELECT')\n```", "   \n"],
)  # fmt: skip
def test_an_answer_without_sql_has_none(text: str) -> None:
    assert found(text) is None


def test_changes_in_several_fences_are_one_script() -> None:
    text = (
        "First\n```sql\nINSERT INTO singer VALUES ('x', 1)\n```\nthen\n"
        "```sql\nUPDATE singer SET age = 2;\n```\nCheck it:\n```sql\nSELECT * FROM singer\n```"
    )
    script = "INSERT INTO singer VALUES ('x', 1);\nUPDATE singer SET age = 2;"
    assert found(text, spec=CHANGE) == script


def test_of_alternative_changes_the_first_is_taken() -> None:
    text = (
        "```sql\nDELETE FROM singer\n```\nor, alternatively\n```sql\nUPDATE singer SET age = 0\n```"
    )
    assert found(text, spec=CHANGE) == "DELETE FROM singer"


def test_a_completion_goes_on_where_the_prompt_ends() -> None:
    assert found(" name FROM singer", Form.COMPLETION, prefix="SELECT") == "SELECT name FROM singer"


@given(st.text(alphabet=st.sampled_from("SELECT FROMwith;'\"`\n-/*()$:.a "), max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    source = found(text)
    assert source is None or source.strip("\n") == "" or source.rstrip("`") in text


def test_hostile_text_is_read_in_linear_time() -> None:
    for text in (
        "\n" * 300_000, "with a (\n" * 30_000, "select\n" * 40_000, "a: " * 80_000,
        "update t\n\n" * 30_000, "```\n" * 50_000, "```sql\nselect 1\n```\n" * 30_000,
        "'" * 200_001, "select 1\n\nNote " * 20_000, "* " * 200_000, "<code>" * 30_000,
        "create or replace " * 20_000,
    ):  # fmt: skip
        started = time.process_time()
        found(f"Prose.\n{text}", Form.CHAT)
        found(text)
        # Minutes, where it is not linear.
        assert time.process_time() - started < 25, text[:40]
