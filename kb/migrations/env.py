"""Alembic's entry: `Database.migrate` hands it a connection."""

from alembic import context

from kb.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
