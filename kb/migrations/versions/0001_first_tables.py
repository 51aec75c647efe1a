"""The first tables: catalogue, history, jobs, leases and the query log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alias",
        sa.Column("slug", sa.String(length=160), nullable=False),
        sa.Column("case_study_id", sa.String(length=26), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_alias")),
    )
    op.create_table(
        "file",
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("checked_with", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("claimed_id", sa.String(length=26), nullable=True),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_file")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("run_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(
            "uq_job_kind_queued",
            ["kind"],
            unique=True,
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )

    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "logged_query",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("query", sa.String(length=200), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "query", name=op.f("pk_logged_query")),
    )
    op.create_table(
        "publication",
        sa.Column("case_study_id", sa.String(length=26), nullable=False),
        sa.Column("first_live_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_study_id", name=op.f("pk_publication")),
    )
    op.create_table(
        "redirect",
        sa.Column("slug", sa.String(length=160), nullable=False),
        sa.Column("case_study_id", sa.String(length=26), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_redirect")),
    )
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_study_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
    )
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_revision_path"), ["path"], unique=False)
        batch_op.create_index(
            "uq_revision_case_study_id_number", ["case_study_id", "number"], unique=True
        )

    op.create_table(
        "catalogue",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("meta", sa.JSON(), nullable=False),
        sa.Column("body_md", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_catalogue_revision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue")),
        sa.UniqueConstraint("slug", name=op.f("uq_catalogue_slug")),
    )
    with op.batch_alter_table("catalogue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_catalogue_status"), ["status"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("catalogue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_catalogue_status"))

    op.drop_table("catalogue")
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.drop_index("uq_revision_case_study_id_number")
        batch_op.drop_index(batch_op.f("ix_revision_path"))

    op.drop_table("revision")
    op.drop_table("redirect")
    op.drop_table("publication")
    op.drop_table("logged_query")
    op.drop_table("lease")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_job_kind_queued",
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )

    op.drop_table("job")
    op.drop_table("file")
    op.drop_table("alias")
