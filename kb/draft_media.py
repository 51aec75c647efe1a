"""The pictures of drafts, below KB_HOME, until their text goes live."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from kb.desk.files import write_whole
from kb.domain import CaseStudyId


class DraftMedia:
    """One folder a study, below `home`/drafts."""

    def __init__(self, home: Path) -> None:
        self._root = home / "drafts"

    def find(self, case_id: CaseStudyId, name: str) -> Path:
        """Where a picture lies, whether it is there or not."""
        return self._root / case_id / Path(name).name

    def names(self, case_id: CaseStudyId) -> list[str]:
        """The pictures of a draft."""
        folder = self._root / case_id
        return sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []

    def copy_to(self, case_id: CaseStudyId, names: Iterable[str], folder: Path) -> None:
        """Put pictures into a folder of published ones; raises StorageFailed."""
        for name in names:
            write_whole(folder / name, self.find(case_id, name).read_bytes())

    def copy_from(self, case_id: CaseStudyId, folder: Path) -> None:
        """Take the pictures of a published study; raises StorageFailed."""
        for file in sorted(folder.iterdir()) if folder.is_dir() else []:
            write_whole(self.find(case_id, file.name), file.read_bytes())

    def remove(self, case_id: CaseStudyId) -> None:
        """Drop the pictures of a draft."""
        shutil.rmtree(self._root / case_id, ignore_errors=True)
