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
from datetime import UTC, datetime
from pathlib import Path

import httpx
from sqlalchemy import func, select

from benchmarks._templates import postgresql
from desk import inbox
from desk.inbox import InboxRow, InboxState
from desk.messages import Address, Arrival, Incoming
from knowledge.database import Database
from tests.end_to_end.process import Process
from tests.fakes.telegram_server import TelegramServer

PROCESSES = (1, 2, 4)
MESSAGES = int(os.environ.get("MESSAGES", "400"))
NEED = "where can our 3 moderators learn to recognise terrorist logos"
# A process prepares its languages first; several do so at once.
READY_SECONDS, LONGEST_SECONDS = 600, 1800


def main() -> None:
    print(f"{MESSAGES} messages of as many people, {os.cpu_count()} cores")
    print("processes  messages/s  ratio to one")
    alone = None
    with postgresql() as copy:
        for count in PROCESSES:
            speed = asyncio.run(_run(copy(), count))
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


if __name__ == "__main__":
    main()
