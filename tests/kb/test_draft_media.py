"""Pictures of drafts: bounded, whole, and reached by their own names alone."""

import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kb.domain import CaseStudyId
from kb.draft_media import MAX_PICTURES, DraftMedia
from kb.errors import Invalid, PictureNotFound, StorageFailed
from kb.pictures import Picture, read_picture
from tests.factories import an_id, write_picture
from tests.kb.pictures import a_picture

STUDY = an_id("gate")


@pytest.fixture
def media(tmp_path: Path) -> DraftMedia:
    return DraftMedia(tmp_path / "home")


def a_kept_picture(width: int = 40) -> Picture:
    return read_picture(a_picture((width, 30)))


def of_size(megabytes: float, text: str) -> Picture:
    """A picture only in name: its size is what matters."""
    return Picture(text.encode().ljust(round(megabytes * 1_000_000), b"."), 10, 10)


@contextmanager
def room_for(count: int) -> Iterator[None]:
    """A disk on which no file grows beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def files(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob("*") if p.is_file() and p.name != ".lock")


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../../kb.sqlite",
        "..\\x.png",
        "/etc/passwd",
        "sub/x.png",
        ".lock",
        ".x.part",
        "x.png/../../y.png",
        "x.html",
        "x.svg",
        "x",
        "x.png\x00",
        "x.png\n",
        "é.png",
        "none.png",
    ],
)
def test_no_name_leads_to_anything_but_a_picture_of_the_draft(
    media: DraftMedia, tmp_path: Path, name: str
) -> None:
    media.add(STUDY, a_kept_picture())
    (tmp_path / "home" / "kb.sqlite").touch()
    (tmp_path / "home" / "drafts" / STUDY / "x.html").touch()
    with pytest.raises(PictureNotFound):
        media.path(STUDY, name)


@pytest.mark.parametrize("study_id", ["", "..", "../drafts", "a/b/c/d/e/f", ".", "0123456789/../x"])
def test_no_study_id_leads_out_of_the_folder(media: DraftMedia, study_id: str) -> None:
    for act in (media.names, media.remove):
        with pytest.raises(PictureNotFound):
            act(CaseStudyId(study_id))
    with pytest.raises(PictureNotFound):
        media.add(CaseStudyId(study_id), a_kept_picture())


def test_a_link_among_the_pictures_is_not_followed(media: DraftMedia, tmp_path: Path) -> None:
    secret = write_picture(tmp_path, "secret.png")
    media.add(STUDY, a_kept_picture())
    (tmp_path / "home" / "drafts" / STUDY / "link.png").symlink_to(secret)
    with pytest.raises(PictureNotFound):
        media.path(STUDY, "link.png")
    assert "link.png" not in media.names(STUDY)


def test_a_picture_is_kept_under_its_own_name_for_this_user_alone(media: DraftMedia) -> None:
    picture = a_kept_picture()
    name = media.add(STUDY, picture)
    assert name == picture.name
    path = media.path(STUDY, name)
    assert path.read_bytes() == picture.data
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    assert media.add(STUDY, picture) == name
    assert media.names(STUDY) == [name]
    assert media.names(an_id("another")) == []
    with pytest.raises(PictureNotFound):
        media.path(an_id("another"), name)


def test_a_place_for_a_picture_that_is_not_there_yet_can_be_asked_for(media: DraftMedia) -> None:
    place = media.find(STUDY, "photo.png")
    assert place is not None
    assert not place.exists()
    assert media.find(STUDY, "../photo.png") is None


def test_a_draft_has_only_so_many_pictures(media: DraftMedia) -> None:
    for number in range(MAX_PICTURES):
        last = media.add(STUDY, of_size(0, f"picture {number}"))
    with pytest.raises(Invalid, match="30 pictures; the most is 30"):
        media.add(STUDY, of_size(0, "one more"))
    assert len(media.names(STUDY)) == MAX_PICTURES
    assert media.add(STUDY, of_size(0, f"picture {MAX_PICTURES - 1}")) == last


def test_a_draft_has_only_so_many_megabytes(media: DraftMedia) -> None:
    for number in range(6):
        media.add(STUDY, of_size(9.9, str(number)))
    with pytest.raises(Invalid, match="over 60 MB together"):
        media.add(STUDY, of_size(0.7, "one more"))
    assert len(media.names(STUDY)) == 6


def test_the_bound_holds_when_many_add_at_once(media: DraftMedia) -> None:
    refused = []

    def add(number: int) -> None:
        try:
            media.add(STUDY, of_size(0, f"picture {number}"))
        except Invalid as error:
            refused.append(error)

    threads = [threading.Thread(target=add, args=(n,)) for n in range(MAX_PICTURES + 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(media.names(STUDY)), len(refused)) == (MAX_PICTURES, 8)


def test_a_full_disk_refuses_the_picture_and_leaves_no_half_file(
    media: DraftMedia, tmp_path: Path
) -> None:
    kept = media.add(STUDY, a_kept_picture())
    with room_for(20), pytest.raises(StorageFailed, match="Nothing was saved"):
        media.add(STUDY, a_kept_picture(41))
    assert files(tmp_path / "home") == [kept]
    with room_for(20), pytest.raises(StorageFailed):
        media.copy_to(STUDY, [kept], tmp_path / "media" / "gate")
    assert files(tmp_path / "media") == []


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    with pytest.raises(StorageFailed, match="the server says"):
        DraftMedia(tmp_path / "home").add(STUDY, a_kept_picture())


def test_what_a_killed_writer_left_is_swept_and_never_shown(
    media: DraftMedia, tmp_path: Path
) -> None:
    kept = media.add(STUDY, a_kept_picture())
    half = tmp_path / "home" / "drafts" / STUDY / ".abc.part"
    half.write_bytes(b"half a picture")
    assert media.names(STUDY) == [kept]
    media.add(STUDY, a_kept_picture(41))
    assert not half.exists()


def test_publication_copies_the_pictures_that_the_text_uses(
    media: DraftMedia, tmp_path: Path
) -> None:
    used, unused = media.add(STUDY, a_kept_picture()), media.add(STUDY, a_kept_picture(41))
    folder = tmp_path / "media" / "gate"
    for _ in range(2):
        media.copy_to(STUDY, [used], folder)
        assert files(folder) == [used]
    assert (folder / used).stat().st_mode & 0o777 == 0o644
    assert media.names(STUDY) == sorted([used, unused])


def test_a_publication_that_names_an_unknown_picture_copies_none(
    media: DraftMedia, tmp_path: Path
) -> None:
    used = media.add(STUDY, a_kept_picture())
    with pytest.raises(PictureNotFound, match=r"none\.png"):
        media.copy_to(STUDY, [used, "none.png"], tmp_path / "gate")
    assert not (tmp_path / "gate").exists()


def test_publication_follows_no_link_out_of_the_content_folder(
    media: DraftMedia, tmp_path: Path
) -> None:
    used = media.add(STUDY, a_kept_picture())
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "gate").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageFailed, match="leads out of the content folder"):
        media.copy_to(STUDY, [used], tmp_path / "media" / "gate")
    assert files(tmp_path / "elsewhere") == []


def test_a_working_copy_begins_with_the_published_pictures(
    media: DraftMedia, tmp_path: Path
) -> None:
    photo = write_picture(tmp_path, "gate/photo.png")
    (photo.parent / "notes.txt").write_text("no picture")
    (photo.parent / "link.png").symlink_to(write_picture(tmp_path, "secret.png"))
    for _ in range(2):
        media.copy_from(STUDY, photo.parent)
        assert media.names(STUDY) == ["photo.png"]
    assert media.path(STUDY, "photo.png").read_bytes() == photo.read_bytes()


def test_a_study_without_pictures_begins_with_none(media: DraftMedia, tmp_path: Path) -> None:
    media.copy_from(STUDY, tmp_path / "media" / "gate")
    assert media.names(STUDY) == []


def test_a_draft_that_is_given_up_leaves_no_picture(media: DraftMedia, tmp_path: Path) -> None:
    media.add(STUDY, a_kept_picture())
    other = media.add(an_id("another"), a_kept_picture())
    for _ in range(2):
        media.remove(STUDY)
        assert media.names(STUDY) == []
    assert media.names(an_id("another")) == [other]
    assert files(tmp_path) == [other]
