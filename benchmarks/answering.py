"""How many requests a second one process answers, beside one bare durable transaction on the same disk.

A request here is the whole way of a message without the platform: stored, claimed, routed, ticket and follow-ups
written, card rendered into the outbox, claimed for sending, recorded as sent. Prints ratios; machines differ.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import text

from desk import inbox, outbox, tables
from desk.catalogue import Catalogues
from desk.messages import Address, Arrival, Incoming, Sent
from desk.policy import Policy
from desk.worker import Worker
from knowledge.database import Database
from knowledge.packs import import_shipped

ASKED = (
    "our page was hacked and they ask for money",
    "где бесплатно научить сотрудников безопасности",
    "how do we write a first transparency report",
    "nos datos de clientes se filtraron anoche, a quién aviso",
)
MESSAGES = 300
AT_ONCE = (1, 10)


def now() -> datetime:
    return datetime.now(UTC)


def seconds(run: Callable[[], None]) -> tuple[float, float]:
    """Wall and processor time of one run."""
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - wall, time.process_time() - cpu


def bare(database: Database) -> None:
    """The least any durable desk does: one committed row per message."""
    for number in range(MESSAGES):
        with database.writing() as session:
            session.execute(text("INSERT INTO bare (words) VALUES (:words)"), {"words": ASKED[number % len(ASKED)]})


def whole(database: Database, worker: Worker, at_once: int) -> None:
    """Everything for messages of as many people, so many of which come in at the same moment."""
    for start in range(0, MESSAGES, at_once):
        with database.writing() as session:
            inbox.store(session, [_event(number, at_once) for number in range(start, start + at_once)])
        while worker.work_once():
            pass
        with database.writing() as session:
            parcels = outbox.claim(session, "bench", now(), [("telegram", "1")])
        with database.writing() as session:
            for parcel in parcels:
                outbox.sent(session, parcel, Sent("1"), now())


def _event(number: int, at_once: int) -> Incoming:
    person = f"{at_once}-{number}"
    address, words = Address("telegram", "1", person), ASKED[number % len(ASKED)]
    return Incoming(address, f"e{person}", person, Arrival.TEXT, now(), text=words, message_id=f"m{number}")


def main() -> int:
    """Measure both on one fresh file and print what they cost."""
    assert tables.TABLES
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        database.upgrade()
        with database.writing() as session:
            import_shipped(session, now())
            session.execute(text("CREATE TABLE bare (words TEXT)"))
        catalogues = Catalogues(database, now)
        started = time.perf_counter()
        languages = len(list(catalogues.learn("en")))
        print(f"{languages} languages ready in       {time.perf_counter() - started:8.2f} s")
        worker = Worker(database, Policy(), catalogues, "bench", now)
        floor, floor_cpu = seconds(lambda: bare(database))
        _print("bare durable transaction", floor, floor_cpu, floor)
        for at_once in AT_ONCE:
            _print(f"whole answer, {at_once} at once", *seconds(partial(whole, database, worker, at_once)), floor)
        database.close()
    return 0


def _print(what: str, wall: float, cpu: float, floor: float) -> None:
    each = f"{1000 * wall / MESSAGES:8.2f} ms, {1000 * cpu / MESSAGES:.2f} ms CPU each"
    print(f"{what:<26}{each}, {MESSAGES / wall:.0f}/s, {wall / floor:.1f} x the bare transaction")


if __name__ == "__main__":
    sys.exit(main())
