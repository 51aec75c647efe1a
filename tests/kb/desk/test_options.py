"""The buttons that are shown are those that work: each option against the act itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from kb.desk.comments import Comments
from kb.desk.copies import Copies
from kb.desk.options import Options, options
from kb.desk.review import Review
from kb.desk.values import CopyState, WorkingCopy
from kb.errors import Invalid, NotAllowed
from kb.people import Person
from tests.factories import NOW
from tests.kb.desk.conftest import ADMIN, AUTHOR, EDITOR, GATE, SECOND, Desk

LATER = NOW + timedelta(days=1)


def into(desk: Desk, state: CopyState) -> WorkingCopy:
    """A copy that AUTHOR and EDITOR wrote, in a state that SECOND brought it to."""
    copy = desk.begin()
    copy = desk.save(copy, copy.source + "\nMore.\n", EDITOR)
    with desk.site.database.begin() as session:
        if state is not CopyState.DRAFT:
            Review(session, AUTHOR).submit(GATE, copy.version, [], is_substantial=False)
        if state is CopyState.CHANGES_ASKED:
            Review(session, SECOND).ask_changes(GATE, copy.version, "More", NOW)
        if state in {CopyState.APPROVED, CopyState.SCHEDULED}:
            Review(session, SECOND).approve(GATE, copy.version, "", NOW)
    if state is CopyState.SCHEDULED:
        desk.publisher.schedule(SECOND, GATE, copy.version, LATER, NOW)
    return desk.get()


def seen(desk: Desk, person: Person, copy: WorkingCopy) -> Options:
    with desk.site.database.begin() as session:
        review = Review(session, person)
        return options(person, copy, review.writers(GATE), review.open_points(GATE))


ACTS: dict[str, Callable[[Desk, Person, WorkingCopy], object]] = {
    "submit": lambda d, p, c: d.review(
        p, lambda r: r.submit(GATE, c.version, [], is_substantial=True)
    ),
    "decide": lambda d, p, c: d.review(p, lambda r: r.ask_changes(GATE, c.version, "More", NOW)),
    "approve": lambda d, p, c: d.review(p, lambda r: r.approve(GATE, c.version, "", NOW)),
    "publish": lambda d, p, c: d.publisher.publish(p, GATE, c.version, NOW),
    "publish_alone": lambda d, p, c: d.publisher.publish(p, GATE, c.version, NOW, reason="Alone"),
    "unschedule": lambda d, p, c: d.publisher.unschedule(p, GATE, c.version, NOW),
    "write": lambda d, p, c: d.copies(p, lambda copies: copies.discard(GATE, c.version)),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("person", [AUTHOR, EDITOR, SECOND, ADMIN], ids=lambda p: p.name)
@pytest.mark.parametrize("state", list(CopyState))
def test_a_button_is_shown_where_its_act_is_let_through(
    desk: Desk, state: CopyState, person: Person, act: str
) -> None:
    copy = into(desk, state)
    is_shown = getattr(seen(desk, person, copy), act)
    try:
        ACTS[act](desk, person, copy)
    except (NotAllowed, Invalid):
        assert not is_shown
    else:
        # With a reason an admin may publish what was agreed to as well; one button is enough.
        assert is_shown or act == "publish_alone"


def test_with_a_comment_open_nobody_agrees(desk: Desk) -> None:
    copy = into(desk, CopyState.IN_REVIEW)
    with desk.site.database.begin() as session:
        Comments(session, SECOND).say(GATE, "Impact", "How many?", NOW)
    found = seen(desk, SECOND, copy)
    assert (found.approve, found.decide, found.open_points) == (False, True, 1)


def test_a_text_taken_back_is_a_draft(desk: Desk) -> None:
    copy = into(desk, CopyState.SCHEDULED)
    assert seen(desk, AUTHOR, copy).take_back
    with desk.site.database.begin() as session:
        Review(session, AUTHOR).take_back(GATE, copy.version)
    assert not seen(desk, AUTHOR, desk.get()).take_back
    with desk.site.database.begin() as session:
        assert Copies(session, AUTHOR).get(GATE).state is CopyState.DRAFT
