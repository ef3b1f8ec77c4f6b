"""Schema upgrades: from nothing, all or nothing, once, and never backwards."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from harness.errors import StoreError
from harness.models import RunInfo
from harness.store import open_store, review_of, schema, upgrade
from harness.store.connect import connect
from tests.store.review_data import RUN, add_run, make_response, new_project, pairs

BROKEN_UPGRADE = f"""
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{schema.REVISIONS[-1]}"


def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("run", sa.Column("half", sa.Text()))
    raise RuntimeError("the power fails here")
"""


def test_an_empty_database_becomes_what_the_code_expects(store_url: str) -> None:
    open_store(store_url).close()
    database = connect(store_url)
    with database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": schema.VERSION_TABLE}
        )
        assert compare_metadata(context, schema.metadata) == []
        assert context.get_current_revision() == schema.REVISIONS[-1]
    database.reader.dispose()


def test_every_migration_is_listed_oldest_first() -> None:
    files = ScriptDirectory(str(upgrade.MIGRATIONS)).walk_revisions()
    assert tuple(reversed([script.revision for script in files])) == schema.REVISIONS


def test_a_newer_store_is_refused_and_left_alone(store_url: str) -> None:
    open_store(store_url).close()
    database = connect(store_url)
    with database.write() as connection:
        connection.execute(text(f"UPDATE {schema.VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer version of the harness") as caught:
        open_store(store_url)
    assert caught.value.fix
    assert "upgrade code-eval-harness" in caught.value.fix
    with database.read() as connection:
        found = connection.scalar(text(f"SELECT version_num FROM {schema.VERSION_TABLE}"))
    database.reader.dispose()
    assert found == "9999"


def test_a_store_of_the_first_version_keeps_its_runs_and_takes_reviews(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tmp_path / "migrations"
    shutil.copytree(upgrade.MIGRATIONS, first)
    for later in (first / "versions").glob("0*.py"):
        if not later.name.startswith("0001"):
            later.unlink()
    with monkeypatch.context() as patch:
        patch.setattr(upgrade, "MIGRATIONS", first)
        patch.setattr(upgrade, "REVISIONS", ("0001",))
        with open_store(store_url) as store:
            add_run(store)
            runs, tasks = store.list_runs(), store.tasks(RUN)
    with open_store(store_url) as store:
        assert (store.list_runs(), store.tasks(RUN)) == (runs, tasks)
        assert [*store.results(RUN)] == [make_response(n // 4, n % 4) for n in range(12)]
        review = review_of(store)
        review.create_project(new_project())
        assert review.add_items("p", pairs()).added == 3


def test_an_upgrade_that_fails_half_way_leaves_the_store_as_it_was(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(store_url) as store:
        store.create_run(RunInfo(run_id="r1", started_at="2030"))
    migrations = tmp_path / "100% new migrations"
    shutil.copytree(upgrade.MIGRATIONS, migrations)
    (migrations / "versions" / "broken.py").write_text(BROKEN_UPGRADE)
    with monkeypatch.context() as patch:
        patch.setattr(upgrade, "MIGRATIONS", migrations)
        patch.setattr(upgrade, "REVISIONS", (*schema.REVISIONS, "next"))
        with pytest.raises(RuntimeError, match="the power fails here"):
            open_store(store_url)
    database = connect(store_url)
    with database.read() as connection:
        assert "half" not in inspect(connection).get_table_names()
        assert "half" not in {column["name"] for column in inspect(connection).get_columns("run")}
    database.reader.dispose()
    with open_store(store_url) as store:
        assert store.get_run("r1").started_at == "2030"


def test_processes_that_open_an_empty_database_at_once_all_succeed(store_url: str) -> None:
    script = "import sys; from harness.store import open_store; open_store(sys.argv[1]).close()"
    command = [sys.executable, "-c", script, store_url]
    openers = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(5)]
    errors = [opener.communicate()[1].decode() for opener in openers]
    assert [opener.returncode for opener in openers] == [0] * 5, errors


def test_a_current_store_opens_without_the_migration_machinery(store_url: str) -> None:
    open_store(store_url).close()
    script = (
        "import sys; from harness.store import open_store; open_store(sys.argv[1]).close();"
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script, store_url], check=False).returncode == 0
