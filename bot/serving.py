"""`guidepost serve`: one process with everything in it, or with the half that its role names."""

import asyncio
import ctypes
import gc
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from enum import StrEnum
from functools import partial
from itertools import takewhile

import uvicorn

from bot import VERSION
from bot.bootstrap import House, channels_of, voucher_of
from bot.brake import Brake
from bot.channel import Channel, Status
from bot.delivery import Delivery
from bot.files import Files
from bot.settings import BadSetting
from bot.webhooks import Webhooks
from console.app import make_app
from console.operation import Readiness
from console.premises import Premises
from desk import inbox, leases, processes
from desk.access import invitations
from desk.conversation.commands import menus
from desk.heartbeat import Heartbeat
from desk.inbox import Claim
from desk.members import Role as MemberRole
from desk.messages import Incoming
from desk.scheduler import Scheduler
from desk.worker import Worker
from knowledge.database import DatabaseUnavailable
from knowledge.wakeups import Topic

STALE = timedelta(seconds=20)
# All of the winding down has to fit into the ten seconds between SIGTERM and SIGKILL.
STOP_SECONDS = 5
# A platform may never answer that we hang up.
GOODBYE_SECONDS = 1.5
PROBE_SECONDS = 5
# So many new objects make it worth looking for cycles that nobody uses.
GARBAGE = 10_000
# The lease of whoever learns from a change of the knowledge.
LEARNING = "learn"
# Their limits count for all processes together, so one process sends.
_PACED = ("telegram", "slack")
_UNSET = (
    Status("telegram", False, "not set up", "set TELEGRAM_BOT_TOKEN (from @BotFather)", configured=False),
    Status(
        "slack", False, "not set up", "set SLACK_BOT_TOKEN and SLACK_APP_TOKEN (docs/operators.md)", configured=False
    ),
)


class Role(StrEnum):
    """What a process does: `web` receives and stores, `worker` answers, sends and keeps time, `all` does both."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"

    @property
    def receives(self) -> bool:
        return self is not Role.WORKER

    @property
    def works(self) -> bool:
        return self is not Role.WEB


class Server:
    """One process of the running desk around one database.

    Raises:
        BadSetting: the desk cannot be divided with this database.
    """

    def __init__(self, house: House, role: Role = Role.ALL) -> None:
        if role is not Role.ALL and not house.database.is_postgresql:
            raise BadSetting(
                f"--role {role} is for a desk of several processes, which needs PostgreSQL. Set DATABASE_URL to "
                "postgresql://user:password@host/name, or start without --role."
            )
        self.house, self.role = house, role
        self.heartbeat = Heartbeat(house.database, house.clock, role, VERSION, self._working)
        brake = Brake()
        self.channels: list[Channel] = channels_of(house, self.heartbeat.holds, brake)
        self.delivery = Delivery(house.database, self.channels, self.heartbeat.name, house.clock, self._may_send, brake)
        self.webhooks = Webhooks(house.database, house.clock)
        self.workers = [
            Worker(house.database, house.policy, house.catalogues, f"{self.heartbeat.name}:{number}", house.clock)
            for number in range(_workers(role, house.database.is_postgresql))
        ]
        may_ring = partial(self.heartbeat.holds, "schedule")
        self.scheduler = Scheduler(house.database, house.policy, house.catalogues, house.clock, may_ring)
        self._stop, self._knowledge = threading.Event(), threading.Event()
        self._probed: dict[str, Status] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._hear()
        if role.works:
            self.heartbeat.holds(LEARNING)  # asked for now, it is held from the first beat

    def _hear(self) -> None:
        wakeups = self.house.database.wakeups
        wakeups.hear(Topic.OUTBOX, self.delivery.wake)
        wakeups.hear(Topic.WEBHOOKS, self.webhooks.wake)
        wakeups.hear(Topic.KNOWLEDGE, self._knowledge.set)
        for worker in self.workers:
            wakeups.hear(Topic.INBOX, worker.wake.set)

    def _working(self) -> list[Claim]:
        return [claim for worker in self.workers for claim in worker.claims]

    def _may_send(self, channel: Channel) -> bool:
        return channel.name not in _PACED or self.heartbeat.holds(leases.name_of("send", channel.name, channel.account))

    async def receive(self, incomings: Sequence[Incoming]) -> int:
        """Store what came in (T1), which wakes a worker."""
        return await asyncio.to_thread(self._store, incomings)

    def _store(self, incomings: Sequence[Incoming]) -> int:
        with self.house.database.writing() as session:
            return inbox.store(session, incomings)

    async def run(self) -> None:
        """Serve until SIGTERM or Ctrl-C, then stop in order: finish what is begun, let go of what others may take."""
        _save_memory()
        # Looking for cycles every 700 objects, as Python does, is an eighth of all the work of answering.
        gc.set_threshold(GARBAGE)
        with self.house.database.listening():
            await asyncio.to_thread(self.heartbeat.start)
            threads = self._start_working()
            await self._connect()
            try:
                await self._serve_http()
            finally:
                await self._wind_down(threads)
                # What is being sent needs its connections, and whoever polls next must find nobody polling.
                await asyncio.wait([asyncio.create_task(one.stop()) for one in self.channels], timeout=GOODBYE_SECONDS)
                await asyncio.to_thread(self.heartbeat.stop)

    def _start_working(self) -> list[threading.Thread]:
        threads = [threading.Thread(target=worker.run, args=(self._stop,), daemon=True) for worker in self.workers]
        for thread in threads:
            thread.start()
        if self.role.works:
            self.scheduler.start()
            self._tasks.append(asyncio.create_task(self.delivery.run()))
            self._tasks.append(asyncio.create_task(self.webhooks.run()))
        return threads

    async def _connect(self) -> None:
        for channel in self.channels:
            if self.role.receives:
                await channel.start(self.receive, menus())
            else:
                self._probed[channel.name] = Status(channel.name, False, "connecting")
                self._tasks.append(asyncio.create_task(self._prepare_sending(channel)))

    async def _prepare_sending(self, channel: Channel) -> None:
        while True:
            status = self._probed[channel.name] = await channel.probe()
            if status.connected or not status.configured:
                return
            await asyncio.sleep(PROBE_SECONDS)

    def _keep_warm(self) -> None:
        """Prepare each state of the knowledge before somebody asks."""
        prepared = None
        while not self._stop.is_set():
            try:
                if (catalogue := self.house.catalogues.current()) is not prepared:
                    self._warm_up()
                    prepared = catalogue
            except DatabaseUnavailable:
                pass  # the others say so, and this one looks again
            self._knowledge.wait(self.house.catalogues.look_seconds)
            self._knowledge.clear()

    def _warm_up(self) -> None:
        catalogues, first = self.house.catalogues, self.house.policy.default_language
        catalogues.amend(first)
        # A stop need not wait for more than one language.
        languages = takewhile(lambda _: not self._stop.is_set(), catalogues.warm_up(first))
        if catalogues.is_learnt():
            deque(languages, maxlen=0)
            return
        if not self.heartbeat.holds(LEARNING):
            # Another process learns for all. Should it die, the lease comes here, and so does the work.
            catalogues.learning = lambda: not self._stop.is_set() and not self.heartbeat.holds(LEARNING)
            deque(languages, maxlen=0)
            return
        # In a process of its own: learning takes memory and time that answering needs.
        command = [sys.executable, "-m", "bot", "learn", "--until-eof"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as learner:
            catalogues.learning = lambda: learner.poll() is None and not self._stop.is_set()
            deque(languages, maxlen=0)

    async def _wind_down(self, threads: Sequence[threading.Thread]) -> None:
        self._stop.set()
        for worker in self.workers:
            worker.wake.set()
        for task in self._tasks:
            task.cancel()
        # Side by side: on SQLite an outcome of delivery is written when the worker has finished.
        ends = [asyncio.to_thread(thread.join, STOP_SECONDS) for thread in threads]
        ends.append(asyncio.to_thread(self.scheduler.stop))
        waits = [*map(asyncio.create_task, ends), *self._tasks]
        await asyncio.wait(waits, timeout=STOP_SECONDS)

    async def _serve_http(self) -> None:
        settings = self.house.settings
        channels = self.channels if self.role.receives else []
        house = self.house
        premises = Premises(
            house.database, house.policy, house.catalogues, house.clock, voucher_of(house), Files(self.channels).fetch
        )
        app = make_app(premises, [route for one in channels for route in one.routes()], self.readiness)
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        await _Announcing(config, self._announce, self._show_way_in).serve()

    def _announce(self) -> Sequence[Status]:
        # Not earlier: preparing the catalogue would keep the page from being served.
        if self.role.works:
            threading.Thread(target=self._keep_warm, daemon=True).start()
        return self.statuses()

    def _show_way_in(self, place: str) -> None:
        self._tasks.append(asyncio.create_task(self._print_way_in(self.house.settings.public_url or place)))

    async def _print_way_in(self, place: str) -> None:
        """Print the link, as soon as the database can be written."""
        while True:
            try:
                path = await asyncio.to_thread(self._first_way_in)
                break
            except DatabaseUnavailable:
                await asyncio.sleep(PROBE_SECONDS)  # the others say so
        if path:
            print(f"Make the first account of the console (once, within three days): {place}{path}", flush=True)

    def _first_way_in(self) -> str | None:
        """A new one-time link that makes the first administrator; None once there is one."""
        with self.house.database.writing() as session:
            if not self.role.receives or not invitations.needs_first(session):
                return None
            secret = invitations.invite(session, MemberRole.ADMINISTRATOR, invitations.FIRST, self.house.clock())
        return f"/console/set-up/{secret}"

    def statuses(self) -> list[Status]:
        """Every channel there could be, with what to set for those that are not set up."""
        known = [self._probed.get(channel.name) or channel.status() for channel in self.channels]
        return known + [status for status in _UNSET if status.name not in {one.name for one in known}]

    def readiness(self) -> Readiness:
        """What is wrong at this moment, in words an operator can act on."""
        statuses = self.statuses()
        problems = {**self._database_problems(), **(self._work_problems() if self.role.works else {})}
        problems |= {one.name: _problem(one) for one in statuses if one.configured and not one.connected}
        channels = {one.name: f"{one.detail}: {one.remedy}" if one.remedy else one.detail for one in statuses}
        return Readiness(ready=not problems, problems=problems, channels=channels)

    def _database_problems(self) -> dict[str, str]:
        try:
            with self.house.database.reading() as session:
                alive = {one.role for one in processes.known(session) if processes.is_alive(one, self.house.clock())}
        except DatabaseUnavailable as problem:
            return {"database": str(problem)}
        if self.heartbeat.problem:
            return {"database": self.heartbeat.problem}
        if alive and not any(Role(role).works for role in alive):
            return {"worker": "No process answers what comes in. Start one with guidepost serve --role worker."}
        return {}

    def _work_problems(self) -> dict[str, str]:
        problems = {}
        beats = [worker.beat for worker in self.workers]
        if not any(beat and self.house.clock() - beat < STALE for beat in beats):
            problems["worker"] = f"No worker has looked for messages for {STALE.seconds} s. Restart the process."
        if self.house.policy.default_language not in self.house.catalogues.warm:
            problems["catalogue"] = "The knowledge is being prepared. It answers, but not yet within the second."
        return problems


def _workers(role: Role, several: bool) -> int:
    # SQLite has one writer at a time; a second worker would only wait for it.
    return (2 if several else 1) if role.works else 0


def _problem(status: Status) -> str:
    return f"{status.detail}. {status.remedy}".strip()


def _save_memory() -> None:
    """Let the C library give large blocks back as soon as they are free, and keep one heap for all threads: glibc would
    keep the blocks, and give every thread a heap of its own. Other C libraries have no such settings."""
    mmap_threshold, arena_max, large = -3, -8, 1 << 17
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL("libc.so.6")
        library.mallopt(mmap_threshold, large)
        library.mallopt(arena_max, 1)


class _Announcing(uvicorn.Server):
    """Says where it listens and which channels there are, once it really listens."""

    def __init__(
        self,
        config: uvicorn.Config,
        statuses: Callable[[], Sequence[Status]],
        serves_at: Callable[[str], None],
    ) -> None:
        super().__init__(config)
        self._statuses, self._serves_at = statuses, serves_at

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The server ends by the signal, and nothing else does: raised again, it would cut the winding down short."""
        with super().capture_signals():
            try:
                yield
            finally:
                self._captured_signals.clear()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            place = f"http://{host}:{port}"
            print("\n".join([f"Guidepost is at {place}", *map(_line, self._statuses())]), flush=True)
            self._serves_at(place)


def _line(status: Status) -> str:
    mark = "connected" if status.connected else ("connecting" if status.configured else "off")
    remedy = f" - {status.remedy}" if status.remedy else ""
    return f"  {status.name:<9} {mark:<10} {status.detail}{remedy}"
