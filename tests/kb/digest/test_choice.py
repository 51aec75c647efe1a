"""What an issue brings to a reader: new, fitting, varied, and never the same twice."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from kb.digest.choice import MOST, Chooser
from kb.digest.interests import Interests, SavedSearch
from kb.digest.issue import Issue, Kind, Passage
from kb.digest.shelf import Study
from tests.factories import an_id
from tests.kb.digest.studies import (
    OLD,
    SINCE,
    UNTIL,
    VOCABULARIES,
    WordFinder,
    another,
    names,
    shelf,
    study,
)

SECOND = timedelta(seconds=1)
LATE = SavedSearch("late", ())


def following(*searches: SavedSearch, **keys: list[str]) -> Interests:
    return Interests.of(keys, searches, VOCABULARIES)


def chosen(
    *studies: Study,
    interests: Interests | None = None,
    sent: dict[str, datetime] | None = None,
    since: datetime = SINCE,
    always: bool = False,
) -> Issue | None:
    stock = shelf(*studies)
    chooser = Chooser(stock, WordFinder(stock), UNTIL)
    before = {an_id(name): moment for name, moment in (sent or {}).items()}
    return chooser.choose(interests or following(), since, before, always=always)


def fits(issue: Issue | None) -> list[str]:
    assert issue is not None
    return sorted(choice.study.slug for choice in issue.news if choice.kind is Kind.FITS)


def test_with_nothing_on_the_shelf_there_is_nothing_to_send() -> None:
    assert chosen() is None
    assert chosen(always=True) is None


@pytest.mark.parametrize(
    ("live_at", "is_new"),
    [
        (SINCE, False),
        (SINCE + SECOND, True),
        (UNTIL, True),
        (UNTIL + SECOND, False),
        (OLD, False),
    ],
)
def test_new_is_what_went_live_after_the_last_issue_and_before_this(
    live_at: datetime, is_new: bool
) -> None:
    assert names(chosen(study("a", live_at))) == (["a"] if is_new else [])


def test_where_nothing_new_fits_nothing_is_sent() -> None:
    old, other = study("old", OLD, needs=["SEMH"]), study("other", needs=["SLCN"])
    assert chosen(old, other, interests=following(needs=["SEMH"])) is None


def test_who_always_wants_one_gets_what_there_is() -> None:
    old, other = study("old", OLD, needs=["SEMH"]), study("other", needs=["SLCN"])
    issue = chosen(old, other, interests=following(needs=["SEMH"]), always=True)
    assert (names(issue), another(issue)) == (["other"], "old")
    # Of all that there is, and once all was sent, nothing.
    sent = {"other": SINCE, "old": SINCE}
    assert chosen(old, other, interests=following(), always=True, sent=sent) is None
    unlike = chosen(study("x", OLD), interests=following(needs=["SEMH"]), always=True)
    assert (names(unlike), another(unlike)) == ([], "x")


def test_any_topic_is_reason_enough_and_phases_and_regions_narrow() -> None:
    studies = [
        study("a", needs=["SEMH"], phases=["primary"], region="london"),
        study("b", themes=["attendance"], phases=["primary", "secondary"], region="london"),
        study("c", needs=["SEMH"], phases=["secondary"], region="london"),
        study("d", needs=["SEMH"], phases=["primary"], region="north-east"),
        study("e", values=["equity"], phases=["primary"], region="london"),
    ]
    wanted: dict[str, Any] = {"phases": ["primary"], "regions": ["london"]}
    issue = chosen(*studies, interests=following(needs=["SEMH"], themes=["attendance"], **wanted))
    assert fits(issue) == ["a", "b"]
    assert fits(chosen(*studies, interests=following(**wanted))) == ["a", "b", "e"]


def test_a_part_of_a_region_counts_for_the_whole() -> None:
    part = study("a", region="yorkshire-and-the-humber", subregion="south-yorkshire")
    for key in ("yorkshire-and-the-humber", "south-yorkshire"):
        assert names(chosen(part, interests=following(regions=[key]))) == ["a"]
    assert chosen(part, interests=following(regions=["west-yorkshire"])) is None


def test_a_followed_search_brings_its_passage_and_says_so() -> None:
    issue = chosen(study("late-marks"), study("quiet"), interests=following(LATE))
    assert issue is not None
    first = issue.news[0]
    assert first.passage == Passage("Found in late-marks", "Impact")
    assert first.why == "It answers a search that you follow: “late”."


def test_phases_narrow_what_searches_find_too() -> None:
    studies = [study("late-a", phases=["primary"]), study("late-b", phases=["secondary"])]
    issue = chosen(*studies, interests=following(LATE, phases=["primary"]))
    assert issue is not None
    assert [(c.study.slug, c.kind) for c in issue.news] == [
        ("late-a", Kind.FITS),
        ("late-b", Kind.OUTSIDE),
    ]


def test_a_topic_brings_what_the_study_says_on_it_else_the_summary() -> None:
    says = study("a", summary="How attendance rose.", themes=["attendance"])
    silent = study("b", themes=["attendance"])
    issue = chosen(says, silent, interests=following(themes=["attendance"]))
    assert issue is not None
    assert {c.study.slug: c.passage for c in issue.news} == {
        "a": Passage("Found in a", "Impact"),
        "b": Passage("What b did."),
    }
    assert {c.why for c in issue.news} == {"It is on what you follow: Attendance."}


def test_many_topics_are_named_in_one_short_sentence() -> None:
    keys: dict[str, Any] = {"needs": ["SEMH", "SLCN"], "values": ["equity", "challenge"]}
    issue = chosen(study("a", **keys), interests=following(**keys))
    assert issue is not None
    labels = [VOCABULARIES["need"].label(key) for key in ("SEMH", "SLCN")]
    assert issue.news[0].why == f"It is on what you follow: {labels[0]}, {labels[1]} and 2 more."


def test_what_is_found_comes_before_what_is_on_topic_and_the_more_topics_the_sooner() -> None:
    studies = [
        study("one", needs=["SEMH"]),
        study("late", needs=[]),
        study("two", needs=["SEMH"], values=["equity"]),
        study("strong", needs=["SEMH"], evidence={"strength": "external"}),
        study("newer", UNTIL, needs=["SEMH"]),
    ]
    interests = following(LATE, needs=["SEMH"], values=["equity"])
    assert names(chosen(*studies, interests=interests)) == ["late", "two", "strong", "newer", "one"]


def test_a_search_that_finds_much_does_not_crowd_out_topics() -> None:
    found = [study(f"late-{n}") for n in range(9)]
    on_topic = [study("a", needs=["SEMH"]), study("b", needs=["SEMH"])]
    both = study("late-z", needs=["SEMH"])
    brought = names(chosen(*found, both, *on_topic, interests=following(LATE, needs=["SEMH"])))
    assert brought[:3] == ["late-0", "late-1", "late-2"]
    assert set(brought[3:6]) == {"a", "b", "late-z"}


def test_seven_are_brought_at_most() -> None:
    assert len(names(chosen(*(study(f"s{n}") for n in range(20))))) == MOST == 7


def test_a_third_of_one_school_waits() -> None:
    studies = [study(f"s{n}", school="Harbour", themes=["attendance"]) for n in range(4)]
    other = study("other", school="Hill", themes=["attendance"])
    issue = chosen(*studies, other, interests=following(themes=["attendance"]))
    assert len(names(issue)) == 3
    assert "other" in names(issue)
    # Not as an outsider or from earlier either; and schools without a name are not one school.
    earlier = study("earlier", OLD, school="HARBOUR", themes=["attendance"])
    outsider = study("outsider", school="Harbour")
    issue = chosen(*studies, outsider, earlier, interests=following(themes=["attendance"]))
    assert (len(names(issue)), another(issue)) == (2, None)
    assert len(names(chosen(*(study(f"s{n}") for n in range(4))))) == 4


@pytest.mark.parametrize("fitting", [1, 6, 7, 12])
def test_one_is_outside_what_is_followed_and_says_so(fitting: int) -> None:
    studies = [study(f"s{n}", needs=["SEMH"]) for n in range(fitting)]
    outsiders = [study("x"), study("y", evidence={"strength": "external"})]
    issue = chosen(*studies, *outsiders, interests=following(needs=["SEMH"]))
    assert issue is not None
    assert [c.kind for c in issue.news].count(Kind.OUTSIDE) == 1
    last = issue.news[-1]
    assert (last.study.slug, last.kind.label) == ("y", "Outside your usual interests")
    assert len(issue.news) == min(fitting + 1, MOST)


def test_where_nothing_is_outside_all_seven_fit() -> None:
    studies = [study(f"s{n}", needs=["SEMH"]) for n in range(9)]
    issue = chosen(*studies, interests=following(needs=["SEMH"]))
    assert issue is not None
    assert [c.kind for c in issue.news] == [Kind.FITS] * 7


def test_an_outsider_of_a_readers_phases_is_preferred() -> None:
    fits = study("fits", needs=["SEMH"], phases=["primary"])
    far = study("far", phases=["secondary"], evidence={"strength": "external"})
    near = study("near", phases=["primary"])
    wanted = following(needs=["SEMH"], phases=["primary"])
    assert names(chosen(fits, far, near, interests=wanted)) == ["fits", "near"]


def test_one_from_earlier_is_worth_another_look_until_it_was_sent() -> None:
    new = study("new", needs=["SEMH"])
    earlier = [
        study("good", OLD, needs=["SEMH"], evidence={"strength": "external"}),
        study("fair", OLD, needs=["SEMH"]),
        study("unlike", OLD, needs=["SLCN"], evidence={"strength": "external"}),
    ]
    wanted = following(needs=["SEMH"])
    issue = chosen(new, *earlier, interests=wanted)
    assert issue is not None
    assert issue.another_look is not None
    assert (another(issue), issue.another_look.kind) == ("good", Kind.AGAIN)
    assert issue.another_look.why.startswith("It is from earlier, and is on what you follow: ")
    assert another(chosen(new, *earlier, interests=wanted, sent={"good": OLD})) == "fair"
    sent = {"good": OLD, "fair": OLD}
    assert another(chosen(new, *earlier, interests=wanted, sent=sent)) is None


def test_what_was_sent_comes_again_only_after_a_substantial_change() -> None:
    sent = {"a": SINCE - timedelta(days=30)}
    plain = study("a", OLD)
    changed = study("a", OLD, changed_at=SINCE + timedelta(days=1))
    assert chosen(plain, sent=sent) is None
    issue = chosen(changed, sent=sent)
    assert issue is not None
    assert issue.news[0].why == "It was changed substantially since you were sent it."
    # It was sent after the change, or the change is not out yet.
    assert chosen(changed, sent={"a": UNTIL}) is None
    assert chosen(study("a", OLD, changed_at=UNTIL + SECOND), sent=sent) is None


def test_a_change_makes_an_old_study_news_to_who_never_had_it() -> None:
    issue = chosen(study("a", OLD, changed_at=SINCE + timedelta(days=1)))
    assert issue is not None
    assert issue.news[0].why == "It is new in the library."


def test_an_illustrative_study_stays_labelled() -> None:
    issue = chosen(study("a", illustrative=True))
    assert issue is not None
    assert issue.news[0].study.meta.illustrative


def test_who_paused_for_two_years_gets_the_best_of_them() -> None:
    since = UNTIL - timedelta(days=700)
    assert names(chosen(study("late", OLD), since=since, interests=following(LATE))) == ["late"]


def test_the_same_is_chosen_whatever_the_order_of_the_shelf() -> None:
    studies = [study(name, needs=["SEMH"]) for name in ("a", "b", "c", "d")]
    found = {tuple(names(chosen(*some))) for some in permutations(studies)}
    assert len(found) == 1


def test_equal_interests_are_searched_for_once_whoever_asks_and_whenever() -> None:
    stock = shelf(*(study(f"late-{n}", themes=["attendance"]) for n in range(5)))
    finder = WordFinder(stock)
    chooser = Chooser(stock, finder, UNTIL)
    wanted = [following(LATE, themes=["attendance"]), following(LATE)]
    first = chooser.choose(wanted[0], SINCE, {})
    asked = len(finder.asked)
    for since in (SINCE, SINCE - timedelta(days=7), SINCE - timedelta(days=20)):
        for interests in wanted:
            chooser.choose(interests, since, {an_id("late-1"): SINCE})
    assert len(finder.asked) == asked
    assert chooser.choose(following(LATE, LATE, themes=["attendance"]), SINCE, {}) == first
