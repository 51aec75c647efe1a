"""What a study's file was, and who may see it."""

import pytest

from kb.desk.revisions import Revisions
from kb.errors import VersionNotFound
from kb.people import Person
from tests.factories import NOW, write_study
from tests.kb.desk.conftest import ADMIN, AUTHOR, EDITOR, GATE, Desk


@pytest.fixture
def published(desk: Desk) -> Desk:
    """A study that was published, made a draft by its file, and published by an admin."""
    write_study(desk.site.root, "gate", status="draft")
    desk.site.sync()
    copy = desk.begin(ADMIN)
    desk.publisher.publish(ADMIN, GATE, copy.version, NOW, reason="Nobody else is here")
    return desk


def numbers(desk: Desk, person: Person) -> list[int]:
    with desk.site.database.begin() as session:
        return [revision.number for revision in Revisions(session, person).of(GATE)]


def test_an_editor_sees_drafts_too_and_others_what_everybody_could_read(published: Desk) -> None:
    assert numbers(published, EDITOR) == [3, 2, 1]
    assert numbers(published, AUTHOR) == [3, 1]
    with published.site.database.begin() as session:
        _, before = Revisions(session, AUTHOR).get(GATE, 3)
        assert before is not None
        assert before.number == 1
        with pytest.raises(VersionNotFound):
            Revisions(session, AUTHOR).get(GATE, 2)


def test_who_published_what_and_why_is_known(published: Desk) -> None:
    with published.site.database.begin() as session:
        newest, before = Revisions(session, EDITOR).get(GATE, 3)
        assert before is not None
        assert (before.is_by_file, before.published_by) == (True, None)
        assert (newest.is_by_file, newest.published_by) == (False, ADMIN.id)
        assert newest.reason == "Nobody else is here"


def test_what_a_copy_began_from_and_what_is_live_part_ways(desk: Desk) -> None:
    desk.begin()
    desk.file().write_text(desk.file().read_text().replace("Mondays", "Sundays"))
    desk.site.sync()
    with desk.site.database.begin() as session:
        found = Revisions(session, AUTHOR)
        base, live = found.base(GATE), found.live(GATE)
        assert base is not None
        assert live is not None
        assert (base.number, live.number) == (1, 2)
        assert "Sundays" in live.source
