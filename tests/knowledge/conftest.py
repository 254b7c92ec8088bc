"""The sample pack as files, and in a database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from knowledge.database import Database
from knowledge.packs import ImportReport, import_folder
from tests.knowledge.sample_pack import NOW, PackFolder


@pytest.fixture
def pack_folder(tmp_path: Path) -> PackFolder:
    """A faultless little pack."""
    return PackFolder(tmp_path / "pack")


@pytest.fixture
def knowing(database: Database, pack_folder: PackFolder) -> Database:
    """A database that has the little pack in it."""
    with database.writing() as session:
        import_folder(session, pack_folder.path, NOW)
    return database


@pytest.fixture
def session(knowing: Database) -> Iterator[Session]:
    """A transaction over the little pack; what a test writes is rolled back."""
    with Session(knowing.engine.execution_options(guidepost="write"), expire_on_commit=False) as opened:
        yield opened


@pytest.fixture
def importing(database: Database, pack_folder: PackFolder) -> Callable[[], ImportReport]:
    """Import the folder as it is now."""

    def run() -> ImportReport:
        with database.writing() as session:
            return import_folder(session, pack_folder.path, NOW)

    return run
