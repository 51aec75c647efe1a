"""What lies on whose desk, and what is due."""

from datetime import date, timedelta

import pytest

from kb.desk.queues import GRACE, Queues, due, past_grace
from kb.desk.review import Review
from kb.domain import CaseStudyId
from kb.errors import VocabularyInvalid
from kb.people import Person
from kb.vocabulary import Vocabularies
from tests.factories import NOW, an_id, write_study
from tests.kb.desk.conftest import ADMIN, AUTHOR, EDITOR, GATE, SECOND, STRANGER, Desk

TODAY = date(2027, 8, 1)


def queue(desk: Desk, person: Person, name: str) -> list[str]:
    with desk.site.database.read() as session:
        return [copy.slug for copy in getattr(Queues(session, person), name)()]


def submit(desk: Desk, case_id: CaseStudyId = GATE) -> int:
    copy = desk.begin(AUTHOR, case_id)
    with desk.site.database.begin() as session:
        Review(session, AUTHOR).submit(case_id, copy.version, [], is_substantial=False)
    return copy.version


def test_a_draft_lies_on_its_authors_desk_alone(desk: Desk) -> None:
    desk.begin()
    assert queue(desk, AUTHOR, "mine") == ["gate"]
    assert queue(desk, STRANGER, "mine") == []
    assert queue(desk, EDITOR, "others") == ["gate"]
    assert queue(desk, STRANGER, "others") == []
    assert queue(desk, EDITOR, "waiting_for_me") == []


def test_what_is_handed_in_waits_for_editors_who_did_not_write_it(desk: Desk) -> None:
    submit(desk)
    assert queue(desk, EDITOR, "waiting_for_me") == ["gate"]
    assert queue(desk, AUTHOR, "waiting_for_me") == []
    copy = desk.get()
    desk.save(copy, copy.source + "\nA comma.\n", EDITOR)
    assert queue(desk, EDITOR, "waiting_for_me") == []
    assert queue(desk, SECOND, "waiting_for_me") == ["gate"]


def test_what_is_sent_back_waits_for_its_author(desk: Desk) -> None:
    version = submit(desk)
    with desk.site.database.begin() as session:
        Review(session, EDITOR).ask_changes(GATE, version, "More", NOW)
    assert queue(desk, AUTHOR, "waiting_for_me") == ["gate"]
    assert queue(desk, EDITOR, "waiting_for_me") == []


def test_what_is_approved_waits_to_be_published(desk: Desk) -> None:
    version = submit(desk)
    with desk.site.database.begin() as session:
        Review(session, EDITOR).approve(GATE, version, "", NOW)
    assert queue(desk, EDITOR, "waiting_for_me") == ["gate"]


def test_what_is_set_to_go_live_stands_in_order_of_its_time(desk: Desk) -> None:
    for case_id, days in ((GATE, 5), (an_id("quiet-start"), 2)):
        version = submit(desk, case_id)
        with desk.site.database.begin() as session:
            Review(session, EDITOR).approve(case_id, version, "", NOW)
        desk.publisher.schedule(ADMIN, case_id, version, NOW + timedelta(days=days), NOW)
    assert queue(desk, EDITOR, "scheduled") == ["quiet-start", "gate"]
    assert queue(desk, STRANGER, "scheduled") == []


def what_is_due(desk: Desk, today: date) -> list[tuple[str, bool, tuple[str, ...]]]:
    policies = Vocabularies.load(desk.site.root / "vocabulary")["policy"]
    with desk.site.database.read() as session:
        return [(d.slug, d.is_overdue(today), d.policies) for d in due(session, policies, today)]


def test_a_study_is_due_before_its_date_and_overdue_after_it(desk: Desk) -> None:
    write_study(desk.site.root, "soon", review_by=date(2027, 8, 15))
    write_study(desk.site.root, "passed", review_by=date(2027, 7, 31))
    write_study(desk.site.root, "later", review_by=date(2028, 8, 15))
    write_study(desk.site.root, "draft", review_by=date(2027, 7, 1), status="draft")
    desk.site.sync()
    assert [(slug, over) for slug, over, _ in what_is_due(desk, TODAY)] == [
        ("passed", True),
        ("soon", False),
        ("gate", False),
        ("quiet-start", False),
    ]


def test_one_changed_policy_makes_every_study_due_that_carries_it(desk: Desk) -> None:
    key = "send-code-of-practice-2015"
    write_study(desk.site.root, "carries", policies=[key], review_by=date(2029, 1, 1))
    write_study(
        desk.site.root,
        "renewed",
        policies=[key],
        review_by=date(2029, 1, 1),
        updated=date(2026, 10, 2),
    )
    desk.site.sync()
    assert what_is_due(desk, date(2026, 10, 3)) == []
    path = desk.site.root / "vocabulary" / "policy.toml"
    path.write_text(path.read_text().replace(f"[{key}]\n", f"[{key}]\nchanged = 2026-10-01\n"))
    desk.site.sync()
    assert what_is_due(desk, date(2026, 10, 3)) == [("carries", False, (key,))]
    # Not before its day.
    assert what_is_due(desk, date(2026, 9, 30)) == []


@pytest.mark.parametrize("value", ['"2026-10-01"', "true", "2026-10-01T00:00:00"])
def test_a_day_of_change_that_is_no_day_is_refused(desk: Desk, value: str) -> None:
    path = desk.site.root / "vocabulary" / "policy.toml"
    path.write_text(f'[p]\nlabel = "P"\ndescription = "D"\nchanged = {value}\n')
    with pytest.raises(VocabularyInvalid, match="without quotes"):
        Vocabularies.load(desk.site.root / "vocabulary")


def test_a_study_is_archived_only_after_its_grace(desk: Desk) -> None:
    def slugs(today: date) -> list[str]:
        with desk.site.database.read() as session:
            return [each.slug for each in past_grace(session, today)]

    last_day = date(2027, 9, 1) + GRACE
    assert slugs(last_day) == []
    assert slugs(last_day + timedelta(days=1)) == ["gate", "quiet-start"]
