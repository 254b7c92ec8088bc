"""The connections to Telegram: which are made, how long they may take, and what their end means."""

import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing

import pytest
from aiohttp import web

from bot.telegram import TelegramChannel
from bot.telegram.line import Patience
from desk.messages import Button, Card
from tests.bot.telegram.conftest import Open, only, refused, reply
from tests.fakes.telegram_server import TelegramServer

Make = Callable[..., TelegramChannel]


@asynccontextmanager
async def answering(answer: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    """The address of a server that gives this answer to everything."""
    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_messages_share_a_connection(make: Make) -> None:
    connections: set[object] = set()

    async def posted(request: web.Request) -> web.Response:
        connections.add(request.transport)
        return web.json_response({"ok": True, "result": {"message_id": 5, "chat": {"id": 7}}})

    async with answering(posted) as address:
        channel = make(api_url=address)
        for number in range(5):
            assert (await channel.send(reply(), f"k{number}")).message_id == "7:5"
        await channel.stop()
    assert len(connections) == 1


async def test_a_redirect_is_no_answer_and_leads_nowhere(make: Make) -> None:
    asked: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=302, headers={"Location": "/elsewhere"})

    async with answering(elsewhere) as address:
        channel = make(api_url=address)
        error = await refused(channel, reply())
        await channel.stop()
    assert (error.uncertain, error.permanent, len(asked)) == (False, False, 1)


async def test_a_yes_that_names_no_message_is_uncertain(make: Make) -> None:
    async def yes(_: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": True})

    async with answering(yes) as address:
        channel = make(api_url=address)
        assert (await refused(channel, reply())).uncertain
        await channel.stop()


async def test_who_accepts_no_connection_was_sent_nothing(make: Make) -> None:
    with closing(socket.create_server(("127.0.0.1", 0), backlog=0)) as deaf:
        address = deaf.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        channel = make(api_url=f"http://127.0.0.1:{address[1]}", patience=Patience(connect=0.2))
        error = await refused(channel, reply())
        for one in waiting:
            one.close()
    assert not error.uncertain and "ConnectionTimeoutError" in error.reason


async def test_a_refused_handshake_means_not_sent(server: TelegramServer, make: Make) -> None:
    error = await refused(make(api_url=server.url.replace("http:", "https:")), reply())
    assert not error.uncertain and not error.permanent and "SSL" in error.reason


async def test_a_proxy_that_refuses_means_not_sent(
    server: TelegramServer, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", server.url)
    error = await refused(make(api_url="https://telegram.invalid"), reply())
    assert not error.uncertain and not error.permanent


async def test_a_poll_may_last_longer_than_an_answer(
    server: TelegramServer, connect: Open, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        await connect(patience=Patience(answer=0.3, poll=1))
        await server.until(lambda: len(server.called("getUpdates")) == 2)
    assert caplog.records == []


async def test_words_and_buttons_arrive_in_any_script(server: TelegramServer, channel: TelegramChannel) -> None:
    await channel.send(reply(Card(body="Привет, 世界 👋 \ud83d", buttons=((Button("Да", "y"),),))), "k")
    assert only(server).text.startswith("Привет, 世界 👋")
    assert only(server).keyboard == [[{"text": "Да", "callback_data": "y"}]]


async def test_a_proxy_of_the_environment_is_used(
    server: TelegramServer, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A request through a proxy names the whole address; the server takes those too, and so is its own proxy here.
    monkeypatch.setenv("HTTP_PROXY", server.url)
    await make(api_url="http://telegram.invalid").send(reply(), "k")
    assert only(server).chat == 7


async def test_a_proxy_that_is_away_means_not_sent(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    error = await refused(make(api_url="http://telegram.invalid"), reply())
    assert not error.uncertain and not error.permanent
