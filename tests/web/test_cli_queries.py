"""`kb queries`: what was searched for, and found little."""

import json
from datetime import UTC, datetime

from kb import querylog
from tests.web.command import kb
from tests.web.site import Site


def search(site: Site, *searches: tuple[str, int]) -> None:
    with site.services.database.begin() as session:
        querylog.record(session, searches, datetime.now(UTC).date())


def test_nothing_was_searched_for_yet(site: Site) -> None:
    ran = kb(site, "queries")
    assert (ran.exit_code, ran.stdout) == (0, "")
    assert "Nothing" in ran.stderr
    assert json.loads(kb(site, "queries", "--json").stdout) == []


def test_queries_are_listed_with_what_they_found(site: Site) -> None:
    search(site, ("breakfast", 9), ("école à la maison", 0), ("breakfast", 9))
    ran = kb(site, "queries")
    assert [line.split(maxsplit=3) for line in ran.stdout.splitlines()] == [
        ["days", "times", "found", "query"],
        ["1", "2", "9", "breakfast"],
        ["1", "1", "0", "école à la maison"],
    ]


def test_a_query_steers_no_terminal(site: Site) -> None:
    search(site, ("red \x1b[31m \x9b31m", 0))
    for arguments in ([], ["--json"]):
        said = kb(site, "queries", *arguments).stdout
        assert "red" in said
        assert said.replace("\n", "").isprintable()


def test_only_the_unanswered_are_listed_on_request(site: Site) -> None:
    search(site, ("breakfast", 9), ("école à la maison", 0), ("toast", 2))
    found = json.loads(kb(site, "queries", "--unanswered", "--json").stdout)
    assert [each["query"] for each in found] == ["toast", "école à la maison"]
    assert found[0] == {"query": "toast", "days": 1, "times": 1, "total": 2}
