"""A Telegram with nobody in it yet, and a bot whose patience is counted in hundredths of a second."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import pytest

from bot.telegram import TelegramChannel
from bot.telegram.limits import Limits, Rate
from bot.telegram.line import Patience
from desk.messages import Incoming, Menu
from tests.fakes.telegram_server import TelegramServer

HASTY = Patience(connect=1, answer=1, poll=2, first_pause=0.01, longest_pause=0.05)
UNLIMITED = Limits(Rate(10_000, 1_000), Rate(10_000, 1_000), Rate(10_000, 1_000))


class Inbox:
    """Stores what comes in, each event once, unless it is told to fail."""

    def __init__(self) -> None:
        self.stored: list[Incoming] = []
        self.failures_left = 0
        self.batches = 0

    async def receive(self, batch: Sequence[Incoming]) -> int:
        self.batches += 1
        if self.failures_left:
            self.failures_left -= 1
            raise RuntimeError("the database is away")
        known = {one.external_id for one in self.stored}
        new = {one.external_id: one for one in batch if one.external_id not in known}
        self.stored += new.values()
        return len(new)

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.stored]


Open = Callable[..., Awaitable[TelegramChannel]]


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    """Every test ends by asking whether all that was said to Telegram was valid."""
    async with TelegramServer() as running:
        yield running
    assert running.violations == []


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def make(server: TelegramServer) -> AsyncIterator[Callable[..., TelegramChannel]]:
    """Makes a channel for the server, and stops it at the end of the test."""
    made: list[TelegramChannel] = []

    def channel(**settings: Any) -> TelegramChannel:
        settings = {"api_url": server.url, "patience": HASTY, "limits": UNLIMITED} | settings
        made.append(TelegramChannel(settings.pop("token", server.token), **settings))
        return made[-1]

    yield channel
    for one in made:
        await one.stop()


@pytest.fixture
def connect(make: Callable[..., TelegramChannel], inbox: Inbox) -> Open:
    """Makes a channel and starts it."""

    async def opened(menus: Sequence[Menu] = (), **settings: Any) -> TelegramChannel:
        channel = make(**settings)
        await channel.start(inbox.receive, menus)
        return channel

    return opened
