"""What Telegram's limits do to a desk: `python -m tests.harness.limits`.

Everybody writes at once to a bot that Telegram holds to its limits; then one chat is told to wait while others write.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.end_to_end.process import Process
from tests.fakes.telegram_server import Fault, TelegramServer
from tests.fakes.telegram_updates import said
from tests.harness import grounds
from tests.harness.crew import START_SECONDS
from tests.harness.report import EARLY, Figure, conclude

CHATS, OTHERS = 1000, range(10_000, 10_020)
LIMITED, WAIT = 9_999, 30
LONGEST = 600.0


async def _measure(telegram: TelegramServer, process: Process, chats: int) -> Sequence[Figure]:
    await asyncio.to_thread(process.start, START_SECONDS)
    telegram.queue(said("hello", chat=LIMITED))
    await telegram.until(lambda: telegram.shown(LIMITED), seconds=START_SECONDS)
    return [
        *await _flood(telegram, range(1, chats + 1)),
        *await _one_limited(telegram),
        Figure("written before retry_after had passed", sum(EARLY in one for one in telegram.violations)),
    ]


async def _flood(telegram: TelegramServer, chats: range) -> Sequence[Figure]:
    before = len(telegram.called("sendMessage")), len(telegram.shown())
    for chat in chats:
        telegram.queue(said("hello", chat=chat))
    begin = time.monotonic()
    await telegram.until(lambda: len(telegram.shown()) >= before[1] + len(chats), seconds=LONGEST)
    taken = time.monotonic() - begin
    refused = len(telegram.called("sendMessage")) - before[0] - len(chats)
    fastest = len(chats) / 30
    return [
        Figure(f"answers to {len(chats)} chats at once refused with 429, %", 100 * refused / len(chats), 1),
        Figure("the last of them answered, s (twice what the limit takes)", taken, 2 * fastest),
    ]


async def _one_limited(telegram: TelegramServer) -> Sequence[Figure]:
    """How much longer others wait while one chat may not be written to."""
    usual = await _waits(telegram)
    planned = telegram.fail("sendMessage", Fault.TOO_MANY, chat=LIMITED, retry_after=WAIT)
    telegram.queue(said("hello", chat=LIMITED))
    await telegram.until(lambda: planned.times == 0, seconds=WAIT)
    meanwhile = await _waits(telegram)
    return [Figure("how much longer others wait for one limited chat, s", meanwhile - usual, 1)]


async def _waits(telegram: TelegramServer) -> float:
    """What an answer takes, on average, when people write one after the other."""
    waits = []
    for chat in OTHERS:
        before, begin = len(telegram.shown(chat)), time.monotonic()
        telegram.queue(said("hello", chat=chat))
        await telegram.until(lambda chat=chat, before=before: len(telegram.shown(chat)) > before, seconds=WAIT)
        waits.append(time.monotonic() - begin)
    return statistics.mean(waits)


async def _run(url: str, folder: Path, chats: int) -> Sequence[Figure]:
    async with TelegramServer(enforce_limits=True) as telegram:
        account = {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url}
        process = Process(url, folder, **account)
        try:
            return await _measure(telegram, process, chats)
        finally:
            process.kill()


def main() -> int:
    """Measure, print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.harness.limits", description="Within the limits, proof.")
    parser.add_argument("--chats", type=int, default=CHATS)
    parser.add_argument("--database", choices=grounds.KINDS, default="sqlite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="guidepost-harness-") as temporary:
        folder = Path(temporary)
        with grounds.database(options.database, folder) as url:
            return conclude(asyncio.run(_run(url, folder, options.chats)))


if __name__ == "__main__":
    sys.exit(main())
