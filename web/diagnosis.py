"""What is wrong with an installation, and what to do: the checks of `kb doctor`."""

import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib.metadata import version

from sqlalchemy import text

from indexer.embedding import PACKAGED_SHA256, verify_packaged_model
from indexer.snapshots import read_manifest
from kb.content import ContentFolder
from kb.database import Database
from kb.digest.holidays import HOLIDAYS, SchoolHolidays
from kb.errors import KbError
from kb.findings import Severity
from kb.jobs import Jobs
from kb.mail.standing import standing
from kb.paths import prepare_home
from kb.settings import Settings
from kb.vocabulary import Vocabularies
from web.services import Services

LIBRARIES = (
    "flask",
    "sqlalchemy",
    "sentence-transformers",
    "onnxruntime",
    "torch",
    "faiss-cpu",
    "whoosh3",
    "markdown",
    "gunicorn",
)
# A rebuild of 10,000 studies writes some 300 MB beside the live snapshot.
_FEW_BYTES = 500 * 1024 * 1024
# Servers put off messages of strangers for some minutes, and take them then.
_LONG = timedelta(hours=1)
# Schools publish their dates a year ahead.
_SOON = timedelta(days=90)


class Verdict(StrEnum):
    """How one check went."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `found` says what was seen and, if it is wrong, what to do."""

    name: str
    verdict: Verdict
    found: str


def examine(settings: Settings) -> Iterator[Check]:
    """Look at everything that an installation stands on; changes nothing but its own probe."""
    yield Check("versions", Verdict.OK, _versions())
    services = Services.wire(settings)
    checks: tuple[tuple[str, Callable[[Services], Check]], ...] = (
        ("home", _home),
        ("model", _model),
        ("content", _content),
        ("database", _database),
        ("index", _index),
        ("keeper", _keeper),
        ("mail", _mail),
    )
    for name, look in checks:
        try:
            yield look(services)
        except KbError as error:
            yield Check(name, Verdict.WRONG, str(error))


def _versions() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    own = f"practice-library {version('practice-library')}"
    return f"{own}, Python {platform.python_version()}, {libraries}"


def _home(services: Services) -> Check:
    home = services.settings.home
    prepare_home(home)
    free = shutil.disk_usage(home).free
    shown = f"{home}, {free / 1024**3:.1f} GiB free"
    if free < _FEW_BYTES:
        return Check("home", Verdict.WRONG, f"{shown}: too little to build an index. Make room.")
    return Check("home", Verdict.OK, shown)


def _model(services: Services) -> Check:
    chosen = services.settings.model
    if chosen is not None:
        return Check(
            "model", Verdict.OK, f"{services.encoder.name}, {services.encoder.dim} numbers"
        )
    verify_packaged_model()
    return Check(
        "model", Verdict.OK, f"{services.encoder.name}, sha256 {PACKAGED_SHA256} as pinned"
    )


def _content(services: Services) -> Check:
    content = services.settings.content
    vocabularies = Vocabularies.load(content / "vocabulary")
    folder = ContentFolder(content, vocabularies)
    findings = folder.check()
    faulty = sorted({f.path for f in findings if f.severity is Severity.FAULT})
    shown = f"{len(folder.paths())} files in {content}"
    if faulty:
        return Check("content", Verdict.WRONG, f"{shown}, {len(faulty)} with faults: see kb check")
    shown = f"{shown}, none with a fault"
    until = SchoolHolidays.load(content / HOLIDAYS, vocabularies["region"]).known_until
    if until is None or until < datetime.now(UTC).date() + _SOON:
        known = f"until {until}" if until else "not at all"
        said = f"school holidays are known {known}: add the next year's to {HOLIDAYS}"
        return Check("content", Verdict.NOTE, f"{shown}; {said}")
    return Check("content", Verdict.OK, shown)


def _database(services: Services) -> Check:
    database: Database = services.database
    if not database.has_table("alembic_version"):
        return Check("database", Verdict.WRONG, "not made yet: kb index makes it")
    with database.read() as session:
        if database.engine.dialect.name == "sqlite":
            answer = session.scalar(text("PRAGMA quick_check"))
            if answer != "ok":
                return Check("database", Verdict.WRONG, f"damaged ({answer}): restore a backup")
        revision = session.scalar(text("SELECT version_num FROM alembic_version"))
    shown = database.engine.url.render_as_string(hide_password=True)
    return Check("database", Verdict.OK, f"{shown}, schema {revision}")


def _index(services: Services) -> Check:
    manifest = read_manifest(services.updater.store.current())
    shown = (
        f"{manifest.documents} studies, {manifest.passages} passages, "
        f"built {manifest.built_at[:16].replace('T', ' ')} UTC with {manifest.model}"
    )
    if manifest.model != services.encoder.name:
        return Check(
            "index", Verdict.WRONG, f"{shown}, but the model is {services.encoder.name}: kb index"
        )
    if services.updater.store.held_back():
        return Check("index", Verdict.NOTE, f"{shown}; rolled back: kb index --rebuild ends that")
    return Check("index", Verdict.OK, shown)


def _keeper(services: Services) -> Check:
    if not services.database.has_table("job"):
        return Check("keeper", Verdict.NOTE, "never started yet: kb serve runs it")
    with services.database.read() as session:
        failure = Jobs(session).last_failure()
    if failure:
        return Check("keeper", Verdict.WRONG, f"its last job failed: {failure}")
    return Check("keeper", Verdict.OK, "no failed job")


def _mail(services: Services) -> Check:
    shown = f"goes through {services.relay}, from {services.settings.mail_from.address}"
    if services.settings.smtp_url is None:
        shown = f"is not sent but kept as {services.relay}: KB_SMTP_URL sends it"
    if not services.database.has_table("outbox"):
        return Check("mail", Verdict.OK, shown)
    with services.database.read() as session:
        stands = standing(session)
    shown = f"{shown}; {stands.waiting} waiting, {stands.failed} failed"
    if since := stands.held_up_since:
        is_long = datetime.now(UTC) - since > _LONG
        verdict = Verdict.WRONG if is_long else Verdict.NOTE
        return Check("mail", verdict, f"{shown}; held up: {stands.held_up_by}")
    if stands.failed:
        return Check("mail", Verdict.NOTE, f"{shown}: kb mail status says why")
    return Check("mail", Verdict.OK, shown)
