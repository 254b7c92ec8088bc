"""Several processes on one PostgreSQL: each does its part, and the others go on when one dies."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path

import httpx
import pytest

from desk import outbox, tables
from knowledge.database import Database
from tests.end_to_end.process import Process
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.telegram_updates import said
from tests.postgresql import execute, named

assert tables.TABLES

# These machines run other tests beside it; figure 9 of the reliability goals is 60 s.
SOON = 60
HELP = "/help"
Start = Callable[..., Process]


@pytest.fixture
def desk_url(knowing_postgres: str) -> Iterator[str]:
    """A PostgreSQL database with the shipped knowledge, for this test alone."""
    server = named(knowing_postgres, "postgres")
    execute(server, "CREATE DATABASE several TEMPLATE knowing")
    yield named(server, "several")
    execute(server, "DROP DATABASE several WITH (FORCE)")


@pytest.fixture
def made(desk_url: str, tmp_path: Path) -> Iterator[Start]:
    """Makes processes of one desk, each with a folder of its own, and kills them at the end."""
    every: list[Process] = []

    def make(telegram: TelegramServer, role: str) -> Process:
        folder = tmp_path / f"{role}-{len(every)}"
        folder.mkdir()
        settings = {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url}
        every.append(Process(desk_url, folder, role, **settings))
        return every[-1]

    yield make
    for one in every:
        one.kill()


async def started(*processes: Process) -> None:
    await asyncio.gather(*(asyncio.to_thread(process.start, SOON) for process in processes))


async def readiness(process: Process) -> dict[str, dict[str, str]]:
    answer = await asyncio.to_thread(httpx.get, f"{process.url}/readyz", timeout=20)
    return dict(answer.json())


async def ready(process: Process) -> bool:
    return not (await readiness(process))["problems"]


async def stands_by(process: Process) -> bool:
    return "another process polls" in (await readiness(process))["channels"]["telegram"]


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(SOON):
        while not await condition():  # noqa: ASYNC110 - it is another process that is waited for
            await asyncio.sleep(0.3)


async def answered(telegram: TelegramServer, *chats: int) -> None:
    await telegram.until(lambda: all(telegram.shown(chat) for chat in chats), seconds=SOON)


def doubled(telegram: TelegramServer, chats: Iterable[int]) -> set[str]:
    """Who got an answer more than once."""
    return {str(chat) for chat in chats if len(telegram.shown(chat)) > 1}


def listed_as_doubtful(url: str) -> set[str]:
    """To whom a message may have gone out twice, as `guidepost outbox list` says: what was under way at a kill."""
    database = Database(url)
    with database.reading() as session:
        found = {row.conversation.rpartition(":")[2] for row in outbox.doubtful(session)}
    database.close()
    return found


def conflicts(*processes: Process) -> int:
    return sum(process.log.read_text().count("Conflict") for process in processes)


@pytest.mark.parametrize("end", ["kill", "stop"])
async def test_another_process_polls_when_the_first_ends(made: Start, desk_url: str, end: str) -> None:
    async with TelegramServer() as telegram:
        first, second = made(telegram, "all"), made(telegram, "all")
        await started(first)
        telegram.queue(said(HELP, chat=1))
        await answered(telegram, 1)
        await started(second)
        await until(lambda: stands_by(second))
        for chat in range(2, 10):
            telegram.queue(said(HELP, chat=chat))
        code = await asyncio.to_thread(first.kill if end == "kill" else first.stop)
        telegram.queue(said(HELP, chat=20))
        await answered(telegram, *range(2, 10), 20)
        twice = doubled(telegram, (*range(1, 10), 20))
        assert (code, twice) == (0, set()) if end == "stop" else twice <= listed_as_doubtful(desk_url)
        assert conflicts(first, second) == 0
        assert telegram.violations == []


async def test_a_web_process_takes_in_what_a_worker_answers(made: Start) -> None:
    async with TelegramServer() as telegram:
        web, worker = made(telegram, "web"), made(telegram, "worker")
        await started(web)
        assert "--role worker" in (await readiness(web))["problems"]["worker"]
        telegram.queue(said(HELP, chat=1))
        await telegram.until(lambda: not telegram.pending, seconds=SOON)
        assert not telegram.shown(1)
        await started(worker)
        await answered(telegram, 1)
        await until(lambda: ready(web))
        await until(lambda: ready(worker))
        page, nothing = await asyncio.gather(
            asyncio.to_thread(httpx.get, web.url), asyncio.to_thread(httpx.get, worker.url)
        )
        assert (page.status_code, nothing.status_code) == (200, 404)
        report = (await asyncio.to_thread(web.run, "doctor")).stdout
        assert "2 alive" in report and "web, version" in report and "worker, version" in report


async def test_a_killed_workers_messages_are_answered_by_another(made: Start, desk_url: str) -> None:
    async with TelegramServer() as telegram:
        web, one, two = made(telegram, "web"), made(telegram, "worker"), made(telegram, "worker")
        await started(web, one, two)
        for chat in range(1, 13):
            telegram.queue(said(HELP, chat=chat))
        await telegram.until(telegram.shown, seconds=SOON)
        one.kill()
        await answered(telegram, *range(1, 13))
        assert doubled(telegram, range(1, 13)) <= listed_as_doubtful(desk_url)
        assert telegram.violations == []


@pytest.mark.parametrize("role", ["web", "worker"])
def test_a_desk_on_sqlite_cannot_be_divided(sqlite_url: str, tmp_path: Path, role: str) -> None:
    done = Process(sqlite_url, tmp_path).run("serve", "--role", role)
    assert done.returncode == 2
    assert "PostgreSQL" in done.stderr and "DATABASE_URL" in done.stderr
