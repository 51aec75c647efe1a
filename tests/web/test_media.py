"""Pictures: those of published studies, and nothing else of the disk."""

from pathlib import Path

import pytest

from tests.factories import write_picture, write_study
from tests.web.html import Element
from tests.web.site import Site


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.png", "image/png"),
        ("a.jpg", "image/jpeg"),
        ("a.jpeg", "image/jpeg"),
        ("a.webp", "image/webp"),
        ("A.PNG", "image/png"),
    ],
)
def test_a_picture_is_sent_as_what_it_is(site: Site, name: str, kind: str) -> None:
    file = write_picture(site.content, f"gate/{name}")
    answer = site.get(f"/media/gate/{name}")
    assert (answer.status_code, answer.mimetype) == (200, kind)
    assert answer.data == file.read_bytes()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "max-age" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "name", ["a.svg", "a.html", "a.txt", "a.md", "a.png.html", "png", ".png.", "a.gif", "a", ".env"]
)
def test_no_other_kind_of_file_is_sent(site: Site, name: str) -> None:
    (site.content / "media" / "gate" / name).write_text("<script>alert(1)</script>")
    assert site.get(f"/media/gate/{name}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "gate/..%2fsecret.png",
        "gate/../secret.png",
        "gate/%2e%2e/secret.png",
        "gate/..%2f..%2fsecret.png",
        "gate/..%5csecret.png",
        "..%2fmedia%2fgate/photo.png",
        "../media/gate/photo.png",
        "%2e%2e/secret.png",
        "..%252fsecret.png",
        "gate/%2fetc%2fpasswd.png",
        "gate//secret.png",
        "./secret.png",
        "gate/photo.png%00.txt",
        "gate/%00.png",
        "gate/",
        "gate",
        "",
    ],
)
def test_no_path_leads_out_of_a_studys_folder(site: Site, path: str) -> None:
    write_picture(site.content, "secret.png")
    write_picture(site.content.parent, "secret.png")
    answer = site.app.test_client().get(f"/media/{path}", follow_redirects=True)
    assert answer.status_code == 404


@pytest.mark.parametrize("slug", ["half-done", "no-such"])
def test_pictures_of_what_is_not_published_are_not_sent(site: Site, slug: str) -> None:
    write_picture(site.content, f"{slug}/photo.png")
    assert site.get(f"/media/{slug}/photo.png").status_code == 404


def test_a_picture_that_is_not_there_is_not_found(site: Site) -> None:
    assert site.get("/media/gate/none.png").status_code == 404
    assert site.get("/media/breakfast/none.png").status_code == 404


def test_pictures_stay_when_a_study_gets_a_new_name(site: Site) -> None:
    folder = site.content / "case-studies"
    (folder / "gate.md").rename(folder / "front-gate.md")
    site.update()
    assert pictures(site, "front-gate") == [("/media/gate/photo.png", 200)]


def test_a_link_in_the_media_folder_does_not_lead_out(site: Site, tmp_path: Path) -> None:
    secret = write_picture(tmp_path / "elsewhere", "x/secret.png")
    (site.content / "media" / "gate" / "link.png").symlink_to(secret)
    (site.content / "media" / "breakfast").symlink_to(secret.parent)
    for name in ("gate/link.png", "breakfast/secret.png"):
        assert site.get(f"/media/{name}").status_code == 404


def pictures(site: Site, slug: str) -> list[tuple[str, int]]:
    """Each picture of a study's page, and the status of its address."""
    page: Element = site.page(f"/practice/{slug}")
    addresses = [image.attributes["src"] for image in page.all("img")]
    return [(address, site.get(address).status_code) for address in addresses]


@pytest.mark.parametrize("path", ["breakfast/photo.jpe", "breakfast/A.PNG"])
def test_every_picture_that_the_rules_let_pass_is_shown(site: Site, path: str) -> None:
    write_picture(site.content, path)
    body = f"## Context\n\n![A photo](../media/{path})\n"
    whole = body + "".join(f"\n## {h}\n\nText.\n" for h in HEADINGS)
    write_study(site.content, "breakfast", title="Breakfast with a picture", body=whole)
    site.update()
    if site.page("/practice/breakfast").one("h1").text != "Breakfast with a picture":
        return  # The rules refuse it, which is as good.
    assert pictures(site, "breakfast") == [(f"/media/{path}", 200)]


HEADINGS = ("Challenge", "What we did", "Impact", "What we learned")
