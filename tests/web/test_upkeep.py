"""The keeper does what the desk needs: publishes at the time, archives what is overdue."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kb.desk.copies import Copies
from kb.desk.outgoing import Parcel, note
from kb.desk.review import Review
from kb.desk.values import PUBLISH, CopyState, WorkingCopy
from kb.domain import Role
from kb.frontmatter import parse
from kb.history import History
from kb.mail.standing import standing
from tests.factories import write_study
from tests.web.edit.desk import GATE, begin, saved
from tests.web.members import a_member
from tests.web.site import PLAIN, Site, eventually, today
from tests.web.test_keeper import at_work, brisk, states, total
from web.keeper import Keeper
from web.upkeep import ARCHIVED_AT_ONCE, Upkeep

__all__ = ["brisk"]


def file(site: Site, slug: str = "gate") -> Path:
    return site.content / "case-studies" / f"{slug}.md"


def planned(site: Site, at: datetime, words: str = "Zanzibar") -> WorkingCopy:
    """A change to a study, agreed to and set to go live."""
    author = a_member(site, Role.CONTRIBUTOR).person
    editor = a_member(site, Role.EDITOR).person
    copy = begin(site, author)
    site.services.pictures.begin_from(copy.id, copy.slug)
    now = at - timedelta(hours=1)
    with site.services.database.begin() as session:
        source = copy.source.replace("Mondays were **loud**", f"{words} was **loud**")
        copy = Copies(session, author).save(copy.id, copy.version, source, now)
        Review(session, author).submit(copy.id, copy.version, [], is_substantial=False)
        Review(session, editor).approve(copy.id, copy.version, "", now)
    site.services.publisher().schedule(editor, copy.id, copy.version, at, now)
    return copy


def test_what_is_due_goes_live_and_is_found_and_the_rest_waits(site: Site) -> None:
    planned(site, datetime.now(UTC) - timedelta(minutes=1))
    assert Keeper(site.services).work_once()
    assert "Zanzibar" in file(site).read_text()
    assert total(site, "Zanzibar") == 1


def test_what_is_set_for_later_waits(site: Site) -> None:
    planned(site, datetime.now(UTC) + timedelta(minutes=5))
    assert Keeper(site.services).work_once()
    assert "Zanzibar" not in file(site).read_text()
    assert saved(site).state is CopyState.SCHEDULED


@pytest.mark.usefixtures("brisk")
def test_a_keeper_at_work_publishes_within_moments_of_the_time(site: Site) -> None:
    with at_work(site):
        eventually(lambda: ("index", "done", 1) in states(site))
        planned(site, datetime.now(UTC) + timedelta(seconds=1))
        eventually(lambda: total(site, "Zanzibar") == 1)


@pytest.mark.usefixtures("brisk")
def test_two_keepers_publish_once(site: Site) -> None:
    with at_work(site), at_work(site):
        planned(site, datetime.now(UTC) + timedelta(seconds=0.5))
        eventually(lambda: total(site, "Zanzibar") == 1)
    with site.services.database.read() as session:
        assert len(History(session).versions(GATE)) == 2


def test_a_disk_that_refuses_is_asked_again_and_the_text_stays_set(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    planned(site, datetime.now(UTC) - timedelta(minutes=1))
    # Root may write anywhere; where a file stands instead of the folder, nobody may.
    folder = site.content / "media" / "gate"
    aside = folder.rename(folder.with_name("aside"))
    folder.write_text("")
    Upkeep(site.services).turn(datetime.now(UTC))
    assert "tried again" in caplog.text
    assert saved(site).state is CopyState.SCHEDULED
    folder.unlink()
    aside.rename(folder)
    Upkeep(site.services).turn(datetime.now(UTC))
    assert "Zanzibar" in file(site).read_text()


def test_what_is_published_is_found_while_the_keeper_works(site: Site) -> None:
    copy = planned(site, datetime.now(UTC) + timedelta(days=1))
    editor = a_member(site, Role.EDITOR, "third@example.org").person
    with at_work(site):
        eventually(lambda: total(site, "gate") > 0)
        site.services.publisher().publish(editor, GATE, copy.version, datetime.now(UTC))
        eventually(lambda: total(site, "Zanzibar") == 1)


def test_a_start_finishes_what_a_crash_left(site: Site) -> None:
    copy = planned(site, datetime.now(UTC) + timedelta(days=1))
    parcel = Parcel(GATE, "gate", None, copy.source, copy.base_revision_id, None, PUBLISH)
    with site.services.database.begin() as session:
        note(session, parcel, datetime.now(UTC))
    assert Keeper(site.services).work_once()
    assert "Zanzibar" in file(site).read_text()


def test_what_is_past_its_grace_is_archived_at_its_address(site: Site) -> None:
    day = datetime.now(UTC).date()
    for slug, days in (("old", 92), ("late", 80)):
        write_study(site.content, slug, body=PLAIN, review_by=day - timedelta(days=days))
    site.update()
    assert Keeper(site.services).work_once()
    assert parse(file(site, "old").read_text()).data["status"] == "archived"
    assert parse(file(site, "late").read_text()).data["status"] == "published"
    assert f"Archived {today()}." in site.page("/practice/old").text


def test_one_that_cannot_be_archived_keeps_no_other(site: Site) -> None:
    changed = file(site)
    changed.write_text(changed.read_text().replace("loud", "noisy"))
    Upkeep(site.services).archive(datetime(2035, 1, 1, tzinfo=UTC))
    assert parse(changed.read_text()).data["status"] == "published"
    assert parse(file(site, "quiet-room").read_text()).data["status"] == "archived"


def test_many_overdue_studies_are_archived_some_at_a_time(site: Site) -> None:
    for number in range(ARCHIVED_AT_ONCE + 3):
        write_study(site.content, f"old-{number}", body=PLAIN, review_by=date(2026, 1, 1))
    site.update()
    upkeep, now = Upkeep(site.services), datetime.now(UTC)

    def archived() -> int:
        files = [file(site, f"old-{number}") for number in range(ARCHIVED_AT_ONCE + 3)]
        return sum("status: archived" in each.read_text() for each in files)

    assert upkeep.archive(now)
    assert archived() == ARCHIVED_AT_ONCE
    site.update()
    assert not upkeep.archive(now)
    assert archived() == ARCHIVED_AT_ONCE + 3


def test_reminders_are_left_in_the_outbox_once_a_day(site: Site) -> None:
    author = a_member(site, Role.CONTRIBUTOR).person
    a_member(site, Role.EDITOR)
    copy = begin(site, author)
    with site.services.database.begin() as session:
        Review(session, author).submit(copy.id, copy.version, [], is_substantial=False)
    now = datetime.now(UTC)
    for _ in range(2):
        Upkeep(site.services).remind(now)
    with site.services.database.read() as session:
        assert standing(session).waiting == 1
