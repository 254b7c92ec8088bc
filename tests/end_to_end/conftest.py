"""A database with the shipped knowledge already in it, so that a process starts as fast as on its second start."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from knowledge.database import Database
from tests.learning import Lessons, fill


@pytest.fixture(scope="session")
def knowing_file(tmp_path_factory: pytest.TempPathFactory, lessons: Lessons) -> Path:
    file = tmp_path_factory.mktemp("process") / "knowing.db"
    fill(f"sqlite:///{file}", lessons)
    return file


@pytest.fixture
def sqlite_url(knowing_file: Path, tmp_path: Path) -> str:
    shutil.copyfile(knowing_file, tmp_path / "desk.db")
    return f"sqlite:///{tmp_path}/desk.db"


@pytest.fixture(scope="session")
def knowing_postgres(postgres_url: str, lessons: Lessons) -> str:
    """A PostgreSQL database with tables and knowledge, to be copied."""
    _server(postgres_url, "CREATE DATABASE knowing TEMPLATE template0")
    url = _named(postgres_url, "knowing")
    fill(url, lessons)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def filled_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A desk's database on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    source = request.getfixturevalue("knowing_postgres")
    _server(source, "DROP DATABASE IF EXISTS desk WITH (FORCE)", "CREATE DATABASE desk TEMPLATE knowing")
    yield _named(source, "desk")


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _server(url: str, *statements: str) -> None:
    database = Database(_named(url, "postgres"))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))
    database.close()
