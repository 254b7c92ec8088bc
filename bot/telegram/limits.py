"""How fast the bot may write. Waiting happens inside one chat's send; no chat ever waits for another's flood limit.

Telegram's figures: about one message per second in a private chat with short bursts, 20 per minute in a group,
30 per second overall (https://core.telegram.org/bots/faq). A window may see a full burst and then the steady rate,
so the rates here stay below the figures by the burst, and overall by what requests that overtake each other need.

Telegram does not say whom a 429 is about. A chat that is told to wait waits alone; several at once mean the bot.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.brake import Brake
from desk.messages import DeliveryError

# Longer waits go back to the outbox, so that few places are held by those who wait and a stop finds little under way.
LONGEST_WAIT = 5.0
# So many different chats told to wait within so many seconds: the bot as a whole is too fast.
SEVERAL, TOGETHER = 3, 1.0
CHATS_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many messages per second, after a burst of so many at once."""

    per_second: float
    burst: int = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """The three limits of a bot. A benchmark against a server of one's own may raise them."""

    overall: Rate = Rate(24, burst=2)
    private: Rate = Rate(1, burst=3)
    group: Rate = Rate(0.25, burst=5)


class Bucket:
    """Hands out places in time; moments are seconds of any steady clock."""

    def __init__(self, rate: Rate) -> None:
        self._step = 1 / rate.per_second
        self._slack = (rate.burst - 1) * self._step
        self._full_until = 0.0

    def wait(self, now: float) -> float:
        """Seconds until there is room."""
        return max(0.0, self._full_until - self._slack - now)

    def reserve(self, now: float) -> float:
        """Take the next place; returns the seconds until it comes."""
        wait = self.wait(now)
        self._full_until = max(self._full_until, now) + self._step
        return wait

    def is_idle(self, now: float) -> bool:
        return self._full_until <= now


@dataclass(slots=True)
class _Chat:
    bucket: Bucket
    closed_until: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def is_idle(self, now: float) -> bool:
        return not self.lock.locked() and self.closed_until <= now and self.bucket.is_idle(now)


class Limiter:
    """Keeps the messages of a chat in order and under the limits."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic, brake: Brake | None = None) -> None:
        self._limits, self._clock, self._brake = limits, clock, brake or Brake()
        self._overall, self._gate = Bucket(limits.overall), asyncio.Lock()
        self._chats: dict[str, _Chat] = {}
        self._refused: dict[str, float] = {}
        self._all_closed_until = 0.0

    @asynccontextmanager
    async def turn(self, chat: str) -> AsyncIterator[None]:
        """One message of a chat at a time, in the order of asking."""
        async with self._chat(chat).lock:
            yield

    async def place(self, chat: str) -> None:
        """Wait until this chat may be written to.

        Raises:
            DeliveryError: with `retry_after` when that would take longer than `LONGEST_WAIT`.
        """
        await _sleep(self.reserve(chat))
        # One after the other, so that a stalled process does not let go all at once of those whose time has come.
        async with self._gate:
            await _sleep(self._overall.reserve(self._clock()))
            # The whole bot may have been told to wait in the meantime.
            await _sleep(_bearable(self._all_closed_until - self._clock()))
            await self._brake.released()

    def reserve(self, chat: str) -> float:
        """Take the chat's next place; returns the seconds until it comes. Raises like `place`."""
        now, state = self._clock(), self._chat(chat)
        closed_until = max(state.closed_until, self._all_closed_until)
        wait = _bearable(max(closed_until - now, state.bucket.wait(now)))
        state.bucket.reserve(now + wait)
        return wait

    def close(self, chat: str, seconds: float) -> None:
        """Telegram asked to leave this chat alone for so long."""
        now, state = self._clock(), self._chat(chat)
        state.closed_until = max(state.closed_until, now + seconds)
        self._refused = {one: at for one, at in self._refused.items() if at > now - TOGETHER} | {chat: now}
        if len(self._refused) >= SEVERAL:
            self._all_closed_until = max(self._all_closed_until, now + seconds)

    def _chat(self, chat: str) -> _Chat:
        if chat not in self._chats:
            if len(self._chats) >= CHATS_REMEMBERED:
                self._forget_idle()
            self._chats[chat] = _Chat(Bucket(self._limits.group if is_group(chat) else self._limits.private))
        return self._chats[chat]

    def _forget_idle(self) -> None:
        now = self._clock()
        self._chats = {name: chat for name, chat in self._chats.items() if not chat.is_idle(now)}


def _bearable(wait: float) -> float:
    if wait > LONGEST_WAIT:
        raise DeliveryError("over the limit", retry_after=wait)
    return max(wait, 0.0)


async def _sleep(seconds: float) -> None:
    if seconds > 0:
        await asyncio.sleep(seconds)


def is_group(chat: str) -> bool:
    """Telegram gives people positive ids, groups and channels negative ones."""
    return chat.startswith("-")
