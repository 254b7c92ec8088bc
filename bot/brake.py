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
        self._waiting += 1
        if self._waiting == MOST:
            self._free.clear()
        try:
            yield
        finally:
            self._waiting -= 1
            if self._waiting < MOST:
                self._free.set()

    async def released(self) -> None:
        """Wait until something may go out."""
        await self._free.wait()
