"""`kb doctor`: each thing that can be wrong is found, told of, and makes it exit with 1."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kb.jobs import MAX_ATTEMPTS, JobKind, Jobs
from tests.factories import write_study
from tests.web.command import kb
from tests.web.site import PLAIN, Site, a_site

ORDER = ["versions", "home", "model", "content", "database", "index", "keeper", "mail"]


def wrong(site: Site, **env: str) -> dict[str, str]:
    """What doctor finds wrong, by the name of the check."""
    ran = kb(site, "doctor", "--json", **env)
    assert isinstance(ran.exception, SystemExit | None), repr(ran.exception)
    checks = json.loads(ran.stdout)
    assert [check["name"] for check in checks] == ORDER
    found = {c["name"]: c["found"] for c in checks if c["verdict"] == "wrong"}
    assert ran.exit_code == (1 if found else 0)
    return found


def test_a_sound_installation_has_nothing_wrong(site: Site) -> None:
    assert wrong(site) == {}


def test_it_tells_versions_model_and_numbers(site: Site) -> None:
    ran = kb(site, "doctor")
    assert ran.exit_code == 0
    assert [line.split()[1] for line in ran.stdout.splitlines()] == ORDER
    for told in ("Python 3", "sha256", "9 studies", "11 files", "torch"):
        assert told in ran.stdout


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (None, "school holidays are known not at all"),
        (30, "school holidays are known until 20"),
        (100, "none with a fault"),
    ],
)
def test_it_says_in_time_that_the_school_holidays_run_out(
    site: Site, days: int | None, told: str
) -> None:
    if days is not None:
        day = datetime.now(UTC).date() + timedelta(days=days)
        holiday = f'[[default]]\nname = "x"\nfrom = {day}\nto = {day}\n'
        (site.content / "school-holidays.toml").write_text(holiday)
    [line] = [each for each in kb(site, "doctor").stdout.splitlines() if "content" in each.split()]
    assert told in line
    assert line.split()[0] == ("ok" if days == 100 else "note")


def test_a_home_that_cannot_be_made_is_wrong(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ran = kb(site, "doctor", KB_HOME=str(tmp_path / "file" / "var"))
    assert ran.exit_code == 1
    assert "KB_HOME" in ran.stdout


def test_a_home_that_cannot_be_made_does_not_end_the_examination(
    site: Site, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    assert set(wrong(site, KB_HOME=str(tmp_path / "file" / "var"))) >= {"home", "database"}


def test_a_home_without_the_right_to_write_is_wrong(site: Site, tmp_path: Path) -> None:
    home = tmp_path / "locked"
    home.mkdir(mode=0o555)
    try:
        (home / "probe").touch()
    except OSError:
        assert "home" in wrong(site, KB_HOME=str(home))
    else:
        pytest.skip("root may write everywhere")


def test_missing_content_is_wrong(site: Site) -> None:
    assert set(wrong(site, KB_CONTENT="/no/such/folder")) == {"content"}


def test_a_broken_vocabulary_is_wrong(site: Site) -> None:
    (site.content / "vocabulary" / "need.toml").write_text("[")
    assert "need.toml" in wrong(site)["content"]


def test_a_faulty_file_is_wrong_and_a_warning_is_not(site: Site) -> None:
    write_study(site.content, "odd", body=PLAIN.replace("usual", "<b>usual"))
    assert wrong(site) == {}
    write_study(site.content, "broken", region="atlantis")
    assert "1 with faults" in wrong(site)["content"]


def test_a_fresh_installation_lacks_database_and_index(site: Site, tmp_path: Path) -> None:
    found = wrong(site, KB_HOME=str(tmp_path / "fresh"))
    assert set(found) == {"database", "index"}
    assert all("kb index" in told for told in found.values())


def cut_short(site: Site) -> None:
    file = site.services.updater.store.current() / "base/passages.faiss"
    file.write_bytes(file.read_bytes()[:-1])


def no_manifest(site: Site) -> None:
    (site.services.updater.store.current() / "manifest.json").write_text("{")


@pytest.mark.parametrize("damage", [cut_short, no_manifest])
def test_a_damaged_index_is_wrong(site: Site, damage: Callable[[Site], None]) -> None:
    damage(site)
    found = wrong(site)
    assert set(found) == {"index"}
    assert "kb index" in found["index"]


def test_an_index_of_another_model_is_wrong(site: Site) -> None:
    assert set(wrong(site, KB_MODEL="another-model")) == {"index"}


def test_a_rollback_is_noted(site: Site) -> None:
    write_study(site.content, "marmalade", body=PLAIN)
    site.update()
    site.services.updater.rollback()
    ran = kb(site, "doctor", "--json")
    verdicts = {check["name"]: check["verdict"] for check in json.loads(ran.stdout)}
    assert (ran.exit_code, verdicts["index"]) == (0, "note")


def test_a_corrupted_database_is_wrong(site: Site) -> None:
    site.services.database.close()
    for file in site.home.glob("kb.sqlite*"):
        file.write_bytes(b"no database" * 1000)
    assert "database" in wrong(site)


def test_a_database_with_a_damaged_page_is_wrong(site: Site) -> None:
    site.services.database.close()
    file = site.home / "kb.sqlite"
    raw = bytearray(file.read_bytes())
    # Leave the first pages, which hold the schema.
    for at in range(len(raw) // 2, len(raw) - 4096, 7):
        raw[at] ^= 0xFF
    file.write_bytes(bytes(raw))
    assert "database" in wrong(site)


def test_a_failed_job_is_wrong_until_the_next_goes_well(site: Site) -> None:
    now = datetime.now(UTC)
    with site.services.database.begin() as session:
        jobs = Jobs(session)
        for attempt in range(MAX_ATTEMPTS):
            jobs.queue(JobKind.INDEX, now)
            moment = now + timedelta(days=attempt)
            job = jobs.take(moment)
            assert job is not None
            jobs.failed(job, moment, "no room on the disk")
    assert "no room on the disk" in wrong(site)["keeper"]
    with site.services.database.begin() as session:
        jobs = Jobs(session)
        jobs.queue(JobKind.INDEX, now)
        job = jobs.take(now)
        assert job is not None
        jobs.done(job, now + timedelta(days=99))
    assert wrong(site) == {}


def test_the_examination_changes_nothing(site: Site) -> None:
    before = {p: p.stat().st_size for p in site.home.rglob("*") if p.suffix != ".sqlite-shm"}
    wrong(site)
    after = {p: p.stat().st_size for p in site.home.rglob("*") if p.suffix != ".sqlite-shm"}
    assert {p.name for p in after} - {p.name for p in before} <= {"kb.sqlite-wal"}
    assert a_site(site.content, site.home, update=False).json("/api/v1/search")["total"] == 9
