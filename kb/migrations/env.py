"""Alembic's entry: `Database.migrate` hands it a connection."""

from alembic import context

# Its tables are known once it is imported.
import kb.desk.models  # noqa: F401
from kb.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
