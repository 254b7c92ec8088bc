"""Stores what came in, in order, before anybody acknowledges it. A burst shares its transactions."""

import asyncio

from bot.channel import Receive
from desk.messages import Incoming

AT_ONCE = 50
Waiting = tuple[Incoming, asyncio.Future[None]]


class Intake:
    """One queue for all sockets and requests: first come, first stored."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._waiting: list[Waiting] = []
        self._storing: asyncio.Task[None] | None = None

    async def store(self, incoming: Incoming) -> None:
        """Return when it is stored. Raises what the store raised: then it is not, and nobody may acknowledge it."""
        stored = asyncio.get_running_loop().create_future()
        self._waiting.append((incoming, stored))
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._work())
        await stored

    async def _work(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            await self._keep(batch)

    async def _keep(self, batch: list[Waiting]) -> None:
        try:
            await self._receive([incoming for incoming, _ in batch])
        except Exception as problem:
            if len(batch) == 1:
                _settle(batch[0][1], problem)
                return
            # One of them may be impossible to store: the others must not share its fate.
            for one in batch:
                await self._keep([one])
        else:
            for _, stored in batch:
                _settle(stored)


def _settle(stored: asyncio.Future[None], problem: Exception | None = None) -> None:
    # A caller that has hung up no longer waits.
    if stored.done():
        return
    if problem is None:
        stored.set_result(None)
    else:
        stored.set_exception(problem)
