"""Slack takes about one message a second per channel; whoever sends faster waits, and nobody else does.

It does not say whom a 429 is about. A channel that is told to wait waits alone; several at once mean the workspace.
"""

import asyncio

from desk.messages import DeliveryError

MOST = 1000
# So many different channels told to wait within so many seconds.
SEVERAL, TOGETHER = 3, 1.0


class Pace:
    """Hands out turns, `interval` seconds apart, per channel."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._next: dict[str, float] = {}
        self._refused: dict[str, float] = {}
        self._closed: dict[str, float] = {}
        self._closed_until = 0.0

    async def turn(self, channel: str) -> None:
        """Return when the next message to this channel may go."""
        now = asyncio.get_running_loop().time()
        if len(self._next) > MOST:
            self._next = {name: at for name, at in self._next.items() if at > now}
        at = max(now, self._next.get(channel, now))
        self._next[channel] = at + self._interval
        await asyncio.sleep(at - now)

    def admit(self, channel: str) -> None:
        """Nothing may go to a channel that is told to wait, and nowhere while the whole workspace is over its limit.
        The outbox waits too, but by a clock that may be set back.

        Raises:
            DeliveryError: with the seconds that are left.
        """
        now = asyncio.get_running_loop().time()
        if (left := self._closed_until - now) > 0:
            raise DeliveryError("the workspace is over its limit", retry_after=left)
        if (left := self._closed.get(channel, now) - now) > 0:
            raise DeliveryError("ratelimited", retry_after=left)

    def refused(self, channel: str, seconds: float) -> None:
        """Slack asked to wait after a message to this channel."""
        now = asyncio.get_running_loop().time()
        self._closed = {one: until for one, until in self._closed.items() if until > now} | {channel: now + seconds}
        self._refused = {one: at for one, at in self._refused.items() if at > now - TOGETHER} | {channel: now}
        if len(self._refused) >= SEVERAL:
            self._closed_until = max(self._closed_until, now + seconds)
