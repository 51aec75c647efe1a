"""The versions that everybody could read, and nothing of what was never for everybody."""

from typing import Any

import pytest

from kb.errors import VersionNotFound
from kb.history import History, Version
from tests.factories import Installation, an_id, write_study

ID = an_id("a-study")


def save(site: Installation, **front_matter: Any) -> None:
    write_study(site.root, "a-study", **front_matter)
    site.sync()


def versions(site: Installation, *, show_illustrative: bool = True) -> list[tuple[int, str]]:
    """Number and title of each, in order."""
    with site.database.read() as session:
        found = History(session, show_illustrative=show_illustrative).versions(ID)
    return [(version.number, version.study.meta.title) for version in found]


def version(site: Installation, number: int) -> tuple[Version, Version | None]:
    with site.database.read() as session:
        return History(session).version(ID, number)


def test_every_saved_version_is_there_newest_first(site: Installation) -> None:
    for title in ("One", "Two", "Three"):
        save(site, title=title)
    assert versions(site) == [(3, "Three"), (2, "Two"), (1, "One")]
    now, before = version(site, 2)
    assert before is not None
    assert (now.study.meta.title, before.study.meta.title) == ("Two", "One")
    assert version(site, 1)[1] is None


def test_a_draft_is_as_if_it_were_not_there(site: Installation) -> None:
    save(site, title="Draft with a pupil's name", status="draft")
    save(site, title="One")
    save(site, title="Back to draft", status="in-review")
    save(site, title="Two")
    save(site, title="Two", status="archived")
    assert versions(site) == [(5, "Two"), (4, "Two"), (2, "One")]
    before = version(site, 4)[1]
    assert before is not None
    assert before.number == 2
    for hidden in (1, 3):
        with pytest.raises(VersionNotFound):
            version(site, hidden)


@pytest.mark.parametrize("number", [0, -1, 99, 2**70])
def test_a_number_that_is_nobodys_is_not_found(site: Installation, number: int) -> None:
    save(site, title="One")
    with pytest.raises(VersionNotFound, match="no version"):
        version(site, number)


def test_hidden_illustrative_versions_are_not_there_either(site: Installation) -> None:
    save(site, title="Made up", illustrative=True)
    save(site, title="Real")
    assert versions(site, show_illustrative=False) == [(2, "Real")]
    assert len(versions(site)) == 2


def test_more_than_one_is_known_without_reading_all(site: Installation) -> None:
    def has_earlier() -> bool:
        with site.database.read() as session:
            return History(session).has_earlier(ID)

    assert not has_earlier()
    save(site, title="Draft", status="draft")
    save(site, title="One")
    assert not has_earlier()
    save(site, title="Two")
    assert has_earlier()
