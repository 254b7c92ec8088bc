"""Four rooms in which the same conversation can be held: each a real channel with its platform on loopback."""

import asyncio
import html
import io
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Protocol

import httpx
from starlette.applications import Starlette

from bot.channel import Channel
from bot.delivery import Delivery
from bot.slack import SlackChannel
from bot.telegram import TelegramChannel
from bot.terminal import TerminalChannel
from bot.terminal.receiver import read
from bot.web import WebChannel
from desk import inbox, outbox, tables
from desk.messages import Address, Incoming, Reply
from knowledge.database import Database
from tests.fakes.slack_server import SlackServer
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.telegram_updates import pressed, said

assert tables.TABLES


def now() -> datetime:
    return datetime.now(UTC)


class Room(Protocol):
    """One person in one channel."""

    channel: Channel
    store: "Store"

    async def says(self, text: str) -> Incoming: ...

    async def presses(self, label: str) -> Incoming: ...

    async def sees(self) -> str:
        """Everything the person can read now."""


class Store:
    """The real inbox and outbox behind a channel."""

    def __init__(self, database: Database) -> None:
        self.database, self.heard = database, list[Incoming]()

    async def receive(self, incomings: Sequence[Incoming]) -> int:
        with self.database.writing() as session:
            new = inbox.store(session, incomings)
        self.heard += incomings
        return new

    async def next(self, count: int) -> Incoming:
        async with asyncio.timeout(10):
            while len(self.heard) <= count:  # noqa: ASYNC110 - the receiver need not know that it is waited for
                await asyncio.sleep(0.005)
        return self.heard[count]

    async def deliver(self, channel: Channel, reply: Reply) -> None:
        with self.database.writing() as session:
            outbox.add(session, reply, now())
        await Delivery(self.database, [channel], "test", now).drain()


class TelegramRoom:
    def __init__(self, server: TelegramServer, store: Store) -> None:
        self.server, self.store = server, store
        self.channel = TelegramChannel(server.token, api_url=server.url)

    async def says(self, text: str) -> Incoming:
        count = len(self.store.heard)
        self.server.queue(said(text, chat=7))
        return await self.store.next(count)

    async def presses(self, label: str) -> Incoming:
        count, card = len(self.store.heard), self.server.shown(7)[-1]
        data = next(one["callback_data"] for row in card.keyboard for one in row if one["text"] == label)
        self.server.queue(pressed(data, card.message_id, chat=7))
        return await self.store.next(count)

    async def sees(self) -> str:
        shown = self.server.shown(7)
        return "\n".join([one.text for one in shown] + [button["text"] for row in shown[-1].keyboard for button in row])


class SlackRoom:
    def __init__(self, server: SlackServer, store: Store) -> None:
        self.server, self.store = server, store
        self.channel = SlackChannel(server.bot_token, server.app_token, api_url=server.api_url, seconds_per_message=0)

    async def says(self, text: str) -> Incoming:
        await self.server.until(lambda: self.server.sockets, seconds=10)
        count = len(self.store.heard)
        await self.server.say("U1", html.escape(text, quote=False))
        return await self.store.next(count)

    async def presses(self, label: str) -> Incoming:
        count = len(self.store.heard)
        await self.server.press("U1", "U1", label)
        return await self.store.next(count)

    async def sees(self) -> str:
        return html.unescape("\n".join(str(message) for message in self.server.messages("U1")))


class WebRoom:
    def __init__(self, database: Database, store: Store) -> None:
        self.store = store
        self.channel = WebChannel(database, "k" * 40)
        transport = httpx.ASGITransport(Starlette(routes=list(self.channel.routes())))
        self.browser = httpx.AsyncClient(transport=transport, base_url="http://desk.example")

    async def says(self, text: str) -> Incoming:
        return await self._posts("/chat/messages", {"text": text, "id": f"message-{len(self.store.heard)}"})

    async def presses(self, label: str) -> Incoming:
        page = (await self.browser.get("/")).text
        buttons = re.findall(r'<button[^>]*name="action" value="([^"]+)"[^>]*>([^<]*)</button>', page)
        token = next(token for token, words in buttons if html.unescape(words) == label)
        return await self._posts("/chat/press", {"action": token, "id": f"press-{len(self.store.heard)}-x"})

    async def _posts(self, path: str, fields: dict[str, str]) -> Incoming:
        count = len(self.store.heard)
        (await self.browser.post(path, json=fields, headers={"Accept": "application/json"})).raise_for_status()
        return await self.store.next(count)

    async def sees(self) -> str:
        page = (await self.browser.get("/")).text
        return html.unescape(re.sub(r"<[^>]+>", " ", page))


class TerminalRoom:
    def __init__(self, store: Store) -> None:
        self.store, self.paper = store, io.StringIO()
        self.channel = TerminalChannel(self.paper)

    async def says(self, text: str) -> Incoming:
        count = len(self.store.heard)
        await self.store.receive([read(text, self.channel.buttons, "me", now())])
        return await self.store.next(count)

    async def presses(self, label: str) -> Incoming:
        numbers = [button.label for button in self.channel.buttons]
        return await self.says(str(numbers.index(label) + 1))

    async def sees(self) -> str:
        return self.paper.getvalue()


@asynccontextmanager
async def room_of(kind: str, database: Database) -> AsyncIterator[Room]:
    """A room of that kind, connected."""
    store = Store(database)
    if kind == "telegram":
        async with TelegramServer() as telegram, _connected(TelegramRoom(telegram, store)) as room:
            yield room
        assert telegram.violations == []
    elif kind == "slack":
        async with SlackServer() as slack, _connected(SlackRoom(slack, store)) as room:
            yield room
        assert slack.violations == []
    else:
        async with _connected(WebRoom(database, store) if kind == "web" else TerminalRoom(store)) as room:
            yield room


@asynccontextmanager
async def _connected(room: Room) -> AsyncIterator[Room]:
    await room.channel.start(room.store.receive, [])
    try:
        yield room
    finally:
        await room.channel.stop()


def address_of(incoming: Incoming) -> Address:
    """Where an answer to this goes."""
    return incoming.private_address or incoming.address
