"""The digest as tests send it: the real use case, with messages of few words."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.digest.issue import Issue
from kb.digest.sending import Done, Sending
from kb.digest.shelf import Shelf, load_shelf
from kb.digest.subscription import Subscription
from kb.domain import CaseStudyId
from kb.library import Library
from kb.mail import Message
from kb.models import OutboxRow
from tests.factories import Installation, an_id, write_study
from tests.kb.digest.readers import MONDAY, NONE
from tests.kb.digest.studies import VOCABULARIES, WordFinder


class PlainComposer:
    """Names each study of an issue on a line."""

    def compose(self, reader: Subscription, issue: Issue, due_at: datetime) -> Message:
        return Message(
            to=reader.address,
            subject="Digest",
            text="\n".join(each.study.slug for each in issue.choices),
            message_id=f"{reader.id}-{due_at:%Y%m%d%H}",
            is_bulk=True,
        )


Load = Callable[[Session], Shelf]


def load(session: Session) -> Shelf:
    return load_shelf(session, VOCABULARIES, show_illustrative=True)


def sending(site: Installation, load: Load = load, composer: object = None) -> Sending:
    with site.database.read() as session:
        finder = WordFinder(load(session))
    made = composer or PlainComposer()
    return Sending(site.database, load, finder, lambda: made, NONE)  # type: ignore[arg-type, return-value]


def send(site: Installation, now: datetime = MONDAY) -> Done:
    return sending(site).send_due(now)


def publish(site: Installation, *slugs: str, at: datetime) -> None:
    """Studies that go live on a day."""
    for slug in slugs:
        write_study(site.root, slug, title=slug.capitalize(), first_published=at.date())
    site.sync(at)
    with site.database.begin() as session:
        Library(session).record_live([CaseStudyId(an_id(slug)) for slug in slugs], at)


def waiting(site: Installation) -> list[tuple[str, str]]:
    """To whom something is to be sent, and what it says."""
    with site.database.read() as session:
        rows = session.execute(select(OutboxRow.to, OutboxRow.text).order_by(OutboxRow.to))
        return [(to, text) for to, text in rows]
