"""Whoever waits is woken by a commit, in this process and in others, and by nothing else."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from knowledge.database import Database
from knowledge.packs import import_folder
from knowledge.wakeups import LOOK_SECONDS, SELDOM_SECONDS, Topic, announce
from tests.knowledge.sample_pack import PackFolder

SOON = 30


class Ear:
    """Counts what it hears."""

    def __init__(self, database: Database, topic: Topic) -> None:
        self.heard, self._event = 0, threading.Event()
        database.wakeups.hear(topic, self._hear)

    def _hear(self) -> None:
        self.heard += 1
        self._event.set()

    def hears(self, seconds: float = SOON) -> bool:
        happened = self._event.wait(seconds)
        self._event.clear()
        return happened


@pytest.fixture
def other(postgres_url: str, upgraded_postgresql: object, database: Database, backend: str) -> Iterator[Database]:
    """A second process on the same PostgreSQL server; it listens."""
    if backend != "postgresql":
        pytest.skip("SQLite cannot pass anything on")
    opened = Database(database.url.set(drivername="postgresql").render_as_string(hide_password=False))
    with opened.listening():
        until = time.monotonic() + SOON
        while not opened.wakeups.hears_others and time.monotonic() < until:
            time.sleep(0.01)
        yield opened
    opened.close()


def test_a_commit_wakes_whoever_waits_for_it(database: Database) -> None:
    inbox, outbox = Ear(database, Topic.INBOX), Ear(database, Topic.OUTBOX)
    with database.writing() as session:
        announce(session, Topic.INBOX)
        assert inbox.heard == 0
    assert (inbox.heard, outbox.heard) == (1, 0)


def test_what_is_rolled_back_wakes_nobody(database: Database) -> None:
    ear = Ear(database, Topic.INBOX)
    with pytest.raises(LookupError), database.writing() as session:
        announce(session, Topic.INBOX)
        raise LookupError
    assert ear.heard == 0


def test_a_hearer_that_fails_does_not_undo_the_commit(database: Database) -> None:
    database.wakeups.hear(Topic.INBOX, lambda: 1 / 0)
    ear = Ear(database, Topic.INBOX)
    with database.writing() as session:
        announce(session, Topic.INBOX)
    assert ear.heard == 1


def test_another_process_hears_it_within_a_second(database: Database, other: Database) -> None:
    ear = Ear(other, Topic.INBOX)
    took = []
    for _ in range(5):
        started = time.monotonic()
        with database.writing() as session:
            announce(session, Topic.INBOX)
        assert ear.hears()
        took.append(time.monotonic() - started)
    assert min(took) < 1


def test_a_change_of_the_knowledge_reaches_another_process(
    database: Database, other: Database, pack_folder: PackFolder
) -> None:
    ear = Ear(other, Topic.KNOWLEDGE)
    with database.writing() as session:
        import_folder(session, pack_folder.path, datetime(2026, 11, 23, tzinfo=UTC))
    assert ear.hears()


def test_who_hears_others_looks_seldom_until_the_connection_breaks(database: Database, other: Database) -> None:
    ear = Ear(other, Topic.INBOX)
    assert other.wakeups.look_seconds == SELDOM_SECONDS and database.wakeups.look_seconds == LOOK_SECONDS
    with database.writing() as session:
        session.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND pid <> :mine"),
            {"mine": session.scalar(text("SELECT pg_backend_pid()"))},
        )
    # Connected again, everybody looks once: something may have been missed.
    assert ear.hears()
    with database.writing() as session:
        announce(session, Topic.INBOX)
    assert ear.hears()
