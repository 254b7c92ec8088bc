"""The sample pack as files, and in a database."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session

from knowledge.database import Database
from knowledge.packs import ImportReport, import_folder
from tests.knowledge.sample_pack import NOW, PackFolder


@pytest.fixture(scope="session")
def written_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files every test gets a copy of."""
    folder = tmp_path_factory.mktemp("sample") / "pack"
    PackFolder(folder).write()
    return folder


@pytest.fixture
def pack_folder(written_pack: Path, tmp_path: Path) -> PackFolder:
    """A faultless little pack."""
    shutil.copytree(written_pack, tmp_path / "pack")
    return PackFolder(tmp_path / "pack")


@pytest.fixture
def importing(database: Database, pack_folder: PackFolder) -> Callable[[], ImportReport]:
    """Import the folder as it is now."""

    def run() -> ImportReport:
        with database.writing() as session:
            return import_folder(session, pack_folder.path, NOW)

    return run


@pytest.fixture
def knowing(importing: Callable[[], ImportReport], database: Database) -> Database:
    """A database of its own that has the little pack in it."""
    importing()
    return database


@pytest.fixture
def session(backend: str, request: pytest.FixtureRequest) -> Iterator[Session]:
    """A transaction over the little pack; what a test writes is rolled back."""
    database: Database = request.getfixturevalue(f"sample_{backend}")
    with Session(database.engine.execution_options(guidepost="write"), expire_on_commit=False) as opened:
        yield opened


@pytest.fixture(scope="session")
def sample_sqlite(upgraded_sqlite: Path, written_pack: Path) -> Iterator[Database]:
    """The SQLite database that `session` shares out."""
    file = upgraded_sqlite.parent / "sample.db"
    shutil.copyfile(upgraded_sqlite, file)
    yield from _filled(f"sqlite:///{file}", written_pack)


@pytest.fixture(scope="session")
def sample_postgresql(postgres_url: str, written_pack: Path) -> Iterator[Database]:
    """The PostgreSQL database that `session` shares out."""
    url = make_url(postgres_url)
    engine = create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE sample TEMPLATE template0"))
    engine.dispose()
    yield from _filled(url.set(database="sample").render_as_string(hide_password=False), written_pack)


def _filled(url: str, folder: Path) -> Iterator[Database]:
    database = Database(url)
    database.upgrade()
    with database.writing() as session:
        import_folder(session, folder, NOW)
    yield database
    database.close()
