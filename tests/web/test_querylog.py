"""What was searched for is counted: beside the request, once, and without who asked."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import event

from kb.database import Database
from tests.web.site import Site, eventually
from web.querylog import QueryRecorder


def dump(site: Site) -> list[str]:
    """The database as text, table by table."""
    site.queries()
    with closing(sqlite3.connect(site.home / "kb.sqlite")) as store:
        return list(store.iterdump())


def test_a_search_is_counted_with_what_it_found(site: Site) -> None:
    site.page("/search", q="Breakfast  ")
    site.page("/search", q="breakfast")
    site.page("/search", q="zzxqj")
    assert site.queries() == {"breakfast": (2, 1), "zzxqj": (1, 0)}


def test_the_api_counts_too(site: Site) -> None:
    site.json("/api/v1/search", q="breakfast")
    assert site.queries() == {"breakfast": (1, 1)}


def test_turning_a_page_is_not_asking_again(site: Site) -> None:
    site.page("/search", q="filler")
    for page in (2, 3):
        site.page("/search", q="filler", page=page)
        site.json("/api/v1/search", q="filler", page=page)
    assert site.queries() == {"filler": (1, 4)}


def test_looking_around_counts_nothing(site: Site) -> None:
    for address in ("/", "/search", "/search?need=ASD", "/practice/gate", "/readyz", "/metrics"):
        site.get(address)
    assert site.queries() == {}


def test_a_get_writes_nothing_but_the_query_log(site: Site) -> None:
    before = dump(site)
    files = sorted((site.home / "index").rglob("*"))
    stamps = [path.stat().st_mtime_ns for path in files]
    for address in (
        "/",
        "/search?q=breakfast&need=ASD&page=2",
        "/search?q=breakfast",
        "/practice/gate",
        "/practice/gate.md",
        "/practice/old-gate",
        "/practice/none",
        "/media/gate/photo.png",
        "/api/v1/search?q=toast",
        "/api/v1/openapi.json",
        "/healthz",
        "/readyz",
        "/metrics",
    ):
        site.get(address)
    added = [line for line in dump(site) if line not in before]
    assert len(added) == 2
    assert all('"logged_query"' in line for line in added)
    assert sorted((site.home / "index").rglob("*")) == files
    assert [path.stat().st_mtime_ns for path in files] == stamps


def test_a_row_is_a_day_a_query_and_two_numbers(site: Site) -> None:
    with site.app.test_client() as client:
        client.set_cookie("session", "cookie-of-somebody")
        client.get(
            "/search?q=breakfast&need=ASD",
            headers={
                "User-Agent": "browser-of-somebody",
                "Referer": "https://somebody.example/",
                "X-Forwarded-For": "203.0.113.9",
                "Authorization": "Bearer token-of-somebody",
            },
            environ_base={"REMOTE_ADDR": "203.0.113.77"},
        )
    site.queries()
    with closing(sqlite3.connect(site.home / "kb.sqlite")) as store:
        columns = [row[1] for row in store.execute("PRAGMA table_info(logged_query)")]
        rows = store.execute("SELECT * FROM logged_query").fetchall()
    assert sorted(columns) == ["day", "query", "times", "total"]
    assert len(rows) == 1
    # A day, not a moment.
    assert len(str(rows[0][0])) == len("2026-11-23")
    everything = b"".join(p.read_bytes() for p in site.home.glob("kb.sqlite*"))
    for mark in (b"somebody", b"203.0.113"):
        assert mark not in everything


def test_no_answer_sets_a_cookie(site: Site) -> None:
    for address in ("/", "/search?q=gate", "/practice/gate", "/api/v1/search?q=gate", "/none"):
        assert "Set-Cookie" not in site.get(address).headers


def test_a_search_does_not_wait_for_a_busy_disk(site: Site) -> None:
    site.get("/search?q=warm")
    site.queries()
    with closing(sqlite3.connect(site.home / "kb.sqlite")) as writer:
        writer.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        site.page("/search", q="breakfast")
        waited = time.monotonic() - started
        writer.rollback()
    assert waited < 2
    assert site.queries()["breakfast"] == (1, 1)


def test_flushing_before_anything_was_asked_is_nothing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/kb.sqlite")
    recorder = QueryRecorder(database)
    recorder.flush()
    recorder.record("", 3)
    recorder.flush()
    assert not (tmp_path / "kb.sqlite").exists()


def test_flush_waits_until_all_is_written(site: Site) -> None:
    recorder = QueryRecorder(site.services.database)
    for n in range(50):
        recorder.record(f"query {n % 5}", n)
    recorder.flush()
    assert {query: times for query, (times, _) in site.queries().items()} == {
        f"query {n}": 10 for n in range(5)
    }


def test_searches_are_written_together_and_off_the_request(site: Site) -> None:
    commits: list[object] = []
    event.listen(site.services.database.engine, "commit", commits.append)
    recorder = QueryRecorder(site.services.database)
    for n in range(50):
        recorder.record(f"query {n}", n)
    # The first may have been taken alone.
    recorder.flush()
    assert len(commits) <= 2
    assert len(site.queries()) == 50


def test_a_search_is_written_soon_without_being_asked_for(site: Site) -> None:
    recorder = QueryRecorder(site.services.database)
    recorder.record("breakfast", 1)
    with closing(sqlite3.connect(site.home / "kb.sqlite")) as store:
        eventually(lambda: store.execute("SELECT query FROM logged_query").fetchall() != [])


def test_a_database_that_refuses_costs_a_count_and_no_more(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/never-made.sqlite")
    recorder = QueryRecorder(database)
    recorder.record("first", 1)
    recorder.flush()
    database.migrate(tmp_path)
    recorder.record("second", 1)
    recorder.flush()
    with closing(sqlite3.connect(tmp_path / "never-made.sqlite")) as store:
        assert store.execute("SELECT query FROM logged_query").fetchall() == [("second",)]
    database.close()
