"""Links that we signed: each for one purpose, until a time, with what it is about inside.

Whoever holds a link may read what is inside: it is signed, not hidden.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from kb.errors import LinkBroken, LinkExpired


def _now() -> datetime:
    return datetime.now(UTC)


class Links:
    """Makes and reads the part of an address that is signed."""

    def __init__(self, secret: str, clock: Callable[[], datetime] = _now) -> None:
        self._secret = secret
        self._clock = clock

    def make(self, purpose: str, payload: Mapping[str, str], lasts: timedelta) -> str:
        """A token of letters, digits, `-`, `_` and `.`; it holds until `lasts` has passed."""
        ends = (self._clock() + lasts).timestamp()
        return self._dump(purpose, int(ends), dict(payload))

    def read(self, purpose: str, token: str) -> dict[str, str]:
        """What was put into a token of this purpose.

        Raises:
            LinkBroken: it was altered, cut short, made for another purpose or by somebody else.
            LinkExpired: it was ours, and its time is over.
        """
        try:
            ends, payload = self._serializer(purpose).loads(token)
        except (BadData, UnicodeError) as error:
            raise LinkBroken from error
        # Base64 has several spellings of a signature; only ours is taken.
        if token != self._dump(purpose, ends, payload):
            raise LinkBroken
        if self._clock().timestamp() >= ends:
            raise LinkExpired
        return dict(payload)

    def _dump(self, purpose: str, ends: int, payload: dict[str, str]) -> str:
        token = self._serializer(purpose).dumps([ends, payload])
        return token if isinstance(token, str) else token.decode()

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(
            self._secret,
            salt=f"link {purpose}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )
