"""The pictures of drafts: kept in KB_HOME until their text goes live, bounded for each draft."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from kb.domain import CaseStudyId, read_id
from kb.errors import Busy, Invalid, PictureNotFound, StorageFailed
from kb.markdown import media_path
from kb.paths import stays_inside
from kb.picture_kinds import IMAGE_TYPES
from kb.pictures import Picture
from kb.whole_files import PART, write_whole

MAX_PICTURES = 30
MAX_TOTAL_MEGABYTES = 60
_LOCK_SECONDS = 10.0
# A draft is for those who may see it; what is published goes where git and others read it.
_PRIVATE, _PUBLIC = 0o600, 0o644


class DraftMedia:
    """Pictures by draft, in `<home>/drafts/<study id>/`; each is there whole or not at all."""

    def __init__(self, home: Path) -> None:
        self._root = home / "drafts"

    def add(self, study_id: CaseStudyId, picture: Picture) -> str:
        """Keep a picture; returns its name. The same picture twice is kept once.

        Raises:
            Invalid: the draft has as many, or as many megabytes, as it may.
            StorageFailed: no room or no right to write; nothing is kept.
            Busy: another process has been writing for `_LOCK_SECONDS`.
        """
        with self._writing(study_id) as folder:
            if picture.name not in self.names(study_id):
                self._refuse_too_much(study_id, picture)
                write_whole(folder / picture.name, picture.data, _PRIVATE)
        return picture.name

    def names(self, study_id: CaseStudyId) -> list[str]:
        """The names of a draft's pictures, in order; none where there is no such draft."""
        try:
            return sorted(p.name for p in self._folder(study_id).iterdir() if _is_picture(p))
        except FileNotFoundError:
            return []

    def find(self, study_id: CaseStudyId, name: str) -> Path | None:
        """Where a picture of this name lies or would lie; None for what cannot be a name."""
        return self._folder(study_id) / name if _is_name(name) else None

    def path(self, study_id: CaseStudyId, name: str) -> Path:
        """Where a draft's picture lies.

        Raises:
            PictureNotFound: the draft has none of this name.
        """
        path = self.find(study_id, name)
        if path is None or not _is_picture(path):
            raise PictureNotFound(name)
        return path

    def copy_to(self, study_id: CaseStudyId, names: Iterable[str], folder: Path) -> None:
        """Put these pictures of a draft beside the published ones; safe to repeat.

        Args:
            study_id: whose pictures.
            names: those that its text uses.
            folder: `media/<slug>/` of the content folder; made if it is not there.

        Raises:
            PictureNotFound: the draft has none of this name; nothing was copied.
            StorageFailed: no room, no right to write, or a link that leads elsewhere.
        """
        paths = [self.path(study_id, name) for name in names]
        if not stays_inside(folder, folder.parent):
            raise StorageFailed(f"{folder} leads out of the content folder: remove the link.")
        with _explained():
            folder.mkdir(parents=True, exist_ok=True)
            for path in paths:
                write_whole(folder / path.name, path.read_bytes(), _PUBLIC)

    def copy_from(self, study_id: CaseStudyId, folder: Path) -> None:
        """Take a published study's pictures into its draft; safe to repeat.

        Raises:
            StorageFailed: no room, or no right to read or write.
            Busy: see `add`.
        """
        with self._writing(study_id) as own:
            for path in sorted(folder.iterdir()) if folder.is_dir() else []:
                if _is_picture(path):
                    write_whole(own / path.name, path.read_bytes(), _PRIVATE)

    def remove(self, study_id: CaseStudyId) -> None:
        """Drop all of a draft's pictures; raises StorageFailed, Busy."""
        with self._writing(study_id) as folder:
            shutil.rmtree(folder)

    def _folder(self, study_id: CaseStudyId) -> Path:
        if read_id(study_id) is None:
            raise PictureNotFound(study_id)
        return self._root / study_id

    def _refuse_too_much(self, study_id: CaseStudyId, picture: Picture) -> None:
        held = self.names(study_id)
        if len(held) >= MAX_PICTURES:
            raise Invalid(
                f"This draft has {len(held)} pictures; the most is {MAX_PICTURES}. "
                "Take out those that it does not need."
            )
        total = sum(self.path(study_id, name).stat().st_size for name in held)
        if total + len(picture.data) > MAX_TOTAL_MEGABYTES * 1_000_000:
            raise Invalid(
                f"The pictures of this draft would have over {MAX_TOTAL_MEGABYTES} MB together. "
                "Take out those that it does not need, or save them smaller."
            )

    @contextmanager
    def _writing(self, study_id: CaseStudyId) -> Iterator[Path]:
        """The draft's folder, made, with one writer at a time, so that bounds hold."""
        folder = self._folder(study_id)
        with _explained():
            self._root.mkdir(parents=True, exist_ok=True)
            try:
                lock = FileLock(self._root / ".lock").acquire(timeout=_LOCK_SECONDS)
            except Timeout as error:
                raise Busy(
                    "Other pictures are still being saved. Try again in a minute."
                ) from error
            with lock:
                folder.mkdir(mode=0o700, exist_ok=True)
                # Whoever wrote these was killed: nobody else writes now.
                for part in folder.glob(f".*{PART}"):
                    part.unlink()
                yield folder


def _is_name(name: str) -> bool:
    """Whether a text can name a picture: `kb.markdown` and `kb.rules` both take it for one."""
    return media_path(f"media/x/{name}") == f"x/{name}" and name.lower().endswith(
        tuple(IMAGE_TYPES)
    )


def _is_picture(path: Path) -> bool:
    # A link would lead readers to whatever file it names.
    return _is_name(path.name) and path.is_file() and not path.is_symlink()


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageFailed(
            f"Pictures could not be written: the server says “{error.strerror}”. Nothing was "
            "saved; keep your files, and tell whoever runs this site."
        ) from error
