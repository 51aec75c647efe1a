"""Working copies: nothing saved is lost, and nobody writes over somebody else."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from kb.desk import presence
from kb.desk.copies import KEPT_FOR, MAX_CHARS, Copies, forget_versions
from kb.desk.revisions import Revisions, is_behind
from kb.desk.values import CopyState
from kb.domain import CaseStudyId
from kb.errors import Invalid, NotAllowed, Overtaken, VersionNotFound, WorkingCopyNotFound
from tests.factories import NOW, an_id
from tests.kb.desk.conftest import ADMIN, AUTHOR, EDITOR, GATE, STRANGER, Desk


def test_a_new_study_has_an_id_an_address_and_its_headings(desk: Desk) -> None:
    with desk.site.database.begin() as session:
        copy = Copies(session, AUTHOR).begin_new("A calm  start", NOW)
    assert (copy.slug, copy.title, copy.state) == ("a-calm-start", "A calm start", CopyState.DRAFT)
    assert copy.is_new
    assert "## What we learned" in copy.source
    assert not desk.file(copy.slug).exists()


@pytest.mark.parametrize("title", ["", "  ", "a" * 161, "two\x07bells", "!!!"])
def test_a_title_that_cannot_be_one_is_refused(desk: Desk, title: str) -> None:
    with desk.site.database.begin() as session, pytest.raises(Invalid):
        Copies(session, AUTHOR).begin_new(title, NOW)


@pytest.mark.parametrize("slug", ["quiet-start", "../evil", "A", "a--b", "a/b", ""])
def test_an_address_that_cannot_be_had_is_refused(desk: Desk, slug: str) -> None:
    copy = desk.begin()
    with pytest.raises(Invalid):
        desk.save(copy, copy.source, slug=slug)
    assert desk.get().slug == "gate"


def test_two_drafts_of_one_title_get_two_addresses(desk: Desk) -> None:
    with desk.site.database.begin() as session:
        slugs = [
            Copies(session, person).begin_new("Quiet start", NOW).slug
            for person in (AUTHOR, STRANGER)
        ]
    # One has that address already.
    assert slugs == ["quiet-start-2", "quiet-start-3"]


def test_a_published_study_stays_as_it_is_while_somebody_works_on_it(desk: Desk) -> None:
    copy = desk.begin()
    before = desk.file().read_text()
    desk.save(copy, copy.source.replace("Mondays", "Fridays"))
    assert desk.file().read_text() == before
    assert desk.begin().source.count("Fridays") > 0


def test_the_second_who_saves_is_told_and_overwrites_nothing(desk: Desk) -> None:
    mine = desk.begin()
    theirs = desk.get()
    desk.save(mine, "first")
    with pytest.raises(Overtaken):
        desk.save(theirs, "second", EDITOR)
    assert desk.get().source == "first"


def test_of_ten_editors_who_save_at_once_one_is_first_and_none_is_lost(desk: Desk) -> None:
    copy = desk.begin()

    def save(number: int) -> bool:
        try:
            desk.save(copy, f"text {number}", EDITOR)
        except Overtaken:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        kept = list(pool.map(save, range(10)))
    assert kept.count(True) == 1
    assert desk.get().source == f"text {kept.index(True)}"


def test_ten_editors_who_save_again_after_each_notice_all_get_their_words_in(desk: Desk) -> None:
    copy = desk.begin()
    desk.save(copy, "")

    def add(number: int) -> None:
        while True:
            seen = desk.get()
            try:
                desk.save(seen, f"{seen.source}<{number}>", EDITOR)
            except Overtaken:
                continue
            return

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(add, range(10)))
    assert all(f"<{number}>" in desk.get().source for number in range(10))


def test_a_text_saved_unchanged_makes_no_version(desk: Desk) -> None:
    copy = desk.begin()
    assert desk.save(copy, copy.source).version == copy.version


def test_a_text_that_is_no_study_is_refused_with_its_length(desk: Desk) -> None:
    with pytest.raises(Invalid, match="200,001"):
        desk.save(desk.begin(), "x" * (MAX_CHARS + 1))


def versions(desk: Desk, case_id: CaseStudyId = GATE) -> list[tuple[str, str]]:
    with desk.site.database.begin() as session:
        return [(v.source[:20], v.saved_by) for v in Copies(session, ADMIN).versions(case_id)]


def test_autosaves_of_one_sitting_are_one_version_and_others_their_own(desk: Desk) -> None:
    copy = desk.begin()
    first = len(versions(desk))
    copy = desk.save(copy, "one", is_autosave=False)
    copy = desk.save(copy, "two", is_autosave=True)
    copy = desk.save(copy, "three", is_autosave=True)
    assert versions(desk)[:-first] == [("three", AUTHOR.id)]
    copy = desk.save(copy, "four", EDITOR, is_autosave=True)
    desk.now = NOW + timedelta(minutes=11)
    desk.save(copy, "five", EDITOR, is_autosave=True)
    assert versions(desk)[:-first] == [
        ("five", EDITOR.id),
        ("four", EDITOR.id),
        ("three", AUTHOR.id),
    ]


def test_a_version_that_is_not_there_is_said_so(desk: Desk) -> None:
    desk.begin()
    with desk.site.database.begin() as session, pytest.raises(VersionNotFound):
        Copies(session, AUTHOR).version(GATE, 99)


@pytest.mark.parametrize(
    "act",
    [
        lambda copies: copies.get(GATE),
        lambda copies: copies.save(GATE, 1, "x", NOW),
        lambda copies: copies.discard(GATE, 1),
        lambda copies: copies.versions(GATE),
        lambda copies: copies.take_base(GATE, 1, 1, NOW),
        lambda copies: copies.begin_from(GATE, NOW),
    ],
)
def test_a_contributor_neither_sees_nor_touches_a_colleagues_draft(
    desk: Desk, act: Callable[[Copies], object]
) -> None:
    desk.begin()
    with desk.site.database.begin() as session, pytest.raises(NotAllowed):
        act(Copies(session, STRANGER))


def test_a_draft_given_up_comes_back_as_it_was(desk: Desk) -> None:
    copy = desk.save(desk.begin(), "my words")
    with desk.site.database.begin() as session:
        Copies(session, AUTHOR).discard(GATE, copy.version)
    with pytest.raises(WorkingCopyNotFound):
        desk.get()
    with desk.site.database.begin() as session:
        again = Copies(session, AUTHOR).recover(GATE, NOW)
    assert (again.source, again.owner) == ("my words", AUTHOR.id)
    assert again.version > copy.version


def test_a_stale_tab_cannot_save_into_a_copy_begun_anew(desk: Desk) -> None:
    stale = desk.begin()
    with desk.site.database.begin() as session:
        Copies(session, AUTHOR).discard(GATE, stale.version)
    desk.begin()
    with pytest.raises(Overtaken):
        desk.save(stale, "old tab")


def test_only_its_author_or_an_editor_takes_a_given_up_draft_up(desk: Desk) -> None:
    copy = desk.save(desk.begin(), "my words")
    with desk.site.database.begin() as session:
        Copies(session, AUTHOR).discard(GATE, copy.version)
    with desk.site.database.begin() as session, pytest.raises(NotAllowed):
        Copies(session, STRANGER).recover(GATE, NOW)


def test_old_versions_are_forgotten_but_not_those_of_a_copy_at_work(desk: Desk) -> None:
    desk.save(desk.begin(), "at work")
    other = desk.begin(AUTHOR, an_id("quiet-start"))
    with desk.site.database.begin() as session:
        Copies(session, AUTHOR).discard(other.id, other.version)
        forget_versions(session, NOW + KEPT_FOR + timedelta(days=1))
    with desk.site.database.begin() as session, pytest.raises(WorkingCopyNotFound):
        Copies(session, AUTHOR).recover(an_id("quiet-start"), NOW)
    assert versions(desk)


def test_what_went_live_meanwhile_is_known_until_it_is_taken_account_of(desk: Desk) -> None:
    copy = desk.begin()
    desk.file().write_text(desk.file().read_text().replace("Mondays", "Sundays"))
    desk.site.sync()
    with desk.site.database.begin() as session:
        copies, revisions = Copies(session, AUTHOR), Revisions(session, AUTHOR)
        live = revisions.live(GATE)
        assert is_behind(live, revisions.base(GATE))
        assert live is not None
        assert "Sundays" in live.source
        with pytest.raises(Overtaken):
            copies.take_base(GATE, copy.version, 1, NOW)
        copies.take_base(GATE, copy.version, 2, NOW)
        assert not is_behind(live, revisions.base(GATE))


def test_pictures_follow_a_new_address(desk: Desk) -> None:
    copy = desk.begin()
    named = copy.source + "\n![A gate](../media/gate/a.png) ![B](../media/other/b.png)\n"
    saved = desk.save(copy, named, slug="new-gate")
    assert "(../media/new-gate/a.png)" in saved.source
    assert "(../media/other/b.png)" in saved.source


def test_people_in_the_same_study_know_of_each_other_for_a_while(desk: Desk) -> None:
    def seen(who: str, minutes: int = 0) -> list[str]:
        with desk.site.database.begin() as session:
            now = NOW + timedelta(minutes=minutes)
            return list(presence.seen(session, GATE, {"a": AUTHOR.id, "e": EDITOR.id}[who], now))

    assert seen("a") == []
    assert seen("e") == [AUTHOR.id]
    assert seen("a") == [EDITOR.id]
    assert seen("a", minutes=2) == []
    with desk.site.database.begin() as session:
        presence.left(session, GATE, AUTHOR.id)
    assert seen("e", minutes=2) == []


def test_a_copy_of_no_study_is_not_there(desk: Desk) -> None:
    with pytest.raises(WorkingCopyNotFound):
        desk.begin(AUTHOR, an_id("nowhere"))


def test_nobody_gives_up_what_a_colleague_has_just_saved(desk: Desk) -> None:
    copy = desk.begin()
    desk.save(copy, "a colleague's words", EDITOR)
    with desk.site.database.begin() as session, pytest.raises(Overtaken):
        Copies(session, AUTHOR).discard(GATE, copy.version)
    assert desk.get().source == "a colleague's words"


def test_what_was_saved_of_a_draft_given_up_is_its_authors_and_the_editors(desk: Desk) -> None:
    copy = desk.save(desk.begin(), "my words")
    with desk.site.database.begin() as session:
        Copies(session, AUTHOR).discard(GATE, copy.version)
    desk.begin(STRANGER)
    with desk.site.database.begin() as session:
        seen = {v.saved_by for v in Copies(session, STRANGER).versions(GATE)}
        assert seen == {STRANGER.id}
        assert len(Copies(session, EDITOR).versions(GATE)) == 3


def test_only_a_draft_that_was_given_up_is_offered_again(desk: Desk) -> None:
    copy = desk.begin(ADMIN)

    def offered() -> bool:
        with desk.site.database.begin() as session:
            return Copies(session, ADMIN).was_given_up(GATE)

    assert not offered()
    desk.publisher.publish(ADMIN, GATE, copy.version, NOW + timedelta(hours=1), reason="Alone")
    assert not offered()
    desk.now = NOW + timedelta(hours=2)
    again = desk.begin(ADMIN)
    with desk.site.database.begin() as session:
        Copies(session, ADMIN).discard(GATE, again.version)
    assert offered()
