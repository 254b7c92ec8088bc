"""Databases with the shipped knowledge, so that a process starts as fast as on its second start.

What the router learns takes a minute; the results are kept between tests and test runs, by their marks. Run as a
program it learns what is missing, with the whole machine to itself, and fills the file that tests copy.
"""

import os
from collections.abc import Iterator
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
ROOT = Path(__file__).parents[1]
# Where pytest keeps its cache of this checkout.
KEPT = ROOT / ".pytest_cache" / "d" / "learnt"
# What decides what a filled database holds.
ROOMS = ("knowledge", "routing", "desk")


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
        return {index.key.mark: index.packed() for index in prepared(catalogue).indexes}

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


def filled(lessons: Lessons) -> Path:
    """A SQLite file with the shipped knowledge and all that is learnt from it, to be copied. It is filled anew when a
    room it comes from has changed since."""
    file = lessons.folder / "desk.db"
    if not file.exists() or file.stat().st_mtime < max(path.stat().st_mtime for path in _sources()):
        unfinished = lessons.folder / f"desk.{os.getpid()}.db"
        fill(f"sqlite:///{unfinished}", lessons)
        unfinished.rename(file)
    return file


def _sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from (path for path in (ROOT / room).rglob("*.*") if path.is_file() and path.suffix != ".pyc")


@pytest.fixture(scope="session")
def lessons(request: pytest.FixtureRequest) -> Lessons:
    """The results of this checkout, in the folder of pytest's cache."""
    return Lessons(request.config.cache.mkdir("learnt"))


if __name__ == "__main__":
    filled(Lessons())
