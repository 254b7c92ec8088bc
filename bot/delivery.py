"""Carries messages from the outbox to their channels. No transaction is open while a platform is spoken to."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.channel import Channel
from desk import outbox
from desk.messages import DeliveryError, Sent
from desk.outbox import Parcel
from knowledge.database import Database, DatabaseUnavailable

log = logging.getLogger(__name__)
POLL_SECONDS = 0.5
AT_ONCE = 40


class Delivery:
    """The sending side of one process."""

    def __init__(
        self, database: Database, channels: Sequence[Channel], name: str, clock: Callable[[], datetime]
    ) -> None:
        self.database, self.channels, self.name, self.clock = database, channels, name, clock
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """There may be something to send. Callable from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake.set)

    async def run(self) -> None:
        """Send until cancelled; what is being sent then is finished first."""
        self._loop = asyncio.get_running_loop()
        try:
            while True:
                if await self._start_some() == 0:
                    await self._rest()
        finally:
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=8)

    async def drain(self) -> int:
        """Send what can be sent now, once, and return how many went out of hand."""
        total = 0
        while count := await self._start_some():
            total += count
            await asyncio.gather(*self._tasks)
        return total

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
        except TimeoutError:
            pass
        self._wake.clear()

    async def _start_some(self) -> int:
        room = AT_ONCE - len(self._tasks)
        if room <= 0:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            return 1
        try:
            parcels = await asyncio.to_thread(self._claim, room)
        except DatabaseUnavailable as problem:
            log.error("delivery.database_unavailable", extra={"advice": str(problem)})
            await asyncio.sleep(2)
            return 0
        for parcel in parcels:
            task = asyncio.create_task(self._carry(parcel))
            self._tasks.add(task)
            task.add_done_callback(self._landed)
        return len(parcels)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        # The next message of the same conversation may go now.
        self._wake.set()

    def _claim(self, limit: int) -> list[Parcel]:
        accounts = [(channel.name, channel.account) for channel in self.channels]
        if not accounts:
            return []
        with self.database.writing() as session:
            return outbox.claim(session, self.name, self.clock(), accounts, limit)

    async def _carry(self, parcel: Parcel) -> None:
        channel = self._channel(parcel)
        try:
            result = await self._settled(channel, parcel) or await channel.send(parcel.reply, parcel.key)
        except DeliveryError as error:
            log.warning("delivery.postponed", extra=_fields(parcel, error))
            failure = error
            await self._record(lambda session, now: outbox.postponed(session, parcel, failure, now))
        except Exception as problem:
            # A fault of ours with this one message: the others go on.
            log.error("delivery.failed", extra={"outbox": parcel.id, "error": type(problem).__name__})
            kind = type(problem).__name__
            await self._record(lambda session, now: outbox.faulted(session, parcel, kind, now))
        else:
            await self._record(lambda session, now: outbox.sent(session, parcel, result, now))

    async def _settled(self, channel: Channel, parcel: Parcel) -> Sent | None:
        """Whether a doubtful message has arrived after all, where the platform can tell."""
        return await channel.settle(parcel.reply, parcel.key) if parcel.doubtful else None

    async def _record(self, change: Callable[..., object]) -> None:
        """Write down the outcome, however long the database is away: forgetting it would send the message twice."""

        def write() -> None:
            with self.database.writing() as session:
                change(session, self.clock())

        for pause in (0.2, 0.5, 1, 2, 4, 8, 15):
            try:
                await asyncio.to_thread(write)
                return
            except DatabaseUnavailable:
                await asyncio.sleep(pause)
        log.error("delivery.outcome_not_recorded")

    def _channel(self, parcel: Parcel) -> Channel:
        address = parcel.reply.address
        return next(one for one in self.channels if (one.name, one.account) == (address.channel, address.account))


def _fields(parcel: Parcel, error: DeliveryError) -> dict[str, object]:
    return {
        "outbox": parcel.id,
        "permanent": error.permanent,
        "uncertain": error.uncertain,
        "retry_after": error.retry_after,
        "reason": error.reason[:120],
    }
