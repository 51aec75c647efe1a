"""Suggestions while typing: what there is, to whoever may see it, and never what others typed."""

from pathlib import Path
from typing import Any

import pytest

from indexer.live import LiveSnapshot
from indexer.search import Searcher
from indexer.suggest import MOST, MOST_TERMS, StudySuggestion, TermSuggestion
from indexer.textindex import RECENT
from kb.domain import Published
from tests.factories import write_study
from tests.fakes import WordEncoder
from tests.indexer.builders import Home, a_published, a_searcher


def studies(searcher: Searcher, begun: str) -> list[str]:
    """The slugs suggested, in order."""
    return [s.slug for s in searcher.suggest(begun) if isinstance(s, StudySuggestion)]


def terms(searcher: Searcher, begun: str) -> list[tuple[str, str, int]]:
    """Facet, key and count of the entries suggested, in order."""
    return [
        (s.facet, s.key, s.count) for s in searcher.suggest(begun) if isinstance(s, TermSuggestion)
    ]


def titled(slug: str, title: str, **front_matter: Any) -> Published:
    return a_published(slug, title=title, **front_matter)


# Edges


@pytest.mark.parametrize("begun", ["", " ", "a", "?", "—", "'", '"', "*", "(", "\x00", "🙂", "_"])
def test_too_little_to_know_suggests_nothing(tmp_path: Path, begun: str) -> None:
    searcher = a_searcher(tmp_path, [titled("one", "Aa and a_b")])
    assert searcher.suggest(begun) == []


@pytest.mark.parametrize("begun", ['"aa', "aa) (", "^aa", "aa*", "-aa", "{aa", "aa + bb"])
def test_signs_are_passed_over(tmp_path: Path, begun: str) -> None:
    assert studies(a_searcher(tmp_path, [titled("one", "Aa bb")]), begun) == ["one"]


@pytest.mark.parametrize("begun", ["aa OR zz", "text:aa", "NEAR(aa bb)", "aa NOT zz", "DROP aa"])
def test_what_the_index_would_read_as_a_command_is_words(tmp_path: Path, begun: str) -> None:
    assert studies(a_searcher(tmp_path, [titled("one", "Aa bb")]), begun) == []


def test_an_enormous_text_is_looked_up_by_its_beginning(tmp_path: Path) -> None:
    searcher = a_searcher(tmp_path, [titled("one", "Aa bb")])
    assert studies(searcher, "aa " * 10_000) == ["one"]


def test_right_to_left_and_accented_titles_are_found(tmp_path: Path) -> None:
    searcher = a_searcher(
        tmp_path, [titled("one", "Café für Eltern"), titled("two", "مدرسة جديدة")]
    )
    assert studies(searcher, "cafe fur") == ["one"]
    assert studies(searcher, "مدر") == ["two"]


# Which


def test_every_typed_word_begins_a_word_of_the_title(tmp_path: Path) -> None:
    searcher = a_searcher(
        tmp_path, [titled("one", "Talk before writing"), titled("two", "Writing alone")]
    )
    assert studies(searcher, "writ tal") == ["one"]
    assert studies(searcher, "riting") == []


def test_titles_that_begin_as_typed_come_first_then_the_shortest(tmp_path: Path) -> None:
    searcher = a_searcher(
        tmp_path,
        [
            titled("middle", "How reading grew"),
            titled("long", "Reading with older pupils"),
            titled("short", "Reading daily"),
        ],
    )
    assert studies(searcher, "read") == ["short", "long", "middle"]


def test_a_question_leads_to_the_study_that_answers_it(tmp_path: Path) -> None:
    asked = "How do we get families to talk?"
    searcher = a_searcher(tmp_path, [titled("one", "Conversations", answers=[asked])])
    assert searcher.suggest("famil") == [StudySuggestion(asked, "one", True)]


def test_one_title_is_suggested_once(tmp_path: Path) -> None:
    searcher = a_searcher(tmp_path, [titled("one", "Same"), titled("two", "Same")])
    assert len(searcher.suggest("same")) == 1


def test_a_vocabularys_entry_comes_with_how_many_studies_it_finds(tmp_path: Path) -> None:
    rows = [
        a_published("one", focus=["send"], needs=["SEMH"]),
        a_published("two", focus=["send"], needs=["SEMH"]),
    ]
    searcher = a_searcher(tmp_path, rows)
    expected = [("need", "SEMH", 2)]
    assert terms(searcher, "semh") == expected
    assert terms(searcher, "emotional") == expected


def test_an_entry_that_no_study_has_is_not_suggested(tmp_path: Path) -> None:
    assert terms(a_searcher(tmp_path, [a_published("one")]), "emotional") == []


def test_there_are_never_more_than_a_list_holds(tmp_path: Path) -> None:
    rows = [titled(f"s{n}", f"Maths {n}", subjects=["mathematics"]) for n in range(20)]
    found = a_searcher(tmp_path, rows).suggest("mat")
    assert len(found) == MOST
    assert sum(isinstance(s, TermSuggestion) for s in found) <= MOST_TERMS


# Who may see


def test_hidden_illustrative_studies_are_not_suggested(tmp_path: Path) -> None:
    rows = [
        titled("real", "Reading one", phases=["primary"]),
        titled("made", "Reading two", phases=["secondary"], illustrative=True),
    ]
    searcher = a_searcher(tmp_path, rows, show_illustrative=False)
    assert studies(searcher, "reading") == ["real"]
    assert terms(searcher, "secondary") == []


def test_a_change_is_suggested_by_its_new_title_alone(home: Home) -> None:
    """A study that was changed lies beside the base, and its old title is not looked at."""
    for number in range(8):
        write_study(home.content, f"other-{number}", title=f"Paper {number}")
    write_study(home.content, "changing", title="Paper planes")
    home.update()
    write_study(home.content, "changing", title="Paper kites")
    home.update()
    assert (home.store.current() / RECENT).is_dir()
    searcher = Searcher(LiveSnapshot(home.store), WordEncoder())
    assert studies(searcher, "planes") == []
    assert studies(searcher, "kit") == ["changing"]
    assert len(studies(searcher, "paper")) == MOST
