"""How fast issues of the digest are chosen, written and left in the outbox; `make bench-digest`."""

import resource
import shutil
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from kb.digest.holidays import SchoolHolidays
from kb.digest.interests import Interests, SavedSearch
from kb.digest.subscriptions import MOST_ASKS_A_DAY, Subscriptions
from kb.digest.wishes import Wishes
from kb.settings import Settings
from kb.vocabulary import Vocabularies
from web.digest.sending import sending
from web.services import Services

READERS, INTERESTS = 20_000, 200
# The last Monday on which an issue was due, in winter and summer alike.
_WEEK = timedelta(days=7)


def main(content: Path, readers: int = READERS) -> None:
    """Measure over a copy of a content folder, in an installation of its own."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        shutil.copytree(content, home / "content")
        env = {"KB_HOME": str(home / "var"), "KB_CONTENT": str(home / "content")}
        settings = Settings.from_env(env)
        settings.home.mkdir()
        services = Services.wire(settings)
        services.database.migrate(settings.home)
        services.updater.update()
        words = services.searcher.vocabularies()
        now = datetime.now(UTC)
        _subscribe(services, _wishes(words), readers, now)
        before, started = _memory_mb(), time.perf_counter()
        done = sending(services).send_due(now + _WEEK)
        took = time.perf_counter() - started
        print(
            f"{readers} readers, {INTERESTS} interests: {done.issues} issues, "
            f"nothing new for {done.without_news}; {took:.1f} s, {done.total / took:.0f} a second; "
            f"memory at most {before:.0f} MB before, {_memory_mb():.0f} MB after."
        )


def _wishes(words: Vocabularies) -> list[Wishes]:
    themes, needs = [t.key for t in words["theme"]], [t.key for t in words["need"]]
    return [
        Wishes(
            Interests.of(
                {"themes": [themes[n % len(themes)]], "needs": [needs[n % len(needs)]]},
                [SavedSearch.of(f"{words['theme'].label(themes[n % len(themes)])} {n}", ())],
                words,
            ),
            always=True,
            pause_in_holidays=False,
        )
        for n in range(INTERESTS)
    ]


def _subscribe(services: Services, wishes: list[Wishes], readers: int, now: datetime) -> None:
    for start in range(0, readers, MOST_ASKS_A_DAY // 2):
        asked_at = now - timedelta(days=2 + 2 * start // MOST_ASKS_A_DAY * 2)
        with services.database.begin() as session:
            use = Subscriptions(session, SchoolHolidays())
            for number in range(start, min(readers, start + MOST_ASKS_A_DAY // 2)):
                address = f"reader-{number}@school.example"
                asked = use.ask(address, wishes[number % len(wishes)], asked_at)
                if asked:
                    use.confirm(asked.asked.id, now)


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else READERS)
