"""The database of a run: empty of people, full of knowledge, so that a process starts within seconds."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.learning import Lessons, fill, filled
from tests.postgresql import throw_away_database

KINDS = ("sqlite", "postgresql")


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The address of one in this folder, or on a PostgreSQL server of its own."""
    if kind == "sqlite":
        shutil.copyfile(filled(Lessons()), folder / "desk.db")
        yield f"sqlite:///{folder}/desk.db"
        return
    with throw_away_database() as url:
        fill(url, Lessons())
        yield url
