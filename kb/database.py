"""The database: opened once at the edge, brought up to date on start."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from filelock import FileLock
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DatabaseError, DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from kb.errors import Invalid, StorageFailed

_READ_ONLY = "kb_read_only"
# Rows read or written at a time. Databases bound the values of one statement, SQLite before
# 3.32 at 999; and many rows held at once make work for Python's garbage collector.
AT_ONCE = 500

# Both take ON CONFLICT, in the same words.
_INSERT: Mapping[str, Callable[..., sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
_T = TypeVar("_T")


class Database:
    """Hands out sessions; no connection is made before the first one."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._writing = sessionmaker(self.engine, expire_on_commit=False)
        reading = self.engine.execution_options(**{_READ_ONLY: True})
        self._reading = sessionmaker(reading, expire_on_commit=False)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A session in one transaction: committed at the end, rolled back on any error.

        Raises:
            StorageFailed: the database could not be reached, read or written.
        """
        with self._translating(), self._writing.begin() as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database and waits for no writer.

        Raises:
            StorageFailed: the database could not be reached or read.
        """
        with self._translating(), self._reading.begin() as session:
            yield session

    def has_table(self, name: str) -> bool:
        """Whether a table is there; raises StorageFailed like `read`."""
        with self._translating():
            return inspect(self.engine).has_table(name)

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if error.connection_invalidated or isinstance(error, DatabaseError):
                raise StorageFailed(_explain(error, self.engine)) from error
            raise

    def migrate(self, home: Path) -> None:
        """Apply every migration that this database lacks; one process at a time does it.

        Raises:
            StorageFailed: the database could not be opened, or a newer version wrote it.
        """
        with FileLock(home / "migrate.lock"), as_file(files("kb") / "migrations") as scripts:
            config = Config()
            config.set_main_option("script_location", str(scripts).replace("%", "%%"))
            try:
                with self.engine.begin() as connection:
                    config.attributes["connection"] = connection
                    command.upgrade(config, "head")
            except DBAPIError as error:
                raise StorageFailed(_explain(error, self.engine)) from error
            except CommandError as error:
                raise StorageFailed(
                    f"The database was written by another version of this program ({error}). "
                    "Update the program, or restore the database of this version."
                ) from error

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def insert_into(session: Session, table: type[Any]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT in the session's dialect, which may say what to do where a row is there."""
    insert = _INSERT[session.get_bind().dialect.name]
    return insert(table)


def in_parts(values: Iterable[_T]) -> Iterator[list[_T]]:
    """The values in lists that one statement can take, in order."""
    every = list(values)
    for start in range(0, len(every), AT_ONCE):
        yield every[start : start + AT_ONCE]


def _engine(url: str) -> Engine:
    try:
        engine = create_engine(url)
    except ModuleNotFoundError as error:
        raise Invalid(
            f"KB_DATABASE_URL needs the driver {error.name}, which is not installed; "
            "for PostgreSQL: pip install 'psycopg[binary]', and a URL of postgresql+psycopg://"
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its turn at once: one that first reads cannot wait for another later.
    reads = connection.get_execution_options().get(_READ_ONLY)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _tune_sqlite(connection: SqliteConnection, _record: object) -> None:
    # The driver's own transactions leave out savepoints and DDL: ours begin in _begin_sqlite.
    connection.isolation_level = None
    # WAL lets pages be read while the keeper writes; FULL survives a pulled plug.
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "busy_timeout = 10000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _explain(error: DBAPIError, engine: Engine) -> str:
    where = make_url(engine.url).render_as_string(hide_password=True)
    return f"The database {where} refused: {error.orig}. Run kb doctor to see what is wrong."
