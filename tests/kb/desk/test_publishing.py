"""Publication: the file, the record and the index agree, whatever happens in between."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from kb.desk import text
from kb.desk.clock import read_london
from kb.desk.copies import Copies
from kb.desk.models import OutgoingRow, WorkingCopyRow
from kb.desk.outgoing import Parcel, note
from kb.desk.review import Review
from kb.desk.values import PUBLISH, CopyState, WorkingCopy
from kb.domain import PersonId
from kb.errors import Busy, Invalid, NotAllowed, Overtaken, StorageFailed, WorkingCopyNotFound
from kb.frontmatter import parse
from kb.models import JobRow, RevisionRow
from kb.people import Person
from tests.factories import NOW, an_id
from tests.kb.desk.conftest import ADMIN, AUTHOR, EDITOR, GATE, SECOND, Desk

SUMMER = datetime(2026, 6, 1, 12, tzinfo=UTC)


def approved(desk: Desk, source: str | None = None, slug: str | None = None) -> WorkingCopy:
    copy = desk.begin()
    text = source or copy.source.replace("Mondays were loud", "Fridays were loud")
    copy = desk.save(copy, text, slug=slug)
    with desk.site.database.begin() as session:
        Review(session, AUTHOR).submit(copy.id, copy.version, [], is_substantial=True)
        Review(session, EDITOR).approve(copy.id, copy.version, "", NOW)
    return desk.get()


def publish(desk: Desk, copy: WorkingCopy, person: Person = SECOND, reason: str = "") -> str:
    return desk.publisher.publish(person, copy.id, copy.version, SUMMER, reason=reason)


def revisions(desk: Desk) -> list[tuple[int, str, str | None, bool]]:
    with desk.site.database.read() as session:
        rows = session.scalars(
            select(RevisionRow).where(RevisionRow.case_study_id == GATE).order_by(RevisionRow.id)
        )
        return [(r.number, r.origin, r.published_by, r.is_substantial) for r in rows]


def is_at_work(desk: Desk) -> bool:
    with desk.site.database.read() as session:
        return session.get(WorkingCopyRow, GATE) is not None


def on_its_way(desk: Desk) -> int:
    with desk.site.database.read() as session:
        return len(session.scalars(select(OutgoingRow)).all())


def test_what_is_approved_goes_into_its_file_with_its_dates(desk: Desk) -> None:
    assert publish(desk, approved(desk)) == "gate"
    parsed = parse(desk.file().read_text())
    assert "Fridays were loud" in parsed.body_md
    assert parsed.data["status"] == "published"
    assert parsed.data["updated"] == "2026-06-01"
    assert parsed.data["first_published"] == "2025-09-01"
    assert not is_at_work(desk)
    assert revisions(desk) == [(1, "file", None, False), (2, "browser", SECOND.id, True)]
    with desk.site.database.read() as session:
        assert "index" in session.scalars(select(JobRow.kind)).all()


def test_reading_the_file_afterwards_makes_no_second_revision(desk: Desk) -> None:
    publish(desk, approved(desk))
    assert desk.site.sync().changed == ("gate",)
    assert [number for number, *_ in revisions(desk)] == [1, 2]
    assert desk.begin().base_revision_id is not None


def test_a_copy_begun_right_after_publication_begins_from_what_was_published(desk: Desk) -> None:
    publish(desk, approved(desk))
    assert "Fridays were loud" in desk.begin().source


def test_a_new_study_gets_a_file_and_a_first_day(desk: Desk) -> None:
    with desk.site.database.begin() as session:
        copy = Copies(session, AUTHOR).begin_new("Brand new", NOW)
    data = parse(desk.file("quiet-start").read_text()).data | {"id": copy.id, "title": "Brand new"}
    del data["first_published"]
    body = parse(desk.file().read_text()).body_md
    copy = desk.save(copy, text.compose(data, body))
    with desk.site.database.begin() as session:
        Review(session, AUTHOR).submit(copy.id, copy.version, [], is_substantial=False)
        Review(session, EDITOR).approve(copy.id, copy.version, "", NOW)
    assert publish(desk, copy) == "brand-new"
    assert parse(desk.file("brand-new").read_text()).data["first_published"] == "2026-06-01"
    desk.site.sync()
    assert desk.site.live()["brand-new"] == "Brand new"


def test_a_new_address_leads_on_from_the_old_one(desk: Desk) -> None:
    publish(desk, approved(desk, slug="new-gate"))
    assert not desk.file("gate").exists()
    desk.site.sync()
    assert desk.site.moved_to("gate") == "new-gate"
    assert parse(desk.file("new-gate").read_text()).data["aliases"] == ["gate"]


def test_going_back_to_an_old_address_leaves_no_alias_of_its_own_name(desk: Desk) -> None:
    publish(desk, approved(desk, slug="new-gate"))
    desk.site.sync()
    publish(desk, approved(desk, slug="gate"))
    desk.site.sync()
    assert parse(desk.file("gate").read_text()).data["aliases"] == ["new-gate"]
    assert desk.site.moved_to("new-gate") == "gate"


@pytest.mark.parametrize("person", [AUTHOR, EDITOR])
def test_what_nobody_agreed_to_stays_unpublished(desk: Desk, person: Person) -> None:
    copy = desk.begin(person)
    with pytest.raises(NotAllowed):
        publish(desk, copy, person)
    assert is_at_work(desk)


def test_an_admin_publishes_their_own_with_a_reason_only(desk: Desk) -> None:
    copy = desk.save(desk.begin(ADMIN), desk.begin(ADMIN).source + "\nMore.\n", ADMIN)
    with pytest.raises(Invalid, match="reason"):
        publish(desk, copy, ADMIN)
    publish(desk, copy, ADMIN, reason="Wrong phone number, urgent")
    with desk.site.database.read() as session:
        notes = session.scalars(select(RevisionRow.note)).all()
    assert "Wrong phone number, urgent" in notes


def test_a_contributor_never_publishes_even_what_is_approved(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        publish(desk, approved(desk), AUTHOR)


def test_a_file_changed_outside_is_not_written_over(desk: Desk) -> None:
    copy = approved(desk)
    outside = desk.file().read_text().replace("Mondays", "Sundays")
    desk.file().write_text(outside)
    with pytest.raises(Overtaken, match="outside"):
        publish(desk, copy)
    assert desk.file().read_text() == outside
    desk.site.sync()
    with pytest.raises(Overtaken, match="Compare"):
        publish(desk, copy)
    assert is_at_work(desk)
    assert on_its_way(desk) == 0


def test_a_file_that_is_new_at_the_address_is_not_written_over(desk: Desk) -> None:
    copy = approved(desk, slug="elsewhere")
    desk.file("elsewhere").write_text("somebody's notes")
    with pytest.raises(Overtaken):
        publish(desk, copy)
    assert desk.file("elsewhere").read_text() == "somebody's notes"


def test_a_text_that_lost_what_it_needs_does_not_go_live(desk: Desk) -> None:
    copy = approved(desk, desk.begin().source.replace('region: "north-east"\n', ""))
    with pytest.raises(Invalid, match="region"):
        publish(desk, copy)


def test_a_text_with_another_studys_id_takes_nobodys_place(desk: Desk) -> None:
    copy = approved(desk, desk.begin().source.replace(GATE, an_id("quiet-start")))
    with pytest.raises(Invalid, match="another study's"):
        publish(desk, copy)


def test_of_ten_who_publish_at_once_one_does(desk: Desk) -> None:
    copy = approved(desk)

    def attempt(_: int) -> bool:
        try:
            publish(desk, copy)
        except (Busy, Overtaken, WorkingCopyNotFound):
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(attempt, range(10))).count(True) == 1
    assert len(revisions(desk)) == 2


def test_it_goes_live_at_its_time_once_however_often_the_keeper_looks(desk: Desk) -> None:
    copy = approved(desk)
    at = read_london("2026-07-01T06:30")
    desk.publisher.schedule(SECOND, GATE, copy.version, at, SUMMER)
    assert desk.publisher.publish_due(at - timedelta(seconds=1)) == []
    late = at + timedelta(days=3)
    assert desk.publisher.publish_due(late) == ["gate"]
    assert desk.publisher.publish_due(late) == []
    assert revisions(desk)[-1] == (2, "browser", SECOND.id, True)


def test_a_time_can_be_taken_back(desk: Desk) -> None:
    copy = approved(desk)
    desk.publisher.schedule(SECOND, GATE, copy.version, SUMMER + timedelta(days=1), SUMMER)
    desk.publisher.unschedule(SECOND, GATE, copy.version, SUMMER)
    with pytest.raises(Invalid, match="No time"):
        desk.publisher.unschedule(SECOND, GATE, copy.version, SUMMER)
    assert desk.publisher.publish_due(SUMMER + timedelta(days=2)) == []
    assert desk.get().state is CopyState.APPROVED


def test_a_time_that_has_passed_is_refused(desk: Desk) -> None:
    with pytest.raises(Invalid, match="passed"):
        desk.publisher.schedule(SECOND, GATE, approved(desk).version, NOW, SUMMER)


def test_what_cannot_go_live_at_its_time_waits_and_says_why(desk: Desk) -> None:
    copy = approved(desk)
    desk.publisher.schedule(SECOND, GATE, copy.version, SUMMER + timedelta(days=1), SUMMER)
    desk.file().write_text(desk.file().read_text().replace("Mondays", "Sundays"))
    desk.site.sync()
    assert desk.publisher.publish_due(SUMMER + timedelta(days=2)) == []
    waiting = desk.get()
    assert waiting.state is CopyState.APPROVED
    assert waiting.problem is not None
    assert "Compare" in waiting.problem


@pytest.mark.parametrize(
    ("clock", "utc"),
    [
        ("2026-03-02T09:30", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        ("2026-07-01T06:30", datetime(2026, 7, 1, 5, 30, tzinfo=UTC)),
        # The hour that happens twice: the first of the two.
        ("2026-10-25T01:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_times_are_those_of_a_clock_in_london(clock: str, utc: datetime) -> None:
    assert read_london(clock) == utc


@pytest.mark.parametrize(
    "raw", ["", "tomorrow", "2026-03-29T01:30", "2026-03-02", "2026-03-02T09:30+05:00", "T09:30"]
)
def test_times_that_do_not_exist_are_refused(raw: str) -> None:
    with pytest.raises(Invalid):
        read_london(raw)


def test_an_archived_study_leaves_the_shelf_and_comes_back(desk: Desk) -> None:
    with pytest.raises(Invalid, match="why"):
        desk.publisher.archive(EDITOR, GATE, " ", SUMMER)
    desk.publisher.archive(EDITOR, GATE, "Out of date", SUMMER)
    desk.site.sync()
    assert "gate" not in desk.site.live()
    with pytest.raises(Invalid):
        desk.publisher.archive(EDITOR, GATE, "Again", SUMMER)
    desk.publisher.bring_back(EDITOR, GATE, SUMMER)
    desk.site.sync()
    assert "gate" in desk.site.live()


def test_a_contributor_archives_nothing(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        desk.publisher.archive(AUTHOR, GATE, "Mine", SUMMER)


def test_archiving_does_not_disturb_a_draft_that_is_under_way(desk: Desk) -> None:
    copy = approved(desk)
    desk.publisher.archive(EDITOR, GATE, "Until the new one is there", SUMMER)
    desk.site.sync()
    publish(desk, copy)
    desk.site.sync()
    assert "gate" in desk.site.live()


def parcel_of(copy: WorkingCopy) -> Parcel:
    return Parcel(GATE, "gate", None, copy.source, copy.base_revision_id, SECOND.id, PUBLISH)


def test_a_full_disk_refuses_and_the_draft_stays(desk: Desk) -> None:
    copy = approved(desk)
    before = desk.file().read_text()
    folder = desk.file().parent
    # Root may write anywhere; where a file stands instead of the folder, nobody may.
    aside = folder.rename(folder.with_name("aside"))
    folder.write_text("")
    with desk.site.database.begin() as session:
        note(session, parcel_of(copy), SUMMER)
    with pytest.raises(StorageFailed, match="Nothing is lost"):
        desk.dispatch.send(GATE, SUMMER)
    folder.unlink()
    aside.rename(folder)
    assert desk.file().read_text() == before
    assert desk.get().source == copy.source
    assert on_its_way(desk) == 0


CHILD = Path(__file__).with_name("killed.py")


@pytest.mark.parametrize("point", ["noted", "half-written", "written", "old-removed", "recorded"])
@pytest.mark.parametrize("slug", [None, "new-gate"])
@pytest.mark.parametrize("reader_first", [False, True])
def test_a_kill_at_any_point_leaves_what_the_next_start_makes_whole(
    desk: Desk, point: str, slug: str | None, reader_first: bool
) -> None:
    copy = approved(desk, slug=slug)
    child = subprocess.run(
        [sys.executable, str(CHILD), str(desk.site.root), point, str(copy.version)],
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )
    name = slug or "gate"
    if point == "old-removed" and slug is None:
        # Nothing is removed where the address stays: it went through.
        assert child.returncode == 0
    else:
        assert child.returncode == -signal.SIGKILL
    if reader_first:
        desk.site.sync()
    desk.publisher.finish_abandoned(SUMMER + timedelta(hours=1))
    desk.site.sync()
    assert "Fridays were loud" in desk.file(name).read_text()
    assert [(o, by) for _, o, by, _ in revisions(desk)] == [
        ("file", None),
        ("browser", PersonId(SECOND.id)),
    ]
    assert desk.site.live()[name]
    assert not is_at_work(desk)
    assert on_its_way(desk) == 0
    assert set(desk.site.live()) == {name, "quiet-start"}


def test_after_a_kill_a_file_that_somebody_changed_wins(desk: Desk) -> None:
    copy = approved(desk)
    subprocess.run(
        [sys.executable, str(CHILD), str(desk.site.root), "noted", str(copy.version)],
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )
    outside = desk.file().read_text().replace("Mondays", "Sundays")
    desk.file().write_text(outside)
    desk.publisher.finish_abandoned(SUMMER + timedelta(hours=1))
    assert desk.file().read_text() == outside
    assert on_its_way(desk) == 0
    assert is_at_work(desk)


def test_a_publication_under_way_is_not_taken_for_an_abandoned_one(desk: Desk) -> None:
    copy = approved(desk)
    subprocess.run(
        [sys.executable, str(CHILD), str(desk.site.root), "noted", str(copy.version)],
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )
    assert desk.publisher.finish_abandoned(SUMMER + timedelta(seconds=5)) == 0
    assert on_its_way(desk) == 1


def test_a_study_that_still_holds_gets_a_new_date_and_keeps_all_else(desk: Desk) -> None:
    before = parse(desk.file().read_text())
    assert desk.publisher.renew(EDITOR, GATE, date(2028, 6, 1), SUMMER) == "gate"
    after = parse(desk.file().read_text())
    assert after.body_md == before.body_md
    assert after.data == before.data | {"review_by": "2028-06-01", "updated": "2026-06-01"}
    assert revisions(desk)[-1] == (2, "browser", EDITOR.id, False)
    assert desk.site.sync().findings == ()


@pytest.mark.parametrize("until", [date(2026, 6, 1), date(2025, 1, 1), date(2032, 6, 1)])
def test_no_study_is_renewed_until_a_day_that_makes_no_sense(desk: Desk, until: date) -> None:
    with pytest.raises(Invalid, match="five years"):
        desk.publisher.renew(EDITOR, GATE, until, SUMMER)


def test_contributors_renew_nothing_and_nobody_what_is_written_on(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        desk.publisher.renew(AUTHOR, GATE, date(2028, 6, 1), SUMMER)
    desk.begin()
    with pytest.raises(Invalid, match="at work"):
        desk.publisher.renew(EDITOR, GATE, date(2028, 6, 1), SUMMER)
    assert revisions(desk) == [(1, "file", None, False)]


def test_a_text_that_was_not_changed_makes_no_revision_and_takes_nobodys_place(
    desk: Desk,
) -> None:
    desk.now = SUMMER
    desk.publisher.publish(ADMIN, GATE, desk.begin(ADMIN).version, SUMMER, reason="Alone")
    desk.site.sync()
    before = revisions(desk)
    copy = desk.begin(SECOND)
    desk.publisher.publish(ADMIN, GATE, copy.version, SUMMER, reason="Alone again")
    assert revisions(desk) == before
    with pytest.raises(WorkingCopyNotFound):
        desk.get()
