"""A Telegram with nobody in it yet, and a bot whose patience is counted in hundredths of a second."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import pytest

from bot.telegram import TelegramChannel
from bot.telegram.limits import Limits, Rate
from bot.telegram.line import Patience
from desk.messages import Address, Card, DeliveryError, Incoming, Menu, Reply
from tests.fakes.telegram_server import Shown, TelegramServer
from tests.fakes.telegram_updates import BOT_ID

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

    def build(token: str = server.token, **settings: Any) -> TelegramChannel:
        usual: dict[str, Any] = {"api_url": server.url, "patience": HASTY, "limits": UNLIMITED}
        made.append(TelegramChannel(token, **(usual | settings)))
        return made[-1]

    yield build
    for one in made:
        await one.stop()


@pytest.fixture
def channel(make: Callable[..., TelegramChannel]) -> TelegramChannel:
    """Not started: sending needs no receiving."""
    return make()


@pytest.fixture
def connect(make: Callable[..., TelegramChannel], inbox: Inbox) -> Open:
    """Makes a channel and starts it."""

    async def opened(menus: Sequence[Menu] = (), **settings: Any) -> TelegramChannel:
        made = make(**settings)
        await made.start(inbox.receive, menus)
        return made

    return opened


def reply(card: Card | str = "Hello.", chat: str = "7", thread: str | None = None, **fields: Any) -> Reply:
    written = Card(body=card) if isinstance(card, str) else card
    return Reply(Address("telegram", str(BOT_ID), chat, thread), written, fields.pop("language", "en"), **fields)


def only(server: TelegramServer) -> Shown:
    """The one message the bot has sent."""
    [shown] = server.shown()
    return shown


async def refused(channel: TelegramChannel, message: Reply, key: str = "k") -> DeliveryError:
    """The error that sending ends in."""
    with pytest.raises(DeliveryError) as error:
        await channel.send(message, key)
    return error.value
