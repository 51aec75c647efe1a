"""`kb check` and `kb new`: for those who write case studies."""

import json
from pathlib import Path

import pytest

from tests.factories import line_of, write_study
from tests.kb.hints.drafts import SECTIONS, a_draft
from tests.web.command import kb, refused
from tests.web.site import PLAIN, Site


def test_sound_files_are_checked_in_silence(site: Site) -> None:
    ran = kb(site, "check", "--no-hints")
    assert (ran.exit_code, ran.stdout) == (0, "")
    assert "11 checked, 0 with faults" in ran.stderr


def test_a_fault_is_named_with_path_and_line(site: Site) -> None:
    path = write_study(site.content, "broken", region="atlantis", body=PLAIN)
    line = line_of(path.read_text(), "region")
    ran = kb(site, "check", "--no-hints")
    assert ran.exit_code == 1
    assert ran.stdout.startswith(f"content/case-studies/broken.md:{line}: ")
    assert len(ran.stdout.splitlines()) == 1
    assert "1 with faults" in ran.stderr


def test_a_warning_alone_exits_with_zero(site: Site) -> None:
    write_study(site.content, "odd", body=PLAIN.replace("usual", "<b>usual</b>"))
    ran = kb(site, "check")
    assert ran.exit_code == 0
    assert "odd.md:" in ran.stdout
    assert "warning" in ran.stdout


def hinted(site: Site) -> str:
    """The path of a study about which there are two hints."""
    body = a_draft({"Context": f"{SECTIONS['Context']}\n\nAmy B. came."}).body_md
    return str(write_study(site.content, "odd", title="Our journey", body=body))


def test_hints_come_last_and_fail_nothing(site: Site) -> None:
    path = hinted(site)
    ran = kb(site, "check", path)
    assert ran.exit_code == 0
    source = Path(path).read_text()
    assert [line.rpartition("hint: ")[0] for line in ran.stdout.splitlines()] == [
        f"content/case-studies/odd.md:{line_of(source, start)}: " for start in ("title", "Amy")
    ]
    assert "“Amy B.”" in ran.stdout
    assert "0 with faults, 2 hints." in ran.stderr
    write_study(site.content, "zz-broken", region="atlantis")
    lines = kb(site, "check").stdout.splitlines()
    assert ": hint: " not in lines[0]
    assert all(": hint: " in line for line in lines[1:])


def test_hints_can_be_left_out(site: Site) -> None:
    ran = kb(site, "check", hinted(site), "--no-hints")
    assert (ran.exit_code, ran.stdout) == (0, "")


def test_hints_are_json_too(site: Site) -> None:
    found = json.loads(kb(site, "check", "--json", hinted(site)).stdout)
    assert [each["severity"] for each in found] == ["hint", "hint"]
    assert all(set(each) == {"path", "line", "message", "severity"} for each in found)


def test_a_file_with_a_fault_gets_its_hints_when_that_is_mended(site: Site) -> None:
    path = Path(hinted(site))
    path.write_text(path.read_text().replace("north-east", "atlantis"))
    assert "hint" not in kb(site, "check", str(path)).stdout


@pytest.mark.parametrize(
    ("slug", "leads"),
    [("gate", True), ("old-gate", True), ("put-away", True), ("half-done", False), ("no", False)],
)
def test_a_link_to_a_study_that_cannot_be_read_is_hinted_at(
    site: Site, slug: str, leads: bool
) -> None:
    body = a_draft({"Context": f"{SECTIONS['Context']} See [it]({slug}.md)."}).body_md
    path = write_study(site.content, "odd", title="Apples at the gate", body=body)
    said = kb(site, "check", str(path)).stdout
    assert (said == "") == leads
    assert (f"“{slug}”" in said) != leads


def test_findings_are_json_on_request(site: Site) -> None:
    write_study(site.content, "broken", title="Über “all”", region="atlantis", body=PLAIN)
    write_study(site.content, "odd", body=PLAIN.replace("usual", "<b>usual", 1))
    ran = kb(site, "check", "--no-hints", "--json")
    assert ran.exit_code == 1
    found = json.loads(ran.stdout)
    assert [(each["path"].rpartition("/")[2], each["severity"]) for each in found] == [
        ("broken.md", "fault"),
        ("odd.md", "warning"),
    ]
    assert all(set(each) == {"path", "line", "message", "severity"} for each in found)


def test_only_the_named_files_are_told_of(site: Site) -> None:
    folder = site.content / "case-studies"
    write_study(site.content, "broken", region="atlantis")
    assert kb(site, "check", str(folder / "gate.md")).exit_code == 0
    assert kb(site, "check", str(folder / "gate.md"), str(folder / "broken.md")).exit_code == 1


def test_a_named_file_is_checked_beside_all_others(site: Site) -> None:
    gate = site.content / "case-studies" / "gate.md"
    copy = gate.with_name("zz-copy.md")
    copy.write_text(gate.read_text().replace("aliases:", "policies: []\n#"))
    ran = kb(site, "check", str(copy))
    assert ran.exit_code == 1
    assert "zz-copy.md:2: " in ran.stdout


def test_a_relative_path_is_understood(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(site.content)
    assert kb(site, "check", "case-studies/gate.md").exit_code == 0


def test_a_path_with_dots_is_understood(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(site.content / "media")
    assert kb(site, "check", "../case-studies/gate.md").exit_code == 0


def test_a_file_that_is_no_study_is_refused(site: Site, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("notes")
    assert "notes.md" in refused(kb(site, "check", str(tmp_path / "notes.md")))


def test_checking_changes_nothing(site: Site) -> None:
    before = {p: p.stat().st_mtime_ns for p in site.content.parent.rglob("*") if p.is_file()}
    kb(site, "check")
    after = {p: p.stat().st_mtime_ns for p in site.content.parent.rglob("*") if p.is_file()}
    assert before == after


STEERING = {
    "synonyms.txt": ("# ours\nlonely\nautism, ASD\nneurodiversity, asd, ASC\n", [2, 4]),
    "synonyms_ambiguous.txt": ("AB: CD\nCD: AB\n\nTA teaching assistant\n", [1, 2, 4]),
    "pins.toml": ('[[pin]]\nquery = "x"\nstudies = ["gate", "no-such"]\n', [3]),
    "school-holidays.toml": ("\n[[default]]\nfrom = 2026-10-26\n", [2]),
}


@pytest.mark.parametrize("name", STEERING)
def test_faults_of_the_search_data_are_named_with_path_and_line(site: Site, name: str) -> None:
    text, lines = STEERING[name]
    (site.content / name).write_text(text)
    ran = kb(site, "check", "--no-hints")
    assert ran.exit_code == 1
    places = [line.partition(": ")[0] for line in ran.stdout.splitlines()]
    assert sorted(set(places)) == [f"content/{name}:{line}" for line in lines]
    assert "1 with faults" in ran.stderr
    alone = kb(site, "check", str(site.content / name))
    assert (alone.exit_code, alone.stdout) == (1, ran.stdout)
    assert kb(site, "check", str(site.content / "case-studies" / "gate.md")).exit_code == 0


def test_pins_that_are_not_toml_are_named(site: Site) -> None:
    (site.content / "pins.toml").write_text("[[pin\n")
    ran = kb(site, "check", "--no-hints")
    assert ran.exit_code == 1
    assert ran.stdout.startswith("content/pins.toml:1: is not TOML")
    assert len(ran.stdout.splitlines()) == 1


def test_a_pin_of_a_draft_is_a_pin_of_nothing(site: Site) -> None:
    (site.content / "pins.toml").write_text('[[pin]]\nquery = "x"\nstudies = ["half-done"]\n')
    ran = kb(site, "check")
    assert ran.exit_code == 1
    assert "“half-done”" in ran.stdout


TITLES = {
    "A quiet start to the day": "a-quiet-start-to-the-day",
    "It's the pupils' choice": "its-the-pupils-choice",
    "Café “Zoë”: über-naïve": "cafe-zoe-uber-naive",
    'Say "yes": {no} [or] #maybe & \\ | > %': "say-yes-no-or-maybe",
    "  much   space  ": "much-space",
    "2024/25: 100% attendance?": "2024-25-100-attendance",
    "- a list?": "a-list",
    "yes": "yes",
    "word " * 31: "-".join(["word"] * 16),
}


@pytest.mark.parametrize("title", TITLES)
def test_a_new_study_is_a_valid_draft(site: Site, title: str) -> None:
    ran = kb(site, "new", "--", title)
    assert ran.exit_code == 0, ran.output
    path = site.content / "case-studies" / f"{TITLES[title]}.md"
    assert ran.stdout.strip() == str(path)
    assert kb(site, "check", str(path)).stdout == ""
    assert kb(site, "index").exit_code == 0
    assert site.get(f"/practice/{path.stem}").status_code == 404


def test_a_new_study_keeps_its_title_when_it_is_published(site: Site) -> None:
    title = 'Say "yes": {no} [or] #maybe & \\ | > %'
    path = Path(kb(site, "new", title).stdout.strip())
    needed = "values: [equity]\nphases: [primary]\nsettings: [mainstream]\nregion: london\n"
    needed += "evidence: {strength: described}\nreview_by: 2036-01-01\nstatus: published"
    path.write_text(path.read_text().replace("status: draft", needed))
    assert kb(site, "index").exit_code == 0
    assert site.page(f"/practice/{path.stem}").one("h1").text == title


def test_every_new_study_has_an_id_of_its_own(site: Site) -> None:
    for n in range(20):
        kb(site, "new", f"Study {n}")
    assert kb(site, "check").exit_code == 0


def test_the_address_can_be_chosen(site: Site) -> None:
    assert kb(site, "new", "😀", "--slug", "a-smile").exit_code == 0
    assert (site.content / "case-studies" / "a-smile.md").exists()


def test_nothing_is_overwritten(site: Site) -> None:
    before = (site.content / "case-studies" / "gate.md").read_text()
    assert "gate.md" in refused(kb(site, "new", "Gate"))
    assert (site.content / "case-studies" / "gate.md").read_text() == before


@pytest.mark.parametrize("title", ["", "   ", "😀", "…", "a" * 161, "two\x07bells", "a\u2028b\x00"])
def test_a_title_that_gives_no_address_is_refused(site: Site, title: str) -> None:
    refused(kb(site, "new", title))


@pytest.mark.parametrize("slug", ["../evil", "Big", "a--b", "-a", "a b", "a/b", "a.md", "a" * 101])
def test_an_address_that_is_none_is_refused(site: Site, slug: str) -> None:
    before = sorted(site.content.parent.rglob("*.md"))
    refused(kb(site, "new", "A title", f"--slug={slug}"))
    assert sorted(site.content.parent.rglob("*.md")) == before


def test_a_content_folder_that_cannot_be_written_is_one_line(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused(kb(site, "new", "A title", KB_CONTENT=str(tmp_path / "file")))
