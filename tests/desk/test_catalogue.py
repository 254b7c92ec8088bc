"""The catalogue follows the knowledge, whoever changes it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk.catalogue import Catalogues
from knowledge.database import Database
from knowledge.topics import Basket, Topic
from knowledge.vocabulary import Status

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def now() -> list[datetime]:
    """The time, in a list so that a test can move it."""
    return [NOON]


def add_topic(database: Database, id: str, **fields: Any) -> None:
    with database.writing() as session:
        if session.get(Basket, "basket") is None:
            session.add(Basket(id="basket", status=Status.PUBLISHED))
        session.add(Topic(id=id, basket="basket", status=Status.PUBLISHED, **fields))


def known(catalogues: Catalogues) -> list[str]:
    return sorted(entry.id for entry in catalogues.current().entries)


def test_a_change_made_here_is_seen_at_once(database: Database, now: list[datetime]) -> None:
    catalogues = Catalogues(database, lambda: now[0])
    add_topic(database, "bees")
    assert known(catalogues) == ["bees"]
    add_topic(database, "goats")
    assert known(catalogues) == ["bees", "goats"]


def test_a_change_made_elsewhere_is_seen_within_a_second(database: Database, now: list[datetime]) -> None:
    catalogues, other = Catalogues(database, lambda: now[0]), Database(database.url.render_as_string(False))
    add_topic(other, "bees")
    assert known(catalogues) == ["bees"]
    add_topic(other, "goats")
    other.close()
    now[0] += timedelta(seconds=0.5)
    assert known(catalogues) == ["bees", "goats"]


def test_nothing_is_read_anew_without_a_change(database: Database, now: list[datetime]) -> None:
    catalogues = Catalogues(database, lambda: now[0])
    before = catalogues.current()
    now[0] += timedelta(minutes=5)
    assert catalogues.current() is before
