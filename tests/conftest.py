"""Databases for every test that wants one: real SQLite files and a real PostgreSQL server, with all tables."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from knowledge.database import Database
from tests.desks import catalogues, desk, person
from tests.learning import lessons
from tests.postgresql import engine_of, execute, named, throw_away_server
from tests.prepared import filled_url, knowing_file, knowing_postgres, sqlite_url, unlearnt_file

__all__ = [
    "catalogues",
    "desk",
    "filled_url",
    "knowing_file",
    "knowing_postgres",
    "lessons",
    "person",
    "sqlite_url",
    "unlearnt_file",
]
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
    with ExitStack() as stack:
        try:
            url = stack.enter_context(throw_away_server())
        except Exception as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"PostgreSQL does not start here: {error}")
        yield url


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
    execute(server, "CREATE DATABASE empty TEMPLATE template0")
    yield named(server, "empty")
    execute(server, "DROP DATABASE empty WITH (FORCE)")


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
    execute(postgres_url, "CREATE DATABASE guidepost TEMPLATE template0")
    _upgrade(named(postgres_url, "guidepost"))
    engine = engine_of(named(postgres_url, "guidepost"))
    yield engine
    engine.dispose()


def _upgrade(url: str) -> None:
    database = Database(url)
    database.upgrade()
    database.close()
