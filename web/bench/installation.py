"""Where a corpus lives: a content folder and a KB_HOME of its own, temporary or kept."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from kb.errors import StorageFailed
from kb.settings import PREFIX, Settings
from web.services import Services, open_services

# Files, catalogue, cached vectors and two snapshots of a made-up study, at most (2026-11-24).
BYTES_PER_DOCUMENT = 400_000


@dataclass(frozen=True, slots=True)
class Installation:
    """A library of its own."""

    folder: Path
    model: str | None

    @property
    def content(self) -> Path:
        """Its content folder."""
        return self.folder / "content"

    @property
    def home(self) -> Path:
        """Its KB_HOME."""
        return self.folder / "var"

    @property
    def index(self) -> Path:
        """Its snapshots."""
        return self.home / "index"

    @property
    def settings(self) -> dict[str, str]:
        """Its settings, as variables; none of the user's own."""
        given = {"KB_HOME": str(self.home), "KB_CONTENT": str(self.content)}
        return given | ({"KB_MODEL": self.model} if self.model else {})

    @property
    def env(self) -> dict[str, str]:
        """The environment of its processes."""
        others = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        return others | self.settings

    @contextmanager
    def open(self, models: Path) -> Iterator[Services]:
        """Its parts; exported models are shared with the folder `models`.

        Raises:
            StorageFailed: no room, or no right to write.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        if not (self.home / "models").exists():
            (self.home / "models").symlink_to(models, target_is_directory=True)
        services = open_services(self.settings)
        try:
            yield services
        finally:
            services.database.close()


@contextmanager
def workplace(settings: Settings, keep: Path | None, documents: int) -> Iterator[Path]:
    """A folder with room for so many studies: `keep`, or one that is gone afterwards.

    Raises:
        StorageFailed: there is no room, or no right to write.
    """
    try:
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            _see_room(keep, documents)
            yield keep.absolute()
            return
        # Not in /tmp, which may be memory.
        with TemporaryDirectory(prefix="bench-", dir=settings.home) as folder:
            _see_room(Path(folder), documents)
            yield Path(folder)
    except OSError as error:
        raise StorageFailed(f"kb bench could not read or write its files: {error}.") from error


def _see_room(folder: Path, documents: int) -> None:
    needed, free = documents * BYTES_PER_DOCUMENT, shutil.disk_usage(folder).free
    if needed > free:
        raise StorageFailed(
            f"{documents:,} case studies take up to {needed / 1e9:.1f} GB and {folder} has "
            f"{free / 1e9:.1f} GB. Ask for fewer, or name a folder with room: --keep DIR"
        )
