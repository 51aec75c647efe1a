"""One client: a connection that is kept, a clock around each request."""

import http.client
import time
from dataclasses import dataclass

import brotli

_TIMEOUT_SECONDS = 60.0
# As every browser offers by HTTPS.
_HEADERS = {"Accept-Encoding": "gzip, deflate, br", "User-Agent": "kb-bench"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0 where nothing did."""

    status: int
    body: bytes
    is_compressed: bool
    seconds: float

    @property
    def is_good(self) -> bool:
        """Whether it was answered as asked."""
        return self.status == 200

    @property
    def content(self) -> bytes:
        """The body as it was before it was compressed."""
        return brotli.decompress(self.body) if self.is_compressed else self.body


class HttpClient:
    """Asks as a browser does: one request after the other, compressed answers welcome."""

    def __init__(self, host: str, port: int) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=_TIMEOUT_SECONDS)

    def get(self, path: str) -> Answer:
        """The answer, read to its end; a failure is an answer too."""
        started = time.perf_counter()
        was_open = self._connection.sock is not None
        try:
            try:
                got = self._get(path)
            except (http.client.RemoteDisconnected, ConnectionError):
                if not was_open:
                    raise
                # A server may close a connection that it kept; every browser then opens another.
                self._connection.close()
                got = self._get(path)
        except (OSError, http.client.HTTPException):
            self._connection.close()
            got = 0, b"", False
        return Answer(*got, time.perf_counter() - started)

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def _get(self, path: str) -> tuple[int, bytes, bool]:
        self._connection.request("GET", path, headers=_HEADERS)
        response = self._connection.getresponse()
        body = response.read()
        return response.status, body, response.headers.get("Content-Encoding") == "br"
