"""`kb digest`: sending what is due, looking at an issue, and how it stands."""

import email
import json
from email.policy import default
from pathlib import Path

from tests.kb.digest.test_bounces import report
from tests.web.command import kb, refused
from tests.web.digest.test_sending import publish, readers
from tests.web.site import Site
from tests.web.test_mailing import stands


def test_what_is_due_is_left_for_the_keeper_once(site: Site) -> None:
    publish(site, "breakfast", title="Breakfast before the bell")
    readers(site, "a@school.example")
    rehearsed = kb(site, "digest", "send", "--due", "--dry-run").stdout
    assert "a@school.example: New: " in rehearsed
    assert "1 to send. Nothing was sent." in rehearsed
    assert stands(site).waiting == 0
    assert kb(site, "digest", "send", "--due").stdout.startswith("1 left for the keeper")
    assert kb(site, "digest", "send", "--due").stdout.startswith("0 left for the keeper")
    assert stands(site).waiting == 1


def test_a_preview_is_a_file_that_mail_programs_open(site: Site, tmp_path: Path) -> None:
    publish(site, "breakfast", title="Breakfast before the bell")
    out = tmp_path / "issue.eml"
    ran = kb(site, "digest", "preview", "--to", "Head@School.example", "--out", str(out))
    assert ran.exit_code == 0, ran.output
    mail = email.message_from_bytes(out.read_bytes(), policy=default)
    assert mail["To"].casefold() == "head@school.example"
    assert mail["List-Unsubscribe"]
    assert stands(site).waiting == 0
    assert "not an email address" in refused(kb(site, "digest", "preview", "--to", "nobody"))


def test_the_standing_tells_numbers_and_no_names(site: Site) -> None:
    publish(site, "breakfast", title="Breakfast before the bell")
    readers(site, "a@school.example")
    assert json.loads(kb(site, "digest", "status", "--json").stdout)["due"] == 1
    kb(site, "digest", "send", "--due")
    ran = kb(site, "digest", "status").stdout
    assert "Readers: 1 active" in ran
    assert "Due now: 0" in ran
    assert "sent: 1, nothing new: 0" in ran
    assert "school.example" not in ran


def test_reports_of_mail_that_came_back_are_read_and_others_are_told_of(
    site: Site, tmp_path: Path
) -> None:
    readers(site, "a@example.org")
    (tmp_path / "report").write_bytes(report())
    (tmp_path / "other").write_text("Subject: hello\n\nHi.")
    ran = kb(site, "digest", "bounces", str(tmp_path / "report"), str(tmp_path / "other"))
    assert ran.stdout == "1 new.\n"
    assert "not a report" in ran.stderr
    assert "Readers: 1 suppressed" in kb(site, "digest", "status").stdout
