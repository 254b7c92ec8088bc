"""Calls really go out over HTTP, signed, and a receiver that is down or leads elsewhere is tried again."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.webhooks import Webhooks
from desk import webhooks
from desk.webhooks import CallState, WebhookCall
from knowledge.database import Database
from tests.desk.test_webhooks import NOW, opened


class Receiver:
    """Another system; `answers` is what it says next."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.answers = 204

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append((request.headers["webhook-id"], (await request.json())["type"]))
        return web.Response(status=self.answers, headers={"Location": "/elsewhere"} if self.answers == 302 else {})


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    receiver, app = Receiver(), web.Application()
    app.router.add_post("/hook", receiver.hear)
    async with TestServer(app) as server:
        yield receiver, str(server.make_url("/hook"))


def prepared(database: Database, url: str) -> None:
    with database.writing() as session:
        webhooks.add(session, url, ["ticket.opened"], "member:1", NOW)
        session.flush()
        opened(session)


def states(database: Database) -> list[tuple[CallState, int | None]]:
    with database.reading() as session:
        return [(one.state, one.status) for one in session.query(WebhookCall)]


async def call(database: Database, now: datetime = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)) -> int:
    async with ClientSession() as line:
        return await Webhooks(database, lambda: now).call_some(line)


async def test_a_receiver_is_told_once(database: Database, receiver: tuple[Receiver, str]) -> None:
    prepared(database, receiver[1])
    assert (await call(database), await call(database)) == (1, 0)
    assert [type_ for _, type_ in receiver[0].heard] == ["ticket.opened"]
    assert states(database) == [(CallState.DONE, 204)]


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_a_receiver_that_refuses_is_asked_again(
    database: Database, receiver: tuple[Receiver, str], status: int
) -> None:
    receiver[0].answers = status
    prepared(database, receiver[1])
    await call(database)
    assert states(database) == [(CallState.WAITING, status)]


async def test_a_receiver_that_is_away_is_asked_again(database: Database, unused_tcp_port: int) -> None:
    prepared(database, f"http://127.0.0.1:{unused_tcp_port}/hook")
    assert await call(database) == 1
    assert states(database) == [(CallState.WAITING, None)]
