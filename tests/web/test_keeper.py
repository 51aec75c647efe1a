"""The keeper: does what is due, alone, and takes up what another left."""

import logging
import shutil
import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from indexer import drawing
from indexer.chart import Chart
from indexer.embedding import Vectors
from indexer.update import Updater, UpdateReport
from kb import querylog
from kb.content import ContentFolder
from kb.errors import StorageFailed
from kb.jobs import JobKind, Jobs, drop_lease, take_lease
from tests.factories import an_id, study_text, write_picture, write_study
from tests.web.command import kb, running
from tests.web.site import PLAIN, ModelOfWords, Site, a_site, eventually
from web import keeper as keeper_module
from web import watching
from web.keeper import LEASE, LEASE_SECONDS, Keeper

# What a start leaves for itself: index, map, archiving, forgetting.
FIRST_JOBS = 4


def total(site: Site, query: str = "") -> int:
    found = site.json("/api/v1/search", q=query)["total"]
    assert isinstance(found, int)
    return found


def states(site: Site) -> list[tuple[str, str, int]]:
    """Each job's kind, state and attempts; the daily message apart, which waits for seven."""
    asked = "SELECT kind, state, attempts FROM job WHERE kind != 'remind' ORDER BY kind, id"
    with closing(sqlite3.connect(site.home / "kb.sqlite")) as store:
        return store.execute(asked).fetchall()


def lend(site: Site, holder: str, seconds: float) -> None:
    with site.services.database.begin() as session:
        assert take_lease(session, LEASE, holder, datetime.now(UTC), seconds)


@contextmanager
def at_work(site: Site) -> Iterator[threading.Thread]:
    """A keeper that works in a thread until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=Keeper(site.services).work, args=(stop,))
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A keeper that looks and renews often, so that tests need not wait."""
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(watching, "TURN_SECONDS", 0.05)
    monkeypatch.setattr(keeper_module, "RENEW_SECONDS", 0.05)


def test_once_is_index_and_forget(site: Site) -> None:
    write_study(site.content, "marmalade", title="Marmalade at break", body=PLAIN)
    today = datetime.now(UTC).date()
    with site.services.database.begin() as session:
        querylog.record(session, [("old", 1)], today - timedelta(days=querylog.KEPT_DAYS + 1))
        querylog.record(session, [("young", 1)], today - timedelta(days=querylog.KEPT_DAYS - 1))
    assert Keeper(site.services).work_once()
    assert set(site.queries()) == {"young"}
    assert total(site, "marmalade") == 1
    assert states(site) == [
        ("archive-overdue", "done", 1),
        ("draw-map", "done", 1),
        ("forget-queries", "done", 1),
        ("index", "done", 1),
    ]


def test_the_lease_is_given_back(site: Site) -> None:
    assert Keeper(site.services).work_once()
    assert Keeper(site.services).work_once()


def test_a_second_keeper_is_refused_while_the_lease_is_held(site: Site) -> None:
    lend(site, "another", LEASE_SECONDS)
    write_study(site.content, "marmalade", body=PLAIN)
    assert not Keeper(site.services).work_once()
    assert total(site) == 9
    assert states(site) == []
    ran = kb(site, "work", "--once")
    assert (ran.exit_code, "Another keeper" in ran.stdout) == (0, True)


def test_the_jobs_of_a_killed_keeper_are_taken_up_after_its_lease(site: Site) -> None:
    past = datetime.now(UTC) - timedelta(seconds=LEASE_SECONDS + 1)
    with site.services.database.begin() as session:
        assert take_lease(session, LEASE, "killed", past, LEASE_SECONDS)
        Jobs(session).queue(JobKind.INDEX, past)
        assert Jobs(session).take(past)
    write_study(site.content, "marmalade", body=PLAIN)
    assert states(site) == [("index", "running", 1)]
    assert Keeper(site.services).work_once()
    assert total(site) == 10
    assert {state for _, state, _ in states(site)} == {"done"}


@pytest.mark.usefixtures("brisk")
def test_a_keeper_that_waits_begins_when_the_lease_is_free(site: Site) -> None:
    lend(site, "another", LEASE_SECONDS)
    write_study(site.content, "marmalade", body=PLAIN)
    with at_work(site):
        threading.Event().wait(0.3)
        assert total(site) == 9
        with site.services.database.begin() as session:
            drop_lease(session, LEASE, "another")
        eventually(lambda: total(site) == 10)


@pytest.mark.usefixtures("brisk")
def test_a_file_saved_while_it_works_is_indexed(site: Site) -> None:
    with at_work(site):
        eventually(lambda: len(states(site)) == FIRST_JOBS)
        write_study(site.content, "marmalade", title="Marmalade at break", body=PLAIN)
        eventually(lambda: total(site, "marmalade") == 1)
        (site.content / "case-studies" / "marmalade.md").unlink()
        eventually(lambda: total(site, "marmalade") == 0)
        labels = site.content / "vocabulary" / "need.toml"
        labels.write_text(labels.read_text().replace('label = "Autism"', 'label = "Autistic"'))
        eventually(lambda: "Autistic" in site.page("/").text)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A keeper that does not look by itself: it must be told by the file system."""
    monkeypatch.setattr(watching, "LOOK_SECONDS", 3600.0)


def begun(site: Site) -> bool:
    """Whether a keeper has done its first jobs, and has looked at the files once since."""
    if {state for _, state, _ in states(site)} != {"done"}:
        return False
    threading.Event().wait(2 * watching.TURN_SECONDS)
    return True


@pytest.mark.usefixtures("told")
def test_the_file_system_tells_of_a_save(site: Site) -> None:
    with at_work(site):
        eventually(lambda: begun(site))
        write_study(site.content, "marmalade", title="Marmalade at break", body=PLAIN)
        eventually(lambda: total(site, "marmalade") == 1)
        path = site.content / "case-studies" / "marmalade.md"
        path.rename(path.with_stem("toast"))
        eventually(lambda: site.get("/practice/toast").status_code == 200)
        path.with_stem("toast").unlink()
        eventually(lambda: total(site, "marmalade") == 0)


@pytest.mark.usefixtures("told")
def test_a_file_that_is_half_written_is_read_again_when_it_is_whole(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    text = study_text(id="ID0000000077", title="Marmalade at break", body=PLAIN)
    with at_work(site), caplog.at_level(logging.WARNING):
        eventually(lambda: begun(site))
        with (site.content / "case-studies" / "marmalade.md").open("w") as file:
            file.write(text[:100])
            file.flush()
            eventually(lambda: "marmalade.md:" in caplog.text)
            file.write(text[100:])
        eventually(lambda: total(site, "marmalade") == 1)


def updates(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The names of the files that each update from now on is told of."""
    given: list[set[str]] = []
    real = Updater.update

    def noted(self: Updater, *, edited: Collection[Path] = (), **options: Any) -> UpdateReport:
        given.append({path.stem for path in edited})
        return real(self, edited=edited, **options)

    monkeypatch.setattr(Updater, "update", noted)
    return given


@pytest.mark.usefixtures("told")
def test_many_files_saved_at_once_are_one_update(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However slow the machine, a checkout does not pause for so long between two files.
    monkeypatch.setattr(watching, "STILL_SECONDS", 1.0)
    monkeypatch.setattr(watching, "BUSY_SECONDS", 60.0)
    with at_work(site):
        eventually(lambda: begun(site))
        given = updates(monkeypatch)
        for number in range(40):
            write_study(site.content, f"study-{number}", body=PLAIN)
        eventually(lambda: total(site) == 49)
        threading.Event().wait(3 * watching.STILL_SECONDS)
        assert len(given) == 1
        assert len(given[0]) in {0, 40}


@pytest.mark.usefixtures("told")
def test_an_edited_text_is_indexed_without_a_look_at_the_folder(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = site.content / "case-studies" / "gate.md"
    with at_work(site):
        eventually(lambda: begun(site))
        given, before = updates(monkeypatch), states(site)
        monkeypatch.setattr(ContentFolder, "listing", lambda _: pytest.fail("it is looked at"))
        path.write_text(path.read_text() + "\nMarmalade at break.\n")
        eventually(lambda: total(site, "marmalade") == 1)
        assert {"gate"} in given
        assert states(site) == before


@pytest.mark.usefixtures("told")
def test_an_edit_that_cannot_be_taken_up_at_once_becomes_a_job(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = site.content / "case-studies" / "gate.md"
    real = Updater.update

    def refuse(self: Updater, *, edited: Collection[Path] = (), **options: Any) -> UpdateReport:
        if edited:
            raise StorageFailed("The disk is full.")
        return real(self, **options)

    with at_work(site):
        eventually(lambda: begun(site))
        monkeypatch.setattr(Updater, "update", refuse)
        before = len(states(site))
        path.write_text(path.read_text() + "\nMarmalade at break.\n")
        eventually(lambda: total(site, "marmalade") == 1)
        eventually(lambda: len(states(site)) > before)


@pytest.mark.usefixtures("told")
def test_a_picture_that_arrives_mends_its_study(site: Site) -> None:
    body = f"{PLAIN}\n![A gate](../media/marmalade/photo.png)\n"
    with at_work(site):
        write_study(site.content, "marmalade", title="Marmalade at break", body=body)
        eventually(lambda: begun(site))
        assert total(site, "marmalade") == 0
        write_picture(site.content, "marmalade/photo.png")
        eventually(lambda: total(site, "marmalade") == 1)


@pytest.mark.usefixtures("told")
def test_a_job_left_by_another_process_is_done_soon(site: Site) -> None:
    with at_work(site):
        eventually(lambda: begun(site))
        with site.services.database.begin() as session:
            Jobs(session).queue(JobKind.FORGET_QUERIES, datetime.now(UTC))
        eventually(lambda: [kind for kind, *_ in states(site)].count("forget-queries") == 2)
        eventually(lambda: {state for _, state, _ in states(site)} == {"done"})


@pytest.mark.usefixtures("brisk")
def test_a_content_folder_that_is_replaced_is_looked_at_all_the_same(site: Site) -> None:
    away = site.content.with_name("away")
    with at_work(site):
        eventually(lambda: begun(site))
        # The file system goes on telling of the folder that was there before.
        shutil.copytree(site.content, away)
        site.content.rename(site.content.with_name("before"))
        away.rename(site.content)
        write_study(site.content, "marmalade", title="Marmalade at break", body=PLAIN)
        eventually(lambda: total(site, "marmalade") == 1)


@pytest.mark.usefixtures("brisk")
def test_a_stopped_keeper_leaves_the_lease_to_the_next(site: Site) -> None:
    with at_work(site):
        eventually(lambda: len(states(site)) == FIRST_JOBS)
        assert not Keeper(site.services).work_once()
    assert Keeper(site.services).work_once()


@pytest.mark.usefixtures("brisk")
def test_a_faulty_file_is_told_of_and_does_not_stop_the_keeper(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    with at_work(site), caplog.at_level(logging.WARNING):
        write_study(site.content, "broken", region="atlantis")
        eventually(lambda: "broken.md:" in caplog.text)
        write_study(site.content, "marmalade", body=PLAIN)
        eventually(lambda: total(site) == 10)


def test_a_job_that_fails_is_tried_again_later_and_others_are_done(site: Site) -> None:
    needs = site.content / "vocabulary" / "need.toml"
    sound = needs.read_text()
    needs.write_text("[")
    with site.services.database.begin() as session:
        querylog.record(session, [("old", 1)], datetime.now(UTC).date() - timedelta(days=99))
    assert Keeper(site.services).work_once()
    assert ("forget-queries", "done", 1) in states(site)
    assert ("index", "queued", 1) in states(site)
    assert site.queries() == {}
    assert total(site) == 9
    needs.write_text(sound)
    write_study(site.content, "marmalade", body=PLAIN)
    with closing(sqlite3.connect(site.home / "kb.sqlite")) as store, store:
        store.execute("UPDATE job SET run_after = '2020-01-01 00:00:00' WHERE state = 'queued'")
    assert Keeper(site.services).work_once()
    assert total(site) == 10
    assert ("index", "done", 2) in states(site)


def redraw(site: Site, **changed: Any) -> Chart | None:
    """What the keeper makes of a chart that differs so from the site's own."""
    chart = site.services.chart.read()
    assert chart is not None
    site.services.chart.write(replace(chart, **changed))
    assert Keeper(site.services).work_once()
    return site.services.chart.read()


YESTERDAY = datetime.now(UTC) - timedelta(days=1)


def test_the_map_is_drawn_again_when_studies_changed_but_not_twice_a_day(site: Site) -> None:
    write_study(site.content, "marmalade", body=PLAIN)
    early = datetime.now(UTC).replace(hour=0, minute=0)
    drawn = redraw(site, made_at=early)
    assert drawn is not None
    assert drawn.made_at == early
    drawn = redraw(site, made_at=YESTERDAY)
    assert drawn is not None
    assert drawn.made_at > YESTERDAY
    assert an_id("marmalade") in drawn.spots


def test_a_map_of_what_is_live_is_not_drawn_again(site: Site) -> None:
    drawn = redraw(site, made_at=YESTERDAY)
    assert drawn is not None
    assert drawn.made_at == YESTERDAY


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff", None])
def test_a_map_that_cannot_be_read_is_drawn_again(site: Site, raw: bytes | None) -> None:
    (file,) = site.services.chart.folder.iterdir()
    file.unlink()
    if raw is not None:
        file.write_bytes(raw)
    assert site.services.chart.read() is None
    assert Keeper(site.services).work_once()
    drawn = site.services.chart.read()
    assert drawn is not None
    assert len(drawn.spots) == 9


def test_a_map_that_cannot_be_drawn_stops_nothing_else(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(drawing, "LONGEST_SECONDS", 0.01)
    shutil.rmtree(site.services.chart.folder)
    assert Keeper(site.services).work_once()
    assert "was not drawn in 0 seconds" in caplog.text
    assert ("draw-map", "queued", 1) in states(site)
    assert ("index", "done", 1) in states(site)


def test_content_that_is_mended_is_indexed_without_waiting_for_the_retry(site: Site) -> None:
    needs = site.content / "vocabulary" / "need.toml"
    sound = needs.read_text()
    needs.write_text("[")
    assert Keeper(site.services).work_once()
    needs.write_text(sound)
    write_study(site.content, "marmalade", body=PLAIN)
    assert Keeper(site.services).work_once()
    assert total(site) == 10


class SlowModel(ModelOfWords):
    """Lets a test look while a build is under way."""

    started = threading.Event()
    go_on = threading.Event()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Waits to be told to go on."""
        self.started.set()
        assert self.go_on.wait(20)
        return super().encode(texts)


def second_keeper_during_a_build(site: Site, first: threading.Thread) -> bool:
    """Whether a second keeper gets to work while the first one builds for long."""
    SlowModel.started.clear()
    SlowModel.go_on.clear()
    write_study(site.content, "marmalade", body=PLAIN)
    first.start()
    try:
        assert SlowModel.started.wait(20)
        threading.Event().wait(1.0)
        other = a_site(site.content, site.home, update=False)
        with other.services.database.begin() as session:
            return take_lease(session, LEASE, "second", datetime.now(UTC), 1)
    finally:
        SlowModel.go_on.set()
        first.join(30)


@pytest.fixture
def slow_build(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site whose next build takes longer than a lease lasts."""
    monkeypatch.setattr(keeper_module, "LEASE_SECONDS", 0.5)
    monkeypatch.setattr(keeper_module, "RENEW_SECONDS", 0.1)
    monkeypatch.setattr("indexer.lazy.load", SlowModel)
    return a_site(site.content, site.home, update=False)


def test_a_keeper_holds_its_lease_through_a_long_build(slow_build: Site) -> None:
    stop = threading.Event()
    first = threading.Thread(target=Keeper(slow_build.services).work, args=(stop,))

    def stop_after_the_build() -> None:
        SlowModel.go_on.wait(20)
        stop.set()

    SlowModel.go_on.clear()
    stopper = threading.Thread(target=stop_after_the_build)
    stopper.start()
    assert not second_keeper_during_a_build(slow_build, first)
    stopper.join()


def test_a_keeper_that_works_once_holds_its_lease_through_a_long_build(slow_build: Site) -> None:
    first = threading.Thread(target=Keeper(slow_build.services).work_once)
    assert not second_keeper_during_a_build(slow_build, first)


def test_trouble_with_the_database_is_waited_out(site: Site, brisk: None) -> None:
    file = site.home / "kb.sqlite"
    site.services.database.close()
    sound = {path: path.read_bytes() for path in site.home.glob("kb.sqlite*")}
    file.write_bytes(b"no database" * 1000)
    with at_work(site) as thread:
        threading.Event().wait(0.5)
        assert thread.is_alive()
        for path in site.home.glob("kb.sqlite*"):
            path.unlink()
        for path, raw in sound.items():
            path.write_bytes(raw)
        eventually(lambda: len(states(site)) == FIRST_JOBS)


def test_the_command_works_until_it_is_told_to_stop(site: Site, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running(site.env, log, "work") as process:
        eventually(lambda: [state for _, state, _ in states(site)] == ["done"] * FIRST_JOBS)
        process.terminate()
        assert process.wait(30) == 0
    assert "Traceback" not in log.read_text()
    assert Keeper(site.services).work_once()


def test_the_command_stops_when_its_parent_is_gone(site: Site, tmp_path: Path) -> None:
    with running(site.env, tmp_path / "log", "work", "--while-stdin") as process:
        assert process.wait(60) == 0
