"""`kb index`: what it says, what it leaves live, and that two of them do not meet."""

import json
import shutil
import threading
from pathlib import Path

import pytest

from tests.factories import line_of, write_study
from tests.web.command import ROOT, kb, refused, run, running
from tests.web.site import PLAIN, PUBLISHED, Site, a_site, eventually


def test_a_first_index_says_what_it_made(small: Site, tmp_path: Path) -> None:
    ran = kb(small, "index", KB_HOME=str(tmp_path / "fresh"))
    assert ran.exit_code == 0, ran.output
    assert f"Case studies: {len(PUBLISHED) + 2} ({len(PUBLISHED) + 2} added)" in ran.stdout
    assert f"{len(PUBLISHED)} published studies" in ran.stdout
    assert ran.stderr == ""


def test_a_second_index_has_nothing_to_do(site: Site) -> None:
    before = site.services.updater.store.current()
    ran = kb(site, "index")
    assert ran.exit_code == 0
    assert "no change" in ran.stdout
    assert site.services.updater.store.current() == before


def test_changes_are_counted(site: Site) -> None:
    folder = site.content / "case-studies"
    write_study(site.content, "marmalade", body=PLAIN)
    (folder / "breakfast.md").rename(folder / "toast.md")
    (folder / "filler-1.md").unlink()
    (folder / "both.md").write_text((folder / "both.md").read_text().replace("read", "write"))
    ran = kb(site, "index")
    assert ran.exit_code == 0
    for change in ("1 added", "1 changed", "1 renamed", "1 removed"):
        assert change in ran.stdout


def test_a_faulty_file_is_named_and_stays_as_it_was(site: Site) -> None:
    path = site.content / "case-studies" / "gate.md"
    path.write_text(path.read_text().replace("status: ", "statsu: "))
    line = line_of(path.read_text(), "statsu")
    ran = kb(site, "index")
    assert ran.exit_code == 1
    assert f"content/case-studies/gate.md:{line}: " in ran.stderr
    assert "gate: " in ran.stderr
    assert "gate.md" not in ran.stdout
    assert site.get("/practice/gate").status_code == 200


def test_a_faulty_file_does_not_keep_others_out(site: Site) -> None:
    write_study(site.content, "broken", region="atlantis")
    write_study(site.content, "marmalade", title="Marmalade at break", body=PLAIN)
    ran = kb(site, "index")
    assert ran.exit_code == 1
    assert "broken.md" in ran.stderr
    assert site.json("/api/v1/search", q="marmalade")["total"] == 1


def test_faults_of_synonyms_and_pins_are_named_and_the_rest_goes_live(site: Site) -> None:
    (site.content / "synonyms.txt").write_text("lonely\nbreakfast, marmalade\n")
    pins = '[[pin]]\nquery = "x"\nstudies = ["no-such"]\n'
    (site.content / "pins.toml").write_text(f'{pins}[[pin]]\nquery = "tea"\nstudies = ["both"]\n')
    ran = kb(site, "index")
    assert ran.exit_code == 1
    assert "content/synonyms.txt:1: " in ran.stderr
    assert "content/pins.toml:3: there is no published study “no-such”" in ran.stderr
    assert site.json("/api/v1/search", q="marmalade")["results"][0]["slug"] == "breakfast"
    assert site.json("/api/v1/search", q="tea")["results"][0]["slug"] == "both"
    (site.content / "synonyms.txt").unlink()
    (site.content / "pins.toml").unlink()
    mended = kb(site, "index")
    assert (mended.exit_code, mended.stderr) == (0, "")
    assert "Index built" in mended.stdout


def test_a_warning_alone_is_no_failure(site: Site) -> None:
    write_study(site.content, "marmalade", body=PLAIN.replace("usual", "<b>usual</b>"))
    ran = kb(site, "index")
    assert ran.exit_code == 0
    assert "warning" in ran.stderr


def test_a_rollback_goes_back_and_holds_until_a_rebuild(site: Site) -> None:
    write_study(site.content, "marmalade", body=PLAIN)
    kb(site, "index")
    assert site.json("/api/v1/search")["total"] == 10
    assert kb(site, "index", "--rollback").exit_code == 0
    assert site.json("/api/v1/search")["total"] == 9
    held = kb(site, "index")
    assert (held.exit_code, "--rebuild" in held.stdout) == (0, True)
    assert site.json("/api/v1/search")["total"] == 9
    assert kb(site, "index", "--rebuild").exit_code == 0
    assert site.json("/api/v1/search")["total"] == 10


def test_there_may_be_nothing_to_roll_back_to(site: Site) -> None:
    refused(kb(site, "index", "--rollback"))
    assert site.json("/api/v1/search")["total"] == 9


def test_a_rebuild_makes_everything_again_from_the_files(site: Site) -> None:
    before = site.services.updater.store.current()
    shutil.rmtree(site.home / "index")
    assert kb(site, "index", "--rebuild").exit_code == 0
    ran = kb(site, "index", "--rebuild")
    assert " 0 texts newly embedded" in ran.stdout
    assert site.services.updater.store.current() != before
    assert site.json("/api/v1/search")["total"] == 9


def test_an_empty_content_folder_removes_nothing(site: Site) -> None:
    for path in (site.content / "case-studies").iterdir():
        path.unlink()
    refused(kb(site, "index"))
    assert site.json("/api/v1/search")["total"] == 9


def test_a_broken_vocabulary_is_one_line_and_changes_nothing(site: Site) -> None:
    (site.content / "vocabulary" / "need.toml").write_text("[ASD\n")
    assert "need.toml" in refused(kb(site, "index"))
    assert site.json("/api/v1/search")["total"] == 9


def test_a_corrupted_database_is_one_line(site: Site) -> None:
    site.services.database.close()
    for file in site.home.glob("kb.sqlite*"):
        file.write_bytes(b"no database" * 1000)
    assert "database" in refused(kb(site, "index"))


def test_a_process_waits_for_another_that_is_building(site: Site, tmp_path: Path) -> None:
    log = tmp_path / "log"
    store = site.services.updater.store
    with store.writing(wait_seconds=0, on_wait=lambda: None):
        started = running(site.env, log, "index")
        process = started.__enter__()
        eventually(lambda: "Another index build is under way" in log.read_text(), 60)
        assert process.poll() is None
    try:
        assert process.wait(60) == 0
        assert "no change" in log.read_text()
    finally:
        started.__exit__(None, None, None)


@pytest.mark.slow
def test_two_processes_at_once_make_one_sound_index(site: Site, tmp_path: Path) -> None:
    env = site.env | {"KB_HOME": str(tmp_path / "fresh")}
    ran = []
    both = [threading.Thread(target=lambda: ran.append(run(env, "index"))) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert [each.returncode for each in ran] == [0, 0], [each.stderr for each in ran]
    assert sorted("no change" in each.stdout for each in ran) == [False, True]
    assert len(list((tmp_path / "fresh" / "index").glob("snap-*"))) == 1
    made = a_site(site.content, tmp_path / "fresh", update=False)
    assert made.json("/api/v1/search")["total"] == 9


def test_watching_sees_a_save(site: Site, tmp_path: Path) -> None:
    path, log = site.content / "case-studies" / "gate.md", tmp_path / "log"
    with running(site.env, log, "index", "--watch") as process:
        eventually(lambda: "Watching" in log.read_text(), 60)
        sound = path.read_text()

        def break_it() -> bool:
            # The watch begins a moment after the line that says so.
            path.write_text(sound.replace("region: ", "regoin: "))
            return "gate.md:" in log.read_text()

        eventually(break_it)
        assert "its last good version stays live" in log.read_text()
        path.write_text(sound)
        eventually(lambda: log.read_text().count("up to date") >= 3)
        assert process.poll() is None
        assert "Traceback" not in log.read_text()


def test_the_shipped_content_is_found_without_settings(tmp_path: Path) -> None:
    ran = run({"KB_HOME": str(tmp_path)}, "check", "--json", "--no-hints")
    assert ran.returncode == 0, ran.stdout
    assert json.loads(ran.stdout) == []
    assert (ROOT / "content").is_dir()
