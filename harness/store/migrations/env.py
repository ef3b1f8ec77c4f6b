"""Run by alembic: migrates over the connection, and inside the transaction, of its caller."""

from alembic import context

from harness.store.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
context.run_migrations()
