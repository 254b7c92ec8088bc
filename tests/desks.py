"""Fixtures: a desk with the shipped knowledge in it."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk.catalogue import Catalogues
from knowledge.database import Database
from knowledge.packs import import_shipped
from tests.dialogue import NOON, Desk, Person
from tests.learning import Lessons


@pytest.fixture(scope="session")
def knowing(tmp_path_factory: pytest.TempPathFactory, lessons: Lessons) -> Path:
    """A database file with all tables and the shipped pack, to be copied for every conversation."""
    file = tmp_path_factory.mktemp("knowing") / "knowing.db"
    database = Database(f"sqlite:///{file}")
    database.upgrade()
    with database.writing() as session:
        import_shipped(session, datetime(2026, 11, 23, tzinfo=UTC))
    lessons.teach(database)
    database.close()
    return file


@pytest.fixture(scope="session")
def catalogues(knowing: Path) -> Catalogues:
    """The shipped catalogue, prepared once."""
    return Catalogues(Database(f"sqlite:///{knowing}"), lambda: NOON)


@pytest.fixture
def desk(knowing: Path, catalogues: Catalogues, tmp_path: Path) -> Iterator[Desk]:
    """A desk of its own for one conversation."""
    shutil.copyfile(knowing, tmp_path / "desk.db")
    database = Database(f"sqlite:///{tmp_path}/desk.db")
    yield Desk(database, catalogues=catalogues)
    database.close()


@pytest.fixture
def person(desk: Desk) -> Person:
    return desk.person()
