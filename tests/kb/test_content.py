"""The content folder: any file at all is read and judged, and none stops the others."""

import os
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.claims import Claim, conflicts
from kb.domain import CaseStudyId
from kb.errors import ContentMissing
from tests.factories import (
    BODY,
    an_id,
    line_of,
    only_fault,
    open_folder,
    read,
    study_text,
    write_study,
)

# How a text is saved


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"\xef\xbb\xbf" + study_text().encode(), id="a byte order mark"),
        pytest.param(study_text().replace("\n", "\r\n").encode(), id="the line ends of Windows"),
        pytest.param(study_text().replace("\n", "\r").encode(), id="the line ends of old Macs"),
    ],
)
def test_what_editors_add_to_a_text_changes_nothing(content: Path, raw: bytes) -> None:
    reading = read(content, raw)
    assert reading.findings == ()
    assert reading.source == study_text()
    assert reading.study is not None
    assert reading.study.body_md == BODY


def test_lines_are_counted_alike_in_every_line_end(content: Path) -> None:
    text = study_text(region="nowhere")
    for end in ("\n", "\r\n", "\r"):
        fault = only_fault(read(content, text.replace("\n", end)))
        assert fault.line == line_of(text, "region:")


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (study_text().encode("utf-16"), "is saved as UTF-16; save it again as UTF-8"),
        (study_text().encode("utf-16-be"), "holds binary data, not text"),
        (study_text(title="Café").encode("latin-1"), "is not UTF-8 text; save it again as UTF-8"),
        (bytes(range(256)), "is not UTF-8 text"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is not UTF-8 text"),
        (study_text().encode() + b"\0", "holds binary data, not text"),
        (b"x" * 5_000_000, "is larger than 512 kB; a study is text, pictures go to media/"),
        (b"", "must begin with a line of three hyphens (---)"),
        (b"\xef\xbb\xbf", "must begin with a line of three hyphens (---)"),
    ],
    ids=["utf-16", "utf-16 unmarked", "latin-1", "bytes", "png", "nul", "5 MB", "empty", "bom"],
)
def test_what_is_not_a_text_says_how_to_save_it(content: Path, raw: bytes, says: str) -> None:
    fault = only_fault(read(content, raw))
    assert says in fault.message


def test_the_line_that_is_not_utf8_is_named(content: Path) -> None:
    assert only_fault(read(content, study_text(title="Café").encode("latin-1"))).line == 3


def test_broken_yaml_is_a_fault_with_its_line_in_the_file(content: Path) -> None:
    text = study_text().replace('"Meeting children at the gate"', "The gate: a story")
    fault = only_fault(read(content, text))
    assert str(fault).startswith("content/case-studies/a-study.md:3: not valid YAML")


def test_faults_come_in_order_of_lines(content: Path) -> None:
    text = study_text(
        status="archived", contact="a@b.org", values=["x"], region="x", body=f"{BODY}\n## X\n"
    )
    lines = [finding.line for finding in read(content, text).findings]
    assert len(lines) == 4
    assert lines == sorted(lines)


# Names


@pytest.mark.parametrize(
    "name",
    [
        "Quiet Start.md",
        "quiet start.md",
        "QUIET.md",
        "quiet_start.md",
        "quiet--start.md",
        "-quiet.md",
        "quiet-.md",
        "🎈.md",
        "café.md",
        "..md",
        "a..b.md",
        "quiet.start.md",
        "quiet.MD",
        "a" * 101 + ".md",
        "quiet\nstart.md",
        "quiet\u202estart.md",
        "%2e%2e.md",
    ],
)
def test_a_name_that_cannot_be_an_address_is_told_what_can(content: Path, name: str) -> None:
    path = content / "case-studies" / name
    path.write_text(study_text(), encoding="utf-8")
    folder = open_folder(content)
    assert folder.paths() == [path]
    fault = only_fault(folder.read(path))
    assert (
        "the file name becomes the address: use only a-z, 0-9 and single hyphens" in fault.message
    )
    # A report is one line for each fault, whatever the name.
    assert str(fault).isprintable()


def test_a_name_of_bytes_that_are_no_text_can_be_shown(content: Path) -> None:
    name = os.fsencode(content / "case-studies") + b"/\xff.md"
    Path(os.fsdecode(name)).write_text(study_text())
    (finding,) = open_folder(content).check()
    assert str(finding).encode("utf-8").decode().startswith("content/case-studies/\ufffd.md:1: ")


def test_the_longest_name_is_a_hundred_characters(content: Path) -> None:
    assert read(content, study_text(), slug="a" * 100).study is not None


def test_a_file_in_a_folder_of_its_own_is_told_to_move(content: Path) -> None:
    path = content / "case-studies" / "gate" / "a-study.md"
    path.parent.mkdir()
    path.write_text(study_text())
    fault = only_fault(open_folder(content).read(path))
    assert "lies in a folder of its own; move it to case-studies/ itself" in fault.message


def test_files_that_are_not_markdown_are_left_alone(content: Path) -> None:
    study = write_study(content, "a-study")
    for name in ("notes.txt", "a-study.md~", ".a-study.md.swp", ".DS_Store", ".md"):
        (content / "case-studies" / name).write_text("x")
    assert open_folder(content).paths() == [study]


# Links and things that are not files


def test_a_link_that_leaves_the_content_folder_is_not_read(content: Path) -> None:
    outside = content.parent / "secret.md"
    outside.write_text(study_text())
    link = content / "case-studies" / "a-study.md"
    link.symlink_to(outside)
    reading = open_folder(content).read(link)
    assert "is a link that leads out of the content folder" in only_fault(reading).message
    assert reading.source == ""


def test_a_dangling_link_is_a_fault_of_its_own(content: Path) -> None:
    link = content / "case-studies" / "a-study.md"
    link.symlink_to(content / "case-studies" / "nowhere.md")
    assert "cannot be read: No such file" in only_fault(open_folder(content).read(link)).message


def test_a_folder_that_is_named_like_a_file_is_a_fault_of_its_own(content: Path) -> None:
    folder = content / "case-studies" / "a-study.md"
    folder.mkdir()
    assert "is not a file" in only_fault(open_folder(content).read(folder)).message


def test_a_link_within_the_folder_is_a_copy_with_a_repeated_id(content: Path) -> None:
    study = write_study(content, "a-study")
    (content / "case-studies" / "b-study.md").symlink_to(study)
    (finding,) = open_folder(content).check()
    assert finding.path == "content/case-studies/b-study.md"
    assert "belongs to content/case-studies/a-study.md" in finding.message


def test_the_content_folder_itself_may_be_a_link(content: Path) -> None:
    write_study(content, "a-study")
    link = content.parent / "elsewhere"
    link.symlink_to(content)
    assert open_folder(link).check() == []


def test_a_loop_of_links_is_a_fault_of_its_own(content: Path) -> None:
    loop = content / "case-studies" / "a-study.md"
    loop.symlink_to(loop)
    assert only_fault(open_folder(content).read(loop))


def test_a_named_pipe_is_a_fault_of_its_own(content: Path) -> None:
    pipe = content / "case-studies" / "a-study.md"
    os.mkfifo(pipe)
    folder = open_folder(content)
    reader = threading.Thread(target=folder.read, args=(pipe,), daemon=True)
    reader.start()
    reader.join(timeout=0.5)
    stuck = reader.is_alive()
    if stuck:
        # Opening the other end lets the reader go.
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
        reader.join(timeout=5)
    assert not stuck


# Files beside each other


def test_the_same_id_in_two_files_is_told_to_the_second(content: Path) -> None:
    write_study(content, "a-study")
    write_study(content, "b-study", id=an_id("a-study"))
    (finding,) = open_folder(content).check()
    assert (finding.path, finding.line) == ("content/case-studies/b-study.md", 2)
    assert finding.message == (
        f"the id {an_id('a-study')} belongs to content/case-studies/a-study.md; "
        "give this file one of its own (kb new prints a fresh one)"
    )


def test_the_file_that_held_an_id_before_keeps_it() -> None:
    same = CaseStudyId("ID00000001")
    claims = [Claim("a.md", "a", same, (), True), Claim("m.md", "m", same, (), True)]
    assert list(conflicts(claims)) == ["m.md"]
    assert list(conflicts(claims, {same: "m.md"}.get)) == ["a.md"]
    # The owner is gone: somebody must have it.
    assert list(conflicts(claims, {same: "gone.md"}.get)) == ["m.md"]


def test_two_files_with_one_address_are_told_of_each_other(content: Path) -> None:
    write_study(content, "gate")
    deeper = content / "case-studies" / "later" / "gate.md"
    deeper.parent.mkdir()
    deeper.write_text(study_text())
    found = [finding for finding in open_folder(content).check() if "address" in finding.message]
    assert [finding.path for finding in found] == ["content/case-studies/later/gate.md"]
    assert "the same address, /practice/gate, as content/case-studies/gate.md" in found[0].message


def test_addresses_that_differ_only_in_case_are_one_address(content: Path) -> None:
    write_study(content, "gate")
    write_study(content, "Gate")
    messages = [finding.message for finding in open_folder(content).check()]
    assert any("has the same address, /practice/gate" in message for message in messages)


def test_an_alias_that_is_another_studys_name_is_taken_out(content: Path) -> None:
    write_study(content, "a-study", aliases=["b-study"])
    write_study(content, "b-study")
    (finding,) = open_folder(content).check()
    assert finding.path == "content/case-studies/a-study.md"
    assert "the alias “b-study” is the name of content/case-studies/b-study.md" in finding.message


def test_two_studies_that_want_one_alias_are_told_so(content: Path) -> None:
    write_study(content, "a-study", aliases=["old-name"])
    write_study(content, "b-study", aliases=["old-name"])
    assert [finding.path for finding in open_folder(content).check()] == [
        "content/case-studies/b-study.md"
    ]


# The folder, and checking some of it


def test_a_missing_folder_says_what_to_do(content: Path) -> None:
    (content / "case-studies").rmdir()
    with pytest.raises(ContentMissing, match=r"Make it, or set KB_CONTENT"):
        open_folder(content).paths()


def test_a_file_instead_of_the_folder_says_what_to_do(content: Path) -> None:
    (content / "case-studies").rmdir()
    (content / "case-studies").write_text("")
    with pytest.raises(ContentMissing, match=r"There is no folder"):
        open_folder(content).paths()


def test_an_empty_folder_says_how_to_write_the_first_study(content: Path) -> None:
    with pytest.raises(ContentMissing, match=r"Write one with: kb new"):
        open_folder(content).check()


def test_checking_one_file_still_sees_what_it_shares_with_others(content: Path) -> None:
    write_study(content, "a-study")
    copy = write_study(content, "b-study", id=an_id("a-study"))
    write_study(content, "c-study", region="nowhere")
    folder = open_folder(content)
    assert [finding.path[-10:] for finding in folder.check([copy])] == ["b-study.md"]
    assert len(folder.check()) == 2


def test_checking_a_path_that_is_no_study_says_so(content: Path) -> None:
    write_study(content, "a-study")
    with pytest.raises(ContentMissing, match=r"nowhere\.md is neither a case study of"):
        open_folder(content).check([content / "case-studies" / "nowhere.md"])


def test_synonyms_and_pins_are_checked_with_the_studies_and_by_themselves(content: Path) -> None:
    study = write_study(content, "a-study")
    (content / "synonyms.txt").write_text("autism, ASD\nlonely\n")
    folder = open_folder(content)
    assert [(f.path, f.line) for f in folder.check()] == [("content/synonyms.txt", 2)]
    assert len(folder.check([content / "synonyms.txt"])) == 1
    assert folder.check([study, content / "pins.toml"]) == []


def test_the_digest_stands_for_the_bytes_and_the_vocabularies(content: Path) -> None:
    before = open_folder(content).digest(b"x")
    assert open_folder(content).digest(b"x") == before
    assert open_folder(content).digest(b"y") != before
    value = content / "vocabulary" / "value.toml"
    value.write_text(value.read_text() + "\n")
    assert open_folder(content).digest(b"x") != before


# Anything at all

PIECES = st.sampled_from(
    [
        *("---\n", "\n", "title: ", "id: ", "- ", "[", "{", "&a ", "*a", "!x ", "|\n ", "? ", ": "),
        *("## Impact\n", "![", "](", ")", "](../media/a/b.png)", "<", "`", "[^1]", "> ", "\t"),
        *("2026-03-02", "null", "\0", "\ufeff", "\u2028", "\x85", "\r", "# ", "'", '"', "%YAML"),
    ]
)


@settings(
    derandomize=True,
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(lambda text: text.encode("utf-8")),
        st.lists(PIECES, max_size=30).map(lambda pieces: "".join(pieces).encode()),
    ),
    st.integers(0, len(study_text().encode())),
)
def test_any_bytes_are_read_and_judged_and_never_raise(
    content: Path, noise: bytes, where: int
) -> None:
    sound = study_text().encode()
    folder = open_folder(content)
    path = content / "case-studies" / "a-study.md"
    for raw in (noise, sound[:where] + noise + sound[where:], sound[:where] + noise):
        path.write_bytes(raw)
        reading = folder.read(path)
        assert (reading.study is not None) or reading.findings
        for finding in reading.findings:
            assert finding.line >= 1
            assert finding.message
