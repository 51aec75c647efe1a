"""What the digest's pages need of the installation, inside a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from flask import Response
from sqlalchemy.orm import Session

from kb.digest.holidays import HOLIDAYS, SchoolHolidays
from kb.digest.subscription import Subscription
from kb.digest.subscriptions import Subscriptions
from kb.vocabulary import Vocabularies
from web import caching
from web.context import searcher, settings, wired
from web.digest.links import ReaderLinks


def now() -> datetime:
    """The time of this request."""
    return datetime.now(UTC)


def vocabularies() -> Vocabularies:
    """Those of the live index, as on all pages."""
    return searcher().vocabularies()


def links() -> ReaderLinks:
    """The links of readers of this site."""
    return ReaderLinks(wired().services.links, settings().base_url)


@contextmanager
def subscriptions() -> Iterator[tuple[Session, Subscriptions]]:
    """Use cases on subscriptions, in a transaction that is committed at the end of the block."""
    holidays = SchoolHolidays.load(settings().content / HOLIDAYS, vocabularies()["region"])
    with wired().services.database.begin() as session:
        yield session, Subscriptions(session, holidays)


def subscription(subscription_id: str) -> Subscription:
    """A subscription to look at; raises SubscriptionNotFound."""
    with wired().services.database.read() as session:
        return Subscriptions(session, SchoolHolidays()).get(subscription_id)


def unlisted(response: Response) -> Response:
    """For pages about one reader: kept by no cache, and found by no search engine."""
    response.headers["X-Robots-Tag"] = "noindex"
    return caching.unkept(response)


def secretive(response: Response) -> Response:
    """For pages whose address lets in: it is told to nobody, this site included."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return unlisted(response)
