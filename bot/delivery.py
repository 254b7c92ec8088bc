"""Carries messages from the outbox to their channels. No transaction is open while a platform is spoken to."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import chain, repeat

from bot.brake import Brake
from bot.channel import Channel
from bot.together import Together
from desk import outbox
from desk.messages import DeliveryError, Sent
from desk.outbox import Parcel
from knowledge.database import Database, DatabaseUnavailable

log = logging.getLogger(__name__)
# Writes down one outcome; takes a session and the time.
Change = Callable[..., object]
POLL_SECONDS = 0.5
# So many are in hand at most, however many hang or wait for their chat; and so many of them since less than so long,
# which is as fast as a platform takes them: whatever is in hand when the process is killed counts as doubtful.
AT_ONCE, FRESH, FRESH_SECONDS = 40, 12, 0.5
# What is being sent when the process is told to stop may take this long; after that its outcome counts as unknown.
FINISH_SECONDS = 4


class Delivery:
    """The sending side of one process. It leaves alone the channels that `may_send` says another one sends for, and
    puts on the `brake` while outcomes wait to be written down."""

    def __init__(
        self,
        database: Database,
        channels: Sequence[Channel],
        name: str,
        clock: Callable[[], datetime],
        may_send: Callable[[Channel], bool] = lambda channel: True,
        brake: Brake | None = None,
    ) -> None:
        self.database, self.channels, self.name, self.clock = database, channels, name, clock
        self.may_send = may_send
        self._brake = brake or Brake()
        self._outcomes = Together(self._write)
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        # With the moment of a steady clock at which each was claimed.
        self._in_hand: dict[asyncio.Task[None], tuple[Parcel, float]] = {}
        self._stopping = False

    def wake(self) -> None:
        """There may be something to send. Callable from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake.set)

    async def run(self) -> None:
        """Send until cancelled; what is being sent then is finished first."""
        self._loop, self._stopping = asyncio.get_running_loop(), False
        working = asyncio.create_task(self._work())
        try:
            # Shielded: a claim that is cut off would leave messages in nobody's hands.
            await asyncio.shield(working)
        finally:
            self._stopping = True
            self._wake.set()
            await working

    async def _work(self) -> None:
        while not self._stopping:
            if await self._start_some() == 0:
                await self._rest()
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=FINISH_SECONDS)
        for task in self._in_hand:
            task.cancel()
        await asyncio.gather(*self._in_hand, return_exceptions=True)
        await self._outcomes.finish(FINISH_SECONDS)

    async def drain(self) -> int:
        """Send what can be sent now, once, and return how many went out of hand."""
        total = 0
        while count := await self._start_some():
            total += count
            await asyncio.gather(*self._in_hand)
        return total

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
        except TimeoutError:
            pass
        self._wake.clear()

    async def _start_some(self) -> int:
        fresh = sum(time.monotonic() - since < FRESH_SECONDS for _, since in self._in_hand.values())
        if fresh > FRESH / 2:
            return 0
        try:
            held = [parcel.id for parcel, _ in self._in_hand.values()]
            parcels = await asyncio.to_thread(self._claim, held, min(AT_ONCE - len(held), FRESH - fresh))
        except DatabaseUnavailable as problem:
            log.error("delivery.database_unavailable", extra={"advice": str(problem)})
            await asyncio.sleep(1)
            return 0
        for parcel in parcels:
            task = asyncio.create_task(self._carry(parcel))
            self._in_hand[task] = parcel, time.monotonic()
            task.add_done_callback(self._landed)
        return len(parcels)

    def _landed(self, task: asyncio.Task[None]) -> None:
        del self._in_hand[task]
        # The next message of the same conversation may go now.
        self._wake.set()
        if not task.cancelled() and (problem := task.exception()) is not None:
            log.error("delivery.not_recorded", extra={"error": type(problem).__name__})

    def _claim(self, held: Sequence[int], limit: int) -> list[Parcel]:
        accounts = [(channel.name, channel.account) for channel in self.channels if self.may_send(channel)]
        with self.database.writing() as session:
            return outbox.claim(session, self.name, self.clock(), accounts, limit, held)

    async def _carry(self, parcel: Parcel) -> None:
        try:
            result = await self._sent(parcel)
        except DeliveryError as error:
            await self._postpone(parcel, error)
        except asyncio.CancelledError:
            await self._postpone(parcel, DeliveryError("stopped while it was being sent", uncertain=True))
        except Exception as problem:
            # A fault of ours with this one message: the others go on.
            log.error("delivery.failed", extra={"outbox": parcel.id, "error": type(problem).__name__})
            kind = type(problem).__name__
            await self._record(lambda session, now: outbox.faulted(session, parcel, kind, now))
        else:
            await self._record(lambda session, now: outbox.sent(session, parcel, result, now))

    async def _sent(self, parcel: Parcel) -> Sent:
        channel = self._channel(parcel)
        # Whether a doubtful message has arrived after all, where the platform can tell.
        settled = await channel.settle(parcel.reply, parcel.key) if parcel.doubtful else None
        return settled or await channel.send(parcel.reply, parcel.key)

    async def _postpone(self, parcel: Parcel, error: DeliveryError) -> None:
        log.warning("delivery.postponed", extra=_fields(parcel, error))
        await self._record(lambda session, now: outbox.postponed(session, parcel, error, now))

    async def _record(self, change: Change) -> None:
        """Write down the outcome, however long the database is away: forgetting it would send the message twice."""
        with self._brake.writing():
            for pause in chain((0.2, 0.5, 1, 2), repeat(4)):
                try:
                    await self._outcomes.do(change)
                    return
                except DatabaseUnavailable as problem:
                    log.error("delivery.outcome_waits", extra={"advice": str(problem)})
                await asyncio.sleep(pause)

    async def _write(self, changes: Sequence[Change]) -> None:
        def write() -> None:
            with self.database.writing() as session:
                for change in changes:
                    change(session, self.clock())

        await asyncio.to_thread(write)

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
