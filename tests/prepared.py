"""Databases with the shipped knowledge already in them, so that a process starts as fast as on its second start."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.learning import Lessons, fill, filled
from tests.postgresql import execute, named


@pytest.fixture(scope="session")
def knowing_file(tmp_path_factory: pytest.TempPathFactory, lessons: Lessons) -> Path:
    """A SQLite file with the knowledge and all that is learnt from it."""
    return Path(shutil.copyfile(filled(lessons), tmp_path_factory.mktemp("process") / "knowing.db"))


@pytest.fixture(scope="session")
def unlearnt_file(knowing_file: Path) -> Path:
    """A tenth of it: the same without what is learnt, for desks that use `catalogues`."""
    file = Path(shutil.copyfile(knowing_file, knowing_file.with_name("unlearnt.db")))
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("DELETE FROM learnt")
        connection.execute("VACUUM")
    return file


@pytest.fixture
def sqlite_url(knowing_file: Path, tmp_path: Path) -> str:
    shutil.copyfile(knowing_file, tmp_path / "desk.db")
    return f"sqlite:///{tmp_path}/desk.db"


@pytest.fixture(scope="session")
def knowing_postgres(postgres_url: str, lessons: Lessons) -> str:
    """A PostgreSQL database with tables and knowledge, to be copied."""
    execute(postgres_url, "CREATE DATABASE knowing TEMPLATE template0")
    url = named(postgres_url, "knowing")
    fill(url, lessons)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def filled_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A desk's database on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    source = request.getfixturevalue("knowing_postgres")
    execute(
        named(source, "postgres"), "DROP DATABASE IF EXISTS desk WITH (FORCE)", "CREATE DATABASE desk TEMPLATE knowing"
    )
    yield named(source, "desk")
