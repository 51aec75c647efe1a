"""What the desk hands out: working copies and what was said and decided about them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kb.domain import CaseStudyId, PersonId
from kb.frontmatter import FrontMatterBroken, parse


class CopyState(StrEnum):
    """Where a working copy stands on its way to publication."""

    DRAFT = "draft"
    IN_REVIEW = "in-review"
    CHANGES_ASKED = "changes-asked"
    APPROVED = "approved"
    SCHEDULED = "scheduled"

    @property
    def label(self) -> str:
        """What people read."""
        return self.value.replace("-", " ").capitalize()


# How a revision came to be that nobody wrote into the file by hand.
BY_BROWSER = "browser"
# What going live is called in the audit log.
PUBLISH = "publish"
# Whoever writes now changes what nobody has yet agreed to.
WRITABLE = (CopyState.DRAFT, CopyState.CHANGES_ASKED, CopyState.IN_REVIEW)
# Agreed to: taken back first, then written.
SETTLED = (CopyState.APPROVED, CopyState.SCHEDULED)


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """A study that somebody is at work on.

    Attributes:
        id: the study's.
        slug: the address it is to have.
        source: the whole file as it would be, front matter and all; it may be full of faults.
        version: counts up with every save; a save names the one it began from.
        base_revision_id: the revision it began from, None for a new study.
        publish_at: when it goes live, if that was set.
        problem: why it could not go live at its time.
    """

    id: CaseStudyId
    slug: str
    state: CopyState
    source: str
    version: int
    base_revision_id: int | None
    owner: PersonId
    began_at: datetime
    saved_by: PersonId
    saved_at: datetime
    is_substantial: bool
    publish_at: datetime | None
    problem: str | None

    @property
    def title(self) -> str:
        """Its title, or words for a study that has none yet."""
        return title_of(self.source)

    @property
    def is_new(self) -> bool:
        """Whether the study was never published or kept as a file."""
        return self.base_revision_id is None


@dataclass(frozen=True, slots=True)
class WorkingVersion:
    """A working copy as it once was."""

    version: int
    slug: str
    source: str
    saved_by: PersonId
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Comment:
    """What a reviewer says of a heading, or of the whole (None)."""

    id: int
    heading: str | None
    text: str
    said_by: PersonId
    said_at: datetime
    resolved_by: PersonId | None
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Revision:
    """A study as its file once was, drafts too.

    Attributes:
        number: counts up, study by study.
        slug: the address it had.
        source: the whole file.
        recorded_at: when it was published, or its file was found changed.
        is_by_file: whether somebody changed the file itself.
        published_by: who published it in the browser; None for a file, and for the library.
        is_substantial: whether readers were to be told.
        reason: what was given with it.
    """

    number: int
    slug: str
    source: str
    recorded_at: datetime
    is_by_file: bool
    published_by: PersonId | None
    is_substantial: bool
    reason: str


class Verdict(StrEnum):
    """What was decided on a version."""

    APPROVED = "approved"
    CHANGES_ASKED = "changes-asked"


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided what on which version: a colleague by their id, or a school by a name."""

    version: int
    verdict: Verdict
    decided_by: PersonId | None
    school_name: str | None
    note: str
    decided_at: datetime


def title_of(source: str) -> str:
    """The title that a file's text gives, or words for one without."""
    try:
        title = parse(source).data.get("title")
    except FrontMatterBroken:
        title = None
    return title.strip() if isinstance(title, str) and title.strip() else "Untitled case study"
