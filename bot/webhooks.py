"""Calls the addresses that want to be told what happens at the desk (`desk.webhooks`)."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar

from bot import VERSION
from bot.proxy import proxy_for
from desk import webhooks
from desk.webhooks import Errand
from knowledge.database import Database, DatabaseUnavailable

log = logging.getLogger(__name__)
TIMEOUT = ClientTimeout(total=15, connect=5)
POLL_SECONDS = 5.0
AT_ONCE = 10


class Webhooks:
    """The calling side of one process; several share the work, each call is in one pair of hands."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self.database, self.clock = database, clock
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def wake(self) -> None:
        """There may be something to tell. Callable from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake.set)

    async def run(self) -> None:
        """Call until cancelled. What is cut off is called again after its lease."""
        self._loop = asyncio.get_running_loop()
        headers = {"user-agent": f"Guidepost/{VERSION}"}
        async with ClientSession(timeout=TIMEOUT, cookie_jar=DummyCookieJar(), headers=headers) as line:
            while True:
                if await self.call_some(line) == 0:
                    await self._rest()

    async def call_some(self, line: ClientSession) -> int:
        """Make the calls whose time has come, once; returns how many."""
        try:
            errands = await asyncio.to_thread(self._claim)
            outcomes = await asyncio.gather(*(_post(line, one) for one in errands))
            if errands:
                await asyncio.to_thread(self._record, errands, outcomes)
        except DatabaseUnavailable as problem:
            log.error("webhooks.database_unavailable", extra={"advice": str(problem)})
            return 0
        return len(errands)

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
        except TimeoutError:
            pass
        self._wake.clear()

    def _claim(self) -> list[Errand]:
        with self.database.reading() as session:
            if not webhooks.any_due(session, self.clock()):
                return []
        with self.database.writing() as session:
            return webhooks.claim(session, self.clock(), AT_ONCE)

    def _record(self, errands: Sequence[Errand], outcomes: Sequence[tuple[int | None, str]]) -> None:
        with self.database.writing() as session:
            for errand, (status, error) in zip(errands, outcomes, strict=True):
                webhooks.answered(session, errand, status, error, self.clock())


async def _post(line: ClientSession, errand: Errand) -> tuple[int | None, str]:
    """Status and error of one call. A redirect is not followed: it would lead where nobody has agreed to."""
    try:
        async with line.post(
            errand.url, data=errand.body, headers=errand.headers, allow_redirects=False, proxy=proxy_for(errand.url)
        ) as answer:
            return answer.status, "" if answer.ok else f"answered {answer.status}"
    except (ClientError, TimeoutError, OSError) as error:
        return None, type(error).__name__
