"""The shipped pack as a catalogue, made by the desk itself."""

import tempfile
from datetime import UTC, datetime
from functools import cache

from desk import tables
from desk.catalogue import Catalogues
from knowledge.database import Database
from knowledge.packs import import_shipped
from routing.catalogue import Catalogue
from routing.prepared import prepare
from tests.learning import Lessons

assert tables.TABLES
#: A Sunday at noon.
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def shipped() -> Catalogue:
    """The whole pack as a catalogue. Whatever was prepared since, nothing of it is learnt a second time."""
    catalogue = _taken_in()
    prepare(catalogue, (), Lessons().recall)
    return catalogue


@cache
def _taken_in() -> Catalogue:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/desk.db")
        database.upgrade()
        with database.writing() as session:
            import_shipped(session, NOW)
        catalogue = Catalogues(database, lambda: NOW).current()
        database.close()
    return catalogue
