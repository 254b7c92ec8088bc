"""How many requests a second one process answers, beside one bare durable transaction on the same disk.

A request here is the whole way of a message without the platform: stored, claimed, routed, ticket and follow-ups
written, card rendered into the outbox, claimed for sending, recorded as sent. Prints ratios; machines differ.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
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


def whole(database: Database, worker: Worker) -> None:
    """Everything, one message after the other, each from somebody else."""
    for number in range(MESSAGES):
        address = Address("telegram", "1", f"c{number}")
        words = ASKED[number % len(ASKED)]
        event = Incoming(address, f"e{number}", f"c{number}", Arrival.TEXT, now(), text=words, message_id=f"m{number}")
        with database.writing() as session:
            inbox.store(session, [event])
        worker.work_once()
        with database.writing() as session:
            parcels = outbox.claim(session, "bench", now(), [("telegram", "1")])
        with database.writing() as session:
            for parcel in parcels:
                outbox.sent(session, parcel, Sent("1"), now())


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
        languages = len(list(catalogues.warm_up("en")))
        print(f"{languages} languages ready in       {time.perf_counter() - started:8.2f} s")
        worker = Worker(database, Policy(), catalogues, "bench", now)
        floor, floor_cpu = seconds(lambda: bare(database))
        full, full_cpu = seconds(lambda: whole(database, worker))
        database.close()
    print(f"bare durable transaction   {1000 * floor / MESSAGES:8.2f} ms, {1000 * floor_cpu / MESSAGES:.2f} ms CPU")
    print(f"whole answer               {1000 * full / MESSAGES:8.2f} ms, {1000 * full_cpu / MESSAGES:.2f} ms CPU")
    print(f"ratio                      {full / floor:8.1f} x the bare transaction, {MESSAGES / full:.0f} answers/s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
