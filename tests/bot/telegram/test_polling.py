"""Receiving by long poll: nothing lost, nothing stored twice, and no fault ends the loop."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from bot.telegram import TelegramChannel
from desk.messages import Arrival, Incoming, Menu, MenuCommand
from tests.bot.telegram.conftest import HASTY, Inbox, Open
from tests.fakes.telegram_server import Fault, TelegramServer
from tests.fakes.telegram_updates import BOT_NAME, group, person, pressed, said

MENUS = (
    Menu("en", (MenuCommand("help", "How to use it"), MenuCommand("not-a-name", "left out"))),
    Menu("ru", (MenuCommand("help", "Как пользоваться"),)),
)


async def test_what_is_said_is_stored_and_then_confirmed(server: TelegramServer, connect: Open, inbox: Inbox) -> None:
    await connect()
    server.queue(said("one"))
    server.queue(said("two"))
    await server.until(lambda: len(inbox.stored) == 2 and not server.pending)
    assert inbox.texts == ["one", "two"]


async def test_updates_from_before_the_start_are_kept(server: TelegramServer, connect: Open, inbox: Inbox) -> None:
    for number in range(250):
        server.queue(said(str(number)))
    await connect()
    await server.until(lambda: not server.pending)
    assert inbox.texts == [str(number) for number in range(250)]
    assert not any(call.params.get("drop_pending_updates") for call in server.calls)


async def test_nothing_is_confirmed_before_it_is_stored(server: TelegramServer, connect: Open, inbox: Inbox) -> None:
    inbox.failures_left = 3
    update = server.queue(said("hold on"))
    channel = await connect()
    await server.until(lambda: inbox.batches >= 1)
    assert [one["update_id"] for one in server.pending] == [update]
    await server.until(lambda: not server.pending)
    assert inbox.texts == ["hold on"]
    await server.until(lambda: channel.status().connected)


async def test_a_database_that_is_away_shows_in_the_status(server: TelegramServer, connect: Open, inbox: Inbox) -> None:
    inbox.failures_left = 10_000
    server.queue(said("hold on"))
    channel = await connect()
    await server.until(lambda: "cannot be stored" in channel.status().detail)
    assert "database" in channel.status().remedy
    assert len(server.pending) == 1


async def test_a_process_killed_before_confirming_gets_it_again(
    server: TelegramServer, make: Callable[..., TelegramChannel], inbox: Inbox
) -> None:
    dying = make()
    stored, never = asyncio.Event(), asyncio.Event()

    async def store_and_hang(batch: Sequence[Incoming]) -> int:
        await inbox.receive(batch)
        stored.set()
        await never.wait()
        return 0

    server.queue(said("once"))
    await dying.start(store_and_hang, ())
    await stored.wait()
    await dying.stop()
    await make().start(inbox.receive, ())
    await server.until(lambda: not server.pending)
    assert (inbox.texts, inbox.batches) == (["once"], 2)


async def test_repeated_updates_change_nothing(server: TelegramServer, connect: Open, inbox: Inbox) -> None:
    await connect()
    for number in range(20):
        server.queue(said(str(number)), copies=3)
    await server.until(lambda: not server.pending)
    server.redeliver()
    await server.until(lambda: not server.pending)
    assert inbox.texts == [str(number) for number in range(20)]


async def test_an_update_nobody_understands_holds_up_nothing(
    server: TelegramServer, connect: Open, inbox: Inbox
) -> None:
    server.queue({"message": {"text": "without anything else"}})
    server.queue({"message": 5})
    server.queue(said("in order"))
    await connect()
    await server.until(lambda: not server.pending)
    assert inbox.texts == ["in order"]


@pytest.mark.parametrize(
    ("fault", "retry_after"),
    [
        (Fault.UNAVAILABLE, None),
        (Fault.GARBAGE, None),
        (Fault.DROP_BEFORE, None),
        (Fault.DROP_AFTER, None),
        (Fault.HANG, None),
        (Fault.CONFLICT, None),
        (Fault.UNAUTHORIZED, None),
        (Fault.FORBIDDEN, None),
        (Fault.REFUSED, None),
        (Fault.TOO_MANY, None),
        (Fault.TOO_MANY, 1),
    ],
)
@pytest.mark.parametrize("method", ["getMe", "getUpdates"])
async def test_the_loop_outlives_every_fault(
    server: TelegramServer, connect: Open, inbox: Inbox, method: str, fault: Fault, retry_after: int | None
) -> None:
    server.queue(said("still here"))
    server.fail(method, fault, times=2 if fault is not Fault.HANG else 1, retry_after=retry_after)
    patience = HASTY if fault is not Fault.HANG else type(HASTY)(connect=0.2, answer=0.2, poll=0, first_pause=0.01)
    channel = await connect(patience=patience)
    await server.until(lambda: inbox.texts == ["still here"])
    await server.until(lambda: channel.status().connected)


@pytest.mark.parametrize(
    ("method", "fault", "detail", "remedy"),
    [
        ("getMe", Fault.UNAUTHORIZED, "token", "TELEGRAM_BOT_TOKEN"),
        ("getUpdates", Fault.CONFLICT, "another process", "Stop the other process"),
        ("getUpdates", Fault.TOO_MANY, "429", "Nothing to do"),
        ("getUpdates", Fault.UNAVAILABLE, "502", "Nothing to do"),
    ],
)
async def test_the_status_says_what_is_wrong_and_what_to_do(
    server: TelegramServer, connect: Open, method: str, fault: Fault, detail: str, remedy: str
) -> None:
    server.fail(method, fault, times=10_000)
    channel = await connect()
    await server.until(lambda: detail in channel.status().detail)
    assert not channel.status().connected and remedy in channel.status().remedy


async def test_two_pollers_show_as_a_conflict(server: TelegramServer, connect: Open) -> None:
    first, second = await connect(), await connect()
    await server.until(lambda: "409" in first.status().detail + second.status().detail)


async def test_a_process_that_stands_by_asks_for_nothing_until_it_is_its_turn(
    server: TelegramServer, connect: Open, inbox: Inbox
) -> None:
    turn = False
    server.queue(said("hello"))
    channel = await connect(holds=lambda name: turn)
    await server.until(lambda: "another process polls" in channel.status().detail)
    assert channel.status().connected and not server.called("getUpdates") and not server.called("deleteWebhook")
    turn = True
    await server.until(lambda: inbox.texts == ["hello"])


async def test_a_process_that_loses_its_turn_leaves_the_rest_to_the_next(
    server: TelegramServer, connect: Open, inbox: Inbox
) -> None:
    holder = "first"
    first = await connect(holds=lambda name: holder == "first")
    server.queue(said("one"))
    await server.until(lambda: inbox.texts == ["one"] and not server.pending)
    holder = "second"
    await server.until(lambda: "another process polls" in first.status().detail)
    server.queue(said("two"))
    await connect(holds=lambda name: holder == "second")
    await server.until(lambda: inbox.texts == ["one", "two"] and not server.pending)


async def test_a_forgotten_webhook_is_removed(server: TelegramServer, connect: Open, inbox: Inbox) -> None:
    server.webhook = {"url": "http://127.0.0.1:9/nobody"}
    server.queue(said("hello"))
    await connect()
    await server.until(lambda: inbox.texts == ["hello"])


async def test_start_returns_while_telegram_is_down_and_connects_later(
    server: TelegramServer, connect: Open, inbox: Inbox
) -> None:
    await server.stop()
    channel = await connect(menus=MENUS)
    await server.until(lambda: "not connected" in channel.status().detail)
    server.queue(said("while you were away"))
    await server.start(server.port)
    await server.until(lambda: inbox.texts == ["while you were away"])
    await server.until(lambda: channel.status().connected and len(server.menus) == 3)


async def test_stop_does_not_wait_for_the_poll(server: TelegramServer, connect: Open) -> None:
    channel = await connect(patience=type(HASTY)(poll=25))
    await server.until(lambda: server.called("getUpdates"))
    async with asyncio.timeout(2):
        await channel.stop()
    assert channel.status().detail == "stopped"


async def test_a_pressed_button_stops_spinning(server: TelegramServer, connect: Open, inbox: Inbox) -> None:
    server.fail("answerCallbackQuery", Fault.REFUSED, description="Bad Request: query is too old")
    server.queue(pressed("a"))
    server.queue(pressed("b"))
    await connect()
    await server.until(lambda: len(server.called("answerCallbackQuery")) == 2)
    assert [one.arrival for one in inbox.stored] == [Arrival.PRESS, Arrival.PRESS]


async def test_a_mention_is_recognised_from_the_first_poll(server: TelegramServer, connect: Open, inbox: Inbox) -> None:
    server.queue(said(f"@{BOT_NAME} hello", chat=group(), sender=person(8)))
    server.queue(said("not to you", chat=group(), sender=person(8)))
    await connect()
    await server.until(lambda: not server.pending)
    assert inbox.texts == ["hello"]


async def test_menus_are_published_per_language_with_english_for_the_rest(
    server: TelegramServer, connect: Open
) -> None:
    server.fail("setMyCommands", Fault.UNAVAILABLE, times=2)
    server.fail("setMyCommands", Fault.TOO_MANY, retry_after=1)
    await connect(menus=MENUS, descriptions={"ru": "Помощь " * 100})
    await server.until(lambda: len(server.menus) == 3 and server.called("setMyShortDescription"))
    assert server.menus["ru"] == [{"command": "help", "description": "Как пользоваться"}]
    assert server.menus[""] == server.menus["en"] == [{"command": "help", "description": "How to use it"}]
    assert len(server.called("setMyDescription")[0].params["description"]) == 512


async def test_the_account_is_the_bot_id_without_asking_anybody(make: Callable[..., TelegramChannel]) -> None:
    assert make(token="98765:secret").account == "98765"


@pytest.mark.parametrize("token", ["no-colon", ":nothing", "abc:secret", "١٢:secret"])
def test_a_token_that_is_none_is_refused_without_showing_it(token: str) -> None:
    with pytest.raises(ValueError, match="TELEGRAM_BOT_TOKEN") as refused:
        TelegramChannel(token)
    assert token not in str(refused.value)


async def test_no_log_and_no_status_holds_the_token_or_a_text(
    server: TelegramServer, connect: Open, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[Any] = []
    with caplog.at_level(logging.DEBUG):
        for fault in (Fault.UNAUTHORIZED, Fault.GARBAGE, Fault.DROP_BEFORE, Fault.UNAVAILABLE):
            server.fail("getMe", fault)
            server.fail("getUpdates", fault)
        server.queue({"message": {"text": "my secret worry"}})
        channel = await connect(menus=MENUS)
        while server.pending:
            seen.append(channel.status())
            await server.until(lambda: channel.status() != seen[-1] or not server.pending)
    everything = str([record.__dict__ for record in caplog.records]) + str(seen)
    assert server.token.split(":")[1] not in everything
    assert "my secret worry" not in everything
