"""What the keeper does for people who write, against files, database and index that are real."""

from datetime import UTC, datetime, timedelta

from kb.desk.copies import Copies
from kb.desk.outgoing import PUBLISH, Parcel, note
from kb.desk.review import Review
from kb.desk.values import WorkingCopy
from kb.domain import Role
from kb.frontmatter import parse
from kb.mail.standing import standing
from tests.factories import an_id
from tests.kb.people.persons import a_person
from tests.web.edit.desk import GATE, begin
from tests.web.site import Site, eventually
from tests.web.test_keeper import at_work
from web.desk_chores import DeskChores
from web.keeper import Keeper

NOW = datetime.now(UTC)


def approved(site: Site, words: str = "Zebra crossing") -> WorkingCopy:
    """The study at the gate with other words in it, agreed to."""
    database = site.services.database
    author = a_person(database, "author@example.org", name="Author", role=Role.EDITOR)
    editor = a_person(database, "editor@example.org", name="Editor", role=Role.ADMIN)
    copy = begin(site, author)
    with database.begin() as session:
        text = copy.source.replace("Mondays were **loud**", words)
        copy = Copies(session, author).save(copy.id, copy.version, text, NOW)
        Review(session, author).submit(copy.id, copy.version, [], is_substantial=False)
        Review(session, editor).approve(copy.id, copy.version, "", NOW)
    return copy


def gate(site: Site) -> str:
    return (site.content / "case-studies" / "gate.md").read_text()


def test_what_is_due_goes_live_once_and_is_found(site: Site) -> None:
    copy = approved(site)
    editor = a_person(site.services.database, "e@example.org", role=Role.EDITOR)
    later = datetime.now(UTC) + timedelta(minutes=5)
    site.services.publisher().schedule(editor, GATE, copy.version, later, datetime.now(UTC))
    assert Keeper(site.services).work_once()
    assert "Zebra" not in gate(site)
    DeskChores(site.services).turn(later)
    assert Keeper(site.services).work_once()
    assert "Zebra" in gate(site)
    eventually(lambda: site.json("/api/v1/search", q="zebra crossing")["total"] == 1)
    before = gate(site)
    DeskChores(site.services).turn(later + timedelta(days=1))
    assert gate(site) == before


def test_what_is_published_is_found_while_the_keeper_works(site: Site) -> None:
    copy = approved(site, "Flamingo parade")
    editor = a_person(site.services.database, "e@example.org", role=Role.EDITOR)
    with at_work(site):
        eventually(lambda: site.json("/api/v1/search", q="mondays were loud")["total"] > 0)
        site.services.publisher().publish(editor, GATE, copy.version, datetime.now(UTC))
        eventually(lambda: site.json("/api/v1/search", q="flamingo parade")["total"] == 1)


def test_a_start_finishes_what_a_crash_left(site: Site) -> None:
    copy = approved(site)
    with site.services.database.begin() as session:
        source = copy.source
        note(session, Parcel(GATE, "gate", None, source, copy.base_revision_id, None, PUBLISH), NOW)
    assert Keeper(site.services).work_once()
    assert "Zebra" in gate(site)


def test_what_nobody_looked_at_is_archived_after_its_grace_and_no_sooner(site: Site) -> None:
    chores = DeskChores(site.services)
    path = site.content / "case-studies" / "breakfast.md"
    # Its review date is 1 February 2026.
    chores.keep_current(datetime(2026, 5, 1, tzinfo=UTC))
    assert parse(path.read_text()).data["status"] == "published"
    chores.keep_current(datetime(2026, 5, 4, tzinfo=UTC))
    assert parse(path.read_text()).data["status"] == "archived"
    site.update()
    assert site.get("/practice/breakfast").status_code == 200


def test_one_that_cannot_be_archived_keeps_no_other(site: Site) -> None:
    changed = site.content / "case-studies" / "gate.md"
    changed.write_text(changed.read_text().replace("loud", "noisy"))
    DeskChores(site.services).keep_current(datetime(2035, 1, 1, tzinfo=UTC))
    assert parse(changed.read_text()).data["status"] == "published"
    other = site.content / "case-studies" / "quiet-room.md"
    assert parse(other.read_text()).data["status"] == "archived"


def test_reminders_are_left_in_the_outbox_once_a_day(site: Site) -> None:
    database = site.services.database
    author = a_person(database, "author@example.org", role=Role.CONTRIBUTOR)
    a_person(database, "editor@example.org", role=Role.EDITOR)
    copy = begin(site, author, an_id("symbols"))
    with database.begin() as session:
        Review(session, author).submit(copy.id, copy.version, [], is_substantial=False)
    for _ in range(2):
        DeskChores(site.services).remind(NOW)
    with database.read() as session:
        assert standing(session).waiting == 1
