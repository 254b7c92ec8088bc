"""A web channel on a real database, with a tiny desk behind it and a client in front of it."""

import os
import shutil
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from bot.web import WebChannel
from desk.conversation.commands import menus
from knowledge.database import Database
from tests.bot.web.tiny_desk import Clock, TinyDesk

KEY = "a key of more than thirty-two characters"
SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def backend() -> str:
    """The pages run on SQLite; their queries have their own tests on both."""
    return "sqlite"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def channel(database: Database, clock: Clock) -> WebChannel:
    return WebChannel(database, KEY, now=clock)


@pytest.fixture
async def desk(database: Database, channel: WebChannel, clock: Clock) -> AsyncIterator[TinyDesk]:
    desk = TinyDesk(database, channel, clock)
    await channel.start(desk.receive, menus())
    yield desk
    await channel.stop()


def browser_of(channel: WebChannel, base_url: str = "http://desk.example") -> httpx.AsyncClient:
    """A client with cookies of its own; `raise_app_exceptions` off, so that a fault of ours shows as a 500."""
    transport = httpx.ASGITransport(Starlette(routes=list(channel.routes())), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=base_url)


@pytest.fixture
async def browser(desk: TinyDesk, channel: WebChannel) -> AsyncIterator[httpx.AsyncClient]:
    async with browser_of(channel) as client:
        yield client


@pytest.fixture
async def other_browser(desk: TinyDesk, channel: WebChannel) -> AsyncIterator[httpx.AsyncClient]:
    async with browser_of(channel) as client:
        yield client


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a real browser. On a build machine it has to be there."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing. Install it: apt-get install chromium")
        pytest.skip("Chromium is not installed here")
    return path
