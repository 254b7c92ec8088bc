"""Doing one thing for many at once: while it is done for some, the next ones gather."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from knowledge.database import DatabaseUnavailable

T = TypeVar("T")


class Together(Generic[T]):
    """First come, first served, up to `at_once` in one call of `act`."""

    def __init__(self, act: Callable[[Sequence[T]], Awaitable[object]], at_once: int = 50) -> None:
        self._act, self._at_once = act, at_once
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._acting: asyncio.Task[None] | None = None

    async def do(self, item: T) -> None:
        """Return when it is done for this one. Raises what `act` raised for this one alone."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._acting is None or self._acting.done():
            self._acting = asyncio.create_task(self._work())
        await done

    async def finish(self, seconds: float) -> None:
        """Wait until all that was begun is done, but no longer than this."""
        if self._acting is not None:
            await asyncio.wait([self._acting], timeout=seconds)

    async def _work(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[: self._at_once], self._waiting[self._at_once :]
            await self._do(batch)

    async def _do(self, batch: Sequence[tuple[T, asyncio.Future[None]]]) -> None:
        problem: Exception | None = None
        try:
            await self._act([item for item, _ in batch])
        except Exception as error:
            # One of them may be what it fails for: the others must not share its fate.
            if len(batch) > 1 and not isinstance(error, DatabaseUnavailable):
                for one in batch:
                    await self._do([one])
                return
            problem = error
        for _, done in batch:
            _settle(done, problem)


def _settle(done: asyncio.Future[None], problem: Exception | None) -> None:
    if done.done():
        return  # whoever waited has hung up or was told to stop
    if problem is None:
        done.set_result(None)
    else:
        done.set_exception(problem)
