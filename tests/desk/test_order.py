"""Several workers on one PostgreSQL, while messages still come in: each is done once, in order, never two at once."""

import os
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from desk import inbox, tables
from desk.messages import Address, Arrival, Incoming
from desk.worker import TOGETHER
from knowledge.database import Database

assert tables.TABLES

# A longer proof: ORDER_MESSAGES=10000 make test ARGS="tests/desk/test_order.py -o faulthandler_timeout=900"
MESSAGES = int(os.environ.get("ORDER_MESSAGES", "1000"))
CONVERSATIONS, WORKERS, RECEIVERS = 40, 4, 3


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Book:
    """What the workers did, in the order in which they did it."""

    begun: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    at_once: set[str] = field(default_factory=set)
    _busy: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, claim: inbox.Claim) -> None:
        with self._lock:
            conversation = claim.incoming.address.key
            if conversation in self._busy:
                self.at_once.add(conversation)
            self._busy.add(conversation)
            self.begun[conversation].append(claim.id)

    def end(self, claim: inbox.Claim) -> None:
        with self._lock:
            self._busy.discard(claim.incoming.address.key)

    @property
    def total(self) -> int:
        return sum(map(len, self.begun.values()))

    @property
    def inversions(self) -> int:
        return sum(one >= two for ids in self.begun.values() for one, two in pairwise(ids))


@pytest.fixture
def backend() -> str:
    return "postgresql"


def receive(database: Database, number: int) -> None:
    """What one process takes in: batches of every conversation, as other processes do at the same moment."""
    chance = random.Random(number)
    mine = range(number, MESSAGES, RECEIVERS)
    for start in range(0, len(mine), 20):
        batch = [event(one, chance.randrange(CONVERSATIONS)) for one in mine[start : start + 20]]
        with database.writing() as session:
            inbox.store(session, batch)
            # The commit takes a moment, in which others store and commit.
            time.sleep(0.002)


def event(number: int, conversation: int) -> Incoming:
    address = Address("telegram", "1", str(conversation))
    return Incoming(address, f"e{number}", str(conversation), Arrival.TEXT, now(), text="short")


def work(database: Database, name: str, book: Book, received: Callable[[], bool]) -> None:
    while True:
        last_look = received()
        with database.writing() as session:
            claims = inbox.claim(session, name, now(), limit=TOGETHER)
        if claims:
            for claim in claims:
                book.begin(claim)
            with database.writing() as session:
                for claim in claims:
                    inbox.done(session, claim, now(), None)
                # Once it is committed another worker may begin the next ones, so the end is noted before.
                session.flush()
                for claim in claims:
                    book.end(claim)
        elif last_look:
            with database.reading() as session:
                if not inbox.waiting(session):
                    return


def test_messages_keep_their_order_with_four_workers(database: Database) -> None:
    book = Book()
    with ThreadPoolExecutor(WORKERS + RECEIVERS) as pool:
        receivers = [pool.submit(receive, database, number) for number in range(RECEIVERS)]
        workers = [
            pool.submit(work, database, f"w{number}", book, lambda: all(one.done() for one in receivers))
            for number in range(WORKERS)
        ]
        for one in (*receivers, *workers):
            one.result()
    assert (book.total, book.inversions, book.at_once) == (MESSAGES, 0, set())


def test_a_later_message_is_not_seen_before_an_earlier_one_is_committed(database: Database) -> None:
    """Two processes store messages of one conversation; the first one's commit is slow."""
    with ThreadPoolExecutor(1) as pool:
        with database.writing() as slow:
            inbox.store(slow, [event(1, conversation=7)])
            second = pool.submit(store, database, event(2, conversation=7))
            time.sleep(0.3)
            assert claimed(database) is None
        second.result()
    first = claimed(database)
    assert first is not None and first.incoming.external_id == "e1"


def test_messages_of_other_conversations_do_not_wait_for_a_slow_commit(database: Database) -> None:
    with database.writing() as slow:
        inbox.store(slow, [event(1, conversation=7)])
        store(database, event(2, conversation=8))
        other = claimed(database)
    assert other is not None and other.incoming.external_id == "e2"


def store(database: Database, *events: Incoming) -> None:
    with database.writing() as session:
        inbox.store(session, events)


def claimed(database: Database) -> inbox.Claim | None:
    with database.writing() as session:
        return next(iter(inbox.claim(session, "w", now())), None)
