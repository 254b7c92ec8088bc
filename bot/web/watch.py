"""Waiting for something to happen in a conversation, across processes.

One query every `INTERVAL` seconds serves all pages that wait in this process. When this very process sends something,
they are woken at once.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from desk import transcript
from desk.transcript import Pulse
from knowledge.database import Database, DatabaseUnavailable

log = logging.getLogger(__name__)
INTERVAL = 0.4
# A wake comes a moment before its row is committed, so look a few times in short succession.
HURRY, HURRIES = 0.03, 10


@dataclass(eq=False, slots=True)
class _Waiter:
    conversation: str
    enough: Callable[[Pulse], bool]
    happened: asyncio.Future[None]


class Watch:
    """Looks at the conversations somebody waits for, for as long as somebody does."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._waiters: set[_Waiter] = set()
        self._task: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()
        self._hurries = 0
        self._stopped = False

    def waiting(self, conversation: str) -> int:
        """How many wait for this conversation now."""
        return sum(waiter.conversation == conversation for waiter in self._waiters)

    async def until(
        self,
        conversation: str,
        enough: Callable[[Pulse], bool],
        seconds: float,
        unless: "asyncio.Future[None] | None" = None,
    ) -> None:
        """Come back when the pulse of the conversation is `enough`, after `seconds`, or when the desk stops.

        `unless` ends the waiting too; it is left as it is.
        """
        if self._stopped:
            return
        waiter = _Waiter(conversation, enough, asyncio.get_running_loop().create_future())
        self._waiters.add(waiter)
        self._woken.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        ends = [waiter.happened] if unless is None else [waiter.happened, unless]
        try:
            await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._waiters.discard(waiter)

    def wake(self) -> None:
        """Something happens in this process: look now."""
        self._hurries = HURRIES
        self._woken.set()

    def stop(self) -> None:
        """Let everybody go."""
        self._stopped = True
        for waiter in list(self._waiters):
            _tell(waiter)

    def start(self) -> None:
        """Let people wait (again)."""
        self._stopped = False

    async def _look(self) -> None:
        while self._waiters:
            self._woken.clear()
            try:
                await self._look_once()
            except DatabaseUnavailable as problem:
                log.error("web.database_unavailable", extra={"advice": str(problem)})
                self._hurries = 0
            await self._rest()

    async def _look_once(self) -> None:
        waiters = list(self._waiters)
        pulses = await asyncio.to_thread(self._pulses, {waiter.conversation for waiter in waiters})
        for waiter in waiters:
            if waiter.enough(pulses[waiter.conversation]):
                _tell(waiter)

    async def _rest(self) -> None:
        if self._hurries > 0:
            self._hurries -= 1
            await asyncio.sleep(HURRY)
            return
        try:
            async with asyncio.timeout(INTERVAL):
                await self._woken.wait()
        except TimeoutError:
            pass

    def _pulses(self, conversations: set[str]) -> dict[str, Pulse]:
        with self.database.reading() as session:
            return transcript.pulses(session, conversations)


def _tell(waiter: _Waiter) -> None:
    if not waiter.happened.done():
        waiter.happened.set_result(None)
