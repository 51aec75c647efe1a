"""Puts a study into its file so that a pulled plug leaves the old text or the new, whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from kb.errors import StorageFailed


def write_whole(path: Path, data: bytes) -> None:
    """Write a file by way of a temporary one beside it: synced, renamed, the folder synced.

    Raises:
        StorageFailed: no room, or no right to write; the old file is as it was.
    """
    with _explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        # The name ends in nothing that is taken for content.
        with NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name}.", suffix=".part", delete=False
        ) as file:
            try:
                file.write(data)
                file.flush()
                os.fchmod(file.fileno(), 0o644)
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except BaseException:
                with suppress(OSError):
                    Path(file.name).unlink()
                raise
        _sync_folder(path.parent)


def remove(path: Path) -> None:
    """Remove a file that may be gone already; raises StorageFailed."""
    with _explained(path):
        path.unlink(missing_ok=True)
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make a rename outlast a pulled plug."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageFailed(
            f"{path} could not be written ({error.strerror}). Nothing is lost: the text is kept "
            "as a draft. Make room, or give this program the right to write there, and try again."
        ) from error
