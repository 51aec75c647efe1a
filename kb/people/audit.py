"""What was done by whom: rows are added, never changed or removed."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kb.domain import PersonId
from kb.models import AuditRow, PersonRow

# Whoever is not a person with an account.
NOBODY = "Command line"
_COLUMNS = ("at", "by", "email", "act", "about", "detail")
# A spreadsheet takes a cell that begins so for a formula, and runs it.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Entry:
    """One act; `by` is a name, `email` empty where nobody with an account did it."""

    id: int
    at: datetime
    by: str
    email: str
    act: str
    about: str
    detail: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which acts: all that fit every part that is given.

    Attributes:
        by: done by this person.
        act: of this kind.
        about: whose subject holds this text.
        before: older than the entry with this number; for the next page.
    """

    by: PersonId | None = None
    act: str | None = None
    about: str = ""
    before: int | None = None


def record(
    session: Session,
    act: str,
    *,
    by: PersonId | None,
    about: str,
    now: datetime,
    detail: Mapping[str, str] | None = None,
) -> None:
    """Keep that something was done, in the transaction that does it.

    Args:
        session: of the caller's transaction.
        act: what was done, in a few words with hyphens, such as `role-changed`.
        by: who did it; None for the command line and the library itself.
        about: what it was done to: an address, or the title or id of a study.
        now: when.
        detail: what else is worth knowing, as names and texts; never a password or a link.
    """
    session.add(AuditRow(at=now, by=by, act=act, about=about[:200], detail=dict(detail or {})))


def entries(session: Session, wanted: Filter, limit: int) -> list[Entry]:
    """The newest acts that fit, at most `limit`."""
    rows = session.execute(_select(wanted).limit(limit))
    return [_entry(*row) for row in rows]


def acts(session: Session) -> list[str]:
    """Every kind of act that there has been, by the alphabet."""
    return list(session.scalars(select(AuditRow.act).distinct().order_by(AuditRow.act)))


def as_csv(session: Session, wanted: Filter) -> Iterator[str]:
    """The acts that fit as lines of CSV, newest first, harmless to open in a spreadsheet."""
    yield _line(_COLUMNS)
    for row in session.execute(_select(wanted).execution_options(yield_per=500)):
        entry = _entry(*row)
        detail = "; ".join(f"{name}: {value}" for name, value in entry.detail.items())
        at = entry.at.isoformat(timespec="seconds")
        yield _line((at, entry.by, entry.email, entry.act, entry.about, detail))


def _select(wanted: Filter) -> Select[AuditRow, PersonRow | None]:
    found = (
        select(AuditRow, PersonRow)
        .outerjoin(PersonRow, PersonRow.id == AuditRow.by)
        .order_by(AuditRow.id.desc())
    )
    if wanted.by is not None:
        found = found.where(AuditRow.by == wanted.by)
    if wanted.act is not None:
        found = found.where(AuditRow.act == wanted.act)
    if wanted.about:
        found = found.where(AuditRow.about.icontains(wanted.about, autoescape=True))
    if wanted.before is not None:
        found = found.where(AuditRow.id < wanted.before)
    return found


def _entry(row: AuditRow, person: PersonRow | None) -> Entry:
    by, email = (person.name, person.email) if person else (NOBODY, "")
    return Entry(row.id, row.at, by, email, row.act, row.about, row.detail)


def _line(cells: tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([_harmless(cell) for cell in cells])
    return line.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RUNS) else cell
