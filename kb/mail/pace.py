"""How fast messages to many people go out: servers take a flood from nobody."""

from collections import Counter, deque
from datetime import datetime, timedelta

_WINDOW = timedelta(minutes=1)


class Pace:
    """Counts what one sender has sent in the last minute, to all and to each domain.

    All messages count; only those to many people are held back.
    """

    def __init__(self, per_minute: int, per_minute_to_domain: int) -> None:
        self._most = per_minute
        self._most_to_domain = per_minute_to_domain
        self._sent: deque[tuple[datetime, str]] = deque()
        self._by_domain: Counter[str] = Counter()

    def note(self, address: str, now: datetime) -> None:
        """Count a message that is handed over now."""
        domain = _domain(address)
        self._sent.append((now, domain))
        self._by_domain[domain] += 1

    def is_full(self, now: datetime) -> bool:
        """Whether nothing to many people may go out now."""
        self._drop_old(now)
        return len(self._sent) >= self._most

    def held(self, now: datetime) -> list[str]:
        """The domains to which no more may go now; each took so many that they are few."""
        self._drop_old(now)
        return sorted(d for d, count in self._by_domain.items() if count >= self._most_to_domain)

    def free_at(self, now: datetime) -> datetime:
        """When something that is held back now may go out; now, if nothing is."""
        if self.is_full(now):
            return self._sent[0][0] + _WINDOW
        held = set(self.held(now))
        return next((at + _WINDOW for at, domain in self._sent if domain in held), now)

    def _drop_old(self, now: datetime) -> None:
        while self._sent and self._sent[0][0] <= now - _WINDOW:
            _, domain = self._sent.popleft()
            self._by_domain[domain] -= 1
            if not self._by_domain[domain]:
                del self._by_domain[domain]


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
