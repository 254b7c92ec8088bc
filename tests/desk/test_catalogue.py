"""The catalogue follows the knowledge, whoever changes it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk.catalogue import Catalogues
from knowledge.database import Database
from knowledge.topics import Basket, Topic
from knowledge.vocabulary import Kind, Status
from knowledge.wordings import Wording
from routing import counted
from routing.decision import Context
from routing.index import Source
from routing.prepared import source
from routing.router import route

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


@pytest.fixture
def started(sqlite_url: str, now: list[datetime]) -> Iterator[Catalogues]:
    """Those of a process that has just started on a day of its own; everything was learnt before."""
    counted.release(())
    now[0] += timedelta(days=9)
    database = Database(sqlite_url)
    catalogues = Catalogues(database, lambda: now[0])
    assert list(catalogues.warm_up("en")) == ["en"]
    yield catalogues
    database.close()


GOATS = "mbuzi wa babu amekula kamba ya kijani"


def teach_goats(database: Database) -> None:
    with database.writing() as session:
        wording = session.get_one(Wording, (Kind.TOPIC, "access", "sw"))
        wording.fields = {**wording.fields, "phrases": [*wording.fields["phrases"], GOATS]}


def test_a_language_is_prepared_when_somebody_writes_in_it(started: Catalogues) -> None:
    assert "sw" not in started.warm
    started.make_ready(GOATS)
    assert "sw" in started.warm and source(started.current(), "sw") is Source.KEPT


def test_a_language_nobody_wrote_in_answers_while_a_change_is_learnt(started: Catalogues) -> None:
    started.learning = lambda: True
    teach_goats(started.database)
    started.amend("en")
    started.make_ready(GOATS)
    catalogue = started.current()
    assert source(catalogue, "sw") is Source.AMENDED
    assert route(GOATS, Context(), catalogue).topics[0].id == "access"


def test_a_language_somebody_wrote_in_is_amended_before_the_next_message(started: Catalogues) -> None:
    started.learning = lambda: True
    started.make_ready(GOATS)
    teach_goats(started.database)
    started.amend("en")
    assert {"en", "sw"} == started.warm
