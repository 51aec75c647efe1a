"""A Word document read in a process of its own, which is ended when it takes too much."""

import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

import msgspec

from kb.errors import Busy, Invalid, StorageFailed
from kb.pictures import Picture
from kb.word.package import refuse_other_kinds

# The pictures of an imported text are written ../media/<this>/<name> until it has an address.
FOLDER = "imported"
MAX_SECONDS = 20.0
# One at a time in each process: each may take a processor and a gigabyte.
_ONE_AT_A_TIME = threading.Lock()
_WAIT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a Word document.

    Attributes:
        title: its title, if it has one, on one line.
        body_md: Markdown below the headings of a case study; no raw HTML; links by http,
            https and mailto alone; pictures as ../media/imported/<name>.
        pictures: those that the text shows, each once.
        left_out: what was not brought over, or not as it was: one sentence each.
    """

    title: str | None
    body_md: str
    pictures: tuple[Picture, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the reading process says: a document, or why there is none."""

    imported: Imported | None = None
    refused: str = ""


def read_word(data: bytes) -> Imported:
    """Turn a .docx file into the text and pictures of a draft.

    Nothing in it is executed, nothing is fetched; it takes `MAX_SECONDS` at most.

    Raises:
        Invalid: another kind of file, damaged, too large or too slow; says how to mend it.
        Busy: others have been reading documents for half a minute.
        StorageFailed: there is no room for what is read, or for one more process.
    """
    refuse_other_kinds(data)
    if not _ONE_AT_A_TIME.acquire(timeout=_WAIT_SECONDS):
        raise Busy("Another Word document is still being read. Try again in a minute.")
    try:
        answer = _ask(data)
    except OSError as error:
        raise StorageFailed(
            f"The document could not be read: the server says “{error.strerror}”. Nothing was "
            "saved; keep your file, and tell whoever runs this site."
        ) from error
    finally:
        _ONE_AT_A_TIME.release()
    if answer.imported is None:
        raise Invalid(answer.refused)
    return answer.imported


def _ask(data: bytes) -> Answer:
    """What a fresh process makes of a document."""
    # Into a file, because a limit holds what a process writes into one.
    with TemporaryFile() as output:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "kb.word.child"],
                input=data,
                stdout=output,
                stderr=subprocess.DEVNULL,
                check=False,
                timeout=MAX_SECONDS,
                # From here, wherever the program was started; without its keys and settings.
                cwd=Path(__file__).resolve().parents[2],
                env={"PATH": os.defpath, "PYTHONUTF8": "1"},
            )
        except subprocess.TimeoutExpired as error:
            raise Invalid(
                f"The document takes more than {MAX_SECONDS:.0f} seconds to read. Save a shorter "
                "copy, with fewer or smaller pictures and tables, and upload that."
            ) from error
        output.seek(0)
        try:
            if done.returncode == 0:
                return msgspec.json.decode(output.read(), type=Answer)
        except msgspec.DecodeError as error:
            raise _unreadable() from error
    raise _unreadable()


def _unreadable() -> Invalid:
    return Invalid(
        "The document could not be read: it is damaged, or built in an unusual way. Open it in "
        "Word, save it under a new name as .docx, and upload that."
    )
