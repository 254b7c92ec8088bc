"""Slack takes about one message a second per channel; whoever sends faster waits, and nobody else does."""

import asyncio

MOST = 1000


class Pace:
    """Hands out turns, `interval` seconds apart, per channel."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._next: dict[str, float] = {}

    async def turn(self, channel: str) -> None:
        """Return when the next message to this channel may go."""
        now = asyncio.get_running_loop().time()
        if len(self._next) > MOST:
            self._next = {name: at for name, at in self._next.items() if at > now}
        at = max(now, self._next.get(channel, now))
        self._next[channel] = at + self._interval
        await asyncio.sleep(at - now)
