"""The whole way, over the Bot API: nothing lost, nothing twice, killed at any moment."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from tests.end_to_end.process import Process
from tests.fakes.telegram_server import Fault, TelegramServer
from tests.fakes.telegram_updates import pressed, said

# A process that has just started prepares its catalogue first, on a machine that runs other tests beside it.
SOON = 60
NEED = "where can our 3 moderators learn to recognise terrorist logos"


def desk(url: str, folder: Path, telegram: TelegramServer, **more: str) -> Process:
    return Process(url, folder, TELEGRAM_BOT_TOKEN=telegram.token, TELEGRAM_API_URL=telegram.url, **more)


async def started(process: Process) -> None:
    await asyncio.to_thread(process.start)


async def test_a_request_goes_all_the_way(sqlite_url: str, tmp_path: Path) -> None:
    async with TelegramServer() as telegram:
        with desk(sqlite_url, tmp_path, telegram) as process:
            telegram.queue(said(NEED, chat=7))
            await telegram.until(lambda: telegram.shown(7), seconds=SOON)
            card = telegram.shown(7)[-1]
            assert "GP-" in card.text and card.keyboard
            telegram.queue(pressed(card.keyboard[0][0]["callback_data"], card.message_id, chat=7))
            await telegram.until(lambda: len(telegram.shown(7)) == 2, seconds=SOON)
            assert "solved" in telegram.shown(7)[-1].text
            ready = await asyncio.to_thread(httpx.get, f"{process.url}/readyz")
            assert ready.json()["problems"] == {}
        assert telegram.violations == []


async def test_the_follow_up_arrives_when_its_day_has_come(sqlite_url: str, tmp_path: Path) -> None:
    async with TelegramServer() as telegram:
        with desk(sqlite_url, tmp_path, telegram) as process:
            telegram.queue(said(NEED, chat=7))
            await telegram.until(lambda: telegram.shown(7), seconds=SOON)
            later = datetime.now(UTC) + timedelta(days=4)
            done = await asyncio.to_thread(process.run, "tick", "--now", later.isoformat())
            assert done.returncode == 0, done.stderr
            await telegram.until(lambda: len(telegram.shown(7)) == 2, seconds=SOON)
            assert "Did it work out?" in telegram.shown(7)[-1].text


async def test_updates_that_come_three_times_are_answered_once(sqlite_url: str, tmp_path: Path) -> None:
    async with TelegramServer() as telegram:
        with desk(sqlite_url, tmp_path, telegram):
            for chat in range(1, 6):
                telegram.queue(said(NEED, chat=chat), copies=3)
            await telegram.until(lambda: all(telegram.shown(chat) for chat in range(1, 6)), seconds=SOON)
            telegram.redeliver()
            await telegram.until(lambda: not telegram.pending, seconds=SOON)
            telegram.queue(said("hello", chat=9))
            await telegram.until(lambda: telegram.shown(9), seconds=SOON)
            assert [len(telegram.shown(chat)) for chat in range(1, 6)] == [1] * 5


async def test_nothing_is_lost_or_doubled_under_429_and_5xx(sqlite_url: str, tmp_path: Path) -> None:
    async with TelegramServer() as telegram:
        telegram.fail("sendMessage", Fault.TOO_MANY, times=3, retry_after=1)
        telegram.fail("sendMessage", Fault.DROP_BEFORE, times=2)
        with desk(sqlite_url, tmp_path, telegram):
            for chat in range(1, 9):
                telegram.queue(said(NEED, chat=chat))
            await telegram.until(lambda: all(telegram.shown(chat) for chat in range(1, 9)), seconds=SOON)
            assert [len(telegram.shown(chat)) for chat in range(1, 9)] == [1] * 8
        assert telegram.violations == []


async def test_killed_again_and_again_it_answers_everything(filled_url: str, tmp_path: Path) -> None:
    """SIGKILL at random moments while people write: no message without its answer, at most one doubtful per kill."""
    chance = random.Random(20261122)
    chats, kills = range(1, 31), 4
    async with TelegramServer() as telegram:
        process = desk(filled_url, tmp_path, telegram)
        await started(process)
        try:
            for number, chat in enumerate(chats):
                telegram.queue(said(NEED, chat=chat))
                if number % 7 == 6:
                    await asyncio.sleep(chance.uniform(0, 0.8))
                    process.kill()
                    await started(process)
            # A message that was being worked on when its process died waits for its lease to end.
            await telegram.until(lambda: all(telegram.shown(chat) for chat in chats), seconds=100)
            extra = sum(len(telegram.shown(chat)) - 1 for chat in chats)
            assert extra <= kills, f"{extra} messages were doubled by {kills} kills"
        finally:
            process.kill()
        assert telegram.violations == []


async def test_sigterm_ends_it_within_ten_seconds_and_loses_nothing(sqlite_url: str, tmp_path: Path) -> None:
    async with TelegramServer() as telegram:
        process = desk(sqlite_url, tmp_path, telegram)
        await started(process)
        for chat in range(1, 21):
            telegram.queue(said(NEED, chat=chat))
        await telegram.until(lambda: telegram.shown(1), seconds=SOON)
        assert await asyncio.to_thread(process.stop) == 0
        await started(process)
        try:
            await telegram.until(lambda: all(telegram.shown(chat) for chat in range(1, 21)), seconds=SOON)
            assert [len(telegram.shown(chat)) for chat in range(1, 21)] == [1] * 20
        finally:
            process.kill()


async def test_no_secret_and_no_word_of_a_person_is_logged(sqlite_url: str, tmp_path: Path) -> None:
    async with TelegramServer() as telegram:
        with desk(sqlite_url, tmp_path, telegram) as process:
            telegram.queue(said(f"zanzibarkiwi {NEED}", chat=7))
            await telegram.until(lambda: telegram.shown(7), seconds=SOON)
            telegram.fail("sendMessage", Fault.UNAVAILABLE, times=1)
            telegram.queue(said("zanzibarkiwi again", chat=8))
            await telegram.until(lambda: telegram.shown(8), seconds=SOON)
        log = process.log.read_text()
        assert telegram.token not in log and telegram.token.split(":")[1] not in log
        assert "zanzibarkiwi" not in log and "k" * 40 not in log
