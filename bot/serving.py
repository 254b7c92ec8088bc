"""`guidepost serve`: one process with everything in it."""

import asyncio
import ctypes
import os
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta

import uvicorn

from bot.bootstrap import House, channels_of
from bot.channel import Channel, Status
from bot.delivery import Delivery
from console.api import Readiness, make_app
from desk import inbox
from desk.conversation.commands import menus
from desk.messages import Incoming
from desk.scheduler import Scheduler
from desk.worker import Worker
from knowledge.database import DatabaseUnavailable

STALE = timedelta(seconds=20)
STOP_SECONDS = 8
_UNSET = (
    Status("telegram", False, "not set up", "set TELEGRAM_BOT_TOKEN (from @BotFather)", configured=False),
    Status(
        "slack", False, "not set up", "set SLACK_BOT_TOKEN and SLACK_APP_TOKEN (docs/operators.md)", configured=False
    ),
)


class Server:
    """The running desk: channels, workers, delivery and the scheduler around one database."""

    def __init__(self, house: House) -> None:
        self.house = house
        name = f"{socket.gethostname()}:{os.getpid()}"
        self.channels: list[Channel] = channels_of(house)
        self.delivery = Delivery(house.database, self.channels, name, house.clock)
        # SQLite has one writer at a time; a second worker would only wait for it.
        count = 2 if house.database.is_postgresql else 1
        wake = self.delivery.wake
        self.workers = [
            Worker(house.database, house.policy, house.catalogues, f"{name}:{number}", house.clock, wake)
            for number in range(count)
        ]
        self.scheduler = Scheduler(house.database, house.policy, house.clock, wake)
        self._stop = threading.Event()

    async def receive(self, incomings: Sequence[Incoming]) -> int:
        """Store what came in (T1) and wake a worker."""
        new = await asyncio.to_thread(self._store, incomings)
        for worker in self.workers:
            worker.wake.set()
        return new

    def _store(self, incomings: Sequence[Incoming]) -> int:
        with self.house.database.writing() as session:
            return inbox.store(session, incomings)

    async def run(self) -> None:
        """Serve until SIGTERM or Ctrl-C, then stop in order: take nothing more in, finish what is begun."""
        threads = [threading.Thread(target=worker.run, args=(self._stop,), daemon=True) for worker in self.workers]
        for thread in threads:
            thread.start()
        self.scheduler.start()
        sending = asyncio.create_task(self.delivery.run())
        for channel in self.channels:
            await channel.start(self.receive, menus())
        try:
            await self._serve_http()
        finally:
            await asyncio.gather(*(channel.stop() for channel in self.channels), return_exceptions=True)
            await self._wind_down(threads, sending)

    def _warm_up(self) -> None:
        """Prepare the catalogue before the first question, and give back the memory that each language took."""
        for _ in self.house.catalogues.warm_up(self.house.policy.default_language):
            with suppress(OSError, AttributeError):
                # glibc keeps freed blocks of this size for itself; other C libraries have no such function.
                ctypes.CDLL("libc.so.6").malloc_trim(0)

    async def _wind_down(self, threads: Sequence[threading.Thread], sending: "asyncio.Task[None]") -> None:
        self._stop.set()
        for worker in self.workers:
            worker.wake.set()
        await asyncio.to_thread(self.scheduler.stop)
        for thread in threads:
            await asyncio.to_thread(thread.join, STOP_SECONDS / 2)
        sending.cancel()
        await asyncio.wait([sending], timeout=STOP_SECONDS)

    async def _serve_http(self) -> None:
        settings = self.house.settings
        app = make_app(
            self.house.database, [route for channel in self.channels for route in channel.routes()], self.readiness
        )
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=3,
        )
        await _Announcing(config, self._announce).serve()

    def _announce(self) -> Sequence[Status]:
        # Not earlier: preparing the catalogue would keep the page from being served.
        threading.Thread(target=self._warm_up, daemon=True).start()
        return self.statuses()

    def statuses(self) -> list[Status]:
        """Every channel there could be, with what to set for those that are not set up."""
        known = [channel.status() for channel in self.channels]
        return known + [status for status in _UNSET if status.name not in {one.name for one in known}]

    def readiness(self) -> Readiness:
        """What is wrong at this moment, in words an operator can act on."""
        problems = {}
        try:
            with self.house.database.reading() as session:
                inbox.waiting(session)
        except DatabaseUnavailable as problem:
            problems["database"] = str(problem)
        beats = [worker.beat for worker in self.workers]
        if not any(beat and self.house.clock() - beat < STALE for beat in beats):
            problems["worker"] = f"No worker has looked for messages for {STALE.seconds} s. Restart the process."
        statuses = self.statuses()
        for one in statuses:
            if one.configured and not one.connected:
                problems[one.name] = f"{one.detail}. {one.remedy}".strip()
        channels = {one.name: one.detail if one.configured else f"{one.detail}: {one.remedy}" for one in statuses}
        return Readiness(ready=not problems, problems=problems, channels=channels)


class _Announcing(uvicorn.Server):
    """Says where it listens and which channels there are, once it really listens."""

    def __init__(self, config: uvicorn.Config, statuses: Callable[[], Sequence[Status]]) -> None:
        super().__init__(config)
        self._statuses = statuses

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            print("\n".join([f"Guidepost is at http://{host}:{port}", *map(_line, self._statuses())]), flush=True)


def _line(status: Status) -> str:
    mark = "connected" if status.connected else ("connecting" if status.configured else "off")
    remedy = f" - {status.remedy}" if status.remedy and not status.connected else ""
    return f"  {status.name:<9} {mark:<10} {status.detail}{remedy}"
