"""Database rows. They never leave this package: use cases hand out values of `kb.domain`.

Catalogue, alias and file rows are disposable: `kb index --rebuild` makes them from the files.
All others are people's and the library's own history, and are never derived.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    false,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC; SQLite keeps no zone of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """Store as UTC."""
        return value.astimezone(UTC) if value else None

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """Read as UTC."""
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Base(DeclarativeBase):
    """Names every constraint, so that migrations can alter them on any database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012


class CatalogueRow(Base):
    """The last good version of a study whose file is there. Disposable."""

    __tablename__ = "catalogue"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    path: Mapped[str] = mapped_column(String(400))
    digest: Mapped[str] = mapped_column(String(64))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    status: Mapped[str] = mapped_column(String(20))
    meta: Mapped[dict[str, Any]]
    body_md: Mapped[str] = mapped_column(Text)
    # Also in meta.
    first_published: Mapped[date | None]

    __table_args__ = (
        # What every run asks of every study: answered without going through all their texts.
        Index("ix_catalogue_lean", "status", "id", "slug", "digest", "path", "first_published"),
    )


class AliasRow(Base):
    """An earlier address that a study's front matter keeps alive. Disposable."""

    __tablename__ = "alias"

    slug: Mapped[str] = mapped_column(String(160), primary_key=True)
    case_study_id: Mapped[str] = mapped_column(String(26))


class FileRow(Base):
    """A file as it was last read, so that an unchanged one is not read again. Disposable."""

    __tablename__ = "file"

    path: Mapped[str] = mapped_column(String(400), primary_key=True)
    size: Mapped[int]
    mtime_ns: Mapped[int] = mapped_column(BigInteger)
    checked_with: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(64))
    claimed_id: Mapped[str | None] = mapped_column(String(26))
    aliases: Mapped[list[Any]]
    findings: Mapped[list[Any]]


class RevisionRow(Base):
    """One version of a study, for ever."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_study_id: Mapped[str] = mapped_column(String(26))
    number: Mapped[int]
    path: Mapped[str] = mapped_column(String(400), index=True)
    slug: Mapped[str] = mapped_column(String(100))
    source: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(String(20))
    recorded_at: Mapped[datetime]
    # Of what was published in the browser: who did it, and whether readers are told again.
    published_by: Mapped[str | None] = mapped_column(String(26))
    is_substantial: Mapped[bool] = mapped_column(default=False, server_default=false())
    note: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("uq_revision_case_study_id_number", "case_study_id", "number", unique=True),
    )


class PublicationRow(Base):
    """The moment at which a study first went live here."""

    __tablename__ = "publication"

    case_study_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    first_live_at: Mapped[datetime]


class RedirectRow(Base):
    """A slug that a study once had."""

    __tablename__ = "redirect"

    slug: Mapped[str] = mapped_column(String(160), primary_key=True)
    case_study_id: Mapped[str] = mapped_column(String(26))
    recorded_at: Mapped[datetime]


class JobRow(Base):
    """Work left for the keeper."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10))
    run_after: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    queued_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        # One waiting job of a kind is enough: it will see everything that came before it.
        Index(
            "uq_job_kind_queued",
            "kind",
            unique=True,
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
    )


class LeaseRow(Base):
    """Who may do what only one process may do at a time, and until when."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    expires_at: Mapped[datetime]


class OutboxRow(Base):
    """A message to one person: waiting, on its way, or for a while the record of what became of it.

    What it said is wiped once it is sent.
    """

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    # The part before the @; the domain is the sender's.
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    to: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(Text)
    headers: Mapped[list[Any]]
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)
    is_bulk: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime]
    # When it may be taken, or taken anew where its sender seems to have died; none once it ended.
    not_before: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("ix_outbox_due", "is_bulk", "not_before", "id"),
        Index("ix_outbox_state_ended_at", "state", "ended_at"),
    )


class LoggedQueryRow(Base):
    """What was searched for on a day, and how often; never by whom or when in the day."""

    __tablename__ = "logged_query"

    day: Mapped[date] = mapped_column(primary_key=True)
    query: Mapped[str] = mapped_column(String(200), primary_key=True)
    times: Mapped[int]
    total: Mapped[int]


class FeedbackRow(Base):
    """What a reader said of a study on a day; never who."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_study_id: Mapped[str] = mapped_column(String(26))
    day: Mapped[date]
    verdict: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (Index("ix_feedback_case_study_id", "case_study_id", "day"),)


class PersonRow(Base):
    """Somebody with an account; never deleted, because what they did refers to them."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    # As kb.address gives it: two spellings of one address are equal.
    email: Mapped[str] = mapped_column(String(254), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_active: Mapped[bool]
    wants_daily: Mapped[bool]
    # A one-time link carries this number and no longer works when it has moved on.
    links_made_void: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class SignInRow(Base):
    """A browser in which somebody is signed in; of its token the hash alone."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    how: Mapped[str] = mapped_column(String(20))
    browser: Mapped[str] = mapped_column(String(60))
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class AttemptRow(Base):
    """One try to sign in, under the keyed hash of an address or of a client."""

    __tablename__ = "attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]

    __table_args__ = (Index("ix_attempt_subject", "subject", "at"),)


class LinkRequestRow(Base):
    """A link to sign in that somebody asked for, until the keeper has seen to it."""

    __tablename__ = "link_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    next_path: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]


class AuditRow(Base):
    """An act that changed something. Rows are added, never changed or removed."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    act: Mapped[str] = mapped_column(String(40))
    about: Mapped[str] = mapped_column(String(200))
    detail: Mapped[dict[str, Any]]


class SubscriptionRow(Base):
    """Somebody who is sent the digest, or asked to be."""

    __tablename__ = "subscription"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    state: Mapped[str] = mapped_column(String(20))
    interests: Mapped[dict[str, Any]]
    frequency: Mapped[str] = mapped_column(String(20))
    weekday: Mapped[int]
    hour: Mapped[int]
    always: Mapped[bool]
    pause_in_holidays: Mapped[bool]
    region: Mapped[str | None] = mapped_column(String(100))
    paused_until: Mapped[date | None]
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_issue_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_subscription_state_due_at", "state", "due_at"),
        Index("ix_subscription_address", "address"),
        # What was asked for and not confirmed yet may be there several times.
        Index(
            "uq_subscription_address_confirmed",
            "address",
            unique=True,
            sqlite_where=text("state <> 'pending'"),
            postgresql_where=text("state <> 'pending'"),
        ),
    )


class DigestIssueRow(Base):
    """An issue of the digest that was left in the outbox: one for a reader and a moment."""

    __tablename__ = "digest_issue"

    subscription_id: Mapped[str] = mapped_column(
        ForeignKey("subscription.id", ondelete="CASCADE"), primary_key=True
    )
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
    # Of the outbox, which forgets its messages sooner.
    message_id: Mapped[str] = mapped_column(String(200))
    choices: Mapped[list[Any]]
    queued_at: Mapped[datetime]

    __table_args__ = (
        Index("uq_digest_issue_message_id", "message_id", unique=True),
        Index("ix_digest_issue_queued_at", "queued_at"),
    )


class DigestSentRow(Base):
    """A study that a reader was sent, and when last."""

    __tablename__ = "digest_sent"

    subscription_id: Mapped[str] = mapped_column(
        ForeignKey("subscription.id", ondelete="CASCADE"), primary_key=True
    )
    case_study_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    sent_at: Mapped[datetime]


class DigestRunRow(Base):
    """A run that saw to issues which were due: how many, and nobody's name."""

    __tablename__ = "digest_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    issues: Mapped[int]
    without_news: Mapped[int]
    failed: Mapped[int]


class BounceRow(Base):
    """Mail to an address that came back, or that its reader complained of."""

    __tablename__ = "bounce"

    id: Mapped[int] = mapped_column(primary_key=True)
    # What told of it; told of twice, it counts once.
    source: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(254))
    kind: Mapped[str] = mapped_column(String(10))
    noted_at: Mapped[datetime]
    told: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        Index("uq_bounce_source", "source", unique=True),
        Index("ix_bounce_address_noted_at", "address", "noted_at"),
    )
