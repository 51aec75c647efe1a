"""What the keeper does of itself for the digest."""

from datetime import UTC, datetime, timedelta

from tests.web.digest.mailbox import preferences, states, subscribe
from tests.web.site import Site
from web.feedback import limiter
from web.keeper import Keeper


def test_the_keeper_forgets_what_was_never_confirmed(site: Site) -> None:
    if limiter.initialized:
        limiter.reset()
    preferences(site, "active@school.example")
    subscribe(site, "old@school.example")
    long_ago = datetime.now(UTC) - timedelta(days=8)
    with site.services.database.begin() as session:
        session.connection().exec_driver_sql(
            "UPDATE subscription SET asked_at = ?", (long_ago.replace(tzinfo=None).isoformat(" "),)
        )
    subscribe(site, "new@school.example")
    assert Keeper(site.services).work_once()
    assert states(site) == [("active@school.example", "active"), ("new@school.example", "pending")]
