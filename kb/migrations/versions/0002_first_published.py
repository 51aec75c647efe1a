"""The day of first publication as a column, and an index of all that is asked of every study."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("catalogue", sa.Column("first_published", sa.Date(), nullable=True))
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
    op.drop_index("ix_catalogue_status", "catalogue")
    op.create_index(
        "ix_catalogue_lean",
        "catalogue",
        ["status", "id", "slug", "digest", "path", "first_published"],
    )


def downgrade() -> None:
    op.drop_index("ix_catalogue_lean", "catalogue")
    op.create_index("ix_catalogue_status", "catalogue", ["status"])
    with op.batch_alter_table("catalogue") as batch_op:
        batch_op.drop_column("first_published")
