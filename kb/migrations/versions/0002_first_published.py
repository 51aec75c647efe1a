"""The day of first publication in a column of its own: asked for of every study at once."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("catalogue", recreate="always") as batch_op:
        batch_op.add_column(
            sa.Column("first_published", sa.Date(), nullable=True), insert_after="status"
        )
    catalogue = sa.table(
        "catalogue",
        sa.column("id", sa.String),
        sa.column("meta", sa.JSON),
        sa.column("first_published", sa.Date),
    )
    connection = op.get_bind()
    days = [
        {"of": row.id, "day": date.fromisoformat(row.meta["first_published"])}
        for row in connection.execute(sa.select(catalogue.c.id, catalogue.c.meta))
        if "first_published" in row.meta
    ]
    if days:
        connection.execute(
            sa.update(catalogue)
            .where(catalogue.c.id == sa.bindparam("of"))
            .values(first_published=sa.bindparam("day")),
            days,
        )


def downgrade() -> None:
    with op.batch_alter_table("catalogue") as batch_op:
        batch_op.drop_column("first_published")
