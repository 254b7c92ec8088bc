"""Databases with the shipped knowledge, so that a process starts as fast as on its second start.

What the router learns takes a minute; the results are kept between tests and test runs, by their marks. Run as a
program it learns what is missing, with the whole machine to itself.
"""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk import tables
from desk.catalogue import Catalogues
from desk.learnt import Learnt
from knowledge.database import Database
from knowledge.packs import import_shipped
from routing.catalogue import Catalogue
from routing.prepared import prepare, prepared

assert tables.TABLES
# Where pytest keeps its cache of this checkout.
KEPT = Path(__file__).parents[1] / ".pytest_cache" / "d" / "learnt"


class Lessons:
    """A folder of results. Several test processes may use it at once."""

    def __init__(self, folder: Path = KEPT) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder

    def recall(self, mark: str) -> bytes | None:
        file = self.folder / mark
        return file.read_bytes() if file.exists() else None

    def keep(self, found: dict[str, bytes]) -> None:
        for mark, content in found.items():
            unfinished = self.folder / f"{mark}.{os.getpid()}"
            unfinished.write_bytes(content)
            unfinished.rename(self.folder / mark)

    def learn(self, catalogue: Catalogue) -> dict[str, bytes]:
        """All there is to know of a catalogue, by its marks; what is not known yet is learnt."""
        for language in sorted({language for entry in catalogue.entries for language in entry.phrases}):
            self.keep(prepare(catalogue, [language], recall=self.recall))
        return {index.key.mark: index.heads.packed() for index in prepared(catalogue).indexes}

    def teach(self, database: Database) -> None:
        """Put into a database what the router learns from the knowledge in it."""
        now = datetime.now(UTC)
        known = self.learn(Catalogues(database, lambda: now).current())
        with database.writing() as session:
            session.add_all(Learnt(key=mark, language="test", content=known[mark], made_at=now) for mark in known)
        for _ in Catalogues(database, lambda: now).learn("en"):
            pass


def fill(url: str, lessons: Lessons) -> None:
    """Make the tables, take in the shipped knowledge, and learn it."""
    database = Database(url)
    database.upgrade()
    with database.writing() as session:
        import_shipped(session, datetime.now(UTC))
    lessons.teach(database)
    database.close()


@pytest.fixture(scope="session")
def lessons(request: pytest.FixtureRequest) -> Lessons:
    """The results of this checkout, in the folder of pytest's cache."""
    return Lessons(request.config.cache.mkdir("learnt"))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        fill(f"sqlite:///{place}/desk.db", Lessons())
