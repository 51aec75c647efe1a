"""Working copies, what was said and decided about them, and who published what."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _working_copies()
    _review()
    op.create_table(
        "outgoing",
        sa.Column("case_study_id", sa.String(length=26), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("old_slug", sa.String(length=100), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("base_revision_id", sa.Integer(), nullable=True),
        sa.Column("sent_by", sa.String(length=26), nullable=True),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("is_substantial", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["base_revision_id"], ["revision.id"], name=op.f("fk_outgoing_base_revision_id")
        ),
        sa.PrimaryKeyConstraint("case_study_id", name=op.f("pk_outgoing")),
    )
    op.create_table(
        "presence",
        sa.Column("case_study_id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_study_id", "person_id", name=op.f("pk_presence")),
    )
    op.create_table(
        "decided_hint",
        sa.Column("case_study_id", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("decided_by", sa.String(length=26), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_study_id", "key", name=op.f("pk_decided_hint")),
    )
    op.add_column("revision", sa.Column("published_by", sa.String(length=26), nullable=True))
    op.add_column(
        "revision",
        sa.Column("is_substantial", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("revision", sa.Column("note", sa.Text(), nullable=True))


def _working_copies() -> None:
    op.create_table(
        "working_copy",
        sa.Column("case_study_id", sa.String(length=26), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("base_revision_id", sa.Integer(), nullable=True),
        sa.Column("owner", sa.String(length=26), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(length=26), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_substantial", sa.Boolean(), nullable=False),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scheduled_by", sa.String(length=26), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["base_revision_id"], ["revision.id"], name=op.f("fk_working_copy_base_revision_id")
        ),
        sa.PrimaryKeyConstraint("case_study_id", name=op.f("pk_working_copy")),
        sa.UniqueConstraint("slug", name=op.f("uq_working_copy_slug")),
    )
    op.create_index("ix_working_copy_owner", "working_copy", ["owner"])
    op.create_index("ix_working_copy_publish_at", "working_copy", ["publish_at"])
    op.create_table(
        "working_version",
        sa.Column("case_study_id", sa.String(length=26), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("base_revision_id", sa.Integer(), nullable=True),
        sa.Column("owner", sa.String(length=26), nullable=False),
        sa.Column("saved_by", sa.String(length=26), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["base_revision_id"], ["revision.id"], name=op.f("fk_working_version_base_revision_id")
        ),
        sa.PrimaryKeyConstraint("case_study_id", "version", name=op.f("pk_working_version")),
    )
    op.create_index("ix_working_version_saved_at", "working_version", ["saved_at"])


def _review() -> None:
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_study_id", sa.String(length=26), nullable=False),
        sa.Column("heading", sa.String(length=160), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_by", sa.String(length=26), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_by", sa.String(length=26), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index("ix_comment_case_study_id", "comment", ["case_study_id"])
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_study_id", sa.String(length=26), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("decided_by", sa.String(length=26), nullable=True),
        sa.Column("school_name", sa.String(length=160), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index("ix_decision_case_study_id", "decision", ["case_study_id", "version"])


def downgrade() -> None:
    for column in ("note", "is_substantial", "published_by"):
        op.drop_column("revision", column)
    for table in (
        "decided_hint",
        "presence",
        "outgoing",
        "decision",
        "comment",
        "working_version",
        "working_copy",
    ):
        op.drop_table(table)
