"""What was sent to whom: one row for each reader and moment. Inside the caller's transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kb.database import in_parts, insert_into
from kb.digest.issue import Issue
from kb.digest.kept_issue import dump_issue
from kb.digest.subscription import SubscriptionId
from kb.domain import CaseStudyId, Status
from kb.errors import IssueNotFound
from kb.mail.outbox import withdraw
from kb.models import CatalogueRow, DigestIssueRow, DigestSentRow

# An issue can be read in a browser so long; that a study was sent is known as long as its reader.
KEPT = timedelta(days=90)

Had = Mapping[CaseStudyId, datetime]


class Ledger:
    """Issues that were left in the outbox."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def record(
        self,
        subscription_id: SubscriptionId,
        due_at: datetime,
        issue: Issue,
        message_id: str,
        now: datetime,
    ) -> bool:
        """Claim a reader's issue; False if it was claimed before, and so must not be sent."""
        claimed = self._session.execute(
            insert_into(self._session, DigestIssueRow)
            .values(
                subscription_id=subscription_id,
                due_at=due_at,
                message_id=message_id,
                choices=dump_issue(issue),
                queued_at=now,
            )
            .on_conflict_do_nothing()
            .returning(DigestIssueRow.message_id)
        ).first()
        if claimed is None:
            return False
        sent = insert_into(self._session, DigestSentRow)
        self._session.execute(
            sent.on_conflict_do_update(
                index_elements=["subscription_id", "case_study_id"],
                set_={"sent_at": sent.excluded.sent_at},
            ),
            [
                {
                    "subscription_id": subscription_id,
                    "case_study_id": each.study.id,
                    "sent_at": due_at,
                }
                for each in issue.choices
            ],
        )
        return True

    def had(self, subscription_ids: Iterable[SubscriptionId]) -> dict[SubscriptionId, Had]:
        """When each study was last sent to each of these readers."""
        found: dict[SubscriptionId, dict[CaseStudyId, datetime]] = {}
        for part in in_parts(subscription_ids):
            rows = self._session.execute(
                select(
                    DigestSentRow.subscription_id,
                    DigestSentRow.case_study_id,
                    DigestSentRow.sent_at,
                ).where(DigestSentRow.subscription_id.in_(part))
            )
            for reader, study, sent_at in rows:
                found.setdefault(SubscriptionId(reader), {})[CaseStudyId(study)] = sent_at
        return dict(found)

    def kept(self, subscription_id: SubscriptionId, due_at: datetime) -> list[Any]:
        """An issue as `dump_issue` wrote it; raises IssueNotFound."""
        row = self._session.get(DigestIssueRow, (subscription_id, due_at))
        if row is None:
            raise IssueNotFound
        return row.choices


def withdraw_issues(session: Session, subscription_id: str) -> None:
    """Take back what waits in the outbox for a reader who no longer wants it."""
    issues = select(DigestIssueRow.message_id).where(
        DigestIssueRow.subscription_id == subscription_id
    )
    withdraw(session, session.scalars(issues))


def are_published(session: Session, ids: Iterable[CaseStudyId]) -> bool:
    """Whether all of these studies are live now."""
    wanted = set(ids)
    live = select(CatalogueRow.id).where(
        CatalogueRow.id.in_(wanted), CatalogueRow.status == Status.PUBLISHED.value
    )
    return wanted <= set(session.scalars(live))


def forget(session: Session, now: datetime) -> None:
    """Drop issues that can no longer be read in a browser."""
    session.execute(delete(DigestIssueRow).where(DigestIssueRow.queued_at < now - KEPT))
