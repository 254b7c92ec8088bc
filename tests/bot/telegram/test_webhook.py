"""Receiving by webhook: only Telegram gets in, and it repeats what could not be stored."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.telegram import TelegramChannel
from tests.bot.telegram.conftest import Inbox
from tests.fakes.telegram_server import SECRET_HEADER, Fault, TelegramServer
from tests.fakes.telegram_updates import BOT_NAME, group, person, pressed, said

SECRET = "s3cret_-"
PATH = "/telegram/webhook"
UPDATE = {"update_id": 5, **said("hello")}
Make = Callable[..., TelegramChannel]


@asynccontextmanager
async def visiting(channel: TelegramChannel) -> AsyncIterator[httpx.AsyncClient]:
    """A client that posts to the channel's routes, with the right secret unless it says otherwise."""
    transport = httpx.ASGITransport(Starlette(routes=channel.routes()))
    headers = {SECRET_HEADER: SECRET}
    async with httpx.AsyncClient(transport=transport, base_url="https://desk.example.org", headers=headers) as client:
        yield client


async def opened(make: Make, inbox: Inbox, **settings: Any) -> TelegramChannel:
    channel = make(webhook_secret=SECRET, **settings)
    await channel.start(inbox.receive, ())
    return channel


async def test_an_update_is_stored_and_then_acknowledged(make: Make, inbox: Inbox) -> None:
    async with visiting(await opened(make, inbox)) as client:
        assert (await client.post(PATH, json=UPDATE)).status_code == 200
        assert (await client.post(PATH, json=UPDATE)).status_code == 200
    assert inbox.texts == ["hello"]


@pytest.mark.parametrize(
    "secret", [b"wrong", b"", b"s3cret_-x", b"s3cret_", "секрет".encode(), b"\xff\xfe", b"x" * 5000]
)
async def test_a_wrong_secret_stores_nothing(make: Make, inbox: Inbox, secret: bytes) -> None:
    async with visiting(await opened(make, inbox)) as client:
        headers = {SECRET_HEADER.encode(): secret}
        assert (await client.post(PATH, json=UPDATE, headers=headers)).status_code == 401
    assert inbox.stored == []


async def test_a_missing_secret_stores_nothing(make: Make, inbox: Inbox) -> None:
    async with visiting(await opened(make, inbox)) as client:
        del client.headers[SECRET_HEADER]
        assert (await client.post(PATH, json=UPDATE)).status_code == 401
    assert inbox.stored == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"junk",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"update_id": "5"}',
        b'{"update_id": true}',
        b'{"update_id": -1}',
        b'{"update_id": 1e400}',
        b"[" * 100_000,
        b'{"update_id": ' + b"9" * 5000 + b"}",
    ],
)
async def test_a_body_that_is_no_update_is_refused(make: Make, inbox: Inbox, body: bytes) -> None:
    async with visiting(await opened(make, inbox)) as client:
        assert (await client.post(PATH, content=body)).status_code == 400
    assert inbox.stored == []


async def test_an_update_that_is_not_for_us_is_done_with(make: Make, inbox: Inbox) -> None:
    async with visiting(await opened(make, inbox)) as client:
        for odd in ({"update_id": 6}, {"update_id": 7, "message": 5}, {"update_id": 8, "poll_answer": {}}):
            assert (await client.post(PATH, json=odd)).status_code == 200
    assert inbox.stored == []


async def test_a_body_larger_than_any_update_is_refused(make: Make, inbox: Inbox) -> None:
    async with visiting(await opened(make, inbox)) as client:
        large = {"update_id": 5, **said("x" * 1_000_001)}
        assert (await client.post(PATH, json=large)).status_code == 413


async def test_what_cannot_be_stored_is_asked_for_again(make: Make, inbox: Inbox) -> None:
    inbox.failures_left = 1
    async with visiting(await opened(make, inbox)) as client:
        assert (await client.post(PATH, json=UPDATE)).status_code == 503
        assert (await client.post(PATH, json=UPDATE)).status_code == 200
    assert inbox.texts == ["hello"]


async def test_before_the_start_everything_is_asked_for_again(make: Make) -> None:
    async with visiting(make(webhook_secret=SECRET)) as client:
        assert (await client.post(PATH, json=UPDATE)).status_code == 503


async def test_a_group_message_waits_until_the_name_is_known(server: TelegramServer, make: Make, inbox: Inbox) -> None:
    server.fail("getMe", Fault.UNAVAILABLE, times=10_000)
    spoken = {"update_id": 6, **said(f"@{BOT_NAME} help me", chat=group(), sender=person(8))}
    channel = await opened(make, inbox)
    async with visiting(channel) as client:
        assert (await client.post(PATH, json=spoken)).status_code == 503
        assert (await client.post(PATH, json=UPDATE)).status_code == 200
        server.heal()
        await server.until(lambda: channel.status().remedy.startswith("Set PUBLIC_URL"))
        assert (await client.post(PATH, json=spoken)).status_code == 200
    assert inbox.texts == ["hello", "help me"]


async def test_a_press_is_answered_after_it_is_stored(server: TelegramServer, make: Make, inbox: Inbox) -> None:
    async with visiting(await opened(make, inbox)) as client:
        assert (await client.post(PATH, json={"update_id": 6, **pressed("tok")})).status_code == 200
        await server.until(lambda: server.called("answerCallbackQuery"))
    assert inbox.stored[0].action == "tok"


async def test_only_posts_are_taken(make: Make, inbox: Inbox) -> None:
    async with visiting(await opened(make, inbox)) as client:
        assert (await client.get(PATH)).status_code == 405


async def test_telegram_is_told_where_to_post(server: TelegramServer, make: Make, inbox: Inbox) -> None:
    server.fail("setWebhook", Fault.UNAVAILABLE, times=2)
    channel = await opened(make, inbox, public_url="https://127.0.0.1:1/")
    await server.until(lambda: channel.status().connected)
    asked = server.called("setWebhook")[-1].params
    assert asked["url"] == f"https://127.0.0.1:1{PATH}" and asked["secret_token"] == SECRET
    assert asked["drop_pending_updates"] is False
    assert asked["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
    assert server.called("getUpdates") == []


async def test_without_an_address_of_ours_the_operator_is_told_what_to_do(
    server: TelegramServer, make: Make, inbox: Inbox
) -> None:
    channel = await opened(make, inbox)
    await server.until(lambda: "PUBLIC_URL" in channel.status().remedy)
    assert not channel.status().connected and "setWebhook" in channel.status().remedy
    async with visiting(channel) as client:
        await client.post(PATH, json=UPDATE)
    assert channel.status().connected


async def test_an_address_telegram_refuses_shows_in_the_status(
    server: TelegramServer, make: Make, inbox: Inbox
) -> None:
    refusal = "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
    server.fail("setWebhook", Fault.REFUSED, times=10_000, description=refusal)
    channel = await opened(make, inbox, public_url="http://desk.example.org")
    await server.until(lambda: "HTTPS" in channel.status().detail.upper())
    assert "PUBLIC_URL" in channel.status().remedy


@pytest.mark.parametrize("secret", ["with space", "ключ", "x" * 257])
def test_a_secret_telegram_does_not_take_is_refused_at_once(secret: str) -> None:
    with pytest.raises(ValueError, match="TELEGRAM_WEBHOOK_SECRET") as refused:
        TelegramChannel("1:x", webhook_secret=secret)
    assert secret not in str(refused.value)


def test_polling_has_no_routes() -> None:
    assert TelegramChannel("1:x").routes() == []
