"""Review: agreed to by somebody who did not write it, about the text that they saw."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from kb.desk.comments import Comments
from kb.desk.copies import Copies
from kb.desk.review import Review, decide_for_school
from kb.desk.values import CopyState, Verdict, WorkingCopy
from kb.errors import Invalid, NotAllowed, NotFound, Overtaken
from kb.findings import Finding
from kb.people import Person
from tests.factories import NOW, an_id
from tests.kb.desk.conftest import ADMIN, AUTHOR, EDITOR, GATE, SECOND, STRANGER, Desk


def act(desk: Desk, person: Person, what: Callable[[Review], object]) -> None:
    with desk.site.database.begin() as session:
        what(Review(session, person))


def submit(desk: Desk, copy: WorkingCopy, person: Person = AUTHOR) -> None:
    act(desk, person, lambda r: r.submit(GATE, copy.version, [], is_substantial=True))


def approve(desk: Desk, copy: WorkingCopy, person: Person) -> None:
    act(desk, person, lambda r: r.approve(GATE, copy.version, "", NOW))


@pytest.fixture
def handed_in(desk: Desk) -> WorkingCopy:
    copy = desk.begin()
    submit(desk, copy)
    return copy


def state(desk: Desk) -> CopyState:
    return desk.get().state


def test_a_text_with_a_fault_is_kept_back_and_the_fault_named(desk: Desk) -> None:
    copy = desk.begin()
    fault = Finding("x.md", 3, "region is missing")
    with pytest.raises(Invalid, match="region is missing"):
        act(desk, AUTHOR, lambda r: r.submit(GATE, copy.version, [fault], is_substantial=False))
    assert state(desk) is CopyState.DRAFT


def test_it_goes_from_draft_to_review_and_back_and_on(desk: Desk, handed_in: WorkingCopy) -> None:
    assert state(desk) is CopyState.IN_REVIEW
    act(desk, EDITOR, lambda r: r.ask_changes(GATE, handed_in.version, "Say more", NOW))
    assert state(desk) is CopyState.CHANGES_ASKED
    saved = desk.save(handed_in, handed_in.source + "\nMore.\n")
    submit(desk, saved)
    approve(desk, saved, EDITOR)
    assert state(desk) is CopyState.APPROVED
    assert desk.get().is_substantial


def test_changes_are_asked_with_a_reason(desk: Desk, handed_in: WorkingCopy) -> None:
    with pytest.raises(Invalid, match="Say what should change"):
        act(desk, EDITOR, lambda r: r.ask_changes(GATE, handed_in.version, " ", NOW))


def test_nobody_agrees_to_a_text_that_changed_since_they_saw_it(
    desk: Desk, handed_in: WorkingCopy
) -> None:
    desk.save(handed_in, handed_in.source + "\nSlipped in.\n")
    with pytest.raises(Overtaken):
        approve(desk, handed_in, EDITOR)
    assert state(desk) is CopyState.IN_REVIEW


@pytest.mark.parametrize("person", [AUTHOR, STRANGER])
def test_a_contributor_agrees_to_nothing(
    desk: Desk, handed_in: WorkingCopy, person: Person
) -> None:
    with pytest.raises(NotAllowed):
        approve(desk, handed_in, person)


def test_an_editor_who_wrote_some_of_it_does_not_agree_to_it(
    desk: Desk, handed_in: WorkingCopy
) -> None:
    saved = desk.save(handed_in, handed_in.source + "\nA comma.\n", EDITOR)
    with pytest.raises(NotAllowed, match="somebody else"):
        approve(desk, saved, EDITOR)
    approve(desk, saved, SECOND)


@pytest.mark.parametrize("person", [EDITOR, ADMIN])
def test_nobody_agrees_to_their_own(desk: Desk, person: Person) -> None:
    copy = desk.begin(person)
    submit(desk, copy, person)
    with pytest.raises(NotAllowed):
        approve(desk, copy, person)


def test_what_is_agreed_to_is_taken_back_before_it_is_changed(
    desk: Desk, handed_in: WorkingCopy
) -> None:
    approve(desk, handed_in, EDITOR)
    with pytest.raises(NotAllowed, match="Take it back"):
        desk.save(handed_in, "x")
    act(desk, AUTHOR, lambda r: r.take_back(GATE, handed_in.version))
    assert desk.save(handed_in, "x").source == "x"
    assert state(desk) is CopyState.DRAFT


def test_a_stranger_takes_nothing_back(desk: Desk, handed_in: WorkingCopy) -> None:
    with pytest.raises(NotAllowed):
        act(desk, STRANGER, lambda r: r.take_back(GATE, handed_in.version))


def test_it_is_handed_in_once(desk: Desk, handed_in: WorkingCopy) -> None:
    with pytest.raises(Invalid, match="in review already"):
        submit(desk, handed_in)


def say(desk: Desk, text: str, heading: str | None = "Impact", person: Person = EDITOR) -> None:
    with desk.site.database.begin() as session:
        Comments(session, person).say(GATE, heading, text, desk.now)


def comments(desk: Desk) -> list[tuple[int, str | None, str, bool]]:
    with desk.site.database.begin() as session:
        found = Comments(session, ADMIN).of(GATE)
        return [(c.id, c.heading, c.text, c.resolved_at is not None) for c in found]


def test_a_comment_belongs_to_a_heading_and_is_resolved_by_itself(
    desk: Desk, handed_in: WorkingCopy
) -> None:
    say(desk, "How many?")
    say(desk, "Good.", None)
    (first, *_), (second, *_) = comments(desk)
    with pytest.raises(Invalid, match="2 comments"):
        approve(desk, handed_in, EDITOR)
    with desk.site.database.begin() as session:
        Comments(session, AUTHOR).resolve(GATE, first, NOW)
    assert comments(desk) == [
        (first, "Impact", "How many?", True),
        (second, None, "Good.", False),
    ]
    with desk.site.database.begin() as session:
        Comments(session, AUTHOR).resolve(GATE, second, NOW)
        Comments(session, AUTHOR).resolve(GATE, first, NOW, is_resolved=False)
    with pytest.raises(Invalid, match="One comment"):
        approve(desk, handed_in, EDITOR)


@pytest.mark.parametrize("text", ["", " \n", "x" * 4001])
def test_a_comment_says_something_and_not_a_book(
    desk: Desk, handed_in: WorkingCopy, text: str
) -> None:
    with pytest.raises(Invalid):
        say(desk, text)


def test_a_stranger_neither_reads_nor_makes_comments(desk: Desk, handed_in: WorkingCopy) -> None:
    with pytest.raises(NotAllowed):
        say(desk, "hm", person=STRANGER)


def test_a_comment_on_another_study_is_not_resolved_from_here(
    desk: Desk, handed_in: WorkingCopy
) -> None:
    say(desk, "Here")
    (only, *_) = comments(desk)[0]
    other = desk.begin(EDITOR, an_id("quiet-start"))
    with desk.site.database.begin() as session, pytest.raises(NotFound):
        Comments(session, EDITOR).resolve(other.id, only, NOW)


def test_comments_on_an_earlier_copy_do_not_stand_in_the_way_of_a_new_one(
    desk: Desk, handed_in: WorkingCopy
) -> None:
    say(desk, "Old point")
    with desk.site.database.begin() as session:
        Copies(session, AUTHOR).discard(GATE, handed_in.version)
    desk.now = NOW + timedelta(days=1)
    copy = desk.begin()
    assert comments(desk) == []
    submit(desk, copy)
    approve(desk, copy, EDITOR)


def answer(desk: Desk, copy: WorkingCopy, verdict: Verdict, name: str, note: str) -> None:
    with desk.site.database.begin() as session:
        decide_for_school(session, GATE, copy.version, verdict, name=name, note=note, now=NOW)


def test_a_school_without_an_account_agrees_and_it_is_recorded(
    desk: Desk, handed_in: WorkingCopy
) -> None:
    answer(desk, handed_in, Verdict.APPROVED, "Ms  Hill, head", "Happy with this")
    with desk.site.database.begin() as session:
        (decision,) = Review(session, EDITOR).decisions(GATE)
    assert (decision.school_name, decision.note) == ("Ms Hill, head", "Happy with this")
    # Our own editors still have to.
    assert state(desk) is CopyState.IN_REVIEW
    with pytest.raises(Invalid, match="answered already"):
        answer(desk, handed_in, Verdict.APPROVED, "Again", "")


def test_a_school_that_wants_changes_says_which_and_the_text_goes_back(
    desk: Desk, handed_in: WorkingCopy
) -> None:
    approve(desk, handed_in, EDITOR)
    with pytest.raises(Invalid):
        answer(desk, handed_in, Verdict.CHANGES_ASKED, "Ms Hill", "")
    with pytest.raises(Invalid):
        answer(desk, handed_in, Verdict.CHANGES_ASKED, " ", "Wrong year")
    answer(desk, handed_in, Verdict.CHANGES_ASKED, "Ms Hill", "Wrong year")
    assert state(desk) is CopyState.CHANGES_ASKED


def test_a_school_answers_about_the_text_that_it_was_sent(
    desk: Desk, handed_in: WorkingCopy
) -> None:
    desk.save(handed_in, "another text")
    with pytest.raises(Overtaken):
        answer(desk, handed_in, Verdict.APPROVED, "Ms Hill", "")
