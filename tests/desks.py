"""Fixtures: a desk with the shipped knowledge in it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.catalogue import Catalogues
from knowledge.database import Database
from tests.dialogue import NOON, Desk, Person


@pytest.fixture(scope="session")
def catalogues(knowing_file: Path) -> Catalogues:
    """The shipped catalogue, prepared once."""
    return Catalogues(Database(f"sqlite:///{knowing_file}"), lambda: NOON)


@pytest.fixture
def desk(unlearnt_file: Path, catalogues: Catalogues, tmp_path: Path) -> Iterator[Desk]:
    """A desk of its own for one conversation."""
    shutil.copyfile(unlearnt_file, tmp_path / "desk.db")
    database = Database(f"sqlite:///{tmp_path}/desk.db")
    yield Desk(database, catalogues=catalogues)
    database.close()


@pytest.fixture
def person(desk: Desk) -> Person:
    return desk.person()
