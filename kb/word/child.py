"""The process that reads one document, under limits that it sets before it looks at it."""

import contextlib
import resource
import sys

import msgspec

from kb.errors import KbError
from kb.word.conversion import convert
from kb.word.reading import MAX_SECONDS, Answer

# The largest picture takes 320 MB while it is read.
_MAX_MEMORY = 1_000_000_000
# 30 pictures, in base 64.
_MAX_OUTPUT = 100_000_000
_LIMITS = {
    resource.RLIMIT_AS: _MAX_MEMORY,
    resource.RLIMIT_CPU: round(MAX_SECONDS),
    resource.RLIMIT_FSIZE: _MAX_OUTPUT,
    resource.RLIMIT_CORE: 0,
    # No further files, and no further processes.
    resource.RLIMIT_NOFILE: 32,
    resource.RLIMIT_NPROC: 0,
}


def main() -> None:
    """Read a document from the standard input, write what became of it to the output."""
    for limit, most in _LIMITS.items():
        # Not every system knows every limit; the clock outside holds everywhere.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))
    sys.stdout.buffer.write(msgspec.json.encode(_answer(sys.stdin.buffer.read())))


def _answer(data: bytes) -> Answer:
    try:
        return Answer(imported=convert(data))
    except KbError as error:
        return Answer(refused=str(error))
    except (MemoryError, RecursionError):
        return Answer(
            refused="The document is too large or too deeply nested to read. Save a simpler "
            "copy, with fewer pictures, tables and boxes, and upload that."
        )


if __name__ == "__main__":
    main()
