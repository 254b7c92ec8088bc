"""The whole way of a message through the running desk, beside an echo bot on the same library in the same run.

The desk stores, routes, opens a ticket, renders and sends, over HTTP to a platform on this machine; the echo bot keeps
nothing. A greeting goes the same way without routing and ticket. Each program is a process of its own, and processor
time is that process's; of it, "loop" is the event loop, where messages are received, rendered and sent. Machines
differ: read the ratios.

Run: python -m benchmarks.pipeline [postgresql] [telegram] [slack-socket] [slack-http]

What the desk knows is learnt first, which takes a minute or two (TEMPLATE=/path/to/file.db keeps it for the next run).
"""

import asyncio
import os
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiohttp

from benchmarks._templates import Copy, postgresql, sqlite
from benchmarks.answering import ASKED
from tests.fakes.slack_server import SlackServer
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.telegram_updates import said

MESSAGES, WARM_UP, QUEUED = 300, 24, 2000
TICKS = os.sysconf("SC_CLK_TCK")
# How much of the echo bot's pace the desk has to keep.
GOALS = {"telegram": 0.5, "slack-socket": 0.3, "slack-http": 0.3}
SLACK_AT_ONCE = 20
READY_SECONDS, LONGEST_SECONDS = 180, 600


@dataclass(frozen=True, slots=True)
class Result:
    """What one program did with all messages."""

    per_second: float
    cpu_ms: float
    loop_ms: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Stage:
    """A platform: what a program needs to know of it, how somebody writes there, how many people have an answer."""

    settings: dict[str, str]
    say: Callable[[int, str], Awaitable[None]]
    answered: Callable[[], int]


Platform = AbstractAsyncContextManager[Stage]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def telegram() -> AsyncIterator[Stage]:
    async with TelegramServer() as server:

        async def say(chat: int, text: str) -> None:
            server.queue(said(text, chat=chat))

        settings = {"TELEGRAM_BOT_TOKEN": server.token, "TELEGRAM_API_URL": server.url, "PORT": str(_free_port())}
        yield Stage(settings, say, lambda: len({one.chat for one in server.shown()}))
        assert server.violations == []


@asynccontextmanager
async def slack(http: bool) -> AsyncIterator[Stage]:
    port, slots = _free_port(), asyncio.Semaphore(SLACK_AT_ONCE)
    async with SlackServer() as server:
        # Over HTTP the first events find nobody yet.
        server.insist_after = 5 if http else None
        account = {"SLACK_BOT_TOKEN": server.bot_token, "SLACK_API_URL": server.api_url, "PORT": str(port)}
        if http:
            server.events_url = f"http://127.0.0.1:{port}/slack/events"
        way = {"SLACK_SIGNING_SECRET": server.signing_secret} if http else {"SLACK_APP_TOKEN": server.app_token}

        async def say(chat: int, text: str) -> None:
            async with slots:
                await server.say(f"U{chat}", text)

        def answered() -> int:
            return sum(any(one["user"] == server.bot_user for one in said) for said in server.conversations.values())

        yield Stage(account | way, say, answered)
        assert server.violations == []


@asynccontextmanager
async def running(stage: Stage, program: str, database: str) -> AsyncIterator[int]:
    """One program as a process, by its id."""
    with tempfile.TemporaryDirectory() as folder:
        surroundings = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[1])}
        environment = {**surroundings, "DATABASE_URL": database, "LOG_LEVEL": "WARNING", **stage.settings}
        command = [sys.executable, "-m", "benchmarks._contestants", program]
        with (Path(folder) / "log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *command, cwd=folder, env=environment, stdout=log, stderr=log
            )
        try:
            yield process.pid
        finally:
            process.kill()
            await process.wait()


async def measure(opened: Platform, program: str, words: Sequence[str], database: str = "") -> Result:
    """Let a program get ready and answer some messages, then measure it with many that are there at once."""
    async with opened as stage, running(stage, program, database) as pid:
        if program == "desk":
            await _ready(stage)
        await _quiet(pid)
        await _exchange(stage, words, range(1, WARM_UP + 1))
        await _quiet(pid)
        return await _timed(pid, _exchange(stage, words, range(WARM_UP + 1, WARM_UP + MESSAGES + 1)), MESSAGES)


async def measure_queue(opened: Platform, database: str) -> Result:
    """Start the desk when many messages wait for it."""
    async with opened as stage:
        waiting = asyncio.create_task(_exchange(stage, ASKED, range(1, QUEUED + 1)))
        await asyncio.sleep(0)
        async with running(stage, "desk", database) as pid:
            return await _timed(pid, waiting, QUEUED)


async def _timed(pid: int, work: Awaitable[None], messages: int) -> Result:
    cpu, loop, begin = _cpu(pid), _loop(pid), time.perf_counter()
    await work
    seconds = time.perf_counter() - begin
    cpu, loop = _cpu(pid) - cpu, _loop(pid) - loop
    return Result(messages / seconds, 1000 * cpu / messages, 1000 * loop / messages, _peak_mb(pid))


async def _exchange(stage: Stage, words: Sequence[str], people: range) -> None:
    """Everybody writes once; return when as many more have an answer."""
    wanted = stage.answered() + len(people)
    await asyncio.gather(*(stage.say(one, words[one % len(words)]) for one in people))
    async with asyncio.timeout(LONGEST_SECONDS):
        while stage.answered() < wanted:  # noqa: ASYNC110 - what is awaited is another process
            await asyncio.sleep(0.02)


async def _ready(stage: Stage) -> None:
    """Wait until the desk itself says so."""
    async with asyncio.timeout(READY_SECONDS), aiohttp.ClientSession() as http:
        while True:
            with suppress(aiohttp.ClientError):
                async with http.get(f"http://127.0.0.1:{stage.settings['PORT']}/readyz") as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.5)


async def _quiet(pid: int) -> None:
    """Wait until what a program prepares in the background is done: languages after the first, menus, profiles."""
    calm, before = 0, _cpu(pid)
    while calm < 2:
        await asyncio.sleep(1)
        now = _cpu(pid)
        calm, before = calm + 1 if now - before < 0.1 else 0, now


def _cpu(pid: int) -> float:
    return _seconds(Path(f"/proc/{pid}/stat"))


def _loop(pid: int) -> float:
    # All programs have their event loop in the thread they began with.
    return _seconds(Path(f"/proc/{pid}/task/{pid}/stat"))


def _seconds(stat: Path) -> float:
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _peak_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0]) / 1024


async def compare(name: str, platform: Callable[[], Platform], copy: Copy) -> None:
    """Measure echo and desk on one platform and print them."""
    echo = _printed(name, "echo", await measure(platform(), f"{name.partition('-')[0]}_echo", ASKED))
    _printed(name, "desk, a greeting", await measure(platform(), "desk", ("hello",), copy()))
    desk = _printed(name, "desk, a need", await measure(platform(), "desk", ASKED, copy()))
    if name != "slack-http":  # where Slack keeps no queue for a desk that is down
        _printed(name, f"desk, {QUEUED} waited", await measure_queue(platform(), copy()))
    ratio = desk.per_second / echo.per_second
    print(f"{name:<13}desk / echo = {ratio:.2f} (goals: {GOALS[name]}; 8 ms each; 250 MB with {QUEUED} waiting)\n")


def _printed(name: str, what: str, result: Result) -> Result:
    speed = f"{result.per_second:6.0f} messages/s {result.cpu_ms:6.2f} ms CPU each, {result.loop_ms:5.2f} on the loop"
    print(f"{name:<13}{what:<18}{speed} {result.peak_mb:5.0f} MB at most", flush=True)
    return result


async def main(chosen: set[str]) -> None:
    """The chosen platforms, or all of them."""
    with postgresql() if "postgresql" in chosen else sqlite() as copy:
        for name, platform in PLATFORMS.items():
            if name in chosen or not chosen - {"postgresql"}:
                await compare(name, platform, copy)


PLATFORMS: dict[str, Callable[[], Platform]] = {
    "telegram": telegram,
    "slack-socket": partial(slack, http=False),
    "slack-http": partial(slack, http=True),
}

if __name__ == "__main__":
    asyncio.run(main(set(sys.argv[1:])))
