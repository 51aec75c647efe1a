"""A process that publishes and is killed at a point of the way: root, point, version."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from kb.database import Database
from kb.desk import files, outgoing
from kb.desk.pictures import DraftPictures
from kb.desk.publishing import Publisher
from kb.draft_media import DraftMedia
from tests.factories import open_folder
from tests.kb.desk.conftest import GATE, SECOND
from tests.kb.desk.test_publishing import SUMMER


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    root, point, version = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    whole, removed = files.write_whole, files.remove

    def write_then_die(path: Path, data: bytes) -> None:
        whole(path, data)
        die()

    def remove_then_die(path: Path) -> None:
        removed(path)
        die()

    if point == "noted":
        setattr(outgoing, "write_whole", die)  # noqa: B010
    elif point == "half-written":
        os.fsync = die
    elif point == "written":
        setattr(outgoing, "write_whole", write_then_die)  # noqa: B010
    elif point == "old-removed":
        setattr(outgoing, "remove", remove_then_die)  # noqa: B010
    database = Database(f"sqlite:///{root.parent}/kb.sqlite")
    pictures = DraftPictures(DraftMedia(root.parent), root / "media")
    Publisher(database, open_folder(root), pictures).publish(SECOND, GATE, version, SUMMER)
    if point == "recorded":
        die()


main()
