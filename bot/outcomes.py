"""Writes down what became of messages that were sent, all that have come together in one transaction."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import chain, repeat

from knowledge.database import Database, DatabaseUnavailable

log = logging.getLogger(__name__)

#: Takes a session and the time.
Change = Callable[..., object]
Waiting = tuple[Change, "asyncio.Future[None]"]


class Outcomes:
    """One writer for all that are being sent: while it writes, the next ones gather."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        self._waiting: list[Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def record(self, change: Change) -> None:
        """Return when a change is written, however long the database is away: forgetting one sends a message twice.

        Raises:
            Exception: what the change itself raised. The others are written all the same.
        """
        written = asyncio.get_running_loop().create_future()
        self._waiting.append((change, written))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        await written

    async def finish(self, seconds: float) -> None:
        """Wait until all is written, but no longer than this."""
        if self._writing is not None:
            await asyncio.wait([self._writing], timeout=seconds)

    async def _write_all(self) -> None:
        try:
            while together := self._waiting:
                self._waiting = []
                await self._write(together)
        finally:
            self._writing = None

    async def _write(self, together: Sequence[Waiting]) -> None:
        try:
            await self._written([change for change, _ in together])
        except Exception as problem:
            if len(together) > 1:
                for one in together:
                    await self._write([one])
            elif not (written := together[0][1]).done():
                written.set_exception(problem)
            return
        for _, written in together:
            if not written.done():  # whoever waited may have been told to stop
                written.set_result(None)

    async def _written(self, changes: Sequence[Change]) -> None:
        for pause in chain((0.2, 0.5, 1, 2), repeat(4)):
            try:
                await asyncio.to_thread(self._apply, changes)
                return
            except DatabaseUnavailable as problem:
                log.error("delivery.outcome_waits", extra={"advice": str(problem)})
            await asyncio.sleep(pause)

    def _apply(self, changes: Sequence[Change]) -> None:
        with self._database.writing() as session:
            for change in changes:
                change(session, self._clock())
