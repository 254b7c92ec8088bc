"""Holds back sending while outcomes wait to be written down.

Whatever a platform has taken and nobody has written down yet is sent once more after a crash. When the database is away
or slow nothing more goes out, so that a crash in that moment doubles a message or two, and not all that are in hand.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

#: So many outcomes may wait.
MOST = 2


class Brake:
    """Shared by the sending side of a process and its channels."""

    def __init__(self) -> None:
        self._waiting = 0
        self._free = asyncio.Event()
        self._free.set()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Around the writing of an outcome, however long that takes."""
        self._count(+1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, step: int) -> None:
        self._waiting += step
        (self._free.set if self._waiting < MOST else self._free.clear)()

    async def released(self) -> None:
        """Wait until something may go out."""
        await self._free.wait()
