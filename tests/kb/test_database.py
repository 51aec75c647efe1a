"""The database: brought up to date on start, and plain about what it refuses."""

from datetime import date
from importlib.resources import as_file, files
from pathlib import Path
from threading import Thread

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import inspect, select, text

from kb.database import Database
from kb.errors import StorageFailed
from kb.jobs import JobKind, Jobs
from kb.models import Base, CatalogueRow, JobRow
from tests.factories import NOW, Installation, write_study


def fresh(tmp_path: Path, name: str = "kb.sqlite") -> Database:
    return Database(f"sqlite:///{tmp_path}/{name}")


def test_opening_makes_no_connection_and_no_file(tmp_path: Path) -> None:
    fresh(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_migrations_make_every_table_that_the_models_know(site: Installation) -> None:
    tables = set(inspect(site.database.engine).get_table_names())
    assert tables == {*Base.metadata.tables, "alembic_version"}


def test_migrations_and_models_agree(site: Installation) -> None:
    with site.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_day_of_first_publication_is_taken_over_from_an_older_database(
    site: Installation,
) -> None:
    write_study(site.root, "a-study", first_published=date(2025, 9, 1))
    write_study(site.root, "b-study", first_published=None)
    site.sync()
    days = select(CatalogueRow.slug, CatalogueRow.first_published).order_by(CatalogueRow.slug)
    with site.database.read() as session:
        before = session.execute(days).all()
    with as_file(files("kb") / "migrations") as scripts, site.database.engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(scripts))
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        columns = {column["name"] for column in inspect(connection).get_columns("catalogue")}
        assert "first_published" not in columns
    site.database.migrate(site.root.parent)
    with site.database.read() as session:
        assert session.execute(days).all() == before
        assert [day for _, day in before] == [date(2025, 9, 1), None]


def test_migrating_twice_is_harmless(tmp_path: Path) -> None:
    database = fresh(tmp_path)
    database.migrate(tmp_path)
    with database.begin() as session:
        Jobs(session).queue(JobKind.INDEX, NOW)
    database.migrate(tmp_path)
    fresh(tmp_path).migrate(tmp_path)
    with database.begin() as session:
        assert len(session.scalars(select(JobRow)).all()) == 1


def test_many_processes_may_start_at_once(tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def start() -> None:
        try:
            fresh(tmp_path).migrate(tmp_path)
        except BaseException as error:
            failures.append(error)

    threads = [Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    database = fresh(tmp_path)
    database.migrate(tmp_path)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageFailed, match=r"another version of this program.*Update the program"):
        database.migrate(tmp_path)
    with database.engine.connect() as connection:
        assert (
            connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
        )


def test_a_file_that_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "kb.sqlite").write_bytes(b"this is a diary, not a database\n" * 100)
    with pytest.raises(StorageFailed, match=r"kb\.sqlite refused: .*Run kb doctor"):
        fresh(tmp_path).migrate(tmp_path)


def test_a_database_that_cannot_be_opened_says_where_it_was_looked_for(tmp_path: Path) -> None:
    database = fresh(tmp_path, "nowhere/kb.sqlite")
    with pytest.raises(StorageFailed, match=r"nowhere/kb\.sqlite refused: unable to open"):
        database.migrate(tmp_path)
    with pytest.raises(StorageFailed, match=r"unable to open"), database.begin() as session:
        session.scalars(select(JobRow)).all()


def test_a_database_that_was_never_migrated_is_plain_about_it(tmp_path: Path) -> None:
    with (
        pytest.raises(StorageFailed, match=r"no such table: job"),
        fresh(tmp_path).begin() as session,
    ):
        session.scalars(select(JobRow)).all()


def test_a_transaction_that_fails_leaves_nothing_behind(site: Installation) -> None:
    def write_and_fail() -> None:
        with site.database.begin() as session:
            session.add(JobRow(kind="index", state="queued", run_after=NOW, queued_at=NOW))
            session.flush()
            raise KeyError

    with pytest.raises(KeyError):
        write_and_fail()
    with site.database.begin() as session:
        assert session.scalars(select(JobRow)).all() == []


def test_pages_are_read_while_the_keeper_writes(site: Installation) -> None:
    with site.database.begin() as writer:
        Jobs(writer).queue(JobKind.INDEX, NOW)
        writer.add(JobRow(kind="x", state="done", run_after=NOW, queued_at=NOW))
        writer.flush()
        with site.database.read() as reader:
            assert "x" not in reader.scalars(select(JobRow.kind)).all()


def test_sqlite_survives_a_pulled_plug_and_holds_its_references(site: Installation) -> None:
    with site.database.engine.connect() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }


def test_moments_come_back_as_they_went_in(site: Installation) -> None:
    with site.database.begin() as session:
        Jobs(session).queue(JobKind.INDEX, NOW)
    with site.database.begin() as session:
        row = session.scalars(select(JobRow)).one()
        assert row.queued_at == NOW
        assert row.queued_at.tzinfo is not None


def test_a_migration_that_was_interrupted_can_be_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = fresh(tmp_path)
    with monkeypatch.context() as patch:

        def pulled_plug(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        # The first migration makes tables, and then an index on one of them.
        patch.setattr(Operations, "batch_alter_table", pulled_plug)
        with pytest.raises(KeyboardInterrupt):
            database.migrate(tmp_path)
    database.migrate(tmp_path)
