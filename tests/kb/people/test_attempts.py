"""How often somebody may try."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from kb.errors import Busy
from kb.people import attempts
from kb.people.attempts import Attempts, Limit
from tests.factories import NOW, Installation

LIMIT = Limit("test", 3, timedelta(minutes=15))
SECRET = "s" * 32


def test_after_so_many_the_next_is_refused_with_the_time_to_wait(site: Installation) -> None:
    with site.database.begin() as session:
        counted = Attempts(session, SECRET)
        for minute in range(3):
            counted.count(LIMIT, "ann", NOW + timedelta(minutes=minute))
        later = NOW + timedelta(minutes=3)
        with pytest.raises(Busy, match="in 12 minutes"):
            counted.count(LIMIT, "ann", later)
        assert not counted.allows(LIMIT, "ann", later)
        # Neither another person nor another kind is meant.
        counted.count(LIMIT, "bob", later)
        counted.count(Limit("other", 3, LIMIT.within), "ann", later)
        counted.count(LIMIT, "ann", NOW + timedelta(minutes=15))
        with pytest.raises(Busy, match=r"in 1 minute\."):
            counted.count(LIMIT, "ann", NOW + timedelta(minutes=15, seconds=59))


def test_who_was_right_begins_anew(site: Installation) -> None:
    with site.database.begin() as session:
        counted = Attempts(session, SECRET)
        for _ in range(3):
            counted.count(LIMIT, "ann", NOW)
        counted.forgive(LIMIT, "ann")
        counted.count(LIMIT, "ann", NOW)


def test_whose_attempts_they_were_is_not_kept_in_clear_and_not_for_long(
    site: Installation,
) -> None:
    with site.database.begin() as session:
        Attempts(session, SECRET).count(LIMIT, "ann@school.example", NOW)
        [(subject,)] = session.execute(text("SELECT subject FROM attempt")).all()
        assert "ann" not in subject
        attempts.forget(session, NOW + timedelta(hours=23))
        assert session.scalar(text("SELECT count(*) FROM attempt")) == 1
        attempts.forget(session, NOW + timedelta(hours=25))
        assert session.scalar(text("SELECT count(*) FROM attempt")) == 0
