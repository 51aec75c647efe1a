"""Rows of the desk. They never leave this package; `kb.models` says what rows are."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb.models import Base


class WorkingCopyRow(Base):
    """A study that somebody is at work on; the published version stays live beside it."""

    __tablename__ = "working_copy"

    case_study_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    state: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    # The revision that it began from; None for a study that is new.
    base_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    owner: Mapped[str] = mapped_column(String(26), index=True)
    began_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(String(26))
    saved_at: Mapped[datetime]
    is_substantial: Mapped[bool] = mapped_column(default=False)
    publish_at: Mapped[datetime | None] = mapped_column(index=True)
    scheduled_by: Mapped[str | None] = mapped_column(String(26))
    # Why it could not go live at its time.
    problem: Mapped[str | None] = mapped_column(Text)


class WorkingVersionRow(Base):
    """A working copy as it once was: nothing that was saved is lost."""

    __tablename__ = "working_version"

    case_study_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(100))
    source: Mapped[str] = mapped_column(Text)
    base_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    owner: Mapped[str] = mapped_column(String(26))
    saved_by: Mapped[str] = mapped_column(String(26))
    saved_at: Mapped[datetime] = mapped_column(index=True)


class CommentRow(Base):
    """What a reviewer says of a heading, or of the whole."""

    __tablename__ = "comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_study_id: Mapped[str] = mapped_column(String(26), index=True)
    heading: Mapped[str | None] = mapped_column(String(160))
    text: Mapped[str] = mapped_column(Text)
    said_by: Mapped[str] = mapped_column(String(26))
    said_at: Mapped[datetime]
    resolved_by: Mapped[str | None] = mapped_column(String(26))
    resolved_at: Mapped[datetime | None]


class DecisionRow(Base):
    """What somebody decided on one version of a working copy, for ever."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_study_id: Mapped[str] = mapped_column(String(26))
    version: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(20))
    # A person with an account, or a name that somebody at the school gave.
    decided_by: Mapped[str | None] = mapped_column(String(26))
    school_name: Mapped[str | None] = mapped_column(String(160))
    note: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime]

    __table_args__ = (Index("ix_decision_case_study_id", "case_study_id", "version"),)


class OutgoingRow(Base):
    """A study on its way into its file, so that a start after a crash can finish the way."""

    __tablename__ = "outgoing"

    case_study_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    slug: Mapped[str] = mapped_column(String(100))
    old_slug: Mapped[str | None] = mapped_column(String(100))
    source: Mapped[str] = mapped_column(Text)
    # The revision that the file holds beforehand; None where there is no file.
    base_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    sent_by: Mapped[str | None] = mapped_column(String(26))
    act: Mapped[str] = mapped_column(String(40))
    is_substantial: Mapped[bool]
    note: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime]


class PresenceRow(Base):
    """Who has a study open, and when they were last seen in it."""

    __tablename__ = "presence"

    case_study_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    seen_at: Mapped[datetime]


class DecidedHintRow(Base):
    """A hint that somebody looked at and found to be no problem; its words are not kept."""

    __tablename__ = "decided_hint"

    case_study_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    decided_by: Mapped[str] = mapped_column(String(26))
    decided_at: Mapped[datetime]
