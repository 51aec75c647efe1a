"""Rules of a study that types cannot say: each breach has a line and a way to mend it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kb.findings import Severity
from tests.factories import (
    BODY,
    line_of,
    only_fault,
    read,
    study_text,
    study_text_without,
)

SCHOOL = {"name": "Abbey School", "type": "community-school", "academic_year": "2024/25"}
ORDER = "the order is Context, Challenge, What we did, Impact, What we learned, Resources, Contact"


def test_a_study_that_keeps_every_rule_has_no_findings(content: Path) -> None:
    reading = read(content, study_text())
    assert reading.findings == ()
    assert reading.study is not None
    assert reading.study.slug == "a-study"


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("values", ["equality"], "“equality” is not a known value: did you mean equity"),
        ("phases", ["prinary"], "“prinary” is not a known phase: did you mean primary"),
        ("settings", ["Special school"], "is not a known setting: did you mean special"),
        ("key_stages", ["KS2"], "“KS2” is not a known key stage: did you mean ks2"),
        ("groups", ["EAL"], "“EAL” is not a known group: did you mean eal"),
        ("subjects", ["maffs"], "“maffs” is not a known subject: did you mean maths"),
        ("themes", ["atendance"], "is not a known theme: did you mean attendance"),
        ("provision", ["sen support"], "is not a known provision: did you mean sen-support"),
        ("policies", ["zzzz"], "“zzzz” is not a known policy: see content/vocabulary"),
        ("region", "yorkshire", "yorkshire-and-the-humber"),
        ("hub", "south-yorkshire", "is not a known hub: did you mean south-yorkshire-hub"),
        ("evidence", {"strength": "described", "eef_strand": "mentorin"}, "did you mean mentoring"),
        ("effort", {"delivered_by": ["techer"]}, "is not a known delivered by: did you mean"),
        ("school", SCHOOL | {"type": "academy"}, "academy-converter"),
        ("values", ["equity", "equity"], "values names the same thing twice"),
    ],
)
def test_a_key_of_no_vocabulary_names_the_nearest_that_are(
    content: Path, key: str, value: Any, says: str
) -> None:
    text = study_text(**{key: value})
    fault = only_fault(read(content, text))
    assert says in fault.message
    assert fault.line == line_of(text, f"{key}:")


@pytest.mark.parametrize(
    ("changes", "key", "says"),
    [
        ({"needs": ["SEMH"]}, "needs", "needs are given, but focus does not hold send: add it"),
        ({"conditions": ["autism"]}, "conditions", "focus does not hold send: add it"),
        ({"needs": ["SEMH"], "focus": ["disadvantage"]}, "needs", "does not hold send: add it"),
        ({"disadvantage": ["fsm6"]}, "disadvantage", "focus does not hold disadvantage: add it"),
        (
            {"illustrative": True, "school": SCHOOL | {"urn": "123456"}},
            "school",
            "an illustrative study is of no real school: take the urn out",
        ),
        ({"contact": "head@school.sch.uk"}, "contact", "never a personal address in public"),
        ({"region": "south-yorkshire"}, "region", "is part of yorkshire-and-the-humber: put that"),
        (
            {"region": "london", "subregion": "south-yorkshire"},
            "subregion",
            "south-yorkshire lies in yorkshire-and-the-humber, not in london",
        ),
        ({"subregion": "north-west"}, "subregion", "north-west is a whole region"),
        (
            {"review_by": date(2025, 8, 31)},
            "review_by",
            "review_by 2025-08-31 is before first_published 2025-09-01",
        ),
        ({"updated": date(2025, 8, 31)}, "updated", "is before first_published 2025-09-01"),
        ({"aliases": ["Old Name"]}, "aliases", "“Old Name” is not an address: use a-z"),
        ({"aliases": ["../../etc"]}, "aliases", "is not an address: use a-z"),
        ({"aliases": ["a-study"]}, "aliases", "is the study's own name; take it out"),
    ],
)
def test_front_matter_that_contradicts_itself_is_told_so(
    content: Path, changes: dict[str, Any], key: str, says: str
) -> None:
    text = study_text(**changes)
    fault = only_fault(read(content, text))
    assert says in fault.message
    assert fault.line == line_of(text, f"{key}:")


def test_needs_and_disadvantage_stand_when_the_focus_holds_both(content: Path) -> None:
    text = study_text(
        focus=["send", "disadvantage"],
        needs=["SEMH"],
        conditions=["autism"],
        disadvantage=["fsm6"],
        region="yorkshire-and-the-humber",
        subregion="south-yorkshire",
        updated=date(2025, 9, 1),
    )
    assert read(content, text).findings == ()


def test_a_subregion_without_a_region_asks_for_the_region(content: Path) -> None:
    fault = only_fault(
        read(content, study_text(status="draft", region=None, subregion="south-yorkshire"))
    )
    assert "None" not in fault.message
    assert "yorkshire-and-the-humber" in fault.message


NEEDED = ["values", "phases", "settings", "region", "evidence", "review_by"]


@pytest.mark.parametrize("key", NEEDED)
def test_a_published_study_needs_what_readers_filter_by(content: Path, key: str) -> None:
    text = study_text_without(key)
    fault = only_fault(read(content, text))
    assert fault.message == f"a published study needs {key}; add it, or set status: draft"
    assert fault.line == line_of(text, "status:")


@pytest.mark.parametrize("status", ["draft", "in-review"])
def test_what_is_not_yet_published_may_lack_what_publishing_needs(
    content: Path, status: str
) -> None:
    text = study_text_without(*NEEDED, "first_published", status=status)
    assert read(content, text).findings == ()


def test_a_draft_may_have_no_text_at_all(content: Path) -> None:
    assert read(content, study_text(status="draft", body="")).study is not None


# Headings


@pytest.mark.parametrize(
    "heading", ["Context", "Challenge", "What we did", "Impact", "What we learned"]
)
@pytest.mark.parametrize("status", ["published", "in-review"])
def test_a_missing_heading_is_named(content: Path, heading: str, status: str) -> None:
    body = BODY.replace(f"## {heading}\n", f"### {heading}\n")
    found = read(content, study_text(body=body, status=status)).findings
    assert f"the heading “## {heading}” is missing; add it, or set status: draft" in [
        finding.message for finding in found
    ]


@pytest.mark.parametrize("written", ["## impact", "## Impact:", "## Impakt"])
def test_an_almost_right_heading_is_unknown_and_the_right_one_missing(
    content: Path, written: str
) -> None:
    text = study_text(body=BODY.replace("## Impact", written))
    found = {finding.line: finding.message for finding in read(content, text).findings}
    assert (
        "is not a heading of a case study; use Context, Challenge" in found[line_of(text, written)]
    )
    assert any("“## Impact” is missing" in message for message in found.values())


def test_an_unknown_heading_says_which_ones_there_are(content: Path) -> None:
    text = study_text(body=f"{BODY}\n## Thanks\n\nTo all.\n")
    fault = only_fault(read(content, text))
    assert fault.message.startswith("“Thanks” is not a heading of a case study; use Context, ")
    assert fault.line == line_of(text, "## Thanks")


def test_headings_out_of_order_are_told_the_order(content: Path) -> None:
    body = BODY.replace("## Impact", "## X").replace("## What we did", "## Impact")
    text = study_text(body=body.replace("## X", "## What we did"))
    fault = only_fault(read(content, text))
    assert fault.message == f"the heading “What we did” is out of order; {ORDER}"
    assert fault.line == line_of(text, "## What we did")


def test_a_heading_that_stands_twice_is_told_so(content: Path) -> None:
    text = study_text(body=f"{BODY}\n## Impact\n\nAgain.\n")
    fault = only_fault(read(content, text))
    assert fault.message == f"the heading “Impact” stands twice; {ORDER}"


@pytest.mark.parametrize(
    ("before", "written"),
    [
        pytest.param("", "## Impact", id="the second of two"),
        pytest.param("", "## The *big* idea", id="a heading with emphasis"),
        pytest.param("", "What\n----", id="an underlined heading"),
        pytest.param("### On Thanks\n\nText.\n\n", "## Thanks", id="a smaller heading alike"),
    ],
)
def test_a_bad_heading_is_reported_where_it_stands(
    content: Path, before: str, written: str
) -> None:
    text = study_text(body=f"{BODY}\n{before}{written}\n\nText.\n")
    first = written.split("\n", maxsplit=1)[0]
    line = max(n for n, each in enumerate(text.split("\n"), 1) if each == first)
    assert only_fault(read(content, text)).line == line


def test_resources_and_contact_may_follow_in_this_order(content: Path) -> None:
    more = "\n## Resources\n\nA card.\n\n## Contact\n\nThe hub.\n"
    assert read(content, study_text(body=BODY + more)).findings == ()
    turned = "\n## Contact\n\nThe hub.\n\n## Resources\n\nA card.\n"
    fault = only_fault(read(content, study_text(body=BODY + turned)))
    assert "“Resources” is out of order" in fault.message


@pytest.mark.parametrize("above", ["Some words first.", "# The title again", "- a list"])
def test_text_above_the_first_heading_is_sent_below_it(content: Path, above: str) -> None:
    text = study_text(body=f"{above}\n\n{BODY}")
    fault = only_fault(read(content, text))
    assert "text above the first heading; move it under ## Context" in fault.message
    assert fault.line == line_of(text, above)


# Raw HTML and links


@pytest.mark.parametrize(
    "html", ["<script>alert(1)</script>", "<div class=x>", "</b>", "<!-- note -->", "<br/>"]
)
def test_raw_html_is_a_warning_because_it_is_shown_as_text(content: Path, html: str) -> None:
    text = study_text(body=f"{BODY}\nWe wrote {html} here.\n")
    reading = read(content, text)
    assert reading.study is not None
    (finding,) = reading.findings
    assert finding.severity is Severity.WARNING
    assert "is shown as it stands" in finding.message
    assert finding.line == line_of(text, "We wrote")
    assert str(finding).startswith(f"content/case-studies/a-study.md:{finding.line}: warning: ")


@pytest.mark.parametrize(
    "text", ["a < b and c > d", "<https://www.gov.uk>", "`<b>`", "    <script>", "```\n<b>\n```"]
)
def test_what_only_looks_like_html_is_left_alone(content: Path, text: str) -> None:
    assert read(content, study_text(body=f"{BODY}\n{text}\n")).findings == ()


def test_an_address_in_angle_brackets_is_markdown(content: Path) -> None:
    body = f"{BODY}\nAsk <hub@practice.example.org>.\n"
    assert read(content, study_text(body=body)).findings == ()


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,hello",
        "vbscript:msgbox",
        "file:///etc/passwd",
        "ftp://example.org/a",
        "//evil.example/a",
        "/\\evil.example",
        "www.gov.uk",
        "some/page.html",
        "https://[half",
    ],
)
def test_a_link_that_must_not_be_followed_is_a_fault_at_its_line(
    content: Path, target: str
) -> None:
    text = study_text(body=f"{BODY}\nSee [this]({target}).\n")
    fault = only_fault(read(content, text))
    assert "is not allowed; use https:, mailto: or another study's file" in fault.message
    assert fault.line == line_of(text, "See [this]")


@pytest.mark.parametrize(
    "target",
    [
        "https://www.gov.uk/send",
        "http://example.org",
        "mailto:hub@example.org",
        "#s-impact",
        "/practice/other-study",
        "other-study.md",
        "../case-studies/other-study.md#s-impact",
    ],
)
def test_ordinary_links_are_allowed(content: Path, target: str) -> None:
    assert read(content, study_text(body=f"{BODY}\nSee [this]({target}).\n")).findings == ()


@pytest.mark.parametrize(
    "target", ["/&#9;/evil.example", "/&#10;/evil.example", "</\n/evil.example>"]
)
def test_a_link_elsewhere_cannot_hide_behind_a_tab_or_newline(content: Path, target: str) -> None:
    reading = read(content, study_text(body=f"{BODY}\nSee [this]({target}).\n"))
    assert "is not allowed" in only_fault(reading).message


def test_every_bad_link_is_reported_where_it_stands(content: Path) -> None:
    text = study_text(body=f"{BODY}\nOne [a](ftp://x).\n\nTwo [b](ftp://x).\n")
    lines = [finding.line for finding in read(content, text).findings]
    assert lines == [line_of(text, "One"), line_of(text, "Two")]


def test_text_that_nests_too_deeply_is_told_to_flatten(content: Path) -> None:
    body = BODY + "\n" + "".join("    " * depth + "- x\n" for depth in range(200))
    deeper = BODY + "\n" + "*" * 4000 + "x" + "*" * 4000
    assert read(content, study_text(body=body)).source
    fault = only_fault(read(content, study_text(body=deeper)))
    assert "nests lists, quotes or brackets too deeply; flatten it" in fault.message


def test_a_published_study_says_something_under_every_heading(content: Path) -> None:
    text = study_text(body=BODY.replace("Mondays were loud, and some children were late.", ""))
    fault = only_fault(read(content, text))
    assert "there is nothing under “Challenge”" in fault.message
    assert fault.line == line_of(text, "## Challenge")
    assert read(content, text.replace('status: "published"', 'status: "draft"')).study
