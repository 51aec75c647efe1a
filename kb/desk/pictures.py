"""The pictures of working copies: kept beside the database until their text goes live."""

from pathlib import Path

from kb.desk import text
from kb.domain import CaseStudyId
from kb.draft_media import DraftMedia
from kb.markdown import media_path, render
from kb.pictures import Picture
from kb.rules import FindPicture, pictures_in


class DraftPictures:
    """Finds what a draft shows, and puts it beside the published studies when it goes live."""

    def __init__(self, media: DraftMedia, published: Path) -> None:
        self._media = media
        self._published = published

    def finder(self, case_id: CaseStudyId, slug: str) -> FindPicture:
        """Where a draft's pictures lie: with the draft, or with those that are published."""
        published = pictures_in(self._published)

        def find(path: str) -> Path | None:
            folder, _, name = path.partition("/")
            own = self._media.find(case_id, name) if folder == slug else None
            return own if own and own.is_file() else published(path)

        return find

    def add(self, case_id: CaseStudyId, picture: Picture) -> str:
        """Keep a picture for a draft; returns its name. Raises as `DraftMedia.add`."""
        return self._media.add(case_id, picture)

    def begin_from(self, case_id: CaseStudyId, slug: str) -> None:
        """Take the pictures of a published study into its draft; raises StorageFailed."""
        self._media.copy_from(case_id, self._published / slug)

    def publish(self, case_id: CaseStudyId, slug: str, source: str) -> None:
        """Put the pictures that a text names beside the published; raises StorageFailed."""
        _, body_md = text.parts(source)
        paths = [media_path(link.target) for link in render(body_md).links if link.is_image]
        own = {
            name
            for path in paths
            if path and path.startswith(f"{slug}/") and (name := path.partition("/")[2])
        }
        held = own & set(self._media.names(case_id))
        if held:
            self._media.copy_to(case_id, sorted(held), self._published / slug)

    def forget(self, case_id: CaseStudyId) -> None:
        """Drop a draft's pictures."""
        self._media.remove(case_id)
