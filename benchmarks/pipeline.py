"""The whole way of a message through the running desk, beside an echo bot on the same library in the same run.

The desk stores, routes, opens a ticket, renders and sends, over HTTP to a platform on this machine; the echo bot keeps
nothing. A greeting goes the same way without routing and ticket. Each program is a process of its own, and processor
time is that process's. Machines differ: read the ratios.
"""

import asyncio
import os
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.answering import ASKED
from tests.fakes.slack_server import SlackServer
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.telegram_updates import said

MESSAGES, WARM_UP = 300, 24
TICKS = os.sysconf("SC_CLK_TCK")
# How much of the echo bot's pace the desk has to keep.
GOALS = {"telegram": 0.5, "slack, Socket Mode": 0.3, "slack, HTTP": 0.3}
SLACK_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Result:
    """What one program did with all messages."""

    per_second: float
    cpu_ms: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Stage:
    """A platform: what a program needs to know of it, how somebody writes there, how many messages it has shown."""

    name: str
    echo: str
    settings: dict[str, str]
    say: Callable[[int, str], Awaitable[None]]
    shown: Callable[[], int]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def telegram() -> AsyncIterator[Stage]:
    async with TelegramServer() as server:

        async def say(chat: int, text: str) -> None:
            server.queue(said(text, chat=chat))

        settings = {"TELEGRAM_BOT_TOKEN": server.token, "TELEGRAM_API_URL": server.url}
        yield Stage("telegram", "telegram_echo", settings, say, lambda: len(server.shown()))


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

        def shown() -> int:
            return len(server.calls_to("chat.postMessage"))

        yield Stage(f"slack, {'HTTP' if http else 'Socket Mode'}", "slack_echo", account | way, say, shown)


async def measure(stage: Stage, program: str, words: Sequence[str]) -> Result:
    """Start a program, let it answer some messages, then measure it with many that are there at once."""
    with tempfile.TemporaryDirectory() as folder:
        surroundings = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[1])}
        own = {"DATABASE_URL": f"sqlite:///{folder}/desk.db", "LOG_LEVEL": "WARNING", "PORT": "0"}
        command = [sys.executable, "-m", "benchmarks._contestants", program]
        with (Path(folder) / "log").open("wb") as log:
            environment = {**surroundings, **own, **stage.settings}
            process = await asyncio.create_subprocess_exec(
                *command, cwd=folder, env=environment, stdout=log, stderr=log
            )
        try:
            await _answered(stage, words, range(1, WARM_UP + 1))
            await _idle(process.pid)
            before, begin = _cpu(process.pid), time.perf_counter()
            await _answered(stage, words, range(WARM_UP + 1, WARM_UP + MESSAGES + 1))
            seconds, cpu = time.perf_counter() - begin, _cpu(process.pid) - before
            return Result(MESSAGES / seconds, 1000 * cpu / MESSAGES, _peak_mb(process.pid))
        finally:
            process.kill()
            await process.wait()


async def _answered(stage: Stage, words: Sequence[str], chats: range) -> None:
    """Everybody writes once; return when as many messages more are shown."""
    wanted = stage.shown() + len(chats)
    await asyncio.gather(*(stage.say(chat, words[chat % len(words)]) for chat in chats))
    async with asyncio.timeout(180):
        while stage.shown() < wanted:  # noqa: ASYNC110 - what is awaited is another process
            await asyncio.sleep(0.01)


async def _idle(pid: int) -> None:
    """Wait until what a program prepares in the background is done."""
    before = _cpu(pid)
    while True:
        await asyncio.sleep(1)
        now = _cpu(pid)
        if now - before < 0.1:
            return
        before = now


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _peak_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0]) / 1024


async def compare(stage: Stage) -> None:
    """Measure echo and desk on one platform and print them."""
    echo = _printed(stage, "echo", await measure(stage, stage.echo, ASKED))
    _printed(stage, "desk, a greeting", await measure(stage, "desk", ("hello",)))
    desk = _printed(stage, "desk, a need", await measure(stage, "desk", ASKED))
    ratio, goal = desk.per_second / echo.per_second, GOALS[stage.name]
    print(f"{stage.name:<20}desk / echo = {ratio:.2f} (goal: at least {goal}, at most 8 ms CPU each)\n")


def _printed(stage: Stage, name: str, result: Result) -> Result:
    speed = f"{result.per_second:6.0f} messages/s {result.cpu_ms:6.2f} ms CPU each"
    print(f"{stage.name:<20}{name:<17}{speed} {result.peak_mb:5.0f} MB at most", flush=True)
    return result


async def main(only: Sequence[str]) -> None:
    """All platforms, or those whose names begin with one of these."""
    for name, opened in (
        ("telegram", telegram()),
        ("slack-socket", slack(http=False)),
        ("slack-http", slack(http=True)),
    ):
        if not only or name.startswith(tuple(only)):
            async with opened as stage:
                await compare(stage)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
