"""Puts a study into its file so that a pulled plug leaves the old text or the new, whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb import whole_files
from kb.errors import StorageFailed

# What is published goes where git and others read it.
_PUBLIC = 0o644


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        StorageFailed: no room, or no right to write; the old file is as it was.
    """
    with _explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        whole_files.write_whole(path, data, _PUBLIC)


def remove(path: Path) -> None:
    """Remove a file that may be gone already; raises StorageFailed."""
    with _explained(path):
        path.unlink(missing_ok=True)
        whole_files.sync_folder(path.parent)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageFailed(
            f"{path} could not be written ({error.strerror}). Nothing is lost: the text is kept "
            "as a draft. Make room, or give this program the right to write there, and try again."
        ) from error
