"""A fake workspace, an inbox that can break, and a channel between them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from bot.slack import SlackChannel
from bot.slack.workspace import Identity
from desk.messages import Address, Button, Card, DeliveryError, Incoming, Reply
from tests.fakes.slack_server import SlackServer

LONG = Card(body="\n".join(f"line {number} of a very long answer" for number in range(900)))


class Inbox:
    """Stores like the real one: an event or a message that is known already is not new. `broken` raises instead."""

    def __init__(self) -> None:
        self.broken: Exception | None = None
        self.refused = 0
        self.batches: list[int] = []
        self.kept: list[Incoming] = []
        self._known: set[str] = set()

    async def receive(self, incomings: Sequence[Incoming]) -> int:
        if self.broken:
            self.refused += len(incomings)
            raise self.broken
        self.batches.append(len(incomings))
        new = [one for one in incomings if self._is_new(one)]
        self.kept += new
        return len(new)

    def _is_new(self, incoming: Incoming) -> bool:
        ids = {incoming.external_id, incoming.alias_id} - {None}
        new = not ids & self._known
        self._known |= {one for one in ids if one}
        return new


class Memory:
    """Remembers who a token makes us; `broken` raises instead."""

    def __init__(self) -> None:
        self.broken: Exception | None = None
        self.identity = Identity()

    def recall(self) -> Identity:
        if self.broken:
            raise self.broken
        return self.identity

    def keep(self, identity: Identity) -> None:
        if self.broken:
            raise self.broken
        self.identity = identity


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    """A workspace; at the end no call may have been malformed."""
    async with SlackServer() as server:
        server.add_user("U1")
        server.add_channel("C1")
        yield server
    assert server.violations == []


@asynccontextmanager
async def connected(
    slack: SlackServer, inbox: Inbox, ready: bool = True, **settings: Any
) -> AsyncIterator[SlackChannel]:
    """A started channel, over Socket Mode unless a signing secret is given."""
    how = {"seconds_per_message": 0.0, "api_url": slack.api_url, **settings}
    if "signing_secret" not in how:
        how.setdefault("app_token", slack.app_token)
    channel = SlackChannel(how.pop("bot_token", slack.bot_token), **how)
    await channel.start(inbox.receive, [])
    try:
        if ready:
            await slack.until(lambda: channel.status().connected)
            await slack.until(lambda: "signing_secret" in settings or len(slack.sockets) == 2)
        yield channel
    finally:
        await channel.stop()


@asynccontextmanager
async def served(slack: SlackServer, channel: SlackChannel) -> AsyncIterator[None]:
    """A channel in HTTP mode behind a web server that Slack posts to."""
    config = uvicorn.Config(Starlette(routes=list(channel.routes())), port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    await slack.until(lambda: server.started)
    slack.events_url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/slack/events"
    yield
    server.should_exit = True
    await serving


@pytest.fixture
async def channel(slack: SlackServer, inbox: Inbox) -> AsyncIterator[SlackChannel]:
    async with connected(slack, inbox) as one:
        yield one


def to_user(body: str = "Hello", user: str = "U1", **how: Any) -> Reply:
    """A reply to a person alone."""
    return Reply(
        Address("slack", "workspace", user), how.pop("card", Card(body=body)), how.pop("language", "en"), **how
    )


def to_channel(body: str = "Hello", thread: str | None = None, **how: Any) -> Reply:
    """A reply into the channel C1."""
    address = Address("slack", "workspace", "C1", thread)
    return Reply(address, how.pop("card", Card(body=body)), how.pop("language", "en"), **how)


@pytest.fixture
def card() -> Card:
    """A card with a button that means something and one that opens a page."""
    return Card(
        body="Hello", buttons=((Button("Talk to a person", "token-1"), Button("Page", url="https://a.example")),)
    )


async def refusal(channel: SlackChannel, reply: Reply, key: str = "key") -> DeliveryError:
    """Why a reply did not go out."""
    with pytest.raises(DeliveryError) as caught:
        await channel.send(reply, key)
    return caught.value
