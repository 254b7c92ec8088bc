"""Databases with the shipped knowledge already in them, so that a process starts as fast as on its second start."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.learning import Lessons, fill
from tests.postgresql import execute, named


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
