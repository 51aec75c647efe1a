"""What gunicorn writes of each request: never a signed link, which lets in whoever reads it."""

import re
from typing import Any

from gunicorn.glogging import Logger

# As kb.links makes them: what it is about, and 43 characters of signature or more.
_SIGNED = re.compile(r"[^/]*\.[A-Za-z0-9_-]{43,}")


class AccessLog(Logger):  # type: ignore[misc]
    """gunicorn's own, with three dots in the place of a link's token."""

    def atoms(self, *request: Any) -> dict[str, Any]:
        """The parts of a line."""
        found: dict[str, Any] = super().atoms(*request)
        found["U"] = without_tokens(found["U"] or "")
        return found


def without_tokens(path: str) -> str:
    """A path as it may be written down."""
    return _SIGNED.sub("...", path)
